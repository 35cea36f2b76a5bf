"""Verbs of a series: a season of dates at once, each kept with what became of it (B-04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import Booking, BookingSeries, LoanUse, Occurrence, RoomLoan, Space
from xuecheng.coordination.facilities.queries import BOOK

from .bench import Wanted, bench, check_fits
from .booking import SpaceOfAnother
from .keeping import locked
from .lending import for_the_unit, loans_in_reach, not_within, require_with_series
from .line import offer_next


class NothingLeft(Refusal):
    message = _("No date of this series is to come.")


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """The same time of a weekday, from a first day to a last one (counted in), but for exceptions."""

    begins_on: date
    ends_on: date
    weekday: int
    begins_minute: int
    length_minutes: int
    every_weeks: int = 1
    exceptions: frozenset[date] = field(default_factory=frozenset)

    def period(self, on: date) -> tuple[datetime, datetime]:
        begins = rules.at_minute(on, self.begins_minute, clock.zone())
        return begins, begins + timedelta(minutes=self.length_minutes)

    def dates(self) -> list[date]:
        """All dates, exceptions too. Raises `SeriesEmpty`, `SeriesTooLong`, `ExceptionNotInSeries`, `PeriodEmpty`."""
        if not 1 <= self.length_minutes <= rules.DAY:
            raise rules.PeriodEmpty
        found = rules.dates_of(self.begins_on, self.ends_on, weekday=self.weekday, every_weeks=self.every_weeks)
        rules.check_exceptions(found, self.exceptions)
        return found


def book_series(
    *, actor: Standing, public_id: UUID, space: Space, pattern: Pattern, wanted: Wanted, at: datetime
) -> BookingSeries:
    """Book each date of a pattern that nothing blocks; every other is kept with its reason, and none hides another.

    Asked again in the same words, return the same series. Right: facilities.book_space at the place, or at a unit to
    which the room is lent (P-03): it books for itself, and dates on which it is not lent are refused as such. Raises
    `Denied`, `NotWithinLoan` where it is lent on none, `LentToTheUnit`, `TooManyHeads`, `FormUsedBefore`, what
    `Pattern.dates` and `Wanted.values` raise.
    """
    reach = loans_in_reach(actor, space, at=at)
    values = wanted.values()
    dates = pattern.dates()
    shape = {
        "begins_on": pattern.begins_on,
        "ends_on": pattern.ends_on,
        "weekday": pattern.weekday,
        "every_weeks": pattern.every_weeks,
        "begins_minute": pattern.begins_minute,
        "length_minutes": pattern.length_minutes,
        "exceptions": sorted(pattern.exceptions),
    }
    with (
        trace.change(by=actor.person, why=values["purpose"]),
        refusing(
            hold_one_at_a_time=SpaceOfAnother,
            hold_within_places=SpaceOfAnother,
            booking_series_public_id_once=FormUsedBefore,
        ),
    ):
        venue = locked(space.venue)
        known = BookingSeries.objects.filter(public_id=public_id).first()
        if known is not None:
            same = {"space_id": space.pk, **shape, **values}
            if any(getattr(known, name) != value for name, value in same.items()):
                raise FormUsedBefore
            return known
        space = Space.objects.get(pk=space.pk)
        space.venue = venue
        check_fits(space, wanted)
        if reach is not None:
            # Asked anew under the lock: the owner who ends a loan has queued for it.
            reach = for_the_unit(loans_in_reach(actor, space, at=at) or [], values["group_organisation"])
            if not any(_lent_then(reach, *pattern.period(on)) for on in dates):
                raise not_within(reach[0])
        made = BookingSeries.objects.create(
            public_id=public_id, space=space, venue=venue, booked_by=actor.person, made_at=at, **shape, **values
        )
        _judge(made, pattern, dates, wanted, reach=reach, at=at)
    return made


def _lent_then(loans: Sequence[RoomLoan], begins: datetime, ends: datetime) -> RoomLoan | None:
    return next((one for one in loans if one.lent().covers(begins, ends, clock.zone())), None)


def _judge(
    series: BookingSeries, pattern: Pattern, dates: list[date], wanted: Wanted, *, reach: list[RoomLoan] | None,
    at: datetime,
) -> None:  # fmt: skip
    """Write every date with its result: one judgement for each, one statement for all bookings, one for all dates.

    `reach`: by which loans it is booked; None at the place itself.
    """
    known = bench(
        series.space, begins=pattern.period(dates[0])[0], ends=pattern.period(dates[-1])[1], wanted=wanted, at=at
    )
    bookings: list[Booking] = []
    uses: list[LoanUse] = []
    occurrences: list[Occurrence] = []
    for on in dates:
        begins, ends = pattern.period(on)
        period = TimestamptzRange(begins, ends)
        row = Occurrence(series=series, on=on, during=period, result=Occurrence.Result.EXCEPTED)
        occurrences.append(row)
        if on in pattern.exceptions:
            continue
        wish = rules.Wish(begins, ends, wanted.heads, is_seasonal=wanted.is_seasonal)
        loan = _lent_then(reach, begins, ends) if reach is not None else None
        judged = known.judged(wish)
        blocked = judged.blocked
        if reach is not None and loan is None:
            blocked = rules.LentAtOtherTimes(date=on.isoformat())
        if blocked is not None:
            row.result, row.reason = Occurrence.Result.REFUSED, blocked.reason
            row.conflict, row.values = type(blocked).__name__, blocked.values
            continue
        if judged.is_confirmed:
            known.take(wish)
        row.result = Occurrence.Result.ACCEPTED
        row.booking = Booking(
            public_id=uuid7(),
            space=series.space,
            venue=series.venue,
            series=series,
            during=period,
            state=Booking.State.CONFIRMED if judged.is_confirmed else Booking.State.PROPOSED,
            said=judged.said,
            booked_by=series.booked_by,
            made_at=at,
            **wanted.values(),
        )
        bookings.append(row.booking)
        if loan is not None:
            uses.append(LoanUse(loan=loan, booking=row.booking))
    Booking.objects.bulk_create(bookings)
    LoanUse.objects.bulk_create(uses)
    Occurrence.objects.bulk_create(occurrences)


def cancel_series(*, actor: Standing, series: BookingSeries, at: datetime, why: str) -> int:
    """Give back every date of a series that has not begun; how many. What was, stays.

    Right: facilities.book_space at the place, or at the unit to which the room is lent. Raises `Denied`, `NothingLeft`.
    """
    require_with_series(actor, BOOK, series)
    with trace.change(by=actor.person, why=why):
        venue = locked(series.venue)
        rows = Booking.objects.filter(
            series=series,
            state__in=[Booking.State.CONFIRMED, Booking.State.PROPOSED],
            during__startswith__gt=at,
        )
        spans = list(rows.order_by("during").values_list("during", flat=True))
        given_back = rows.update(state=Booking.State.CANCELLED, ended_because=why.strip()[:200])
        if not given_back:
            raise NothingLeft
        offer_next(venue, at=at, near=TimestamptzRange(spans[0].lower, spans[-1].upper))
    return given_back
