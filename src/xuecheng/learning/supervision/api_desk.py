"""The desk of supervision for programs: what officers do about suspicions, withdrawals and audits, with their own name.

The same verbs as on the pages, with the same refusals: who opened a case does not decide it (C-71), and an auditor
writes an own finding down before the first one is shown (C-80).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import AwareDatetime, Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, Flag, In, Key, Out
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.rights import visible
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.records.models import LearningRecord, Origin

from . import queries, services
from .api import AuditOut, Said, SuspicionOut, WithdrawalOut
from .api import router as of_audits
from .models import Audit, AuditItem, Ground, Question, Statement, Suspicion, Withdrawal

AUDIT = queries.AUDIT
router = Router(tags=["Supervision"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Grounds = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=_PLAIN)]
Basis = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_PLAIN)]
Number = Annotated[str, StringConstraints(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9._-]+$")]


class AuditItemOut(Out):
    """One drawn posting, after an auditor wrote down what they found."""

    KEYS: ClassVar = ("audit", "number")
    audit: UUID
    number: str
    finding: AuditItem.Finding
    own_credits: int | None

    @staticmethod
    def of(row: AuditItem) -> AuditItemOut:
        return AuditItemOut(
            audit=row.audit.public_id, number=row.number, finding=AuditItem.Finding(row.finding),
            own_credits=row.own_credits,
        )  # fmt: skip


class SuspicionTakingIn(In):
    """Nothing is to be said."""


class SuspicionDismissalIn(In):
    """Why it is nothing."""

    words: Basis


class SuspicionNoteIn(In):
    """What was found while looking into it; it stays."""

    words: Grounds


class SuspicionReturnIn(In):
    """Nothing is to be said."""


class SupervisionQuestionIn(In):
    """What one of the institutions behind the records is asked. The id makes a repeated request the same question."""

    id: UUID
    institution: Key
    words: Grounds


class SupervisionAnswerIn(In):
    """The institution's explanation."""

    answer: Grounds


class SupervisionQuestionOut(Out):
    """What an institution is asked about its own records, until when, and what it explained."""

    KEYS: ClassVar = ("id",)
    id: UUID
    suspicion: UUID
    kind: Suspicion.Kind
    institution: str
    words: str
    asked_at: datetime
    due_on: date
    answer: str
    answered_at: datetime | None

    @staticmethod
    def of(row: Question) -> SupervisionQuestionOut:
        plain = ("words", "asked_at", "due_on", "answer", "answered_at")
        return SupervisionQuestionOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id, suspicion=row.suspicion.public_id,
            kind=Suspicion.Kind(row.suspicion.kind), institution=row.institution.code,
        )  # fmt: skip


class SupervisionQuestionWish(Paged):
    answered: bool = False
    """What was answered, too."""


class WithdrawalIn(In):
    """A case about the credit of a record: one of those behind a suspicion, where there is one.

    The id makes a repeated request the same case.
    """

    id: UUID
    record: int
    ground: Ground
    reason: Grounds


class WithdrawalNoticeIn(In):
    """Nothing is to be said."""


class WithdrawalHearingIn(In):
    """When a hearing began, and what was said at it."""

    held_at: AwareDatetime
    words: Said


class WithdrawalDecisionIn(In):
    """Whether the credit is withdrawn, and why; learner and institution read it."""

    withdraws: Flag
    words: Grounds


class WithdrawalAppealIn(In):
    """What is wrong with the decision."""

    words: Grounds


class WithdrawalAppealAnswerIn(In):
    """Whose appeal is answered, whether the credit is given anew, and why."""

    side: Statement.Side
    grants: Flag
    answer: Grounds


class AuditPlanIn(In):
    """What was credited in `[posted_from, posted_to]`, days that are over; of one institution, rule or kind, or all.

    `error` is how exact the answer is, or the share to be discovered, in parts of a million.
    """

    id: UUID
    aim: Audit.Aim
    posted_from: Day
    posted_to: Day
    institution: Key | None = None
    rule: Code | None = None
    origin: Origin | None = None
    confidence: Literal[90, 95, 99] = 95
    error: Annotated[int, Field(ge=10_000, le=500_000)] = 50_000


class AuditFindingIn(In):
    """The credits that are right (hundredths), whether the evidence shows it, and what that rests on."""

    own_credits: Annotated[int, Field(ge=0, le=100_000_000)]
    is_proven: Flag
    words: Basis


class AuditPublicationIn(In):
    """Nothing is to be said."""


@router.writing("/suspicions/{id}/taking", scope="supervision.write", out=SuspicionOut, status=200)
def take_suspicion(request: HttpRequest, id: Path[UUID], body: SuspicionTakingIn) -> SuspicionOut:
    """Look into it: it is the caller's from now on."""
    del body
    row = _suspicion(request, id)
    return SuspicionOut.of(services.take_suspicion(actor=standing(request), suspicion=row, at=clock.now()))


