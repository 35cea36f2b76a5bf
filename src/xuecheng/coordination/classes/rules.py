"""What is asked of a class and its times: priorities, who may come, levels, dates of a series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

PRIORITIES = ("locals", "elders", "first_timers")
OLDEST = 120


class PriorityUnknown(Refusal):
    """Each of the three priorities, at most once."""

    message = _("“Who comes first” names something that this house doesn't know, or twice the same.")
    remedy = _("Choose among: people of the district, older people, people who have not learnt here yet.")
    field = "priority"


class EligibilityUnsound(Refusal):
    """Ages are whole years in order; the other two are either asked or not."""

    message = _("The conditions of who may come do not fit together.")
    remedy = _("Give ages as whole years from 0 to 120, the lower one first.")
    field = "eligibility"


@dataclass(frozen=True)
class Eligibility:
    """Who may come: within the ages (whole years, both ends belong to it), of the district only, newcomers only."""

    least_age: int | None = None
    most_age: int | None = None
    locals_only: bool = False
    first_timers_only: bool = False

    def as_data(self) -> dict[str, Any]:
        """What is stored; empty for everybody."""
        return {name: value for name, value in vars(self).items() if value is not None and value is not False}


def priority(data: object) -> list[str]:
    """The priorities in their order. Raises `PriorityUnknown`."""
    if not isinstance(data, Iterable) or isinstance(data, str):
        raise PriorityUnknown
    names = list(data)
    if any(name not in PRIORITIES for name in names) or len(set(names)) != len(names):
        raise PriorityUnknown
    return names


def eligibility(data: object) -> Eligibility:
    """Who may come, from what is stored or sent. Raises `EligibilityUnsound`."""
    if not isinstance(data, Mapping) or set(data) - set(Eligibility.__dataclass_fields__):
        raise EligibilityUnsound
    ages = [data.get("least_age"), data.get("most_age")]
    only = [data.get("locals_only", False), data.get("first_timers_only", False)]
    if any(age is not None and (type(age) is not int or not 0 <= age <= OLDEST) for age in ages):
        raise EligibilityUnsound
    if any(type(flag) is not bool for flag in only):
        raise EligibilityUnsound
    least, most = ages
    if least is not None and most is not None and least > most:
        raise EligibilityUnsound
    return Eligibility(least, most, *only)
