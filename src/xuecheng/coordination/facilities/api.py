"""Places for programs: what is where, what is free, and bookings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, In, Named, Out, Reason, ShortText, TerritoryCode, Wish
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Territory

from . import queries, rules, services
from .models import Accessibility, Booking, Equipment, Space, Venue, VenueKind, WeeklyHours
from .queries import SEE

router = Router(tags=["Venues and rooms"])

FIRST, LAST = 2000, 2200


def _as_written(value: Any) -> Any:
    """Numbers are no instants, though the parser would take them for seconds since 1970."""
    if isinstance(value, (str, datetime)):
        return value
    raise ValueError("an instant is written 2026-11-23T19:00:00+08:00")


def _of_our_time(value: datetime) -> datetime:
    if not FIRST <= value.year <= LAST:
        raise ValueError("the year lies between 2000 and 2200")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_as_written), AfterValidator(_of_our_time)]
NearDay = Annotated[Day, Field(ge=date(FIRST, 1, 1), le=date(LAST, 12, 31))]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Heads = Annotated[int, Field(ge=1, le=10_000)]
GroupName = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\u0000-\u001f\u007f]*$")]
Purpose = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\u0000-\u001f\u007f]+$")]


class HoursOut(Schema):
    """Open on a weekday (Monday is 0) between two minutes of the day."""

    weekday: int
    begins_minute: int
    ends_minute: int


class RoomOut(Schema):
    """A room; `part_of` is the room around it."""

    id: UUID
    name_zh: str
    name_en: str
    part_of: UUID | None
    is_shared: bool
    capacity: int
    equipment: list[Equipment]
    accessibility: list[Accessibility]
    minutes_before: int
    minutes_after: int
    closed_because: str

    @staticmethod
    def of(row: Space) -> RoomOut:
        plain = ("name_zh", "name_en", "is_shared", "capacity", "equipment", "accessibility", "closed_because")
        return RoomOut(
            **{name: getattr(row, name) for name in plain},
            id=row.public_id,
            part_of=row.parent.public_id if row.parent else None,
            minutes_before=row.buffer_before,
            minutes_after=row.buffer_after,
        )


class VenueOut(Out):
    """A place: what is where."""

    KEYS: ClassVar = ("id",)
    id: UUID
    kind: VenueKind
    name_zh: str
    name_en: str
    owner: str
    territory: Named
    address: str
    latitude: str | None
    longitude: str | None
    way_in: str
    accessibility: list[Accessibility]
    opens_on_holidays: bool
    state: Venue.State
    closed_because: str

    @staticmethod
    def values(row: Venue) -> dict[str, Any]:
        plain = (
            "kind", "name_zh", "name_en", "address", "way_in", "accessibility", "opens_on_holidays", "state",
            "closed_because",
        )  # fmt: skip
        place = row.territory
        return {name: getattr(row, name) for name in plain} | {
            "id": row.public_id,
            "owner": row.owner.code,
            "territory": Named(code=place.code, name_zh=place.name_zh, name_en=place.name_en),
            # Exact decimals as text: a float would move the point.
            "latitude": str(row.latitude) if row.latitude is not None else None,
            "longitude": str(row.longitude) if row.longitude is not None else None,
        }

    @staticmethod
    def of(row: Venue) -> VenueOut:
        return VenueOut(**VenueOut.values(row))


class WholeVenueOut(VenueOut):
    """A place with its rooms and the opening hours of today."""

    rooms: list[RoomOut]
    hours: list[HoursOut]


class VenueWish(Paged):
    text: ShortText = ""
    kind: VenueKind | None = None
    within: TerritoryCode | None = None


class FreeWish(Wish):
    """A room for so many on a day, or on that weekday of every week until another day."""

    on: NearDay
    begins: TimeOfDay
    ends: TimeOfDay
    until: NearDay | None = None
    heads: Heads = 1
    within: TerritoryCode | None = None
    equipment: Annotated[str, StringConstraints(max_length=120, pattern=r"^[a-z_,]*$")] = Field(
        "", description="What the room must have, separated by commas."
    )
    accessibility: Annotated[str, StringConstraints(max_length=120, pattern=r"^[a-z_,]*$")] = Field(
        "", description="The same for accessibility."
    )


class FreeRoomOut(Out):
    """A room that is free on `free` of `dates` dates."""

    KEYS: ClassVar = ("room",)
    room: UUID
    name_zh: str
    name_en: str
    capacity: int
    is_shared: bool
    venue: UUID
    venue_zh: str
    venue_en: str
    address: str
    free: int
    dates: int

    @staticmethod
    def of(row: queries.Found) -> FreeRoomOut:
        plain = ("name_zh", "name_en", "capacity", "is_shared", "venue_zh", "venue_en", "address", "free")
        return FreeRoomOut(
            **{name: getattr(row, name) for name in plain},
            room=row.space_public_id,
            venue=row.venue_public_id,
            dates=row.of,
        )


class BookingOut(Out):
    """A room for a period. `said` are conflicts that did not stop it, by reason code (B-04)."""

    KEYS: ClassVar = ("id",)
    id: UUID
    room: UUID
    venue: UUID
    begins_at: datetime
    ends_at: datetime
    heads: int
    organisation: str | None
    group_name: str
    purpose: str
    state: Booking.State
    said: list[rules.Reason]
    checked_in_at: datetime | None

    @staticmethod
    def of(row: Booking) -> BookingOut:
        return BookingOut(
            id=row.public_id,
            room=row.space.public_id,
            venue=row.venue.public_id,
            begins_at=row.begins_at,
            ends_at=row.ends_at,
            heads=row.heads,
            organisation=row.group_organisation.code if row.group_organisation else None,
            group_name=row.group_name,
            purpose=row.purpose,
            state=Booking.State(row.state),
            said=[rules.Reason(one["reason"]) for one in row.said],
            checked_in_at=row.checked_in_at,
        )


class BookingIn(In):
    """A wish for a room; `id` is chosen by the caller. Either an organisation comes or a named group."""

    id: UUID
    begins_at: Instant
    ends_at: Instant
    heads: Heads
    organisation: Code | None = None
    group_name: GroupName = ""
    purpose: Purpose


class CancelIn(In):
    """Why a booking is given back."""

    reason: Reason


@router.listing("/venues", out=VenueOut)
def list_venues(request: HttpRequest, wish: Query[VenueWish]) -> dict[str, Any]:
    """Places where people learn."""
    found = queries.venues(
        text=wish.text, kind=wish.kind or "", within=_territory(wish.within) if wish.within else None
    )
    return cut(request, wish, found, order=("pk",), show=_shown)


@router.reading("/venues/{id}", out=WholeVenueOut)
def get_venue(request: HttpRequest, id: Path[UUID]) -> WholeVenueOut:
    """One place, its rooms and its opening hours of today."""
    del request
    venue = queries.by_id(id)
    if venue is None:
        raise Http404
    today = clock.today()
    hours = [
        HoursOut(weekday=one.weekday, begins_minute=one.minutes.lower, ends_minute=one.minutes.upper)
        for one in queries.hours_of(venue)
        if one.use == WeeklyHours.Use.OPEN and today in one.during
    ]
    return WholeVenueOut(
        **VenueOut.values(venue), rooms=[RoomOut.of(one) for one in queries.spaces_of(venue)], hours=hours
    )


@router.listing("/free-rooms", out=FreeRoomOut)
def list_free_rooms(request: HttpRequest, wish: Query[FreeWish]) -> dict[str, Any]:
    """Rooms that are free then, on most dates first, then the smallest that fits; at most 50."""
    del request
    until = wish.until or wish.on
    dates = rules.dates_of(wish.on, until, weekday=wish.on.weekday())
    zone = clock.zone()
    begins, ends = (int(one[:2]) * 60 + int(one[3:]) for one in (wish.begins, wish.ends))
    length = timedelta(minutes=(ends - begins) % rules.DAY or rules.DAY)
    starts = [rules.at_minute(on, begins, zone) for on in dates]
    found = queries.free_spaces(
        queries.Search(
            periods=[(start, start + length) for start in starts],
            heads=wish.heads,
            equipment=[one for one in wish.equipment.split(",") if one],
            accessibility=[one for one in wish.accessibility.split(",") if one],
            within=_territory(wish.within) if wish.within else None,
            every_date=len(dates) == 1,
        )
    )
    return {"items": [FreeRoomOut.of(one) for one in found], "next": None}


@router.writing("/rooms/{id}/bookings", scope="bookings.write", out=BookingOut)
def book_room(request: HttpRequest, id: Path[UUID], body: BookingIn) -> BookingOut:
    """Book a room. Confirmed at once, or only proposed where a conflict lets it be."""
    space = queries.space_by_id(id)
    if space is None:
        raise Http404
    made = services.book_space(
        actor=standing(request),
        public_id=body.id,
        space=space,
        begins_at=body.begins_at,
        ends_at=body.ends_at,
        wanted=wanted_in(body),
        at=clock.now(),
    )
    return BookingOut.of(_booking(request, made.public_id))


@router.reading("/bookings/{id}", scope="bookings.read", out=BookingOut)
def get_booking(request: HttpRequest, id: Path[UUID]) -> BookingOut:
    """One booking."""
    return BookingOut.of(_booking(request, id))


@router.writing("/bookings/{id}/cancellation", scope="bookings.write", out=BookingOut, status=200)
def cancel_booking(request: HttpRequest, id: Path[UUID], body: CancelIn) -> BookingOut:
    """Give a room back."""
    booking = _booking(request, id)
    services.cancel_booking(actor=standing(request), booking=booking, at=clock.now(), why=body.reason)
    return BookingOut.of(_booking(request, id))


def wanted_in(body: BookingIn) -> services.Wanted:
    """Who comes, for what, as the verbs take it."""
    return services.Wanted(
        heads=body.heads,
        purpose=body.purpose,
        group_name=body.group_name,
        group_organisation=organisation_of(body.organisation) if body.organisation else None,
    )


def _booking(request: HttpRequest, public_id: UUID) -> Booking:
    booking = queries.booking_by_id(public_id)
    if booking is None:
        raise Http404
    if not queries.may_with(standing(request), SEE, booking):
        require(standing(request), SEE, on=booking.venue)
    return booking


def _territory(code: str) -> Territory:
    found = territories.by_code(code)
    if found is None:
        raise Http404
    return found


def organisation_of(code: str) -> Organisation:
    """The organisation with a code. Raises `Http404`."""
    found = organisations.by_code(code)
    if found is None:
        raise Http404
    return found


def _shown(rows: Sequence[Venue]) -> list[VenueOut]:
    return [VenueOut.of(row) for row in rows]