@router.writing("/suspicions/{id}/dismissal", scope="supervision.write", out=SuspicionOut, status=200)
def dismiss_suspicion(request: HttpRequest, id: Path[UUID], body: SuspicionDismissalIn) -> SuspicionOut:
    """Say that it is nothing, and why."""
    row = _suspicion(request, id)
    services.dismiss_suspicion(actor=standing(request), suspicion=row, words=body.words, at=clock.now())
    return SuspicionOut.of(_suspicion(request, id))


@router.writing("/suspicions/{id}/return", scope="supervision.write", out=SuspicionOut, status=200)
def hand_back_suspicion(request: HttpRequest, id: Path[UUID], body: SuspicionReturnIn) -> SuspicionOut:
    """Give it back to the queue, so that a colleague may take it."""
    del body
    services.hand_back(actor=standing(request), suspicion=_suspicion(request, id))
    return SuspicionOut.of(_suspicion(request, id))


@router.writing("/suspicions/{id}/notes", scope="supervision.write", out=SuspicionOut)
def note_suspicion(request: HttpRequest, id: Path[UUID], body: SuspicionNoteIn) -> SuspicionOut:
    """Write down what was found while looking into it."""
    row = _suspicion(request, id)
    services.add_note(actor=standing(request), suspicion=row, words=body.words, at=clock.now())
    return SuspicionOut.of(_suspicion(request, id))


@router.writing("/suspicions/{id}/questions", scope="supervision.write", out=SupervisionQuestionOut)
def ask_supervision_question(
    request: HttpRequest, id: Path[UUID], body: SupervisionQuestionIn
) -> SupervisionQuestionOut:
    """Ask an institution behind one of the records; it has ten working days to explain."""
    row = _suspicion(request, id)
    place = Organisation.objects.select_related("territory").filter(code=body.institution).first()
    if place is None:
        raise Http404
    made = services.ask_institution(
        actor=standing(request), suspicion=row, public_id=body.id, institution=place, words=body.words, at=clock.now()
    )
    return SupervisionQuestionOut.of(made)


@router.listing("/supervision-questions", scope="supervision.read", out=SupervisionQuestionOut)
def list_supervision_questions(request: HttpRequest, wish: Query[SupervisionQuestionWish]) -> dict[str, Any]:
    """What the caller's institutions are asked, the most urgent first; with `answered` what they answered too."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.ANSWER):
        raise Denied(queries.ANSWER)

    def show(found: Sequence[Question]) -> list[SupervisionQuestionOut]:
        return [SupervisionQuestionOut.of(one) for one in found]

    rows = queries.questions_of(viewer, only_open=not wish.answered)
    return cut(request, wish, rows, order=("due_on", "id"), show=show)


@router.writing("/supervision-questions/{id}/answer", scope="supervision.write", out=SupervisionQuestionOut, status=200)
def answer_supervision_question(
    request: HttpRequest, id: Path[UUID], body: SupervisionAnswerIn
) -> SupervisionQuestionOut:
    """Explain for one's institution what looks wrong in its records."""
    row = queries.question(standing(request), id)
    if row is None:
        raise Http404
    services.answer_question(actor=standing(request), question=row, answer=body.answer, at=clock.now())
    row = queries.question(standing(request), id)
    assert row is not None, "just answered"
    return SupervisionQuestionOut.of(row)


@router.writing("/suspicions/{id}/withdrawals", scope="supervision.write", out=WithdrawalOut)
def open_withdrawal(request: HttpRequest, id: Path[UUID], body: WithdrawalIn) -> WithdrawalOut:
    """Open a case about a record behind a suspicion: its credit is frozen at once (C-71)."""
    row = _suspicion(request, id)
    records = LearningRecord.objects.select_related("institution__territory", "learner")
    record = records.filter(pk=body.record).first() if body.record in row.record_ids else None
    if record is None:
        raise Http404
    made = services.open_withdrawal(
        actor=standing(request), public_id=body.id, record=record, ground=body.ground, reason=body.reason,
        at=clock.now(), suspicion=row,
    )  # fmt: skip
    return _shown(request, made.public_id)


@of_audits.writing("/withdrawals", scope="supervision.write", out=WithdrawalOut)
def open_withdrawal_of_record(request: HttpRequest, body: WithdrawalIn) -> WithdrawalOut:
    """Open a case that no search found, about the credit of a record: it is frozen at once (C-71)."""
    one = queries.credited_record(standing(request), body.record)
    if one is None:
        raise Http404
    made = services.open_withdrawal(
        actor=standing(request), public_id=body.id, record=one.record, ground=body.ground, reason=body.reason,
        at=clock.now(),
    )  # fmt: skip
    return _shown(request, made.public_id)


@router.writing("/withdrawals/{id}/notice", scope="supervision.write", out=WithdrawalOut, status=200)
def give_withdrawal_notice(request: HttpRequest, id: Path[UUID], body: WithdrawalNoticeIn) -> WithdrawalOut:
    """Tell learner and institution, who have fifteen working days to say something (C-71)."""
    del body
    services.give_notice(actor=standing(request), case=_case(request, id), at=clock.now())
    return _shown(request, id)


