"""Roll-out for programs: who is accredited for what, which phases are open, who is ready next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Key, Out

from . import queries, services
from .models import Accreditation, Measure, Phase, Readiness, RecordKind, RuleFamily

router = Router(tags=["Roll-out"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Said = Annotated[str, StringConstraints(max_length=300, pattern=_PLAIN)]
Decision = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=_PLAIN)]


class AccreditationPauseOut(Schema):
    """Days `[begins_on, ends_on)` for which it counted for nothing; no end: still."""

    begins_on: date
    ends_on: date | None
    reason: str


class AccreditationOut(Out):
    """What an institution may issue for learning that ends in `[begins_on, ends_on)`, by decision.

    Empty fields and levels are all of them. No beginning and no end: it came with the system.
    """

    KEYS: ClassVar = ("id",)
    id: UUID
    code: str
    institution: str
    kinds: list[RecordKind]
    fields_of_study: list[str]
    framework: str
    lowest_level: str
    highest_level: str
    begins_on: date | None
    ends_on: date | None
    state: Accreditation.State
    suspensions: list[AccreditationPauseOut]

    @staticmethod
    def of(row: Accreditation) -> AccreditationOut:
        levels = (row.lowest, row.highest)
        low, high = [one.label if one is not None else "" for one in levels]
        return AccreditationOut(
            id=row.public_id, code=row.code, institution=row.organisation.code,
            kinds=[RecordKind(one) for one in row.kinds], fields_of_study=row.fields,
            framework=row.lowest.framework.code if row.lowest is not None else "", lowest_level=low, highest_level=high,
            begins_on=row.begins_on, ends_on=row.ends_on, state=Accreditation.State(row.state),
            suspensions=[
                AccreditationPauseOut(begins_on=one.during.lower, ends_on=one.during.upper, reason=one.reason)
                for one in row.suspensions.all() if not one.during.isempty
            ],
        )  # fmt: skip


class PhaseOut(Out):
    """A phase of the roll-out. Empty lists open all there is of them."""

    KEYS: ClassVar = ("id",)
    id: UUID
    code: str
    place: int
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str
    kinds: list[RecordKind]
    families: list[RuleFamily]
    institutions: list[str]
    divisions: list[str]
    covers_from: date | None
    covers_to: date | None
    needs_accreditation: bool
    expected_on: date | None
    state: Phase.State
    opened_at: datetime | None
    decision: str

    @staticmethod
    def of(row: Phase) -> PhaseOut:
        plain = (
            "code", "place", "name_zh", "name_en", "about_zh", "about_en", "covers_from", "covers_to",
            "needs_accreditation", "expected_on", "opened_at", "decision",
        )  # fmt: skip
        return PhaseOut(
            id=row.public_id, kinds=[RecordKind(one) for one in row.kinds],
            families=[RuleFamily(one) for one in row.families],
            institutions=[one.code for one in row.organisations.all()],
            divisions=[one.code for one in row.territories.all()], state=Phase.State(row.state),
            **{name: getattr(row, name) for name in plain},
        )  # fmt: skip


class ReadinessOut(Out):
    """What was counted of a kind of record at an institution, and which measures are missing (C-68).

    Shares are thousandths; what nobody measured is not there.
    """

    KEYS: ClassVar = ("institution", "kind")
    institution: str
    kind: RecordKind
    values: dict[Measure, int]
    is_ready: bool
    missing: list[Measure]
    counted_at: datetime

    @staticmethod
    def of(row: Readiness) -> ReadinessOut:
        return ReadinessOut(
            institution=row.organisation.code, kind=RecordKind(row.kind),
            values={Measure(name): value for name, value in row.values.items()}, is_ready=row.is_ready,
            missing=[Measure(one) for one in row.missing], counted_at=row.counted_at,
        )  # fmt: skip


class AccreditationDecisionIn(In):
    """Granted, or refused with the reason; by another officer than who proposed it."""

    grants: Flag
    reason: Said = ""


class PhaseOpeningIn(In):
    """The decision by which the phase is opened, such as its number."""

    decision: Decision


class PhaseClosingIn(In):
    """Why no further rule is approved by it."""

    why: Decision


class AccreditationWish(Paged):
    institution: Key | None = None


class ReadinessWish(Paged):
    kind: RecordKind | None = None


@router.listing("/accreditations", out=AccreditationOut)
def list_accreditations(request: HttpRequest, wish: Query[AccreditationWish]) -> dict[str, Any]:
    """What was ever decided of any institution, or of one by its code, the newest first."""
    rows = queries.decided(institution=wish.institution or "")
    return cut(request, wish, rows, order=("-id",), show=_accreditations)


@router.listing("/rollout-phases", out=PhaseOut)
def list_rollout_phases(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """The phases of the roll-out in their order: open, planned, and closed for new rules."""
    return cut(request, wish, queries.phases(), order=("place", "id"), show=_phases)


@router.listing("/readiness", scope="rollout.read", out=ReadinessOut)
def list_readiness(request: HttpRequest, wish: Query[ReadinessWish]) -> dict[str, Any]:
    """Who is ready next, with what is missing, as counted last night."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.SEE):
        raise Denied(queries.SEE)
    rows = queries.readiness(viewer, kind=wish.kind or "")
    return cut(request, wish, rows, order=("-is_ready", "lacks", "id"), show=_readiness)


@router.writing("/accreditations/{id}/decision", scope="rollout.write", out=AccreditationOut, status=200)
def decide_accreditation(request: HttpRequest, id: Path[UUID], body: AccreditationDecisionIn) -> AccreditationOut:
    """Put a proposal in force, or refuse it."""
    actor = standing(request)
    row = queries.accreditation(actor, id)
    if row is None:
        raise Http404
    verb = services.grant_accreditation if body.grants else services.refuse_accreditation
    verb(actor=actor, accreditation=row, reason=body.reason, at=clock.now())
    row = queries.accreditation(actor, id)
    assert row is not None, "whoever decides sees it"
    return AccreditationOut.of(row)


@router.writing("/rollout-phases/{id}/opening", scope="rollout.write", out=PhaseOut, status=200)
def open_rollout_phase(request: HttpRequest, id: Path[UUID], body: PhaseOpeningIn) -> PhaseOut:
    """Open a planned phase by decision: rules within it may be approved from now on (C-67). Not by who planned it."""
    services.open_phase(actor=standing(request), phase=_phase(id), decision=body.decision, at=clock.now())
    return PhaseOut.of(_phase(id))


@router.writing("/rollout-phases/{id}/closing", scope="rollout.write", out=PhaseOut, status=200)
def close_rollout_phase(request: HttpRequest, id: Path[UUID], body: PhaseClosingIn) -> PhaseOut:
    """Approve no further rule by a phase; what stands by it stays."""
    services.close_phase(actor=standing(request), phase=_phase(id), why=body.why, at=clock.now())
    return PhaseOut.of(_phase(id))


def _phase(public_id: UUID) -> Phase:
    row = queries.phase(public_id)
    if row is None:
        raise Http404
    return row


def _accreditations(rows: Sequence[Accreditation]) -> list[AccreditationOut]:
    return [AccreditationOut.of(one) for one in rows]


def _phases(rows: Sequence[Phase]) -> list[PhaseOut]:
    return [PhaseOut.of(one) for one in rows]


def _readiness(rows: Sequence[Readiness]) -> list[ReadinessOut]:
    return [ReadinessOut.of(one) for one in rows]
