"""Rules of volunteers' service (V-01 to V-11): who fits, which minutes count, which star.

Numbers marked [K] are the house's own parameters; a division may set its own (`models.Scale`), never law.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from xuecheng.city.refusals import Refusal

STARS = 5
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
LONGEST_SHIFT = timedelta(hours=12)
"""Nobody serves longer at a stretch [K]."""
BURDEN_DAYS = 90
"""Of so many days the minutes served are shown beside an application, so that service is shared (T-04) [K]."""


@dataclass(frozen=True)
class Numbers:
    """The numbers of volunteers' service (⚙). Hours by star and days of registration by star begin with star one."""

    star_hours: tuple[int, ...] = (100, 300, 600, 1000, 1500)
    """V-09: reported of a provincial rule of 2013."""
    star_days: tuple[int, ...] = (183, 183, 365, 365, 365)
    """V-09: half a year for the first two, a year for those above (a district's practice of 2023; star five [K])."""
    answer_days: int = 3
    """Within so many days an application is answered (V-02) [K]."""
    adult_age: int = 18
    """Whoever may still be younger serves with a guardian's consent only (V-03)."""
    early_minutes: int = 60
    """So long before a shift one may check in [K]; what lies before the shift is waiting and counts for nothing."""
    over_minutes: int = 60
    """So long after the end of a shift service counts that ran over [K]; a forgotten check-out counts no further."""
    week_shifts: int = 3
    """More shifts a week than so many are told to whoever decides, and refused by nobody (T-04) [K]."""
    late_days: int = 30
    """So long after a shift hours may be registered that nobody checked in (V-08) [K]."""


DEFAULTS = Numbers()


def numbers_from(values: Mapping[str, Any]) -> Numbers:
    """What a version says; what it leaves out keeps its default."""
    known = {one.name for one in fields(Numbers)}
    found: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items() if name in known
    }
    return replace(DEFAULTS, **found)


def values_of(numbers: Numbers) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(numbers).items()}


class NumbersWrong(Refusal):
    message = _("A number lies outside what makes sense.")
    remedy = _(
        "Five stars, each with more hours than the one before; days 1 to 60, minutes 0 to 240, age 14 to 25, "
        "shifts 1 to 21."
    )


def check_numbers(one: Numbers) -> None:
    """Raises `NumbersWrong`."""
    hours = one.star_hours
    rising = all(low < high for low, high in pairwise(hours))
    sound = (
        len(hours) == len(one.star_days) == STARS
        and hours[0] >= 1
        and hours[-1] <= 100_000
        and rising
        and all(0 <= days <= 7_300 for days in one.star_days)
        and 1 <= one.answer_days <= 60
        and 14 <= one.adult_age <= 25
        and 0 <= one.early_minutes <= 240
        and 0 <= one.over_minutes <= 240
        and 1 <= one.late_days <= 60
        and 1 <= one.week_shifts <= 21
    )
    if not sound:
        raise NumbersWrong


# Ages. Of a person only the year of birth is known: where the birthday decides, the careful side counts.


def least_age(birth_year: int, on: date) -> int:
    """How old somebody is at least on a day: the birthday may still come."""
    return on.year - birth_year - 1


def most_age(birth_year: int, on: date) -> int:
    """How old somebody is at most on a day."""
    return on.year - birth_year


def may_be_minor(birth_year: int, on: date, numbers: Numbers) -> bool:
    return least_age(birth_year, on) < numbers.adult_age


def grown_up_on(birth_year: int, numbers: Numbers) -> date:
    """The first day on which somebody is surely of age."""
    return date(birth_year + numbers.adult_age + 1, 1, 1)


# Who fits (V-01, V-03, V-04)


class IdentityNotShown(Refusal):
    message = _("The identity was not shown yet (V-01).")
    remedy = _("Show the identity card to the organiser or at a counter.")


class YearOfBirthUnknown(Refusal):
    message = _("The year of birth is not known; so it is not known whether the age fits (V-03).")
    remedy = _("Have it entered at a counter.")


