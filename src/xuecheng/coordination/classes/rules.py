"""What is asked of a class and its times: priorities, who may come, levels, dates of a series."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

PRIORITIES = ("locals", "elders", "first_timers")
OLDEST = 120
NEAR_KM = 5.0
"""What is near a street: some twenty minutes by bicycle or bus [K]."""
MOST_NEAR = 12
"""So many classes near a street are shown."""


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


# Levels of the network


class LevelNotAllowed(Refusal):
    """N-03: a course is held at the levels of the network that it lists."""

    message = _("This course is not meant for %(level)s (N-03).")
    remedy = _("Let it be held by a unit of a level that the course names, or choose another course.")
    field = "host"


def check_level(level: str, allowed: Iterable[str], *, word: object) -> None:
    """Whether a unit of a level may hold a course (N-03). `word` names the level. Raises `LevelNotAllowed`."""
    if level not in set(allowed):
        raise LevelNotAllowed(level=word)


# Seats and enrolment


class SeatsUnsound(Refusal):
    message = _("The fewest and the most learners do not fit together.")
    remedy = _("Give numbers from 1 to 2,000, the smaller one first.")
    field = "seats_most"


class EnrolmentUnsound(Refusal):
    message = _("Enrolment closes after it opens.")
    remedy = _("Give both times, the later one last.")
    field = "enrolment_closes_at"


MOST_SEATS = 2000


def check_seats(least: int, most: int) -> None:
    """Raises `SeatsUnsound`."""
    if not 1 <= least <= most <= MOST_SEATS:
        raise SeatsUnsound


def check_enrolment(opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Both times or neither, in order. Raises `EnrolmentUnsound`."""
    if (opens_at is None) != (closes_at is None) or (opens_at and closes_at and closes_at <= opens_at):
        raise EnrolmentUnsound


# Dates of a series

MOST_SESSIONS = 60
"""More than a year of weeks are never planned at once."""
LONGEST_DAYS = 400


class SeriesUnsound(Refusal):
    message = _("A series has from 1 to %(most)d sessions within %(days)d days.")
    remedy = _("Plan fewer at once, or leave fewer dates out.")
    field = "count"

    def __init__(self) -> None:
        super().__init__(most=MOST_SESSIONS, days=LONGEST_DAYS)


class LeftOut(Enum):
    """Why a date of a series is none of its sessions."""

    EXCEPTION = "exception"
    HOLIDAY = "holiday"


def weekly(
    first_day: date,
    count: int,
    *,
    every_weeks: int = 1,
    without: Collection[date] = (),
    is_holiday: Callable[[date], bool] = lambda _on: False,
) -> tuple[list[date], dict[date, LeftOut]]:
    """`count` dates on the weekday of `first_day`, and those on the way that are left out with why (B-05).

    A date that is left out is followed by another one at the end, so that the course keeps its number of sessions.
    Raises `SeriesUnsound`.
    """
    if not 1 <= count <= MOST_SESSIONS or not 1 <= every_weeks <= 8:
        raise SeriesUnsound
    kept: list[date] = []
    out: dict[date, LeftOut] = {}
    on = first_day
    while len(kept) < count:
        if (on - first_day).days > LONGEST_DAYS:
            raise SeriesUnsound
        if on in without:
            out[on] = LeftOut.EXCEPTION
        elif is_holiday(on):
            out[on] = LeftOut.HOLIDAY
        else:
            kept.append(on)
        on += timedelta(weeks=every_weeks)
    return kept, out


def weeks_between(old_first: date, new_first: date) -> int:
    """By how many whole weeks a season lies later than another: from the Monday of one first week to the other's."""
    monday = [one - timedelta(days=one.weekday()) for one in (old_first, new_first)]
    return (monday[1] - monday[0]).days // 7


# Moving


class NotInThatState(Refusal):
    message = _("A class that is “%(state)s” cannot do that.")
    remedy = _("Look at its page: the next steps stand there.")


class SessionsMissing(Refusal):
    message = _("The course has %(needs)d sessions; %(has)d are planned.")
    remedy = _("Plan the missing ones first.")


class RoomMissing(Refusal):
    message = _("Sessions without a room: %(count)d, the first on %(day)s.")
    remedy = _("Book a room for each session first.")


class TeacherMissing(Refusal):
    message = _("Sessions without a teacher: %(count)d, the first on %(day)s.")
    remedy = _("Assign a teacher to each session first.")


class RoomTooSmall(Refusal):
    message = _("On %(day)s the room has %(capacity)d places; the class has %(seats)d seats.")
    remedy = _("Choose a larger room, or give the class fewer seats.")


class EnrolmentMissing(Refusal):
    message = _("Nobody knows when enrolment opens and closes.")
    remedy = _("Enter both times first.")
    field = "enrolment_opens_at"


class OpensTooLate(Refusal):
    message = _("The first session has begun already.")
    remedy = _("Move it to a day to come first.")


class NotBegunYet(Refusal):
    message = _("The first session is on %(day)s.")
    remedy = _("Start the class on that day.")


class SessionsOpen(Refusal):
    message = _("Sessions neither held nor cancelled: %(count)d, the first on %(day)s.")
    remedy = _("Say of each whether it was held; cancel those that were not.")


@dataclass(frozen=True)
class Meeting:
    """One session as the rules of moving see it."""

    day: date
    begins: datetime
    ends: datetime
    is_planned: bool
    has_room: bool
    has_teacher: bool
    capacity: int | None
    """Of the room; None without one."""


def check_open(meetings: Sequence[Meeting], *, needs: int, seats: int, has_enrolment: bool, at: datetime) -> None:
    """Whether a class has everything that people may enrol for.

    Raises `EnrolmentMissing`, `SessionsMissing`, `RoomMissing`, `TeacherMissing`, `RoomTooSmall`, `OpensTooLate`.
    """
    if not has_enrolment:
        raise EnrolmentMissing
    planned = sorted((one for one in meetings if one.is_planned), key=lambda one: one.begins)
    if len(planned) < needs or not planned:
        raise SessionsMissing(needs=max(needs, 1), has=len(planned))
    for missing, refusal in (
        ([one for one in planned if not one.has_room], RoomMissing),
        ([one for one in planned if not one.has_teacher], TeacherMissing),
    ):
        if missing:
            raise refusal(count=len(missing), day=missing[0].day)
    for one in planned:
        if one.capacity is not None and one.capacity < seats:
            raise RoomTooSmall(day=one.day, capacity=one.capacity, seats=seats)
    if planned[0].begins <= at:
        raise OpensTooLate


def check_start(meetings: Sequence[Meeting], *, today: date) -> None:
    """A class runs from the day of its first session. Raises `NotBegunYet`, `SessionsMissing`."""
    kept = [one.day for one in meetings]
    if not kept:
        raise SessionsMissing(needs=1, has=0)
    if today < min(kept):
        raise NotBegunYet(day=min(kept))


def check_finish(meetings: Sequence[Meeting]) -> None:
    """Every session is held or cancelled. Raises `SessionsOpen`."""
    left = sorted((one for one in meetings if one.is_planned), key=lambda one: one.begins)
    if left:
        raise SessionsOpen(count=len(left), day=left[0].day)
