"""Rules, dry runs, decisions and recognition for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.etags import etag_of, must_match
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, Flag, In, Line, Number, Out, Reason, ShortText, Version
from xuecheng.city.organisations import queries as organisations
from xuecheng.learning.records.models import Origin
from xuecheng.learning.records.queries.lists import visible_records

from .models import DryRun, Result, RuleVersion, Run
from .queries import results, rule_pages
from .queries.results import ResultLine, Wish
from .queries.rule_versions import GIVEN_STATES, rule_json, versions_in_force
from .services import corrections, dry_runs, rule_versions, runs, under_rule

router = Router(tags=["Recognition"])
REVERSE = "recognition.reverse_posting"


class RuleOut(Out):
    """A version of a conversion rule; `rule` is its written form."""

    KEYS: ClassVar = ("id",)
    id: UUID
    code: str
    version: int
    name_zh: str
    name_en: str
    state: RuleVersion.State
    effect_from: date
    effect_to: date | None
    why: str
    rule: dict[str, Any]

    @staticmethod
    def of(row: RuleVersion) -> RuleOut:
        plain = ("code", "version", "name_zh", "name_en", "effect_from", "effect_to", "why")
        return RuleOut(
            **{name: getattr(row, name) for name in plain},
            id=row.public_id,
            state=RuleVersion.State(row.state),
            rule=rule_json(row),
        )


class RuleWish(Paged):
    state: RuleVersion.State | None = None
    text: ShortText = Field("", description="Beginning of a number, or part of a name.")


class RuleTextIn(In):
    """What an officer writes of a version; `body` is the written form without number, version and days."""

    name_zh: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\u0000-\u001f\u007f]+$")]
    name_en: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\u0000-\u001f\u007f]+$")]
    body: dict[str, Any]
    effect_from: Day
    effect_to: Day | None = None
    why: Line

    def text(self) -> rule_versions.RuleText:
        return rule_versions.RuleText(
            name_zh=self.name_zh,
            name_en=self.name_en,
            body=self.body,
            effect_from=self.effect_from,
            effect_to=self.effect_to,
            why=self.why,
        )


class NewRuleIn(RuleTextIn):
    """A new rule, or with `follows` the next version of one in force; `id` is chosen by the caller."""

    id: UUID
    follows: UUID | None = None


class ChosenIdIn(In):
    """An id chosen by the caller: asked again, the same thing."""

    id: UUID


class RuleDecisionIn(In):
    """Approve a colleague's version, or send it back."""

    decision: Literal["approve", "reject"]
    reason: Reason


class RuleEndIn(In):
    """The first day on which a rule does not apply any more, and why."""

    on: Day
    reason: Reason


class DryRunOut(Out):
    """What a draft would do to all records: nothing is posted."""

    KEYS: ClassVar = ("id",)
    id: UUID
    job: UUID | None
    asked_at: datetime
    finished_at: datetime | None
    record_count: int
    result: dict[str, Any]

    @staticmethod
    def of(row: DryRun) -> DryRunOut:
        return DryRunOut(
            id=row.public_id,
            job=row.job.public_id if row.job else None,
            asked_at=row.asked_at,
            finished_at=row.finished_at,
            record_count=row.record_count,
            result=row.result,
        )


class RunOut(Out):
    """A recognition and what came of it."""

    KEYS: ClassVar = ("id",)
    id: UUID
    job: UUID | None
    organisation: str | None
    started_at: datetime
    finished_at: datetime | None
    seen: int
    credited: int
    carried: int
    refused: int
    reasons: dict[str, int]

    @staticmethod
    def of(row: Run) -> RunOut:
        return RunOut(
            id=row.public_id,
            job=row.job.public_id if row.job else None,
            organisation=row.organisation.code if row.organisation else None,
            started_at=row.started_at,
            finished_at=row.finished_at,
            seen=row.seen_count,
            credited=row.credited_count,
            carried=row.carried_count,
            refused=row.refused_count,
            reasons=row.reasons,
        )


class RunIn(In):
    """Recognise what waits: of one institution, or without one of the whole city."""

    id: UUID
    organisation: Code | None = None
    is_again: Flag = Field(default=False, description="Also records that got nothing before.")


class AnewIn(In):
    """Recognise anew under a rule what stands under its older versions; `id` is chosen by the caller."""

    id: UUID
    reason: Reason


class CreditCorrectionIn(In):
    """Take back what a record earned, or take it back and recognise its newest version anew."""

    act: Literal["reverse", "again"]
    reason: Reason


class CorrectionOut(Out):
    """What was done: postings that were taken back, and what the record got anew."""

    KEYS: ClassVar = ("record",)
    record: int
    taken_back: list[UUID]
    credited: int
    refused: int


class GiftOut(Schema):
    credits: int
    framework: str
    kind: str
    level: str
    rule: str


