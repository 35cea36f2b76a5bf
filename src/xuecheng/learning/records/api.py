"""Learning records for programs: read, entered, corrected, withdrawn, disputed; pairs decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import require
from xuecheng.city.api.etags import etag_of, must_match
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Code, Day, In, Key, Line, Number, Out, Reason, ShortText
from xuecheng.city.organisations import queries as organisations

from . import hooks, services
from .entries import Entry
from .models import Dispute, DoubleReport, LearningRecord, Origin, Role, Source, Status
from .queries import lists

router = Router(tags=["Learning records"])

SEE, DISPUTE = "records.see_record", "records.dispute_record"
Minutes = Annotated[int, Field(ge=0, le=600_000)]
Hundredths = Annotated[int, Field(ge=0, le=100_000)]
Times = Annotated[int, Field(ge=0, le=10_000)]
TerritoryCodeOrNone = Annotated[str, StringConstraints(pattern=r"^([0-9]{12})?$")]
Short = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\u0000-\u001f\u007f]*$")]
Tiny = Annotated[str, StringConstraints(max_length=8, pattern=r"^[^\u0000-\u001f\u007f]*$")]
Grade = Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\u0000-\u001f\u007f]*$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\u0000-\u001f\u007f]+$")]
CodeText = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\u0000-\u001f\u007f]+$")]
Said = Annotated[
    str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$")
]


class RecordOut(Out):
    """A version of a learning record. `recognition` says how it stands with credit, where the caller may know."""

    KEYS: ClassVar = ("number",)
    number: int
    institution: str
    record_key: str
    version: int
    is_latest: bool
    learner: UUID
    learner_name: str
    origin: Origin
    code: str
    title: str
    term: str
    started_on: date | None
    ended_on: date
    minutes: int
    contact_minutes: int | None
    credits_local: int | None
    level: str
    grade: str
    grade_scale: str
    status: Status
    role: Role
    mode: str
    attended_sessions: int | None
    held_sessions: int | None
    territory_code: str
    valid_to: date | None
    evidence: str
    note: str
    source: Source
    reason: str
    entered_at: datetime

    @staticmethod
    def of(row: LearningRecord) -> RecordOut:
        said = {name: getattr(row, name) for name in RecordOut.model_fields if name in _PLAIN}
        return RecordOut(
            number=row.pk,
            institution=row.institution.code,
            learner=row.learner.public_id,
            learner_name=row.learner.name,
            **said,
        )


_PLAIN = frozenset(RecordOut.model_fields) - {"number", "institution", "learner", "learner_name"}


class ContentIn(In):
    """What a record says of the learning: minutes whole, credits hundredths."""

    code: CodeText
    title: Title
    term: Short = ""
    started_on: Day | None = None
    ended_on: Day
    minutes: Minutes = 0
    contact_minutes: Minutes | None = None
    credits_local: Hundredths | None = None
    level: Tiny = ""
    grade: Grade = ""
    grade_scale: Annotated[str, StringConstraints(max_length=24, pattern=r"^[a-z0-9_-]*$")] = ""
    status: Status = Status.PASSED
    role: Role = Role.LEARNER
    mode: Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z_-]*$")] = ""
    attended_sessions: Times | None = None
    held_sessions: Times | None = None
    territory_code: TerritoryCodeOrNone = ""
    valid_to: Day | None = None
    evidence: Line = ""
    note: Line = ""

    def content(self) -> dict[str, Any]:
        """The columns of `Entry`, as plain values."""
        said = self.model_dump(exclude={"institution", "record_key", "learner", "name", "origin", "reason"})
        return said | {"status": self.status.value, "role": self.role.value}


class RecordIn(ContentIn):
    """A record of one's institution. `learner` is a card number, a sign-in name or the id of a learning account."""

    institution: Code
    record_key: Key
    learner: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\u0000-\u001f\u007f]+$")]
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\u0000-\u001f\u007f]+$")]
    origin: Origin

    def entry(self) -> Entry:
        return Entry(
            institution_code=self.institution,
            record_key=self.record_key,
            person_ref=self.learner,
            name=self.name,
            origin=self.origin.value,
            **self.content(),
        )


class CorrectionIn(ContentIn):
    """A new version of a record, whole, and why; learner, institution and key stay."""

    reason: Reason


class WhyIn(In):
    reason: Reason


class ComplaintIn(In):
    """What the learner finds wrong."""

    complaint: Said


class AnswerIn(In):
    """What the institution found."""

    state: Literal["upheld", "corrected"]
    answer: Said


class DecisionIn(In):
    """Whether two records tell of one learning, and why."""

    state: Literal["same", "different"]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\u0000-\u001f\u007f]+$")]


