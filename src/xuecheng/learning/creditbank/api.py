"""Frameworks, units and their decisions for programs, and the ledger's health."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.etags import etag_of, must_match
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, Flag, In, Key, Out, Reason, ShortText, Version
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.territories.queries import installation

from . import queries, services
from .models import AssessmentMethod, CreditKind, Framework, FrameworkLevel, LedgerCheck, UnitVersion

router = Router(tags=["Credit bank"])
DRAFT = "creditbank.draft_unit"


class LevelOut(Schema):
    ordinal: int
    label: str
    name_zh: str
    name_en: str


class FrameworkOut(Out):
    """A version of an outcome framework: levels, and the learning time behind a credit."""

    KEYS: ClassVar = ("code", "version")
    code: str
    version: int
    name_zh: str
    name_en: str
    minutes_per_credit: int
    step: int
    validity_months: int | None
    effect_on: date
    levels: list[LevelOut]

    @staticmethod
    def of(row: Framework) -> FrameworkOut:
        levels = sorted(row.levels.all(), key=lambda one: one.ordinal)
        said = {name: getattr(row, name) for name in FrameworkOut.model_fields if name != "levels"}
        return FrameworkOut(
            **said,
            levels=[
                LevelOut(ordinal=one.ordinal, label=one.label, name_zh=one.name_zh, name_en=one.name_en)
                for one in levels
            ],
        )


class UnitOut(Out):
    """A version of a certification unit; credits are hundredths."""

    KEYS: ClassVar = ("code", "version")
    id: UUID
    code: str
    version: int
    title_zh: str
    title_en: str
    framework: str
    level: str
    field: str
    kind: CreditKind
    credits: int
    outcomes: list[dict[str, Any]]
    equivalents: list[str]
    exclusions: list[str]
    keeper: str
    valid_from: date
    valid_to: date | None
    state: UnitVersion.State

    @staticmethod
    def of(row: UnitVersion) -> UnitOut:
        plain = ("code", "version", "title_zh", "title_en", "field", "credits", "outcomes", "equivalents", "exclusions")
        return UnitOut(
            **{name: getattr(row, name) for name in plain},
            id=row.public_id,
            framework=row.level.framework.code,
            level=row.level.label,
            kind=CreditKind(row.kind),
            keeper=row.keeper.code,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            state=UnitVersion.State(row.state),
        )


class UnitWish(Paged):
    state: UnitVersion.State | None = None
    text: ShortText = Field("", description="Code or part of a title.")


UnitCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,23}$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\u0000-\u001f\u007f]+$")]
UnitDay = Annotated[Day, Field(ge=date(1950, 1, 1), le=date(2200, 12, 31))]


class OutcomeIn(In):
    """What somebody can do afterwards, and how that is found out."""

    zh: Title
    en: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\u0000-\u001f\u007f]+$")]
    assessed_by: Annotated[list[AssessmentMethod], Field(min_length=1, max_length=5)]


class UnitTextIn(In):
    """Everything a version of a unit says; credits are hundredths, `level` is its label in the framework of today."""

    title_zh: Title
    title_en: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\u0000-\u001f\u007f]+$")]
    framework: Code
    level: Key
    field: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    kind: CreditKind
    credits: Annotated[int, Field(ge=1, le=100_000)]
    outcomes: Annotated[list[OutcomeIn], Field(min_length=1, max_length=20)]
    keeper: Code
    valid_from: UnitDay
    valid_to: UnitDay | None = None
    equivalents: Annotated[list[UnitCode], Field(max_length=50)] = []
    exclusions: Annotated[list[UnitCode], Field(max_length=50)] = []
    is_substantial_change: Flag = False
    why: Reason

    def draft(self) -> services.UnitDraft:
        level = FrameworkLevel.objects.select_related("framework").filter(
            framework__in=[one.pk for one in queries.frameworks_on(clock.today()) if one.code == self.framework],
            label=self.level,
        )
        found, keeper = level.first(), organisations.by_code(self.keeper)
        if found is None or keeper is None:
            raise Http404
        plain = ("title_zh", "title_en", "field", "credits", "valid_from", "valid_to", "equivalents", "exclusions")
        return services.UnitDraft(
            **{name: getattr(self, name) for name in plain},
            level=found,
            keeper=keeper,
            kind=self.kind.value,
            outcomes=[one.model_dump(mode="json") for one in self.outcomes],
            is_substantial_change=self.is_substantial_change,
        )


class NewUnitIn(UnitTextIn):
    """A unit, or the next version of the one with that code; `id` is chosen by the caller."""

    id: UUID
    code: UnitCode


class UnitDecisionIn(In):
    """Publish a colleague's draft, or send it back."""

    decision: Literal["publish", "reject"]
    reason: Reason


