"""Every reason not to give a room, each with its code of B-04 and its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.refusals import Refusal
from xuecheng.city.workdays.rules import HOLIDAYS

DAY = 24 * 60
"""Minutes of a day. China keeps no summer time, so every day has as many."""


LONGEST_DAYS = 31
"""One booking reaches over so many days at most; longer use is a series, or a closure."""


LONGEST_SERIES_DAYS = 400


MOST_BUFFER_MINUTES = 240
"""The search widens every wish by this much before it looks at a room's own buffers."""


class Reason(StrEnum):
    """Why a date is refused (B-04)."""

    INTERVAL = "interval"
    OVERLAP = "overlap"
    CLOSED = "closed"
    BUFFER = "buffer"
    HOLIDAY = "holiday"
    DEFECT = "defect"
    QUOTA = "quota"


class Level(StrEnum):
    """What a conflict does (B-09): it blocks, lets the booking only be proposed, is said, or is passed over."""

    BLOCK = "block"
    BLOCK_RELEASE = "block_release"
    WARN = "warn"
    IGNORE = "ignore"


HARD = frozenset({Reason.INTERVAL, Reason.OVERLAP, Reason.BUFFER})
"""Reasons that always block: the database would refuse them anyway, or the wish makes no sense."""


SOFT = tuple(reason for reason in Reason if reason not in HARD)


class Conflict(Refusal):
    """A reason not to give a room for a period."""

    reason: ClassVar[Reason] = Reason.INTERVAL
    is_hard: ClassVar[bool] = False
    field = "begins_at"


class PeriodEmpty(Conflict):
    message = _("It must end after it begins.")
    field = "ends_at"
    is_hard = True


class PeriodTooLong(Conflict):
    message = _("One booking lasts %(days)s days at most.")
    remedy = _("Make it a series, or close the room for that time.")
    field = "ends_at"
    is_hard = True


class BookingInThePast(Conflict):
    message = _("This time has passed.")
    remedy = _("Choose a time to come.")
    is_hard = True


class TooFarAhead(Conflict):
    message = _("Bookings are taken %(days)s days ahead at most.")
    remedy = _("Choose an earlier day, or ask for it in the season's allocation.")
    reason = Reason.QUOTA


class VenueIsClosed(Conflict):
    message = _("This place is closed: %(why)s")
    remedy = _("Choose another place.")
    reason = Reason.CLOSED
    is_hard = True


class SchoolHasNotConsented(Conflict):
    """B-06: school premises need the school's consent."""

    message = _("The school has not agreed that others use its rooms.")
    remedy = _("Ask the school; its keeper then ticks the consent.")
    reason = Reason.CLOSED
    is_hard = True


class SpaceIsClosed(Conflict):
    message = _("This room is not given out: %(why)s")
    remedy = _("Choose another room.")
    reason = Reason.CLOSED
    is_hard = True


class ClosedOnHoliday(Conflict):
    """B-05: statutory holidays close a place unless it opted in."""

    message = _("The place is closed on %(date)s: %(holiday)s.")
    remedy = _("Choose another day.")
    reason = Reason.HOLIDAY

    def sentence(self) -> str:
        """The holiday is kept by its code and told in the reader's language."""
        holiday = str(self.values["holiday"])
        return str(self.message) % {**self.values, "holiday": HOLIDAYS.get(holiday, _("public holiday"))}


class ClosedThen(Conflict):
    message = _("Closed from %(begins)s to %(ends)s: %(why)s")
    remedy = _("Choose a time before or after.")
    reason = Reason.CLOSED


class DefectOpen(Conflict):
    message = _("Not safe to use from %(begins)s on: %(why)s")
    remedy = _("Choose another room until it is mended.")
    reason = Reason.DEFECT


class OutsideOpeningHours(Conflict):
    message = _("On %(date)s the place is open %(hours)s.")
    remedy = _("Choose a time within.")
    reason = Reason.CLOSED


class ClosedThatDay(Conflict):
    message = _("The place is not open on %(date)s.")
    remedy = _("Choose another day.")
    reason = Reason.CLOSED


class SchoolTeaches(Conflict):
    """B-06: school premises only outside teaching hours."""

    message = _("On %(date)s the school teaches %(hours)s.")
    remedy = _("Choose a time outside teaching hours.")
    reason = Reason.CLOSED


