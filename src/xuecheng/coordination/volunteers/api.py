"""Volunteers' service for programs: calls, applying, one's own service, activities, and what is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied, noted
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.problems import Problem
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Out, ShortText, TerritoryCode
from xuecheng.city.territories import queries as territories
from xuecheng.coordination.facilities.api import Instant
from xuecheng.learning.credentials import wrong_tries
from xuecheng.learning.credentials.api import TranscriptCode

from . import queries, services
from .models import Activity, Assignment, Category, Funding, Service, Shift, Skill, TrainingKind, Volunteer

router = Router(tags=["Volunteers"])


class VolunteerShiftOut(Schema):
    """When and where how many people are needed; `found` of them have a place."""

    id: UUID
    begins_at: datetime
    ends_at: datetime
    needed: int
    found: int
    place: str

    @staticmethod
    def of(row: Shift) -> VolunteerShiftOut:
        return VolunteerShiftOut(
            id=row.public_id, begins_at=row.during.lower, ends_at=row.during.upper, needed=row.needed,
            found=getattr(row, "seated", 0), place=row.where,
        )  # fmt: skip


class VolunteerCallOut(Out):
    """What volunteers are looked for: what is done, what can go wrong, what it asks."""

    KEYS: ClassVar = ("id",)
    id: UUID
    organisation: str
    category: Category
    title: str
    about: str
    risks: str
    demands: str
    skills: list[Skill]
    trainings: list[TrainingKind]
    least_age: int | None
    most_age: int | None
    funding: Funding
    has_bodily_risk: bool
    is_insured: bool
    state: Activity.State

    @staticmethod
    def values(row: Activity) -> dict[str, Any]:
        plain = (
            "category", "title", "about", "risks", "demands", "skills", "trainings", "least_age", "most_age", "funding",
            "has_bodily_risk", "state",
        )  # fmt: skip
        return {name: getattr(row, name) for name in plain} | {
            "id": row.public_id,
            "organisation": row.organisation.code,
            "is_insured": row.insured_at is not None,
        }

    @staticmethod
    def of(row: Activity) -> VolunteerCallOut:
        return VolunteerCallOut(**VolunteerCallOut.values(row))


class WholeVolunteerCallOut(VolunteerCallOut):
    """A call with its shifts to come."""

    shifts: list[VolunteerShiftOut]


class VolunteerAssignmentOut(Out):
    """One's place on a shift, from the application to having served. `said` is why not, where somebody said no."""

    KEYS: ClassVar = ("id",)
    id: UUID
    shift: UUID
    call: UUID
    begins_at: datetime
    ends_at: datetime
    state: Assignment.State
    due_at: datetime
    said: str

    @staticmethod
    def of(row: Assignment) -> VolunteerAssignmentOut:
        return VolunteerAssignmentOut(
            id=row.public_id, shift=row.shift.public_id, call=row.shift.activity.public_id,
            begins_at=row.shift.during.lower, ends_at=row.shift.during.upper, state=Assignment.State(row.state),
            due_at=row.due_at, said=row.words_shown,
        )  # fmt: skip


class VolunteerServiceOut(Out):
    """What somebody served: whole minutes between checking in and out, without pauses (V-07); `is_late` was registered
    afterwards and confirmed by a second person (V-08).
    """

    KEYS: ClassVar = ("id",)
    id: UUID
    call: UUID
    title: str
    organisation: str
    begins_at: datetime
    ends_at: datetime
    minutes: int
    state: Service.State
    is_late: bool
    why: str

    @staticmethod
    def of(row: Service) -> VolunteerServiceOut:
        return VolunteerServiceOut(
            id=row.public_id, call=row.activity.public_id, title=row.activity.title, organisation=row.organisation.code,
            begins_at=row.during.lower, ends_at=row.during.upper, minutes=row.minutes, state=Service.State(row.state),
            is_late=row.is_late, why=row.why,
        )  # fmt: skip


class OwnVolunteeringOut(Out):
    """One's own entry, what counts, the star, and one's shifts (the newest 50)."""

    KEYS: ClassVar = ("id",)
    id: UUID
    state: Volunteer.State
    registered_at: datetime
    is_identified: bool
    minutes: int
    times: int
    in_review: int
    star: int
    shifts: list[VolunteerAssignmentOut]


class VolunteerOnShiftOut(Out):
    """Somebody on the list of a shift, for its organiser; minutes are null until they were checked out."""

    KEYS: ClassVar = ("id",)
    id: UUID
    name: str
    state: Assignment.State
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    minutes: int | None
    service: Service.State | None

    @staticmethod
    def of(row: Assignment) -> VolunteerOnShiftOut:
        done: Service | None = getattr(row, "service", None)
        return VolunteerOnShiftOut(
            id=row.public_id, name=row.person.name, state=Assignment.State(row.state), checked_in_at=row.checked_in_at,
            checked_out_at=row.checked_out_at, minutes=done.minutes if done else None,
            service=Service.State(done.state) if done else None,
        )  # fmt: skip


