"""What is known when wishes for a room are judged, and the judgement (B-01…B-09)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.workdays.rules import Calendar
from xuecheng.coordination.facilities import queries, rules
from xuecheng.coordination.facilities.models import RoomWait, Space


class GroupMissing(Refusal):
    message = _("Say which group comes.")
    remedy = _("Choose an organisation, or write the group's name.")
    field = "group"


class GroupTwice(Refusal):
    message = _("Either an organisation comes or a named group.")
    remedy = _("Leave one of the two empty.")
    field = "group"


class PurposeMissing(Refusal):
    message = _("Say what the room is for.")
    field = "purpose"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Who comes, with how many, for what, and what asked for it (plain data of a higher floor)."""

    heads: int
    purpose: str
    group_name: str = ""
    group_organisation: Organisation | None = None
    is_seasonal: bool = False
    origin_kind: str = ""
    origin_id: UUID | None = None

    def values(self) -> dict[str, Any]:
        """As the columns take them. Raises `GroupMissing`, `GroupTwice`, `PurposeMissing`."""
        name, purpose = self.group_name.strip(), self.purpose.strip()
        if not name and self.group_organisation is None:
            raise GroupMissing
        if name and self.group_organisation is not None:
            raise GroupTwice
        if not purpose:
            raise PurposeMissing
        return {
            "heads": self.heads,
            "purpose": purpose,
            "group_name": name,
            "group_organisation": self.group_organisation,
            "is_seasonal": self.is_seasonal,
            "origin_kind": self.origin_kind,
            "origin_id": self.origin_id,
        }


@dataclass
class Bench:
    """All that is known when wishes for one room are judged; asked once for however many dates."""

    house: rules.House
    calendar: Calendar
    terms: rules.Terms
    at: datetime
    held: list[rules.Held]
    seasonal: dict[date, int]
    record: queries.GroupRecord
    ahead: int = field(init=False)

    def __post_init__(self) -> None:
        self.ahead = self.record.ahead

    def conflicts(self, wish: rules.Wish) -> list[rules.Conflict]:
        """Everything that speaks against a wish, what blocks for ever first. Raises nothing."""
        try:
            rules.check_period(wish.begins, wish.ends, at=self.at)
        except rules.Conflict as conflict:
            return [conflict]
        week = rules.week_of(wish.begins.astimezone(self.house.zone).date())
        found = [
            *rules.conflicts_of_the_house(wish, self.house, self.calendar),
            rules.conflict_with_others(wish, self.house, self.held),
            rules.ahead_conflict(wish, self.terms, at=self.at),
            self._group_conflict(wish),
            rules.reserve_conflict(
                wish, self.house, self.calendar, self.terms, seasonal_minutes=self.seasonal.get(week, 0)
            ),
        ]
        return [one for one in found if one is not None]

    def _group_conflict(self, wish: rules.Wish) -> rules.Conflict | None:
        until = rules.suspended_until(self.record.no_shows, self.terms)
        if until is not None and self.at < until:
            return rules.GroupSuspended(
                times=self.terms.no_shows, date=until.astimezone(self.house.zone).date().isoformat()
            )
        if not wish.is_seasonal and self.ahead >= self.terms.open_bookings:
            return rules.TooManyBookings(most=self.terms.open_bookings)
        return None

    def judged(self, wish: rules.Wish) -> Judged:
        """What comes of a wish by the levels in force (B-09)."""
        conflicts = self.conflicts(wish)
        by_level: dict[rules.Level, list[rules.Conflict]] = {level: [] for level in rules.Level}
        for one in conflicts:
            by_level[self.terms.level_of(one)].append(one)
        said = [*by_level[rules.Level.BLOCK_RELEASE], *by_level[rules.Level.WARN]]
        return Judged(
            blocked=next(iter(by_level[rules.Level.BLOCK]), None),
            is_confirmed=not by_level[rules.Level.BLOCK_RELEASE],
            said=[{"reason": one.reason, "conflict": type(one).__name__, "values": one.values} for one in said],
        )

    def take(self, wish: rules.Wish) -> None:
        """Count a wish that was granted, for those judged after it."""
        begins, ends = rules.widened(wish.begins, wish.ends, self.house)
        heads = wish.heads if self.house.is_shared else None
        self.held.append(rules.Held(begins, ends, wish.begins, wish.ends, heads))
        if wish.is_seasonal:
            week = rules.week_of(wish.begins.astimezone(self.house.zone).date())
            length = int((wish.ends - wish.begins).total_seconds()) // 60
            self.seasonal[week] = self.seasonal.get(week, 0) + length
        else:
            self.ahead += 1


@dataclass(frozen=True)
class Judged:
    """What blocks a wish, or whether it is confirmed at once, and what is said with it."""

    blocked: rules.Conflict | None
    is_confirmed: bool
    said: list[dict[str, Any]]


def bench(
    space: Space,
    *,
    begins: datetime,
    ends: datetime,
    wanted: Wanted,
    at: datetime,
    offer: RoomWait | None = None,
) -> Bench:
    """Everything that the rules ask, for wishes within `[begins, ends)`. Nine queries, under the place's lock.

    What is offered to people of the line is held too, but for `offer`, which is whoever's asks.
    """
    terms = queries.terms_on(queries.level_of(space.venue), clock.date_of(at))
    house = queries.house_of(space, begins=begins, ends=ends)
    near, far = rules.widened(begins, ends, house)
    week = rules.week_of(clock.date_of(begins))
    return Bench(
        house=house,
        calendar=queries.calendar(),
        terms=terms,
        at=at,
        held=[
            *queries.held(space, begins=near, ends=far),
            *queries.offered(space, begins=near, ends=far, at=at, but=offer),
        ],
        seasonal=queries.seasonal_minutes(space, begins=rules.at_minute(week, 0, house.zone), ends=_week_end(ends))
        if wanted.is_seasonal
        else {},
        record=queries.record_of_group(
            venue=space.venue,
            organisation=wanted.group_organisation,
            name=wanted.group_name.strip(),
            at=at,
            terms=terms,
        ),
    )


def _week_end(ends: datetime) -> datetime:
    return rules.at_minute(rules.week_of(clock.date_of(ends)), 7 * rules.DAY, clock.zone())


def check_fits(space: Space, wanted: Wanted) -> None:
    """Raise `TooManyHeads` for more people than the room has places."""
    if wanted.heads > space.capacity:
        raise rules.TooManyHeads(capacity=space.capacity)