class UnitEndIn(In):
    """The first day on which the unit is not given any more, and why."""

    on: UnitDay
    reason: Reason


class LedgerCheckOut(Out):
    """What one check of the ledger found."""

    KEYS: ClassVar = ("id",)
    id: UUID
    began_at: datetime
    ended_at: datetime
    is_full: bool
    is_good: bool
    books: int
    blocks: int
    rows: int
    faults: list[dict[str, Any]]
    findings: list[dict[str, Any]]

    @staticmethod
    def of(row: LedgerCheck) -> LedgerCheckOut:
        plain = ("began_at", "ended_at", "is_full", "is_good", "faults", "findings")
        return LedgerCheckOut(
            **{name: getattr(row, name) for name in plain},
            id=row.public_id,
            books=row.book_count,
            blocks=row.block_count,
            rows=row.row_count,
        )


class HealthOut(Out):
    """The ledger at a glance: what is sealed, when it was checked, and what an officer has to look into."""

    KEYS: ClassVar = ("transfers",)
    transfers: int
    sealed: int
    unsealed: int
    sealed_at: datetime | None
    checked_at: datetime | None
    is_good: bool | None
    problems: list[str]


class CheckIn(In):
    """A check of the ledger: all of it, or what was sealed since the last good one."""

    id: UUID
    is_full: Flag = False


class CheckStartedOut(Out):
    """A check that has begun; its job tells how far it is."""

    KEYS: ClassVar = ("job",)
    job: UUID


@router.listing("/frameworks", out=FrameworkOut)
def list_frameworks(request: HttpRequest) -> dict[str, Any]:
    """The frameworks in force today."""
    return {"items": [FrameworkOut.of(one) for one in queries.frameworks_on(clock.today())], "next": None}


@router.reading("/frameworks/{code}/{version}", out=FrameworkOut)
def get_framework(request: HttpRequest, code: Path[Code], version: Path[Version]) -> FrameworkOut:
    """One version of a framework."""
    found = Framework.objects.prefetch_related("levels").filter(code=code, version=version).first()
    if found is None:
        raise Http404
    return FrameworkOut.of(found)


@router.listing("/units", scope="units.read", out=UnitOut)
def list_units(request: HttpRequest, wish: Query[UnitWish]) -> dict[str, Any]:
    """Certification units, each version, for officers."""
    if not standing(request).may_somewhere(DRAFT):
        raise Denied(DRAFT)
    found = queries.unit_versions(viewer=standing(request), state=wish.state or "", text=wish.text)
    return cut(request, wish, found, order=("code", "-version", "pk"), show=_shown)


@router.reading("/units/{code}/{version}", scope="units.read", out=UnitOut, has_etag=True)
def get_unit(request: HttpRequest, response: HttpResponse, code: Path[Code], version: Path[Version]) -> UnitOut:
    """One version of a unit."""
    return _with_etag(response, _unit(request, code, version))


@router.writing("/units", scope="units.write", out=UnitOut)
def draft_unit(request: HttpRequest, response: HttpResponse, body: NewUnitIn) -> UnitOut:
    """Draft a unit, or the next version of one; another officer publishes it."""
    if not standing(request).may_somewhere(DRAFT):
        raise Denied(DRAFT)
    made = services.draft_unit(
        actor=standing(request), public_id=body.id, code=body.code, draft=body.draft(), why=body.why
    )
    return _with_etag(response, _unit(request, made.code, made.version))