@router.writing("/withdrawals/{id}/hearings", scope="supervision.write", out=WithdrawalOut, status=200)
def record_withdrawal_hearing(request: HttpRequest, id: Path[UUID], body: WithdrawalHearingIn) -> WithdrawalOut:
    """Write down that a hearing was held and what was said; each one stays."""
    services.hold_hearing(
        actor=standing(request), case=_case(request, id), held_at=body.held_at, words=body.words, at=clock.now()
    )
    return _shown(request, id)


@router.writing("/withdrawals/{id}/decision", scope="supervision.write", out=WithdrawalOut, status=200)
def decide_withdrawal(request: HttpRequest, id: Path[UUID], body: WithdrawalDecisionIn) -> WithdrawalOut:
    """Withdraw the credit by a posting, or close the case and free it; not by who opened it (C-71)."""
    services.decide_withdrawal(
        actor=standing(request), case=_case(request, id), withdraws=body.withdraws, words=body.words, at=clock.now()
    )
    return _shown(request, id)


@router.writing("/withdrawals/{id}/appeals", scope="supervision.write", out=WithdrawalOut, status=200)
def appeal_withdrawal(request: HttpRequest, id: Path[UUID], body: WithdrawalAppealIn) -> WithdrawalOut:
    """Ask that somebody else looks at a withdrawal: the learner, or the institution, once each."""
    services.lodge_appeal(actor=standing(request), case=_case(request, id), words=body.words, at=clock.now())
    return _shown(request, id)


@router.writing("/withdrawals/{id}/appeal-decision", scope="supervision.write", out=WithdrawalOut, status=200)
def decide_withdrawal_appeal(request: HttpRequest, id: Path[UUID], body: WithdrawalAppealAnswerIn) -> WithdrawalOut:
    """Let the withdrawal stand, or give the credit anew; neither by who opened nor by who decided."""
    row = _case(request, id)
    appeal = next((one for one in row.appeals.all() if one.side == body.side), None)
    if appeal is None:
        raise Http404
    appeal.withdrawal = row
    services.decide_appeal(
        actor=standing(request), appeal=appeal, grants=body.grants, answer=body.answer, at=clock.now()
    )
    return _shown(request, id)


@of_audits.writing("/audits", scope="supervision.write", out=AuditOut)
def plan_audit(request: HttpRequest, body: AuditPlanIn) -> AuditOut:
    """Fix what is audited and how exactly; the list is published at once, the sample is drawn tomorrow (C-76)."""
    actor = standing(request)
    mine = visible(actor, AUDIT, organisation="pk", territory="territory")
    bodies = Organisation.objects.filter(mine, kind=Kind.CERTIFICATION_BODY).select_related("territory")
    keeper = bodies.order_by("pk").first()
    if keeper is None:
        raise Denied(AUDIT)
    place = Organisation.objects.filter(code=body.institution).first() if body.institution else None
    rule = RuleVersion.objects.filter(code=body.rule).order_by("-version").first() if body.rule else None
    if (body.institution and place is None) or (body.rule and rule is None):
        raise Http404
    plan = services.Plan(
        aim=body.aim, posted_from=body.posted_from, posted_to=body.posted_to, institution=place,
        origin=body.origin or "", rule=rule, confidence=body.confidence, error=body.error,
    )  # fmt: skip
    made = services.plan_audit(actor=actor, public_id=body.id, keeper=keeper, plan=plan, at=clock.now())
    row = queries.audit(made.public_id)
    assert row is not None, "just planned"
    return AuditOut.of(row)


@router.writing("/audits/{id}/items/{number}/finding", scope="supervision.write", out=AuditItemOut, status=200)
def record_audit_finding(
    request: HttpRequest, id: Path[UUID], number: Path[Number], body: AuditFindingIn
) -> AuditItemOut:
    """Write an own finding about a drawn posting down, before the first decision is shown (C-80)."""
    actor = standing(request)
    row = queries.item(actor, id, number)
    if row is None:
        raise Http404
    seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=str(row.record_id))
    made = services.record_finding(
        actor=actor, item=row, own_credits=body.own_credits, is_proven=body.is_proven, words=body.words, at=clock.now()
    )
    return AuditItemOut.of(made)


@router.writing("/audits/{id}/publication", scope="supervision.write", out=AuditOut, status=200)
def publish_audit(request: HttpRequest, id: Path[UUID], body: AuditPublicationIn) -> AuditOut:
    """Publish what was found, with its bound (C-78), once all that was drawn was looked at."""
    del body
    row = queries.audit(id)
    if row is None:
        raise Http404
    return AuditOut.of(services.publish_audit(actor=standing(request), audit=row, at=clock.now()))


def _suspicion(request: HttpRequest, public_id: UUID) -> Suspicion:
    row = queries.suspicion(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _case(request: HttpRequest, public_id: UUID) -> Withdrawal:
    row = queries.withdrawal(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _shown(request: HttpRequest, public_id: UUID) -> WithdrawalOut:
    viewer = standing(request)
    row = _case(request, public_id)
    if row.learner_id not in viewer.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    return WithdrawalOut.of(row)
