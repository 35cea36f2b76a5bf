"""Verbs of whoever keeps a place: the place itself, its rooms, its hours, its closures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from psycopg.types.range import DateRange, TimestamptzRange

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import Closure, Space, Venue, VenueKind, WeeklyHours
from xuecheng.coordination.facilities.queries import KEEP


class PointNotWhole(Refusal):
    message = _("A point needs latitude and longitude.")
    remedy = _("Give both, such as 23.129110 and 113.264385, or neither.")
    field = "latitude"


class ConsentOnlyOfSchools(Refusal):
    message = _("Only school premises need the school's consent.")
    remedy = _("Take the tick away, or choose “school premises”.")
    field = "has_consent"


class ReasonNeeded(Refusal):
    message = _("Say why, in a few words that people can read.")
    field = "reason"


class VenueStateAlready(Refusal):
    message = _("The place is in this state already.")


class SpaceNameTaken(Refusal):
    message = _("Another room of this place has this name.")
    remedy = _("Add the floor or number.")
    field = "name_zh"


class PartOfShared(Refusal):
    message = _("A shared room has no parts: its places are shared, not its corners.")
    remedy = _("Choose a room for one group at a time, or none.")
    field = "parent"


class SpaceTooDeep(Refusal):
    message = _("Too many rooms within rooms.")
    field = "parent"


class SpaceBookedAhead(Refusal):
    message = _("Bookings to come need the room as it is.")
    remedy = _("Cancel or move them first.")
    field = "capacity"


class TeachingOnlyInSchools(Refusal):
    message = _("Only school premises have teaching hours.")
    field = "use"


class ClosurePeriodWrong(Refusal):
    message = _("A closure ends after it begins.")
    remedy = _("Only a defect may stay without an end.")
    field = "ends_at"


class ClosureOver(Refusal):
    message = _("This closure is over already.")


@dataclass(frozen=True, kw_only=True)
class VenueFacts:
    """Everything that is told of a place, as a form gives it."""

    kind: str
    name_zh: str
    territory: Territory
    address: str
    name_en: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    way_in: str = ""
    accessibility: Sequence[str] = ()
    is_public: bool = True
    has_consent: bool = False
    opens_on_holidays: bool = False
    makeup_weekday: int | None = None

    def values(self) -> dict[str, Any]:
        """As the columns take them. Raises `PointNotWhole`, `ConsentOnlyOfSchools`."""
        if (self.latitude is None) != (self.longitude is None):
            raise PointNotWhole(at_field="latitude" if self.latitude is None else "longitude")
        if self.has_consent and self.kind != VenueKind.SCHOOL:
            raise ConsentOnlyOfSchools
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return found | {"accessibility": sorted(self.accessibility)}


@dataclass(frozen=True, kw_only=True)
class SpaceFacts:
    """Everything that is told of a room."""

    name_zh: str
    capacity: int
    name_en: str = ""
    sharing: str = Space.Sharing.WHOLE
    equipment: Sequence[str] = ()
    accessibility: Sequence[str] = ()
    buffer_before: int = 0
    buffer_after: int = 0
    closed_because: str = ""

    def values(self) -> dict[str, Any]:
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return found | {"equipment": sorted(self.equipment), "accessibility": sorted(self.accessibility)}


def create_venue(*, actor: Standing, public_id: UUID, owner: Organisation, facts: VenueFacts, why: str) -> Venue:
    """Enter a place of an owner. Asked again in the same words, return the same one.

    Right: facilities.keep_venue at the owner and, over territories, where it lies. Raises `Denied`, `PointNotWhole`,
    `ConsentOnlyOfSchools`, `FormUsedBefore`.
    """
    require(actor, KEEP, on=Scope(organisation_id=owner.pk, territory_path=facts.territory.path))
    values = facts.values()
    with trace.change(by=actor.person, why=why):
        made, is_new = Venue.objects.get_or_create(public_id=public_id, defaults={"owner": owner, **values})
        if not is_new and (made.owner_id != owner.pk or _differs(made, values)):
            raise FormUsedBefore
    return made


def change_venue(*, actor: Standing, venue: Venue, facts: VenueFacts, why: str) -> Venue:
    """Put `facts` in the place of what is told of a place. Bookings that were made stay.

    Right: facilities.keep_venue there, before and after. Raises as `create_venue`.
    """
    require(actor, KEEP, on=venue)
    require(actor, KEEP, on=Scope(organisation_id=venue.owner_id, territory_path=facts.territory.path))
    values = facts.values()
    with trace.change(by=actor.person, why=why):
        row = locked(venue)
        _put(row, values)
    return row


def close_venue(*, actor: Standing, venue: Venue, why: str) -> Venue:
    """Give nothing out there any more, until it is reopened. Bookings that were made stay, to be cancelled one by one.

    Right: facilities.keep_venue. Raises `Denied`, `ReasonNeeded`, `VenueStateAlready`.
    """
    return _set_state(actor, venue, Venue.State.CLOSED, because=_said(why), why=why)


def reopen_venue(*, actor: Standing, venue: Venue, why: str) -> Venue:
    """Open a place again. Right: facilities.keep_venue. Raises `Denied`, `ReasonNeeded`, `VenueStateAlready`."""
    return _set_state(actor, venue, Venue.State.OPEN, because="", why=_said(why))


def _set_state(actor: Standing, venue: Venue, state: str, *, because: str, why: str) -> Venue:
    require(actor, KEEP, on=venue)
    with trace.change(by=actor.person, why=why):
        row = locked(venue)
        if row.state == state:
            raise VenueStateAlready
        row.state, row.closed_because = state, because
        row.save(update_fields=["state", "closed_because"])
    return row


def add_space(
    *, actor: Standing, public_id: UUID, venue: Venue, parent: Space | None, facts: SpaceFacts, why: str
) -> Space:
    """Enter a room, or a part of one; where the room around it is booked already, the part is taken too (B-02).

    Right: facilities.keep_venue. Raises `Denied`, `SpaceNameTaken`, `PartOfShared`, `SpaceTooDeep`, `FormUsedBefore`.
    """
    require(actor, KEEP, on=venue)
    values = facts.values()
    with trace.change(by=actor.person, why=why), _space_refusals():
        locked(venue)
        known = Space.objects.filter(public_id=public_id).first()
        if known is None:
            made = Space.objects.create(public_id=public_id, venue=venue, parent=parent, **values)
            # Its path is made by the database, of what lies around it.
            return Space.objects.select_related("venue__owner", "venue__territory").get(pk=made.pk)
        if (known.venue_id, known.parent_id) != (venue.pk, parent.pk if parent else None) or _differs(known, values):
            raise FormUsedBefore
    return known


def change_space(*, actor: Standing, space: Space, facts: SpaceFacts, why: str) -> Space:
    """Put `facts` in the place of what is told of a room. Other minutes before and after count for new bookings.

    Right: facilities.keep_venue. Raises `Denied`, `SpaceNameTaken`, `PartOfShared`, `SpaceBookedAhead`.
    """
    require(actor, KEEP, on=space.venue)
    with trace.change(by=actor.person, why=why), _space_refusals():
        locked(space.venue)
        row = Space.objects.select_for_update(no_key=True).get(pk=space.pk)
        _put(row, facts.values())
    return row


def set_hours(*, actor: Standing, venue: Venue, use: str, week: Sequence[rules.Hours], from_on: date, why: str) -> None:
    """Let the hours of `week` hold from a day on, in the place of those that would; what held before stays known.

    Sent twice, the second changes nothing. Right: facilities.keep_venue. Raises `Denied`, `WeeklyMinutesWrong`,
    `HoursOverlap`, `TeachingOnlyInSchools`.
    """
    require(actor, KEEP, on=venue)
    rules.check_week(week)
    if use == WeeklyHours.Use.TEACHING and not venue.is_school:
        raise TeachingOnlyInSchools
    with trace.change(by=actor.person, why=why):
        locked(venue)
        mine = WeeklyHours.objects.filter(venue=venue, use=use)
        mine.filter(during__startswith__gte=from_on).delete()
        for row in mine.filter(during__contains=from_on):
            row.during = DateRange(row.during.lower, from_on)
            row.save(update_fields=["during"])
        for one in sorted(week, key=lambda hours: (hours.weekday, hours.begins)):
            WeeklyHours.objects.create(
                venue=venue,
                use=use,
                weekday=one.weekday,
                minutes=(one.begins, one.ends),
                during=DateRange(from_on, one.ends_on),
            )


def add_closure(
    *,
    actor: Standing,
    public_id: UUID,
    venue: Venue,
    space: Space | None,
    kind: str,
    begins_at: datetime,
    ends_at: datetime | None,
    reason: str,
) -> Closure:
    """Close a place or a room for a time, or record a defect until it is mended (P-02). Made bookings stay.

    Right: facilities.keep_venue. Raises `Denied`, `ReasonNeeded`, `ClosurePeriodWrong`, `FormUsedBefore`.
    """
    require(actor, KEEP, on=venue)
    said = _said(reason)
    is_defect = kind == Closure.Kind.DEFECT
    if (ends_at is None and not is_defect) or (ends_at is not None and ends_at <= begins_at):
        raise ClosurePeriodWrong
    values = {
        "venue": venue,
        "space": space,
        "kind": kind,
        "during": TimestamptzRange(begins_at, ends_at),
        "reason": said,
    }
    with trace.change(by=actor.person, why=said):
        locked(venue)
        made, is_new = Closure.objects.get_or_create(public_id=public_id, defaults=values)
        if not is_new and _differs(made, values):
            raise FormUsedBefore
    return made


def end_closure(*, actor: Standing, closure: Closure, at: datetime, why: str) -> Closure:
    """End a closure now: the defect is mended, the house opens earlier. One that has not begun goes away.

    Right: facilities.keep_venue. Raises `Denied`, `ClosureOver`.
    """
    require(actor, KEEP, on=closure.venue)
    with trace.change(by=actor.person, why=_said(why)):
        locked(closure.venue)
        row = Closure.objects.select_for_update(no_key=True).filter(pk=closure.pk).first()
        if row is None or (row.during.upper is not None and row.during.upper <= at):
            raise ClosureOver
        if row.during.lower >= at:
            row.delete()
            return closure
        row.during = TimestamptzRange(row.during.lower, at)
        row.save(update_fields=["during"])
    return row


def locked(venue: Venue) -> Venue:
    """The place's row, locked: whoever books or changes something there queues for it."""
    rows = Venue.objects.select_for_update(no_key=True, of=("self",)).select_related("owner", "territory")
    return rows.get(pk=venue.pk)


def _space_refusals() -> Any:
    return refusing(
        space_name_once_in_venue=SpaceNameTaken,
        space_shared_has_no_parts=PartOfShared,
        space_not_too_deep=SpaceTooDeep,
        space_booked_ahead=SpaceBookedAhead,
    )


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonNeeded
    return reason.strip()


def _differs(row: Any, values: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _put(row: Any, values: dict[str, Any]) -> None:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