@router.edit("/units/{code}/{version}", scope="units.write", out=UnitOut)
def edit_unit(
    request: HttpRequest, response: HttpResponse, code: Path[Code], version: Path[Version], body: UnitTextIn
) -> UnitOut:
    """Change a draft; whoever does becomes its author."""
    unit = _unit(request, code, version)
    UnitVersion.objects.select_for_update(no_key=True).get(pk=unit.pk)
    must_match(request, UnitOut.of(_unit(request, code, version)))
    services.edit_draft(actor=standing(request), unit=unit, draft=body.draft(), why=body.why)
    return _with_etag(response, _unit(request, code, version))


@router.writing("/units/{code}/{version}/decision", scope="units.write", out=UnitOut, status=200)
def decide_unit(request: HttpRequest, code: Path[Code], version: Path[Version], body: UnitDecisionIn) -> UnitOut:
    """Publish a colleague's draft, or send it back for good."""
    decide = services.publish_unit if body.decision == "publish" else services.reject_unit
    decide(actor=standing(request), unit=_unit(request, code, version), at=clock.now(), reason=body.reason)
    return UnitOut.of(_unit(request, code, version))


@router.writing("/units/{code}/{version}/end", scope="units.write", out=UnitOut, status=200)
def end_unit(request: HttpRequest, code: Path[Code], version: Path[Version], body: UnitEndIn) -> UnitOut:
    """Give a published unit no more for learning that ends on a day or later."""
    services.end_unit(actor=standing(request), unit=_unit(request, code, version), on=body.on, reason=body.reason)
    return UnitOut.of(_unit(request, code, version))


@router.reading("/ledger/health", scope="ledger.read", out=HealthOut)
def get_ledger_health(request: HttpRequest) -> HealthOut:
    """How the ledger is."""
    if not standing(request).may_somewhere("creditbank.see_ledger_health"):
        raise Denied("creditbank.see_ledger_health")
    found = queries.health(now=clock.now())
    return HealthOut(
        transfers=found.transfers,
        sealed=found.sealed,
        unsealed=found.unsealed,
        sealed_at=found.sealed_at,
        checked_at=found.last_check.ended_at if found.last_check else None,
        is_good=found.last_check.is_good if found.last_check else None,
        problems=[f"{one.what} {one.remedy}" for one in found.problems],
    )


@router.writing("/ledger/checks", scope="ledger.write", out=CheckStartedOut, status=202)
def check_ledger(request: HttpRequest, body: CheckIn) -> CheckStartedOut:
    """Start a check of the ledger."""
    found = installation()
    if found is None:
        raise Http404
    job = services.ask_for_check(
        actor=standing(request), city=found.city, public_id=body.id, at=clock.now(), is_full=body.is_full
    )
    return CheckStartedOut(job=job.public_id)


@router.listing("/ledger/checks", scope="ledger.read", out=LedgerCheckOut)
def list_ledger_checks(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Checks of the ledger, the newest first."""
    _require_health(request)
    return cut(
        request, wish, LedgerCheck.objects.all(), order=("-id",), show=lambda rows: [LedgerCheckOut.of(x) for x in rows]
    )


@router.reading("/ledger/checks/{id}", scope="ledger.read", out=LedgerCheckOut)
def get_ledger_check(request: HttpRequest, id: Path[UUID]) -> LedgerCheckOut:
    """What one check found."""
    _require_health(request)
    found = LedgerCheck.objects.filter(public_id=id).first()
    if found is None:
        raise Http404
    return LedgerCheckOut.of(found)


def _require_health(request: HttpRequest) -> None:
    if not standing(request).may_somewhere("creditbank.see_ledger_health"):
        raise Denied("creditbank.see_ledger_health")


def _unit(request: HttpRequest, code: str, version: int) -> UnitVersion:
    found = UnitVersion.objects.select_related("level__framework", "keeper__territory")
    unit = found.filter(code=code, version=version).first()
    if unit is None:
        raise Http404
    require(standing(request), DRAFT, on=unit.keeper)
    return unit


def _with_etag(response: HttpResponse, unit: UnitVersion) -> UnitOut:
    shown = UnitOut.of(unit)
    response["ETag"] = etag_of(shown)
    return shown


def _shown(rows: Sequence[UnitVersion]) -> list[UnitOut]:
    return [UnitOut.of(row) for row in rows]