class LentAtOtherTimes(Conflict):
    """P-03: of a series, a date on which the room is not lent to the unit that books it."""

    message = _("On %(date)s this room is not lent to your unit at that time.")
    remedy = _("Choose a time within, or ask the owner.")
    reason = Reason.CLOSED
    is_hard = True


class SpaceTaken(Conflict):
    """B-01, B-02: the room, what it is part of, or a part of it."""

    message = _("The room or a part of it is taken from %(begins)s to %(ends)s.")
    remedy = _("Choose another time or room.")
    reason = Reason.OVERLAP
    is_hard = True


class SeatsTaken(Conflict):
    """B-03: those who are there at one time, together."""

    message = _("Only %(free)s of the %(capacity)s places are free then.")
    remedy = _("Choose another time, or come with fewer people.")
    field = "heads"
    reason = Reason.OVERLAP
    is_hard = True


class BufferTaken(Conflict):
    """B-01: the minutes before and after belong to the conflict test."""

    message = _("Too close to the booking from %(begins)s to %(ends)s: the room needs time before and after.")
    remedy = _("Leave more time between.")
    reason = Reason.BUFFER
    is_hard = True


class ReserveReached(Conflict):
    """B-08: a part of each week stays free for the community's short-notice activities."""

    message = _("%(percent)s %% of this room's week from %(date)s stay free for activities at short notice.")
    remedy = _("Choose another week or room, or book it at short notice.")
    reason = Reason.QUOTA


class TooManyBookings(Conflict):
    message = _("This group has %(most)s bookings ahead already.")
    remedy = _("Let one pass or cancel one first, or ask for it in the season's allocation.")
    field = "group"
    reason = Reason.QUOTA


class GroupSuspended(Conflict):
    """B-07: too many no-shows suspend a group for a while."""

    message = _("This group did not come %(times)s times and may book again from %(date)s.")
    remedy = _("If there was a reason, the keeper of the place can excuse a no-show.")
    field = "group"
    reason = Reason.QUOTA


class HolidaysNotKnown(Conflict):
    """Past the end of what was announced nobody knows the holidays (R-01): it is said, and nothing is guessed."""

    message = _("The holidays of %(year)s are not announced yet; the place may be closed on %(date)s.")
    reason = Reason.HOLIDAY


class TooManyHeads(Refusal):
    message = _("This room takes %(capacity)s people.")
    remedy = _("Choose a larger room.")
    field = "heads"


def _below(kind: type[Conflict]) -> Iterator[type[Conflict]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


CONFLICTS: dict[str, type[Conflict]] = {kind.__name__: kind for kind in _below(Conflict)}
"""By name, as an occurrence keeps the one that refused it."""


def told(name: str, values: Mapping[str, Any]) -> str:
    """The words of a kept conflict, in the reader's language; a name of an earlier release says the code alone."""
    kind = CONFLICTS.get(name)
    return str(kind(**values)) if kind else name


def local(at: datetime, zone: tzinfo) -> str:
    """An instant as a refusal tells it and a kept one repeats it, `2026-11-23 19:30`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def clock_of(minute: int) -> str:
    """A minute of the day as people write it; the last one is 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


REASONS = {
    Reason.INTERVAL: pgettext_lazy("reason of a refusal", "time not allowed"),
    Reason.OVERLAP: pgettext_lazy("reason of a refusal", "taken"),
    Reason.CLOSED: pgettext_lazy("reason of a refusal", "closed"),
    Reason.BUFFER: pgettext_lazy("reason of a refusal", "no time between"),
    Reason.HOLIDAY: pgettext_lazy("reason of a refusal", "holiday"),
    Reason.DEFECT: pgettext_lazy("reason of a refusal", "not safe"),
    Reason.QUOTA: pgettext_lazy("reason of a refusal", "over the quota"),
}


LEVELS = {
    Level.BLOCK: pgettext_lazy("level of a conflict", "refuse"),
    Level.BLOCK_RELEASE: pgettext_lazy("level of a conflict", "propose only"),
    Level.WARN: pgettext_lazy("level of a conflict", "warn"),
    Level.IGNORE: pgettext_lazy("level of a conflict", "pass over"),
}