class DisputeOut(Out):
    """An objection of a learner to a record."""

    KEYS: ClassVar = ("number",)
    number: int
    record: int
    state: Dispute.State
    complaint: str
    answer: str
    opened_at: datetime
    answer_due_on: date
    answered_at: datetime | None

    @staticmethod
    def of(row: Dispute) -> DisputeOut:
        return DisputeOut(
            number=row.pk,
            record=row.record_id,
            state=Dispute.State(row.state),
            complaint=row.complaint,
            answer=row.answer,
            opened_at=row.opened_at,
            answer_due_on=row.answer_due_on,
            answered_at=row.answered_at,
        )


class DoubleReportOut(Out):
    """Two records that may tell of one learning."""

    KEYS: ClassVar = ("number",)
    number: int
    first: int
    second: int
    learner: UUID
    state: DoubleReport.State
    reason: str
    decided_at: datetime | None

    @staticmethod
    def of(row: DoubleReport) -> DoubleReportOut:
        return DoubleReportOut(
            number=row.pk,
            first=row.first_id,
            second=row.second_id,
            learner=row.learner.public_id,
            state=DoubleReport.State(row.state),
            reason=row.reason,
            decided_at=row.decided_at,
        )


class RecordWish(Paged):
    text: ShortText = Field("", description="Card number, beginning of a key or title, or a whole name.")
    origin: Origin | None = None
    year: Annotated[int, Field(ge=1950, le=2100)] | None = None
    recognition: Annotated[str, StringConstraints(pattern=r"^(waiting|credited|carried|refused|reversed)?$")] = ""


class OpenWish(Paged):
    open: bool = Field(default=True, description="Only what still waits.")


@router.listing("/records", scope="records.read", out=RecordOut)
def list_records(request: HttpRequest, wish: Query[RecordWish]) -> dict[str, Any]:
    """Newest versions of the records of the caller's institutions, newest first."""
    found = lists.records_of_institutions(
        standing(request), origin=wish.origin or "", year=wish.year, text=wish.text.strip()
    )
    if wish.recognition:
        found = hooks.record_facts.narrow(found, wish.recognition)
    return cut(request, wish, found, order=("-id",), show=_shown)


