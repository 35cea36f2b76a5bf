"""The numbers of volunteers' service (⚙): stars, days to answer, minutes around a shift."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.volunteers import rules
from xuecheng.coordination.volunteers.models import Scale
from xuecheng.coordination.volunteers.queries import NUMBERS


class NumbersSetForThatDay(Refusal):
    message = _("Other numbers count from that day already.")
    remedy = _("Choose a later day.")
    field = "begins_on"


class NumbersBeginTooEarly(Refusal):
    message = _("Numbers count from tomorrow at the earliest.")
    field = "begins_on"


def set_numbers(
    *, actor: Standing, territory: Territory, begins_on: date, numbers: rules.Numbers, why: str, today: date
) -> Scale:
    """Let other numbers count in a division from a day on (V-09); asked again in the same words, the same version.

    Right: volunteers.set_numbers over the division. Raises `Denied`, `NumbersBeginTooEarly`, `NumbersSetForThatDay`,
    `NumbersWrong`.
    """
    require(actor, NUMBERS, on=territory)
    rules.check_numbers(numbers)
    if begins_on <= today:
        raise NumbersBeginTooEarly
    values = rules.values_of(numbers)
    with trace.change(by=actor.person, why=why), refusing(volunteer_scale_once_a_day=NumbersSetForThatDay):
        territory = Territory.objects.select_for_update(no_key=True).get(pk=territory.pk)
        known = Scale.objects.filter(territory=territory, begins_on=begins_on).first()
        if known is not None:
            if known.values != values:
                raise NumbersSetForThatDay
            return known
        return Scale.objects.create(
            territory=territory, begins_on=begins_on, values=values, set_by=actor.person, why=why.strip()[:200]
        )
