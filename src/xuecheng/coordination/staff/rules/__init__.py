"""The law of the pool of teachers (I5; T-01…T-09): pure functions of values and given days.

Hours of a week are minutes from Monday 00:00, half-open, as `Span`; days are the city's. Numbers that a level may set
(⚙) stand in `Limits`, never in a function.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

DAY, WEEK = 24 * 60, 7 * 24 * 60
Span = tuple[int, int]
"""`[from, to)` in minutes of the week."""
Period = tuple[date, date]
"""`[first day, day after the last)`."""


class Form(StrEnum):
    """The four legal forms in which somebody teaches for a unit that is not their own."""

    BORROW = "borrow"
    HIRE = "hire"
    CONCURRENT = "concurrent"
    TRANSFER = "transfer"


class Party(StrEnum):
    """Whose consent it is."""

    HOME = "home"
    PERSON = "person"
    RECEIVER = "receiver"


ORDER: dict[Form, tuple[Party, ...]] = {
    Form.BORROW: (Party.HOME, Party.PERSON, Party.RECEIVER),
    Form.HIRE: (Party.PERSON, Party.RECEIVER),
    Form.CONCURRENT: (Party.HOME, Party.PERSON, Party.RECEIVER),
    Form.TRANSFER: (Party.PERSON, Party.HOME, Party.RECEIVER),
}
"""Who consents, in which order. A home unit decides before its own people are asked; a transfer begins with them."""
EXTENSION_ORDER: tuple[Party, ...] = (Party.HOME, Party.PERSON)

LICENSED: frozenset[str] = frozenset({"first_aid", "health"})
"""Subjects that ask for a professional licence (T-02). 志愿服务条例 art. 16 wants one where a law does; which subjects
those are the guide does not say, so these two are our choice and no page calls them law."""

PARTS_OF_DAY: dict[str, Span] = {
    "morning": (8 * 60 + 30, 12 * 60),
    "afternoon": (14 * 60, 17 * 60 + 30),
    "evening": (19 * 60, 21 * 60 + 30),
}
WHOLE_WEEK: tuple[Span, ...] = tuple(
    (weekday * DAY + PARTS_OF_DAY[part][0], weekday * DAY + PARTS_OF_DAY[part][1])
    for weekday in range(5)
    for part in ("morning", "afternoon")
)
"""The hours of who is borrowed or transferred full-time."""

KM_IN_STREET, KM_IN_DISTRICT, KM_IN_CITY = 2, 8, 25
"""Distances between two places by the division that holds both, until places have coordinates; estimates."""
MINUTES_PER_KM = 3
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True)
class Limits:
    """The numbers a level may set (⚙), with the defaults of the guide."""

    full_time_sessions: int = 16
    part_time_sessions: int = 6
    volunteer_sessions: int = 3
    full_time_share: int = 5
    part_time_share: int = 45
    travel_buffer_minutes: int = 15
    borrow_months: int = 12
    extension_months: int = 6
    recall_days: int = 30
    season_days: int = 184
    weekly_hours: int = 44
    trial_months: int = 3
    heavy_share: int = 80
    """From more than so much of their limit, in per cent, somebody carries too much in the long run (T-04) [K]."""

    def sessions_of(self, kind: str) -> int:
        """How many sessions a week somebody of that type teaches at most (T-04)."""
        return {"full_time": self.full_time_sessions, "part_time": self.part_time_sessions}.get(
            kind, self.volunteer_sessions
        )


class DayOutOfReach(Refusal):
    message = _("Days from %(first)s to %(last)s can be chosen.")


class HoursEmpty(Refusal):
    message = _("Give at least one time of the week.")
    field = "hours"


class HoursWrong(Refusal):
    message = _("A time of the week must end after it begins, on the same day.")
    field = "hours"


class HoursTwice(Refusal):
    message = _("Two of the times overlap.")
    remedy = _("Make one of them shorter.")
    field = "hours"


class PeriodWrong(Refusal):
    message = _("The last day must not lie before the first.")
    field = "ends_on"


class BeginsInThePast(Refusal):
    message = _("The first day lies in the past.")
    remedy = _("Choose today or a later day.")
    field = "begins_on"


class SubjectMissing(Refusal):
    message = _("Choose at least one subject.")
    field = "subjects"


class WishAboveCeiling(Refusal):
    message = _("Somebody of this type teaches at most %(most)d sessions a week (T-04).")
    remedy = _("Write %(most)d or fewer.")
    field = "sessions"


class LicenceMissing(Refusal):
    message = _("This subject is taught with a professional licence only (T-02).")
    remedy = _("Write the number of the licence.")
    field = "licence_number"


class QualificationPeriodWrong(Refusal):
    message = _("It must expire after it was issued.")
    field = "expires_on"


class QualificationOver(Refusal):
    message = _("This qualification has expired already.")
    remedy = _("Bring the renewed one.")
    field = "expires_on"


class BorrowTooLong(Refusal):
    message = _("Borrowing lasts %(months)d months at most (T-05).")
    remedy = _("Choose %(day)s or an earlier last day; it may be extended once.")
    field = "ends_on"


class HireTooLong(Refusal):
    message = _("A hire lasts one season, %(days)d days at most (T-06).")
    remedy = _("Choose %(day)s or an earlier last day.")
    field = "ends_on"


class FeeMissing(Refusal):
    message = _("A hire needs a table of fees (T-06).")
    remedy = _("Write the fee of a session for at least one level.")
    field = "fee_1"


class FeeNotHere(Refusal):
    message = _("Pay stays at the home unit; this form has no fee (T-05).")
    remedy = _("Leave the fees empty, or choose another form.")
    field = "fee_1"


class HomeUnitMissing(Refusal):
    message = _("Only somebody of another unit can be borrowed, work beside their post or be transferred.")
    remedy = _("Choose a hire, or a person of another unit.")
    field = "form"


class HireNeedsApproval(Refusal):
    message = _("Whoever holds a post is not hired past their unit (T-07).")
    remedy = _("Choose “beside the post”: the home unit approves it in writing.")
    field = "form"


class MainHoursMissing(Refusal):
    message = _("Work beside a post needs the weekly hours of that post (T-07).")
    field = "main_hours"


class WeekTooLong(Refusal):
    message = _(
        "With the main post and other agreements it comes to %(hours)s hours a week; at most are %(most)d (T-07)."
    )
    remedy = _("Take fewer hours, or another period.")
    field = "hours"


class InsideMainPost(Refusal):
    message = _("Some of these hours are owed to the home unit (T-04, T-07).")
    remedy = _("Choose hours outside the main post.")
    field = "hours"


class ExtendedBefore(Refusal):
    message = _("Borrowing is extended once only (T-05).")
    remedy = _("When it is over, agree anew.")
    field = "until"


class ExtensionTooLong(Refusal):
    message = _("An extension lasts %(months)d months at most (T-05).")
    remedy = _("Choose %(day)s or an earlier last day.")
    field = "until"


class OnlyBorrowing(Refusal):
    message = _("Only borrowing is extended and recalled (T-05).")
    remedy = _("End this agreement, or agree anew.")


class RecallTooEarly(Refusal):
    message = _("A recall needs %(days)d days' notice (T-05).")
    remedy = _("The earliest day is %(day)s.")
    field = "on"


class EndsOutside(Refusal):
    message = _("The day must lie within the agreement, and not in the past.")
    remedy = _("Choose a day from %(first)s to %(last)s.")
    field = "on"


def check_days(*days: date) -> None:
    """Days of this age: no arithmetic of ours leaves the calendar. Raises `DayOutOfReach`."""
    if not all(FIRST_DAY <= day <= LAST_DAY for day in days):
        raise DayOutOfReach(first=FIRST_DAY, last=LAST_DAY)


def span(weekday: int, begins: int, ends: int) -> Span:
    """Minutes of the week from a weekday (Monday 0) and minutes of the day. Raises `HoursWrong`."""
    if not (0 <= weekday < 7 and 0 <= begins < ends <= DAY):
        raise HoursWrong
    return (weekday * DAY + begins, weekday * DAY + ends)


def span_of(begins_at: datetime, ends_at: datetime) -> Span:
    """The minutes of the week of two local times on one day. Raises `HoursWrong`."""
    if begins_at.date() != ends_at.date() or begins_at >= ends_at:
        raise HoursWrong
    return span(begins_at.weekday(), begins_at.hour * 60 + begins_at.minute, ends_at.hour * 60 + ends_at.minute)


def check_hours(hours: Iterable[Span]) -> tuple[Span, ...]:
    """The hours of a week, in order. Raises `HoursEmpty`, `HoursWrong`, `HoursTwice`."""
    ordered = tuple(sorted(hours))
    if not ordered:
        raise HoursEmpty
    for begins, ends in ordered:
        if not (0 <= begins < ends <= WEEK) or begins // DAY != (ends - 1) // DAY:
            raise HoursWrong
    if any(one[1] > other[0] for one, other in pairwise(ordered)):
        raise HoursTwice
    return ordered


def overlap(some: Iterable[Span], others: Collection[Span]) -> bool:
    """Whether any two spans share a minute."""
    return any(one[0] < other[1] and other[0] < one[1] for one in some for other in others)


def within(one: Span, hours: Collection[Span]) -> bool:
    """Whether one of the hours holds the whole span."""
    return any(begins <= one[0] and one[1] <= ends for begins, ends in hours)


def minutes_of(hours: Iterable[Span]) -> int:
    return sum(ends - begins for begins, ends in hours)


def months_after(day: date, months: int) -> date:
    """The same day `months` later; the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def check_wish(kind: str, sessions: int, limits: Limits) -> None:
    """What somebody wishes to teach a week lies within the ceiling of their type (T-04)."""
    most = limits.sessions_of(kind)
    if not 1 <= sessions <= most:
        raise WishAboveCeiling(most=most)


