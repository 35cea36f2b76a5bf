"""Frameworks and units for programs, and the ledger's health."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, In, Out, Version
from xuecheng.city.territories.queries import installation

from . import queries, services
from .models import CreditKind, Framework, UnitVersion

router = Router(tags=["Credit bank"])


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
    is_full: bool = False


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
    if not standing(request).may_somewhere("creditbank.draft_unit"):
        raise Denied("creditbank.draft_unit")
    found = queries.unit_versions(state=wish.state or "")
    return cut(request, wish, found, order=("code", "-version", "pk"), show=_shown)


@router.reading("/units/{code}/{version}", scope="units.read", out=UnitOut)
def get_unit(request: HttpRequest, code: Path[Code], version: Path[Version]) -> UnitOut:
    """One version of a unit."""
    found = UnitVersion.objects.select_related("level__framework", "keeper__territory")
    unit = found.filter(code=code, version=version).first()
    if unit is None:
        raise Http404
    require(standing(request), "creditbank.draft_unit", on=unit.keeper)
    return UnitOut.of(unit)


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


def _shown(rows: Sequence[UnitVersion]) -> list[UnitOut]:
    return [UnitOut.of(row) for row in rows]