class ShiftListWish(Paged):
    """Everybody on a shift."""


class VolunteerCheckInIn(In):
    """When they came; now if it is left out."""

    when: Instant | None = None


class VolunteerCheckOutIn(In):
    """When they went, now if it is left out; minutes of pauses and waiting are no service (V-07)."""

    when: Instant | None = None
    pause_minutes: Annotated[int, Field(strict=True, ge=0, le=900)] = 0


class VolunteerCertificateOut(Out):
    """What a certificate of service says, and whether every hour in it still counts; `minutes_now` do."""

    KEYS: ClassVar = ("code",)
    code: str
    number: str
    holds: bool
    issued_at: datetime
    holder: str
    star: int
    minutes: int
    minutes_now: int


class CallWish(Paged):
    """Which calls."""

    text: ShortText = ""
    category: Category | None = None
    within: TerritoryCode | None = None


class VolunteerActivityWish(Paged):
    """Which activities."""

    state: Activity.State | None = None


class VolunteerApplicationIn(In):
    """An application; `id` is chosen by the caller. `is_able` says that one can do what it asks of the body."""

    id: UUID
    is_able: Flag = False


class VolunteerWithdrawalIn(In):
    """Nothing needs to be said."""


@router.listing("/volunteer-calls", out=VolunteerCallOut)
def list_volunteer_calls(request: HttpRequest, wish: Query[CallWish]) -> dict[str, Any]:
    """Activities that look for volunteers, the newest first."""
    within = ""
    if wish.within:
        found = territories.by_code(wish.within)
        if found is None:
            raise Http404
        within = found.path
    rows = queries.calls(at=clock.now(), text=wish.text, category=wish.category or "", within=within)
    return cut(request, wish, rows, order=("-id",), show=_shown)


@router.reading("/volunteer-calls/{id}", out=WholeVolunteerCallOut)
def get_volunteer_call(request: HttpRequest, id: Path[UUID]) -> WholeVolunteerCallOut:
    """One call and its shifts to come."""
    del request
    row = queries.call(id)
    if row is None:
        raise Http404
    shifts = queries.shifts_of(row, after=clock.now()) if row.state == Activity.State.PUBLISHED else []
    return WholeVolunteerCallOut(**VolunteerCallOut.values(row), shifts=[VolunteerShiftOut.of(one) for one in shifts])


@router.reading("/me/volunteering", scope="volunteering.read", out=OwnVolunteeringOut)
def get_own_volunteering(request: HttpRequest) -> OwnVolunteeringOut:
    """One's own entry as a volunteer, what counts, and one's shifts."""
    row, viewer, now = _own(request), standing(request), clock.now()
    account = queries.account_of(row, at=now)
    shifts = queries.own_assignments(viewer).order_by("-id")[:50]
    return OwnVolunteeringOut(
        id=row.public_id, state=Volunteer.State(row.state), registered_at=row.registered_at,
        is_identified=queries.is_identified(row), minutes=account.minutes, times=account.times,
        in_review=account.in_review, star=account.star.number,
        shifts=[VolunteerAssignmentOut.of(one) for one in shifts],
    )  # fmt: skip