class ResultOut(Out):
    """What the rules said of a record: credit in hundredths, or why not, and what can be done."""

    KEYS: ClassVar = ("record",)
    record: int
    institution: str
    record_key: str
    learner: UUID
    title: str
    state: Result.State
    reason: str
    why: str
    remedy: str
    gifts: list[GiftOut]
    decided_at: datetime

    @staticmethod
    def of(line: ResultLine) -> ResultOut:
        return ResultOut(
            record=line.record.pk,
            institution=line.record.institution.code,
            record_key=line.record.record_key,
            learner=line.record.learner.public_id,
            title=line.record.title,
            state=Result.State(line.result.state),
            reason=line.result.reason,
            why=line.why,
            remedy=line.remedy,
            gifts=[
                GiftOut(
                    credits=gift.credits,
                    framework=gift.of.framework,
                    kind=gift.of.kind,
                    level=gift.of.level_label,
                    rule=f"{gift.rule_code}@{gift.rule_version}" if gift.rule_code else "",
                )
                for gift in line.gifts
            ],
            decided_at=line.result.decided_at,
        )


class ResultWish(Paged):
    state: Result.State | None = None
    origin: Origin | None = None
    reason: Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z_]*$")] = ""
    text: ShortText = Field("", description="As in the list of records.")


@router.listing("/rules", out=RuleOut)
def list_rules(request: HttpRequest) -> dict[str, Any]:
    """The rules in force today, for everybody."""
    return {"items": [RuleOut.of(rule) for rule in versions_in_force(clock.today())], "next": None}


@router.reading("/rules/{code}/{version}", out=RuleOut)
def get_rule(request: HttpRequest, code: Path[Code], version: Path[Version]) -> RuleOut:
    """A version that is or was in force."""
    found = RuleVersion.objects.filter(code=code, version=version, state__in=GIVEN_STATES).first()
    if found is None:
        raise Http404
    return RuleOut.of(found)


@router.listing("/rule-versions", scope="rules.read", out=RuleOut)
def list_rule_versions(request: HttpRequest, wish: Query[RuleWish]) -> dict[str, Any]:
    """Every version, drafts too, for officers."""
    viewer = standing(request)
    if not viewer.may_somewhere("recognition.draft_rule"):
        raise Denied("recognition.draft_rule")
    found = rule_pages.visible_rules(viewer, state=wish.state or "", text=wish.text)
    return cut(request, wish, found, order=("code", "-version"), show=_shown_rules)


@router.reading("/rule-versions/{id}", scope="rules.read", out=RuleOut, has_etag=True)
def get_rule_version(request: HttpRequest, response: HttpResponse, id: Path[UUID]) -> RuleOut:
    """One version, a draft too, for officers."""
    shown = RuleOut.of(_rule(request, id))
    response["ETag"] = etag_of(shown)
    return shown


@router.writing("/rule-versions", scope="rules.write", out=RuleOut)
def draft_rule(request: HttpRequest, body: NewRuleIn) -> RuleOut:
    """Draft a new rule, or the next version of one."""
    actor = standing(request)
    if body.follows is not None:
        made = rule_versions.new_version(
            actor=actor, public_id=body.id, of=_rule(request, body.follows), text=body.text(), at=clock.now()
        )
        return RuleOut.of(made)
    keeper = rule_pages.keepers(actor).first()
    if keeper is None:
        raise Denied("recognition.draft_rule")
    made = rule_versions.draft_rule(actor=actor, public_id=body.id, keeper=keeper, text=body.text(), at=clock.now())
    return RuleOut.of(made)


@router.edit("/rule-versions/{id}", scope="rules.write", out=RuleOut)
def edit_rule(request: HttpRequest, response: HttpResponse, id: Path[UUID], body: RuleTextIn) -> RuleOut:
    """Change a draft of one's own; it needs a new dry run."""
    rule = _rule(request, id)
    row = RuleVersion.objects.select_for_update(no_key=True).get(pk=rule.pk)
    must_match(request, RuleOut.of(row))
    shown = RuleOut.of(rule_versions.edit_draft(actor=standing(request), rule=rule, text=body.text(), at=clock.now()))
    response["ETag"] = etag_of(shown)
    return shown


@router.writing("/rule-versions/{id}/dry-runs", scope="rules.write", out=DryRunOut, status=202)
def try_rule(request: HttpRequest, id: Path[UUID], body: ChosenIdIn) -> DryRunOut:
    """Start a dry run over all records."""
    made = dry_runs.try_rule(actor=standing(request), public_id=body.id, rule=_rule(request, id), at=clock.now())
    return DryRunOut.of(made)


@router.listing("/rule-versions/{id}/dry-runs", scope="rules.read", out=DryRunOut)
def list_dry_runs(request: HttpRequest, id: Path[UUID], wish: Query[Paged]) -> dict[str, Any]:
    """The dry runs of a version, newest first."""
    found = DryRun.objects.filter(rule=_rule(request, id)).select_related("job")
    return cut(request, wish, found, order=("-id",), show=lambda rows: [DryRunOut.of(row) for row in rows])


@router.writing("/rule-versions/{id}/proposal", scope="rules.write", out=RuleOut, status=200)
def propose_rule(request: HttpRequest, id: Path[UUID]) -> RuleOut:
    """Hand a draft to the other officers."""
    return RuleOut.of(rule_versions.propose_rule(actor=standing(request), rule=_rule(request, id), at=clock.now()))


