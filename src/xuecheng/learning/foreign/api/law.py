"""Issuers outside the city and rules for what they issue: one officer proposes, another decides, as on the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.schemas import Day, Flag, In, Key, Moment, Out
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.foreign import queries, services
from xuecheng.learning.foreign.models import ForeignIssuer, ForeignRule
from xuecheng.learning.foreign.models.law import Standing as State
from xuecheng.learning.foreign.services import refusals

from .records import Amount, router

_PLAIN = r"^[^\u0000-\u001f\u007f]*$"
Reason = Annotated[str, StringConstraints(max_length=300, pattern=_PLAIN)]
Why = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=_PLAIN)]
Named = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_PLAIN)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=_PLAIN)]
Short = Annotated[str, StringConstraints(max_length=40, pattern=_PLAIN)]
Months = Annotated[int, Field(ge=1, le=600)]
Ratio = Annotated[int, Field(ge=0, le=100_000)]


class OutsideIssuerOut(Out):
    """A recognised issuer, and the identifiers by which files name it."""

    KEYS: ClassVar = ("id",)
    id: UUID
    name_zh: str
    name_en: str
    country: str
    kind: ForeignIssuer.Kind
    identifiers: list[str]

    @staticmethod
    def of(row: ForeignIssuer) -> OutsideIssuerOut:
        return OutsideIssuerOut(
            id=row.public_id, name_zh=row.name_zh, name_en=row.name_en, country=row.country,
            kind=ForeignIssuer.Kind(row.kind), identifiers=[one.key for one in row.keys.all()],
        )  # fmt: skip


class OutsideIssuerKeptOut(Out):
    """An issuer as officers keep it: also proposed, sent back or recognised no longer."""

    KEYS: ClassVar = ("id",)
    id: UUID
    name_zh: str
    name_en: str
    country: str
    kind: ForeignIssuer.Kind
    identifiers: list[str]
    state: State
    why: str
    decision_reason: str

    @staticmethod
    def of(row: ForeignIssuer) -> OutsideIssuerKeptOut:
        plain = ("name_zh", "name_en", "country", "why", "decision_reason")
        return OutsideIssuerKeptOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, kind=ForeignIssuer.Kind(row.kind),
            identifiers=[one.key for one in row.keys.all()], state=State(row.state),
        )  # fmt: skip


class OutsideCapSchema(Schema):
    """At most `most` hundredths of one learner in a period; `months` only for a rolling one."""

    most: Annotated[int, Field(ge=1, le=1_000_000)]
    per: ForeignRule.CapPer
    period: ForeignRule.CapPeriod
    months: Months | None = None
    policy: ForeignRule.CapPolicy


class OutsideEffectOut(Schema):
    """What the newest dry run found: numbers of records and learners, hundredths of a credit."""

    waiting: int
    counts: int
    learners: int
    credits: int
    over_cap: int
    cut: int
    held: int
    weak: int
    several: int


class OutsideRuleOut(Out):
    """One version of a rule. Credits here for credits there, both in hundredths; `num` 0: the unit whole."""

    KEYS: ClassVar = ("id",)
    id: UUID
    code: str
    version: int
    state: State
    issuer: UUID | None
    issuer_kind: str
    kind: str
    level: str
    achievement: str
    unit: str
    num: int
    den: int
    most: int | None
    cap: OutsideCapSchema | None
    needs: ForeignRule.Needs
    validity_months: int | None
    effect_from: Day
    effect_to: Day | None
    why: str
    decision_reason: str
    tried_at: Moment | None
    effect: OutsideEffectOut | None

    @staticmethod
    def of(row: ForeignRule) -> OutsideRuleOut:
        plain = ("code", "version", "kind", "level", "achievement", "num", "den", "most", "validity_months",
                 "effect_from", "effect_to", "why", "decision_reason")  # fmt: skip
        trial = next((one for one in row.trials.all() if one.finished_at is not None), None)
        cap = None
        if row.cap is not None:
            cap = OutsideCapSchema(
                most=row.cap, per=ForeignRule.CapPer(row.cap_per), period=ForeignRule.CapPeriod(row.cap_period),
                months=row.cap_months, policy=ForeignRule.CapPolicy(row.cap_policy),
            )  # fmt: skip
        return OutsideRuleOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, state=State(row.state),
            issuer=row.issuer.public_id if row.issuer else None, issuer_kind=row.issuer_class, unit=row.unit.code,
            cap=cap, needs=ForeignRule.Needs(row.needs), tried_at=trial.finished_at if trial else None,
            effect=OutsideEffectOut(**trial.result) if trial else None,
        )  # fmt: skip


class OutsideIssuerIn(In):
    """Who is proposed, and by which identifiers files name them."""

    id: UUID
    name_zh: Named
    name_en: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PLAIN)]
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    kind: ForeignIssuer.Kind
    identifiers: Annotated[list[Identifier], Field(min_length=1, max_length=50)]
    why: Why


class OutsideRuleIn(In):
    """A proposed version; `code` names the rule of which it is the next. One issuer, or one kind of issuers."""

    id: UUID
    code: Annotated[str, StringConstraints(pattern=r"^(W-[0-9]{4,})?$", max_length=16)] = ""
    issuer: UUID | None = None
    issuer_kind: ForeignIssuer.Kind | None = None
    kind: Short = ""
    level: Short = ""
    achievement: Annotated[str, StringConstraints(max_length=200, pattern=_PLAIN)] = ""
    unit: Key
    num: Ratio = 0
    den: Annotated[int, Field(ge=1, le=100_000)] = 1
    most: Amount | None = None
    cap: OutsideCapSchema | None = None
    needs: ForeignRule.Needs
    validity_months: Months | None = None
    effect_from: Day
    effect_to: Day | None = None
    why: Why


class OutsideTrialIn(In):
    """The number of the dry run, chosen by the caller."""

    id: UUID


class OutsideLawDecisionIn(In):
    """Whether what another officer proposed comes into force; if not, why."""

    agrees: Flag
    reason: Reason = ""


class OutsideLawEndIn(In):
    """Why it ends."""

    reason: Why


class OutsideRuleEndIn(In):
    """Why it ends; `from_start`: it was wrong, and applies to nothing new, whenever it was learnt."""

    reason: Why
    from_start: Flag = False


@router.listing("/outside-issuers", out=OutsideIssuerOut)
def list_outside_issuers(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Issuers outside the city whose word may count."""
    return cut(request, wish, queries.recognised_issuers(), order=("name_en", "id"), show=_issuers)