class TooYoung(Refusal):
    message = _("This service begins at the age of %(age)s; that age is not surely reached (V-03).")
    remedy = _("Look for a call that begins earlier.")


class TooOld(Refusal):
    message = _("This service ends at the age of %(age)s (V-03).")
    remedy = _("Look for a call without such a limit.")


class GuardianNotHeard(Refusal):
    message = _("Whoever is not surely of age serves with a guardian's consent only (V-03); none is kept.")
    remedy = _("Bring the guardian's written consent to the organiser.")


class SkillMissing(Refusal):
    message = _("This service asks for: %(skills)s (V-03).")
    remedy = _("If you can do it, say so in your entry.")


class TrainingMissing(Refusal):
    message = _("This service asks for a training first: %(trainings)s (V-04).")
    remedy = _("Do the training; its organiser enters that you did.")


class NotAble(Refusal):
    message = _("This service asks for something of the body: %(demands)s (V-03).")
    remedy = _("Say that you are able to, or choose another call.")
    field = "is_able"


class TeachesThen(Refusal):
    message = _("At this time a session is to be taught.")
    remedy = _("Choose another shift.")


class ServesThen(Refusal):
    message = _("At this time there is another shift already.")
    remedy = _("Choose another shift, or give the other one back.")


@dataclass(frozen=True)
class Asked:
    """What an activity asks of whoever serves; words are for people."""

    skills: Mapping[str, str]
    trainings: Mapping[str, str]
    least_age: int | None
    most_age: int | None
    demands: str


@dataclass(frozen=True)
class Offered:
    """What is known of a volunteer on the day of a shift."""

    is_identified: bool
    birth_year: int | None
    has_guardians_consent: bool
    skills: Collection[str]
    trainings: Collection[str]
    """Those in force on the day."""
    is_able: bool
    teaches: bool = False
    serves: bool = False


def why_not(asked: Asked, offered: Offered, *, on: date, numbers: Numbers) -> list[Refusal]:
    """Everything that stands against an assignment on a day; none if it fits (V-03)."""
    found: list[Refusal] = []
    if not offered.is_identified:
        found.append(IdentityNotShown())
    found += _age(asked, offered, on=on, numbers=numbers)
    if missing := [words for key, words in asked.skills.items() if key not in offered.skills]:
        found.append(SkillMissing(skills=pgettext("list", ", ").join(missing)))
    if missing := [words for key, words in asked.trainings.items() if key not in offered.trainings]:
        found.append(TrainingMissing(trainings=pgettext("list", ", ").join(missing)))
    if asked.demands and not offered.is_able:
        found.append(NotAble(demands=asked.demands))
    if offered.teaches:
        found.append(TeachesThen())
    if offered.serves:
        found.append(ServesThen())
    return found


def _age(asked: Asked, offered: Offered, *, on: date, numbers: Numbers) -> list[Refusal]:
    if offered.birth_year is None:
        return [YearOfBirthUnknown()]
    found: list[Refusal] = []
    if asked.least_age is not None and least_age(offered.birth_year, on) < asked.least_age:
        found.append(TooYoung(age=asked.least_age))
    if asked.most_age is not None and most_age(offered.birth_year, on) > asked.most_age:
        found.append(TooOld(age=asked.most_age))
    if may_be_minor(offered.birth_year, on, numbers) and not offered.has_guardians_consent:
        found.append(GuardianNotHeard())
    return found


# Who is asked first (T-04 for volunteers): a soft limit, never a refusal.


@dataclass(frozen=True)
class Burden:
    """What somebody served in the last `BURDEN_DAYS` days, in minutes, and other shifts they have in a shift's week."""

    minutes: int = 0
    shifts: int = 0

    def is_over(self, numbers: Numbers) -> bool:
        """Whether one more shift would be more in that week than is good for people."""
        return self.shifts + 1 > numbers.week_shifts


# Which minutes count (V-07)


class CheckInTooEarly(Refusal):
    message = _("Nobody can check in to this shift yet.")
    remedy = _("Check in when they are there: from %(minutes)s minutes before it begins.")
    field = "when"