@router.listing("/me/volunteer-services", scope="volunteering.read", out=VolunteerServiceOut)
def list_own_volunteer_services(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """What one served, the newest first."""
    viewer = standing(request)
    if not viewer.own_keys(queries.SERVE):
        raise Denied(queries.SERVE)
    rows = queries.own_services(viewer)
    return cut(request, wish, rows, order=("-id",), show=_served)


@router.writing("/volunteer-shifts/{id}/applications", scope="volunteering.write", out=VolunteerAssignmentOut)
def apply_for_shift(request: HttpRequest, id: Path[UUID], body: VolunteerApplicationIn) -> VolunteerAssignmentOut:
    """Apply for a shift, oneself; who does not fit is told why."""
    row, shift = _own(request), queries.open_shift(id)
    if shift is None:
        raise Http404
    made = services.apply(
        actor=standing(request), public_id=body.id, shift=shift, volunteer=row, is_able=body.is_able, at=clock.now()
    )
    return _assignment(request, made.public_id)


@router.writing(
    "/volunteer-assignments/{id}/withdrawal", scope="volunteering.write", out=VolunteerAssignmentOut, status=200
)
def withdraw_from_shift(request: HttpRequest, id: Path[UUID], body: VolunteerWithdrawalIn) -> VolunteerAssignmentOut:
    """Take an application or a place back, until the shift begins."""
    del body
    one = queries.own_assignment(standing(request), id)
    if one is None:
        raise Http404
    services.withdraw(actor=standing(request), assignment=one, at=clock.now())
    return _assignment(request, id)


@router.listing("/volunteer-shifts/{id}/assignments", scope="volunteering.read", out=VolunteerOnShiftOut)
def list_shift_volunteers(request: HttpRequest, id: Path[UUID], wish: Query[ShiftListWish]) -> dict[str, Any]:
    """Everybody on a shift of the caller's organisations, who applied first."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.KEEP):
        raise Denied(queries.KEEP)
    row = queries.shift(viewer, id)
    if row is None:
        raise Http404

    def show(rows: Sequence[Assignment]) -> list[VolunteerOnShiftOut]:
        people = noted(
            rows, person_of=lambda one: one.person_id, reader=viewer, what=Reading.What.VOLUNTEER, at=clock.now()
        )
        return [VolunteerOnShiftOut.of(one) for one in people]

    return cut(request, wish, queries.everybody_on(row), order=("id",), show=show)


@router.writing("/volunteer-assignments/{id}/check-in", scope="volunteering.write", out=VolunteerOnShiftOut, status=200)
def check_volunteer_in(request: HttpRequest, id: Path[UUID], body: VolunteerCheckInIn) -> VolunteerOnShiftOut:
    """Somebody is there. Said again, the first time stays."""
    now = clock.now()
    services.check_in(actor=standing(request), assignment=_kept(request, id), when=body.when or now, at=now)
    return VolunteerOnShiftOut.of(_kept(request, id))


@router.writing(
    "/volunteer-assignments/{id}/check-out", scope="volunteering.write", out=VolunteerOnShiftOut, status=200
)
def check_volunteer_out(request: HttpRequest, id: Path[UUID], body: VolunteerCheckOutIn) -> VolunteerOnShiftOut:
    """Somebody goes; what counts is in `minutes`. Said again, the first time stays (V-07)."""
    now = clock.now()
    services.check_out(
        actor=standing(request), assignment=_kept(request, id), when=body.when or now, pause_minutes=body.pause_minutes,
        at=now,
    )  # fmt: skip
    return VolunteerOnShiftOut.of(_kept(request, id))


@router.reading("/volunteer-certificates/{code}/verdict", out=VolunteerCertificateOut)
def verify_volunteer_certificate(request: HttpRequest, code: Path[TranscriptCode]) -> VolunteerCertificateOut:
    """What the code of a certificate of service certifies, for anybody. After five wrong codes a minute one waits."""
    if wrong_tries.are_too_many(request):
        raise Problem(429, "too_many", headers={"Retry-After": str(wrong_tries.WINDOW_S)})
    found = queries.certificate_with(code)
    if found is None:
        wrong_tries.note(request)
        raise Http404
    made = found.certificate
    return VolunteerCertificateOut(
        code=made.code or "", number=made.number, holds=found.holds, issued_at=made.issued_at,
        holder=made.content["holder"], star=made.star, minutes=made.minutes, minutes_now=found.minutes_now,
    )  # fmt: skip


def _kept(request: HttpRequest, public_id: UUID) -> Assignment:
    """Somebody on a shift of the caller's organisations; with their service, read anew."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.KEEP):
        raise Denied(queries.KEEP)
    found = queries.assignment(viewer, public_id)
    if found is None:
        raise Http404
    seen(request, person_id=found.person_id, what=Reading.What.VOLUNTEER, thing=found.volunteer.public_id)
    return found


@router.listing("/volunteer-activities", scope="volunteering.read", out=VolunteerCallOut)
def list_volunteer_activities(request: HttpRequest, wish: Query[VolunteerActivityWish]) -> dict[str, Any]:
    """Activities of the caller's organisations, drafts too."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.KEEP):
        raise Denied(queries.KEEP)
    return cut(request, wish, queries.activities(viewer, state=wish.state or ""), order=("-id",), show=_shown)


@router.listing("/volunteer-reviews", scope="volunteering.read", out=VolunteerServiceOut)
def list_volunteer_reviews(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Services that overlap with another of the same person, and wait for the caller."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.REVIEW):
        raise Denied(queries.REVIEW)
    return cut(request, wish, queries.reviews(viewer), order=("-id",), show=_served)


def _own(request: HttpRequest) -> Volunteer:
    viewer = standing(request)
    if not viewer.own_keys(queries.SERVE):
        raise Denied(queries.SERVE)
    row = queries.own_volunteer(viewer.person)
    if row is None:
        raise Http404
    return row


def _assignment(request: HttpRequest, public_id: UUID) -> VolunteerAssignmentOut:
    found = queries.own_assignment(standing(request), public_id)
    if found is None:
        raise Http404
    return VolunteerAssignmentOut.of(found)


def _shown(rows: Sequence[Activity]) -> list[VolunteerCallOut]:
    return [VolunteerCallOut.of(row) for row in rows]


def _served(rows: Sequence[Service]) -> list[VolunteerServiceOut]:
    return [VolunteerServiceOut.of(row) for row in rows]