@router.listing("/kept-outside-issuers", scope="foreign.read", out=OutsideIssuerKeptOut)
def list_kept_outside_issuers(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Issuers that the caller's certification body keeps, the newest first, in whatever state."""
    return cut(request, wish, queries.keeping_issuers(_keeper(request)), order=("-id",), show=_kept)


@router.writing("/kept-outside-issuers", scope="foreign.write", out=OutsideIssuerKeptOut)
def propose_outside_issuer(request: HttpRequest, body: OutsideIssuerIn) -> OutsideIssuerKeptOut:
    """Propose to recognise an issuer; another officer decides."""
    viewer = _keeper(request)
    made = services.propose_issuer(
        actor=viewer, public_id=body.id, body=_body(viewer), name_zh=body.name_zh, name_en=body.name_en,
        country=body.country, kind=body.kind, keys=body.identifiers, why=body.why, at=clock.now(),
    )  # fmt: skip
    return OutsideIssuerKeptOut.of(made)


@router.writing(
    "/kept-outside-issuers/{id}/decision", scope="foreign.write", out=OutsideIssuerKeptOut, status=200
)  # fmt: skip
def decide_outside_issuer(request: HttpRequest, id: Path[UUID], body: OutsideLawDecisionIn) -> OutsideIssuerKeptOut:
    """Recognise an issuer whom another officer proposed, or send the proposal back with the reason."""
    verb = services.put_in_force if body.agrees else services.send_back
    verb(actor=standing(request), law=_issuer(request, id), reason=body.reason, at=clock.now())
    return OutsideIssuerKeptOut.of(_issuer(request, id))


@router.writing("/kept-outside-issuers/{id}/ending", scope="foreign.write", out=OutsideIssuerKeptOut, status=200)
def end_outside_issuer(request: HttpRequest, id: Path[UUID], body: OutsideLawEndIn) -> OutsideIssuerKeptOut:
    """Recognise an issuer no longer; what was credited stays."""
    services.end_law(actor=standing(request), law=_issuer(request, id), reason=body.reason, at=clock.now())
    return OutsideIssuerKeptOut.of(_issuer(request, id))


@router.listing("/outside-rules", scope="foreign.read", out=OutsideRuleOut)
def list_outside_rules(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Every version that the caller may propose for or decide on, the newest first."""
    return cut(request, wish, _rules(_keeper(request)), order=("-id",), show=_versions)


@router.reading("/outside-rules/{id}", scope="foreign.read", out=OutsideRuleOut)
def get_outside_rule(request: HttpRequest, id: Path[UUID]) -> OutsideRuleOut:
    """One version, and what its newest dry run found."""
    return OutsideRuleOut.of(_rule(request, id))


@router.writing("/outside-rules", scope="foreign.write", out=OutsideRuleOut)
def draft_outside_rule(request: HttpRequest, body: OutsideRuleIn) -> OutsideRuleOut:
    """Propose a rule or its next version; its dry run begins, and another officer decides."""
    viewer = _keeper(request)
    issuer = queries.keeping_issuers(viewer).filter(public_id=body.issuer).first() if body.issuer else None
    if body.issuer is not None and issuer is None:
        raise refusals.IssuerNotRecognised
    unit = queries.units().filter(code=body.unit).first()
    if unit is None:
        raise refusals.UnitNotGiven
    cap = body.cap
    plain = ("kind", "level", "achievement", "num", "den", "most", "validity_months", "effect_from", "effect_to", "why")
    text = services.RuleText(
        **{name: getattr(body, name) for name in plain}, issuer=issuer, issuer_class=body.issuer_kind or "", unit=unit,
        needs=body.needs, cap=cap.most if cap else None, cap_per=cap.per if cap else "",
        cap_period=cap.period if cap else "", cap_months=cap.months if cap else None,
        cap_policy=cap.policy if cap else "",
    )  # fmt: skip
    made = services.draft_rule(
        actor=viewer, public_id=body.id, body=_body(viewer), text=text, code=body.code, at=clock.now()
    )
    return OutsideRuleOut.of(_rule(request, made.public_id))


@router.writing("/outside-rules/{id}/trials", scope="foreign.write", out=OutsideRuleOut, status=202)
def try_outside_rule(request: HttpRequest, id: Path[UUID], body: OutsideTrialIn) -> OutsideRuleOut:
    """Start a dry run of a proposed version over what waits; nothing is credited by it."""
    services.try_rule(actor=standing(request), public_id=body.id, rule=_rule(request, id), at=clock.now())
    return OutsideRuleOut.of(_rule(request, id))


@router.writing("/outside-rules/{id}/decision", scope="foreign.write", out=OutsideRuleOut, status=200)
def decide_outside_rule(request: HttpRequest, id: Path[UUID], body: OutsideLawDecisionIn) -> OutsideRuleOut:
    """Put in force what another officer proposed, after its dry run; or send it back with the reason."""
    verb = services.put_in_force if body.agrees else services.send_back
    verb(actor=standing(request), law=_rule(request, id), reason=body.reason, at=clock.now())
    return OutsideRuleOut.of(_rule(request, id))


@router.writing("/outside-rules/{id}/ending", scope="foreign.write", out=OutsideRuleOut, status=200)
def end_outside_rule(request: HttpRequest, id: Path[UUID], body: OutsideRuleEndIn) -> OutsideRuleOut:
    """End a rule today, or, if it was wrong, from its start; what was credited stays."""
    services.end_law(
        actor=standing(request), law=_rule(request, id), reason=body.reason, from_start=body.from_start, at=clock.now()
    )
    return OutsideRuleOut.of(_rule(request, id))


def _keeper(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.may_somewhere(queries.KEEP_RULES):
        raise Denied(queries.KEEP_RULES)
    return viewer


def _body(viewer: Standing) -> Organisation:
    body = queries.bodies(viewer).first()
    if body is None:
        raise Http404
    return body


def _rules(viewer: Standing) -> Any:
    return queries.keeping(viewer).prefetch_related(queries.newest_trials())


def _rule(request: HttpRequest, number: UUID) -> ForeignRule:
    row: ForeignRule | None = _rules(standing(request)).filter(public_id=number).first()
    if row is None:
        raise Http404
    return row


def _issuer(request: HttpRequest, number: UUID) -> ForeignIssuer:
    row = queries.keeping_issuers(standing(request)).filter(public_id=number).first()
    if row is None:
        raise Http404
    return row


def _issuers(rows: Sequence[ForeignIssuer]) -> list[OutsideIssuerOut]:
    return [OutsideIssuerOut.of(one) for one in rows]


def _kept(rows: Sequence[ForeignIssuer]) -> list[OutsideIssuerKeptOut]:
    return [OutsideIssuerKeptOut.of(one) for one in rows]


def _versions(rows: Sequence[ForeignRule]) -> list[OutsideRuleOut]:
    return [OutsideRuleOut.of(one) for one in rows]