def check_qualification(
    *, subject: str, licence_number: str, issued_on: date, expires_on: date | None, today: date
) -> None:
    """T-02: a licence where the subject asks for one, a period that is not over."""
    if subject in LICENSED and not licence_number.strip():
        raise LicenceMissing
    if expires_on is not None and expires_on <= issued_on:
        raise QualificationPeriodWrong
    if expires_on is not None and expires_on <= today:
        raise QualificationOver


def check_form(form: Form, *, has_other_home: bool) -> None:
    """Borrowing, working beside a post and transfers come from another unit; who has none is hired (T-05…T-09)."""
    if form is Form.HIRE:
        if has_other_home:
            raise HireNeedsApproval
    elif not has_other_home:
        raise HomeUnitMissing


def check_period(form: Form, period: Period, *, today: date, limits: Limits) -> None:
    """First and last day, and how long the form may last (T-05, T-06)."""
    begins, ends = period
    if ends <= begins:
        raise PeriodWrong
    if begins < today:
        raise BeginsInThePast
    if form is Form.BORROW:
        most = months_after(begins, limits.borrow_months)
        if ends > most:
            raise BorrowTooLong(months=limits.borrow_months, day=most - timedelta(days=1))
    if form is Form.HIRE and (ends - begins).days > limits.season_days:
        raise HireTooLong(days=limits.season_days, day=begins + timedelta(days=limits.season_days - 1))