@router.listing("/me/records", scope="records.read", out=RecordOut, entrusted=SEE)
def list_own_records(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Newest versions of the records of the person for whom the caller acts."""
    viewer = standing(request)
    seen(request, person_id=viewer.person.pk, what=Reading.What.RECORDS)
    found = lists.records_of_learner(viewer, viewer.person)
    return cut(request, wish, found, order=("-id",), show=_shown)


@router.reading("/records/{number}", scope="records.read", out=RecordOut, has_etag=True, entrusted=SEE)
def get_record(request: HttpRequest, response: HttpResponse, number: Path[Number]) -> RecordOut:
    """One version of a record."""
    shown = RecordOut.of(_record(request, number))
    response["ETag"] = etag_of(shown)
    return shown


@router.listing("/records/{number}/versions", scope="records.read", out=RecordOut, entrusted=SEE)
def list_record_versions(request: HttpRequest, number: Path[Number], wish: Query[Paged]) -> dict[str, Any]:
    """All versions of a record, newest first."""
    record = _record(request, number)
    found = lists.visible_records(standing(request)).filter(
        institution_id=record.institution_id, record_key=record.record_key, book=record.book
    )
    return cut(request, wish, found, order=("-id",), show=_shown)


@router.writing("/records", scope="records.write", out=RecordOut)
def enter_record(request: HttpRequest, response: HttpResponse, body: RecordIn) -> RecordOut:
    """Enter a record. One that is there already, word for word, is answered as it is and counts once."""
    institution = organisations.by_code(body.institution)
    if institution is not None:
        require(standing(request), "records.enter_record", on=institution)
    record = services.enter_record(actor=standing(request), entry=body.entry(), at=clock.now())
    return _with_etag(response, record)


@router.edit("/records/{number}", scope="records.write", out=RecordOut)
def correct_record(request: HttpRequest, response: HttpResponse, number: Path[Number], body: CorrectionIn) -> RecordOut:
    """Put a new version in the place of the newest one; the old one stays to be seen."""
    record = _record(request, number)
    require(standing(request), "records.correct_record", on=record)
    # Rows of records are never locked: of two rivals the constraint on the version lets one through.
    must_match(request, RecordOut.of(record))
    newer = services.correct_record(
        actor=standing(request), record=record, changes=body.content(), reason=body.reason, at=clock.now()
    )
    return _with_etag(response, newer)


@router.writing("/records/{number}/withdrawal", scope="records.write", out=RecordOut)
def withdraw_record(request: HttpRequest, response: HttpResponse, number: Path[Number], body: WhyIn) -> RecordOut:
    """Let a record count nothing any more, by a version that says so and why."""
    record = _record(request, number)
    newer = services.withdraw_record(actor=standing(request), record=record, reason=body.reason, at=clock.now())
    return _with_etag(response, newer)


@router.writing("/records/{number}/disputes", scope="records.write", out=DisputeOut, entrusted=DISPUTE)
def dispute_record(request: HttpRequest, number: Path[Number], body: ComplaintIn) -> DisputeOut:
    """Say what is wrong with a record of one's own; its institution must answer."""
    record = _record(request, number)
    made = services.dispute_record(actor=standing(request), record=record, complaint=body.complaint, at=clock.now())
    return DisputeOut.of(made)


@router.listing("/disputes", scope="records.read", out=DisputeOut)
def list_disputes(request: HttpRequest, wish: Query[OpenWish]) -> dict[str, Any]:
    """Objections that the caller has to answer, the oldest first."""
    found = lists.visible_disputes(standing(request), only_open=wish.open)
    return cut(request, wish, found, order=("id",), show=_shown_disputes)


@router.listing("/me/disputes", scope="records.read", out=DisputeOut, entrusted=DISPUTE)
def list_own_disputes(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Objections of the person for whom the caller acts."""
    return cut(request, wish, _own_disputes(request), order=("-id",), show=_shown_disputes)


@router.writing("/disputes/{number}/answer", scope="records.write", out=DisputeOut, status=200)
def answer_dispute(request: HttpRequest, number: Path[Number], body: AnswerIn) -> DisputeOut:
    """Tell the learner what was found."""
    dispute = lists.visible_disputes(standing(request), only_open=False).filter(pk=number).first()
    if dispute is None:
        raise Http404
    done = services.answer_dispute(
        actor=standing(request), dispute=dispute, state=body.state, answer=body.answer, at=clock.now()
    )
    return DisputeOut.of(done)


@router.writing("/disputes/{number}/withdrawal", scope="records.write", out=DisputeOut, status=200, entrusted=DISPUTE)
def drop_dispute(request: HttpRequest, number: Path[Number]) -> DisputeOut:
    """Take one's own objection back before it is answered."""
    dispute = _own_disputes(request).filter(pk=number).first()
    if dispute is None:
        raise Http404
    return DisputeOut.of(services.drop_dispute(actor=standing(request), dispute=dispute, at=clock.now()))


@router.listing("/double-reports", scope="records.read", out=DoubleReportOut)
def list_double_reports(request: HttpRequest, wish: Query[OpenWish]) -> dict[str, Any]:
    """Pairs of records that may tell of one learning and that the caller may decide, the oldest first."""
    found = lists.visible_doubles(standing(request), only_open=wish.open)
    return cut(request, wish, found, order=("id",), show=_shown_doubles)


@router.writing("/double-reports/{number}/decision", scope="records.write", out=DoubleReportOut, status=200)
def decide_double(request: HttpRequest, number: Path[Number], body: DecisionIn) -> DoubleReportOut:
    """Say whether two records tell of one learning."""
    report = lists.visible_doubles(standing(request), only_open=False).filter(pk=number).first()
    if report is None:
        raise Http404
    done = services.decide_double(
        actor=standing(request), report=report, state=body.state, reason=body.reason, at=clock.now()
    )
    return DoubleReportOut.of(done)


def _with_etag(response: HttpResponse, record: LearningRecord) -> RecordOut:
    # Read anew: a record that was just written has not the institution and learner that it is shown with.
    row = LearningRecord.objects.select_related("institution", "learner").get(pk=record.pk)
    shown = RecordOut.of(row)
    response["ETag"] = etag_of(shown)
    response["Location"] = f"/api/v1/records/{row.pk}"
    return shown


def _shown(rows: Sequence[LearningRecord]) -> list[RecordOut]:
    return [RecordOut.of(row) for row in rows]


def _shown_disputes(rows: Sequence[Dispute]) -> list[DisputeOut]:
    return [DisputeOut.of(row) for row in rows]


def _shown_doubles(rows: Sequence[DoubleReport]) -> list[DoubleReportOut]:
    return [DoubleReportOut.of(row) for row in rows]


def _own_disputes(request: HttpRequest) -> Any:
    return Dispute.objects.filter(learner__in=standing(request).own_keys(DISPUTE))


def _record(request: HttpRequest, number: int) -> LearningRecord:
    found = lists.visible_records(standing(request)).filter(pk=number).first()
    if found is None:
        raise Http404
    seen(request, person_id=found.learner_id, what=Reading.What.RECORD, thing=found.pk)
    return found
