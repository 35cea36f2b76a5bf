"""The numbers that a level sets (⚙)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.staff.models import LimitsVersion
from xuecheng.coordination.staff.rules import Limits


class LimitsSetForThatDay(Refusal):
    message = _("Other numbers count from that day already.")
    remedy = _("Choose a later day.")
    field = "begins_on"


class LimitsBeginTooEarly(Refusal):
    message = _("Numbers count from tomorrow at the earliest: what was agreed today was agreed by the old ones.")
    field = "begins_on"


def set_limits(
    *, actor: Standing, territory: Territory, begins_on: date, values: Mapping[str, int], why: str, today: date
) -> LimitsVersion:
    """Let other numbers count in a division from a day on; asked again in the same words, the same version.

    Right: staff.set_limits over the division. Raises `Denied`, `LimitsBeginTooEarly`, `LimitsSetForThatDay`.
    """
    require(actor, "staff.set_limits", on=territory)
    if begins_on <= today:
        raise LimitsBeginTooEarly
    named = {name: int(values[name]) for name in Limits.__dataclass_fields__ if name in values}
    with trace.change(by=actor.person, why=why), refusing(limits_once_a_day=LimitsSetForThatDay):
        territory = Territory.objects.select_for_update(no_key=True).get(pk=territory.pk)
        known = LimitsVersion.objects.filter(territory=territory, begins_on=begins_on).first()
        if known is not None:
            if known.values != named:
                raise LimitsSetForThatDay
            return known
        return LimitsVersion.objects.create(
            territory=territory, begins_on=begins_on, values=named, set_by=actor.person, why=why.strip()
        )