def check_fees(form: Form, fees: dict[int, int]) -> None:
    """A hire has a table of fees; of those who are borrowed or transferred the home unit pays, or the new one wages."""
    if form is Form.HIRE and not fees:
        raise FeeMissing
    if form in (Form.BORROW, Form.TRANSFER) and fees:
        raise FeeNotHere


def heaviest_week(parts: Iterable[tuple[Period, int]], within: Period) -> int:
    """The most minutes a week that agreements come to on any day of a period; the day one begins is the heaviest."""
    known = [(begins, ends, minutes) for (begins, ends), minutes in parts if begins < within[1] and within[0] < ends]
    days = {within[0], *(begins for begins, _ends, _minutes in known if begins > within[0])}
    return max(sum(minutes for begins, ends, minutes in known if begins <= day < ends) for day in days)


def check_week(
    main_minutes: int, others: Iterable[tuple[Period, int]], own: tuple[Period, int], limits: Limits
) -> None:
    """T-07: the main post, what runs beside it and this come to no more than the weekly hours [K]."""
    total = main_minutes + own[1] + heaviest_week(others, own[0])
    if total > limits.weekly_hours * 60:
        hours, minutes = divmod(total, 60)
        raise WeekTooLong(hours=f"{hours}:{minutes:02d}" if minutes else str(hours), most=limits.weekly_hours)


def check_outside(hours: Collection[Span], owed: Collection[Span]) -> None:
    """T-04, T-07: none of the hours is owed to the home unit."""
    if overlap(hours, owed):
        raise InsideMainPost


def check_extension(form: Form, period: Period, until: date, *, was_extended: bool, limits: Limits) -> None:
    """T-05: borrowing only, once, by so many months; `until` is the day after the new last one."""
    if form is not Form.BORROW:
        raise OnlyBorrowing
    if was_extended:
        raise ExtendedBefore
    if until <= period[1]:
        raise PeriodWrong(at_field="until")
    most = months_after(period[1], limits.extension_months)
    if until > most:
        raise ExtensionTooLong(months=limits.extension_months, day=most - timedelta(days=1))


def check_recall(form: Form, period: Period, on: date, *, today: date, days: int) -> None:
    """T-05: the home unit recalls with notice; `on` is the first day back at home."""
    if form is not Form.BORROW:
        raise OnlyBorrowing
    earliest = max(today + timedelta(days=days), period[0] + timedelta(days=1))
    if on < earliest:
        raise RecallTooEarly(days=days, day=earliest)
    if on >= period[1]:
        raise EndsOutside(first=earliest, last=period[1] - timedelta(days=1))


def check_end(period: Period, on: date, *, today: date) -> None:
    """An early end lies within the agreement; `on` is the first day on which it counts no more."""
    earliest = max(today, period[0] + timedelta(days=1))
    if not earliest <= on < period[1]:
        raise EndsOutside(first=earliest, last=period[1] - timedelta(days=1))


def kilometres(one: Sequence[str], other: Sequence[str]) -> int:
    """About how far two divisions lie apart, by their lines of ancestors' keys (city, district, street, community)."""
    shared = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        shared += 1
    return {0: KM_IN_CITY, 1: KM_IN_CITY, 2: KM_IN_DISTRICT}.get(shared, KM_IN_STREET)


def line_of(path: str) -> list[str]:
    """The keys of a division's path."""
    return [key for key in path.split("/") if key]


def minutes_between(km: int, limits: Limits) -> int:
    """What must lie between the end of one class and the beginning of another elsewhere (T-03); 0 in one place."""
    return km * MINUTES_PER_KM + limits.travel_buffer_minutes


def shares(minutes: dict[str, int]) -> dict[str, int]:
    """Each type's part of all teaching, in hundredths of a per cent; nothing for nothing."""
    total = sum(minutes.values())
    return {kind: amount * 10_000 // total for kind, amount in minutes.items()} if total else {}