class ShiftOver(Refusal):
    message = _("The shift was over then.")
    remedy = _("Hours count only for who was checked in while the shift went on (V-07).")
    field = "when"


class InTheFuture(Refusal):
    message = _("This time is still to come.")
    field = "when"


class OutBeforeIn(Refusal):
    message = _("Checking out comes after checking in.")
    field = "when"


class PauseTooLong(Refusal):
    message = _("Pauses and waiting are longer than the service.")
    field = "pause_minutes"


def check_arrival(when: datetime, *, begins: datetime, ends: datetime, at: datetime, numbers: Numbers) -> None:
    """Raises why somebody cannot have checked in at a time."""
    if when > at:
        raise InTheFuture
    if when < begins - timedelta(minutes=numbers.early_minutes):
        raise CheckInTooEarly(minutes=numbers.early_minutes)
    if when >= ends:
        raise ShiftOver


def counted_period(
    *, begins: datetime, ends: datetime, checked_in: datetime, checked_out: datetime, numbers: Numbers
) -> tuple[datetime, datetime]:
    """From when until when service counts: not before the shift, and little beyond it. Empty if nothing counts."""
    first = max(begins, checked_in)
    last = min(checked_out, ends + timedelta(minutes=numbers.over_minutes))
    return first, max(first, last)


def minutes_of(begins: datetime, ends: datetime, pause_minutes: int) -> int:
    """Whole minutes of service: of the period, rounded down, without pauses and waiting. Raises `PauseTooLong`."""
    whole = int((ends - begins).total_seconds()) // 60
    if pause_minutes > whole:
        raise PauseTooLong
    return whole - pause_minutes


# Registered afterwards (V-08)


class TooLateToRegister(Refusal):
    message = _("Hours are registered afterwards within %(days)s days of the shift (V-08).")
    remedy = _("They can be thanked for, but count for nothing any more.")


class ShiftNotOver(Refusal):
    message = _("The shift is not over; whoever is there is checked in.")
    remedy = _("Check them in.")


class NothingOfTheShift(Refusal):
    message = _("Nothing of this time lies within the shift.")
    remedy = _("Hours count from the beginning of the shift to little after its end (V-07).")
    field = "came_at"


def check_late(*, ends: datetime, at: datetime, numbers: Numbers) -> None:
    """Raises why hours of a shift that ends then cannot be registered afterwards at a time."""
    if at < ends:
        raise ShiftNotOver
    if at >= ends + timedelta(days=numbers.late_days):
        raise TooLateToRegister(days=numbers.late_days)


def late_period(
    *, begins: datetime, ends: datetime, came: datetime, went: datetime, at: datetime, numbers: Numbers
) -> tuple[datetime, datetime]:
    """What counts of a time told afterwards, by the same arithmetic as checking in and out.

    Raises `InTheFuture`, `OutBeforeIn`, `NothingOfTheShift`.
    """
    if went > at:
        raise InTheFuture(at_field="went_at")
    if went <= came:
        raise OutBeforeIn(at_field="went_at")
    found = counted_period(begins=begins, ends=ends, checked_in=came, checked_out=went, numbers=numbers)
    if found[0] >= found[1]:
        raise NothingOfTheShift
    return found


# Stars (V-09)


@dataclass(frozen=True)
class Star:
    """The star somebody has, and what the next one asks: minutes still to serve, days still to be registered."""

    number: int
    next_number: int | None
    missing_minutes: int
    missing_days: int


def star_of(minutes: int, registered_days: int, numbers: Numbers) -> Star:
    """The highest star whose hours and days of registration are both reached; 0 for none."""
    reached = 0
    for hours, days in zip(numbers.star_hours, numbers.star_days, strict=True):
        if minutes < hours * 60 or registered_days < days:
            break
        reached += 1
    if reached == STARS:
        return Star(reached, None, 0, 0)
    missing = max(0, numbers.star_hours[reached] * 60 - minutes)
    return Star(reached, reached + 1, missing, max(0, numbers.star_days[reached] - registered_days))
