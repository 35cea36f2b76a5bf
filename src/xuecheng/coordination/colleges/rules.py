"""The law of the network: which level stands under which, what a unit covers, what a standard's item is worth on a day.

Four levels: city college, district college, street or town school, teaching point (I4, N-03). The level of a unit never
changes and a parent is of a higher one, so that no ring can close and no line is longer than four (N-05).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

CITY, DISTRICT, STREET, POINT = "city", "district", "street", "point"
LEVELS = (CITY, DISTRICT, STREET, POINT)
"""From the top down."""
MOST_DEPTH = 4
"""N-05."""

COVERS: dict[str, str] = {CITY: "city", DISTRICT: "district", STREET: "street", POINT: "community"}
"""Which divisions a unit of a level covers: those of its own level."""

MOST_DAYS = 3660
"""An answer about a day further away than ten years is none."""


class ParentMissing(Refusal):
    message = _("A school or teaching point belongs to a unit above it.")
    remedy = _("Choose the district college, or the street's school.")
    field = "parent"


class ParentNotAbove(Refusal):
    message = _("A unit belongs to one of a higher level, never to itself or its like (N-05).")
    remedy = _("Choose one above it: point under school, school under district college, that under the city college.")
    field = "parent"


class TooDeep(Refusal):
    message = _("The network has four levels at most (N-05).")
    field = "parent"


class CityHasNoParent(Refusal):
    message = _("The city college stands at the top.")
    remedy = _("Leave this empty.")
    field = "parent"


class NotOfThisLevel(Refusal):
    message = _("“%(name)s” is not registered as a community college of this level.")
    remedy = _("Choose another level, or correct its tier in the register of organisations.")
    field = "organisation"


class PointNeedsName(Refusal):
    message = _("A teaching point has a name and a place of its own.")
    remedy = _("Give the Chinese name and the street or community.")
    field = "name_zh"


class NameOnlyOfPoints(Refusal):
    message = _("A college or school is called as the register of organisations calls it.")
    remedy = _("Leave name and place empty; change them in the register.")
    field = "name_zh"


class CannotCover(Refusal):
    message = _("A unit of this level does not cover “%(name)s”.")
    remedy = _(
        "District colleges cover districts, schools streets and towns, teaching points communities and villages."
    )
    field = "territories"


class DayTooFar(Refusal):
    message = _("This day is too far away.")
    remedy = _("Choose a day within ten years.")
    field = "on"


class ExpiryNeeded(Refusal):
    message = _("What shows this holds %(months)s months at most.")
    remedy = _("Give the last day on which it holds, %(latest)s at the latest.")
    field = "valid_until"


class ExpiredAlready(Refusal):
    message = _("It would have expired already.")
    remedy = _("Give a day to come.")
    field = "valid_until"


@dataclass(frozen=True)
class Targets:
    """What the network aims at [K]: parameters, each with where it comes from; a city sets its own (N-01).

    Shares are per cent: of districts with a district college, of streets and towns with a school, of communities and
    villages with a teaching point. A premises counts from `least_seats` seats on.
    """

    district_percent: int = 100
    street_percent: int = 50
    point_percent: int = 30
    least_seats: int = 10
    remind_days: int = 60
    source: str = "老年教育发展规划（2016—2020年）：乡镇（街道）50%、行政村（居委会）30%"


def check_parent(level: str, parent_level: str | None, *, depth_above: int = 0) -> None:
    """Raise unless a unit of `level` may stand under one of `parent_level`, itself `depth_above` deep (N-05)."""
    if parent_level is None:
        if level in (STREET, POINT):
            raise ParentMissing
        return
    if level == CITY:
        raise CityHasNoParent
    if LEVELS.index(parent_level) >= LEVELS.index(level):
        raise ParentNotAbove
    if depth_above >= MOST_DEPTH:
        raise TooDeep


def check_covers(level: str, territory_level: str, *, name: str) -> None:
    """Raise `CannotCover` unless a unit of `level` may cover a division of that level."""
    if territory_level != COVERS[level]:
        raise CannotCover(name=name)


def check_day(on: date, *, today: date) -> None:
    """Raise `DayTooFar` for a day that nobody plans for."""
    if abs((on - today).days) > MOST_DAYS:
        raise DayTooFar


def nearer(on: date, today: date) -> date:
    """`on`, or today where it is further away than anybody plans."""
    return on if abs((on - today).days) <= MOST_DAYS else today


def check_expiry(valid_until: date | None, *, months: int | None, today: date) -> None:
    """Raise `ExpiryNeeded`, `ExpiredAlready`: the last day on which it holds; `months` None never expires."""
    if valid_until is not None and valid_until < today:
        raise ExpiredAlready
    if months is not None:
        latest = months_later(today, months)
        if valid_until is None or valid_until > latest:
            raise ExpiryNeeded(months=months, latest=latest)


def days_later(on: date, days: int) -> date:
    """The day so many days after another."""
    return on + timedelta(days=days)


def months_later(on: date, months: int) -> date:
    """The same day of a later month; of a shorter one its last day."""
    years, month = divmod(on.month - 1 + months, 12)
    first = date(on.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=on.day - 1), following - timedelta(days=1))


# What an item of a standard is worth on a day.

MET, ENDING, ENDED, WAITING, REFUSED, MISSING = "met", "ending", "ended", "waiting", "refused", "missing"
GIVEN, ACCEPTED, NOT_ACCEPTED = "given", "accepted", "refused"


@dataclass(frozen=True)
class Shown:
    """Evidence as the rule sees it; the newest stands last."""

    state: str
    valid_until: date | None


def state_of_item(evidence: Sequence[Shown], *, on: date, remind_days: int) -> str:
    """Whether an item is met on a day by what was given for it, oldest first.

    What holds counts as long as it holds, whatever was given after it; `ending` is met, too, for `remind_days` at most.
    """
    holding = [one for one in evidence if one.state == ACCEPTED and (one.valid_until is None or one.valid_until >= on)]
    if holding:
        last = max((one.valid_until for one in holding if one.valid_until is not None), default=None)
        for_ever = any(one.valid_until is None for one in holding)
        return MET if for_ever or last is None or (last - on).days > remind_days else ENDING
    if any(one.state == GIVEN for one in evidence):
        return WAITING
    if any(one.state == ACCEPTED for one in evidence):
        return ENDED
    return REFUSED if evidence else MISSING


def shares_of(total: int, weights: Sequence[int]) -> list[int]:
    """`total` divided by weights into whole numbers that add up to it, the largest remainders first."""
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    found = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in order[: total - sum(found)]:
        found[at] += 1
    return found


def percent(part: int, whole: int) -> int | None:
    """Whole per cent, rounded down so that a target is not called reached before it is; None of nothing."""
    return part * 100 // whole if whole else None


def steps_of(values: Sequence[int | None], *, steps: int = 4) -> list[int | None]:
    """Which of `steps` equal widths each value lies in, 1 for the least; None where nothing is known."""
    known = [one for one in values if one is not None]
    if not known:
        return [None] * len(values)
    low, high = min(known), max(known)
    width = max(1, -(-(high - low + 1) // steps))
    return [None if one is None else min(steps, (one - low) // width + 1) for one in values]


def bounds_of(values: Sequence[int | None], *, steps: int = 4) -> list[tuple[int, int]]:
    """The least and the most of each step that `steps_of` uses, both counted in."""
    known = [one for one in values if one is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    width = max(1, -(-(high - low + 1) // steps))
    begins = [low + step * width for step in range(steps) if low + step * width <= high]
    return [(one, min(high, one + width - 1)) for one in begins]
