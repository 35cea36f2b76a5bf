"""What pages say of a credential today: the same everywhere."""

from __future__ import annotations

from datetime import time, timedelta

from django import template
from django.utils.translation import gettext, pgettext

from xuecheng.city import clock
from xuecheng.learning.badges.models import Badge, Share
from xuecheng.web.templatetags.xc import date_only, day_time

register = template.Library()
_STATE = Badge.State


@register.filter
def shown_until(share: Share) -> str:
    """The last day of a link, as its holder chose it; the hour too where it ends within a day."""
    ends = share.until.astimezone(clock.zone())
    if ends.time() != time():
        return day_time(ends)
    return gettext("%(day)s (this day too)") % {"day": date_only(ends - timedelta(days=1))}


@register.filter
def is_sound(row: Badge) -> bool:
    """Whether it verifies today."""
    return row.holds(clock.today())


@register.filter
def word(row: Badge) -> str:
    """Its state, unless its last day or its key says otherwise."""
    if row.state != _STATE.VALID or is_sound(row):
        return str(row.get_state_display())
    return pgettext("credential", "ended") if row.is_over(clock.today()) else gettext("being signed anew")


@register.filter
def chip(row: Badge) -> str:
    """The colour of that word."""
    if is_sound(row):
        return "done"
    if row.state == _STATE.SUSPENDED or (row.state == _STATE.VALID and not row.is_over(clock.today())):
        return "wait"
    return "no"