@router.writing("/rule-versions/{id}/decision", scope="rules.write", out=RuleOut, status=200)
def decide_rule(request: HttpRequest, id: Path[UUID], body: RuleDecisionIn) -> RuleOut:
    """Approve a colleague's version, or send it back with a reason."""
    decide = rule_versions.approve_rule if body.decision == "approve" else rule_versions.reject_rule
    return RuleOut.of(decide(actor=standing(request), rule=_rule(request, id), reason=body.reason, at=clock.now()))


@router.writing("/rule-versions/{id}/end", scope="rules.write", out=RuleOut, status=200)
def end_rule(request: HttpRequest, id: Path[UUID], body: RuleEndIn) -> RuleOut:
    """Let an approved version apply no more to learning that ends on a day or later."""
    rule = _rule(request, id)
    return RuleOut.of(
        rule_versions.end_rule(actor=standing(request), rule=rule, on=body.on, reason=body.reason, at=clock.now())
    )


@router.listing("/runs", scope="recognition.read", out=RunOut)
def list_runs(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Recognitions at the caller's institutions, newest first."""
    found = results.visible_runs(standing(request))
    return cut(request, wish, found, order=("-id",), show=lambda rows: [RunOut.of(row) for row in rows])


@router.reading("/runs/{id}", scope="recognition.read", out=RunOut)
def get_run(request: HttpRequest, id: Path[UUID]) -> RunOut:
    """One recognition and what came of it."""
    found = results.visible_runs(standing(request)).filter(public_id=id).first()
    if found is None:
        raise Http404
    return RunOut.of(found)


@router.writing("/runs", scope="recognition.write", out=RunOut, status=202)
def start_recognition(request: HttpRequest, body: RunIn) -> RunOut:
    """Start a recognition of what waits."""
    organisation = organisations.by_code(body.organisation) if body.organisation else None
    if body.organisation and organisation is None:
        raise Http404
    made = runs.start_recognition(
        actor=standing(request),
        public_id=body.id,
        at=clock.now(),
        organisation=organisation,
        is_again=body.is_again,
    )
    return RunOut.of(made)


@router.listing("/results", scope="recognition.read", out=ResultOut)
def list_results(request: HttpRequest, wish: Query[ResultWish]) -> dict[str, Any]:
    """What the rules said of the records of the caller's institutions, newest record first."""
    found = results.visible_results(
        standing(request),
        Wish(
            states=(wish.state,) if wish.state else (),
            reasons=(wish.reason,) if wish.reason else (),
            origin=wish.origin or "",
            text=wish.text.strip(),
        ),
    )
    return cut(request, wish, found, order=("-record_id",), show=_shown_results)


@router.listing("/corrections", scope="corrections.write", out=ResultOut)
def list_corrections(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Records whose credit no longer fits: corrected since, or bettered by a higher level. An officer decides."""
    if not standing(request).may_somewhere(REVERSE):
        raise Denied(REVERSE)
    found = results.corrections_waiting(standing(request))
    return cut(request, wish, found, order=("-record_id",), show=_shown_results)


@router.writing("/records/{number}/credit-corrections", scope="corrections.write", out=CorrectionOut)
def correct_credit(request: HttpRequest, number: Path[Number], body: CreditCorrectionIn) -> CorrectionOut:
    """Take back what a record earned, or recognise it anew: every step is a posting of its own, with the reason."""
    viewer = standing(request)
    if not viewer.may_somewhere(REVERSE):
        raise Denied(REVERSE)
    record = visible_records(viewer).filter(pk=number).first()
    if record is None:
        raise Http404
    seen(request, person_id=record.learner_id, what=Reading.What.RESULT, thing=record.pk)
    act = corrections.rerecognise_record if body.act == "again" else corrections.reverse_postings
    done = act(actor=viewer, record=record, why=body.reason, at=clock.now())
    return CorrectionOut(
        record=record.pk,
        taken_back=[posting.key for posting in done.taken_back],
        credited=done.given.credited,
        refused=done.given.refused,
    )


@router.writing("/rule-versions/{id}/recognition", scope="corrections.write", out=RunOut, status=202)
def recognise_anew(request: HttpRequest, id: Path[UUID], body: AnewIn) -> RunOut:
    """Take back what stands under older versions of a rule for learning within its days, and recognise it anew."""
    made = under_rule.rerecognise_under_rule(
        actor=standing(request), public_id=body.id, rule=_rule(request, id), why=body.reason, at=clock.now()
    )
    return RunOut.of(made)


def _shown_rules(rows: Sequence[RuleVersion]) -> list[RuleOut]:
    return [RuleOut.of(row) for row in rows]


def _shown_results(rows: Sequence[Result]) -> list[ResultOut]:
    return [ResultOut.of(line) for line in results.lines_of(rows)]


def _rule(request: HttpRequest, public_id: UUID) -> RuleVersion:
    viewer = standing(request)
    found = rule_pages.visible_rules(viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
