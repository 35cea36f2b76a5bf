"""Learning from outside for programs: one's own files and records, what waits at the officer's desk."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Key, Out
from xuecheng.learning.foreign import queries, services
from xuecheng.learning.foreign.models import Delivery, ForeignRecord, ForeignRule
from xuecheng.learning.foreign.reading import MOST_BYTES
from xuecheng.learning.foreign.reading.refusals import FileUnknown
from xuecheng.learning.foreign.services import refusals

router = Router(tags=["Learning from outside"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_PLAIN)]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_PLAIN)]
Amount = Annotated[int, Field(ge=1, le=100_000)]


_PREVIEWED = ("place", "title", "issuer_name", "proof", "holder", "outcome", "wait", "rule", "credits_given")


class OutsideProblemOut(Schema):
    """What was left out of a file: its place in the file, a stable name, and the sentence in both languages."""

    place: str
    code: str
    zh: str
    en: str


class OutsidePreviewOut(Schema):
    """What one achievement of a file would count, before it is sent: `outcome` is counts, waits (and why) or here."""

    place: str
    title: str
    issuer_name: str
    proof: ForeignRule.Needs
    holder: ForeignRecord.Holder
    outcome: Literal["counts", "waits", "here"]
    wait: str = ""
    rule: str = ""
    credits_given: int | None = None


class OutsideFileOut(Out):
    """A file that one brought, and how far it is; `preview` as long as it is looked into and not sent."""

    KEYS: ClassVar = ("id",)
    id: UUID
    file_name: str
    kind: str
    state: Delivery.State
    brought_at: datetime
    read_at: datetime | None
    taken: int
    problems: list[OutsideProblemOut]
    preview: list[OutsidePreviewOut]

    @staticmethod
    def of(row: Delivery) -> OutsideFileOut:
        return OutsideFileOut(
            id=row.public_id, file_name=row.file_name, kind=row.kind, state=Delivery.State(row.state),
            brought_at=row.brought_at, read_at=row.read_at, taken=row.found_count,
            problems=[OutsideProblemOut(**one) for one in row.problems],
            preview=[OutsidePreviewOut(**{k: v for k, v in one.items() if k in _PREVIEWED}) for one in row.preview],
        )  # fmt: skip


class OutsideFindingOut(Schema):
    """One finding on the proof of a record: what was asked, and proven, unproven or failed."""

    question: str
    outcome: str
    zh: str
    en: str


class OutsideRecordOut(Out):
    """One achievement from outside; credits are hundredths. `wait` says why no rule credits it by itself."""

    KEYS: ClassVar = ("id",)
    id: UUID
    issuer_name: str
    issuer: UUID | None
    title: str
    kind: str
    code: str
    level: str
    credits: int | None
    scheme: str
    grade: str
    ended_on: date | None
    proof: ForeignRule.Needs
    holder: ForeignRecord.Holder
    signed_by: str
    checked_at: datetime
    findings: list[OutsideFindingOut]
    state: ForeignRecord.State
    wait: str
    words: str
    rule: str
    unit: str
    credits_given: int | None
    posting: UUID | None

    @staticmethod
    def of(row: ForeignRecord) -> OutsideRecordOut:
        plain = ("issuer_name", "title", "kind", "code", "level", "credits", "scheme", "grade", "ended_on", "signed_by",
                 "checked_at", "wait", "words", "credits_given", "posting")  # fmt: skip
        return OutsideRecordOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id,
            issuer=row.issuer.public_id if row.issuer else None, proof=ForeignRule.Needs(row.proof),
            holder=ForeignRecord.Holder(row.holder), state=ForeignRecord.State(row.state),
            rule=str(row.rule) if row.rule else "", unit=str(row.unit) if row.unit else "",
            findings=[OutsideFindingOut(**one) for one in row.findings],
        )  # fmt: skip


class OutsideWish(Paged):
    state: ForeignRecord.State | None = None


class OutsideFileIn(In):
    """A file as it was issued, in base64; `looks_first`: nothing comes in before it is sent."""

    id: UUID
    file_name: FileName
    content: Annotated[str, StringConstraints(min_length=1, max_length=MOST_BYTES // 3 * 4 + 8)]
    looks_first: Flag = False


class OutsideFileDecisionIn(In):
    """Whether a file that was looked into is sent; otherwise nothing of it stays."""

    sends: Flag


class OutsideAskIn(In):
    """Why it should be looked at again; or how it was settled whose it is."""

    words: Words


class OutsideDropIn(In):
    """Nothing is to be said."""


class OutsideDecisionIn(In):
    """With reasons that the learner reads: what it `grants`, the unit (its code) and hundredths of a credit; or that it
    grants nothing, and then neither.
    """

    words: Words
    grants: Flag
    unit: Key | None = None
    credits: Amount | None = None


@router.listing("/me/outside-records", scope="foreign.read", out=OutsideRecordOut)
def list_own_outside_records(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """What one learnt outside the city, the newest first."""
    return cut(request, wish, queries.own_records(_own(request)), order=("-id",), show=_records)


@router.listing("/me/outside-files", scope="foreign.read", out=OutsideFileOut)
def list_own_outside_files(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Files that one brought, the newest first, with what was left out of each and why."""
    return cut(request, wish, queries.own_deliveries(_own(request)), order=("-id",), show=_files)


@router.writing("/me/outside-files", scope="foreign.write", out=OutsideFileOut)
def bring_outside_file(request: HttpRequest, body: OutsideFileIn) -> OutsideFileOut:
    """Bring a file with learning from outside; a job reads it."""
    actor = _own(request)
    try:
        data = base64.b64decode(body.content, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise FileUnknown(at_field="content") from broken
    made = services.bring_file(
        actor=actor, public_id=body.id, file_name=body.file_name, chunks=[data], at=clock.now(),
        looks_first=body.looks_first,
    )  # fmt: skip
    return OutsideFileOut.of(made)


@router.writing("/outside-files/{id}/decision", scope="foreign.write", out=OutsideFileOut, status=200)
def decide_outside_file(request: HttpRequest, id: Path[UUID], body: OutsideFileDecisionIn) -> OutsideFileOut:
    """Send one's own file that was looked into, or let it go."""
    row = queries.own_deliveries(_own(request)).filter(public_id=id).first()
    if row is None:
        raise Http404
    verb = services.send_file if body.sends else services.drop_file
    return OutsideFileOut.of(verb(actor=standing(request), delivery=row, at=clock.now()))


@router.writing("/outside-records/{id}/question", scope="foreign.write", out=OutsideRecordOut, status=200)
def ask_about_outside_record(request: HttpRequest, id: Path[UUID], body: OutsideAskIn) -> OutsideRecordOut:
    """Ask again about one's own record that was refused; another officer decides then."""
    row = _own_row(request, id)
    services.ask_again(actor=standing(request), record=row, words=body.words, at=clock.now())
    return _shown(request, id)


@router.writing("/outside-records/{id}/withdrawal", scope="foreign.write", out=OutsideRecordOut, status=200)
def drop_outside_record(request: HttpRequest, id: Path[UUID], body: OutsideDropIn) -> OutsideRecordOut:
    """Take one's own record back while it waits."""
    del body
    services.drop_record(actor=standing(request), record=_own_row(request, id), at=clock.now())
    return _shown(request, id)


@router.listing("/outside-records", scope="foreign.read", out=OutsideRecordOut)
def list_outside_records(request: HttpRequest, wish: Query[OutsideWish]) -> dict[str, Any]:
    """What waits at the caller's desk, the oldest first; or what is in another state."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.DECIDE):
        raise Denied(queries.DECIDE)
    return cut(request, wish, queries.desk(viewer, state=wish.state or ""), order=("id",), show=_records)


@router.writing("/outside-records/{id}/clearing", scope="foreign.write", out=OutsideRecordOut, status=200)
def clear_outside_record(request: HttpRequest, id: Path[UUID], body: OutsideAskIn) -> OutsideRecordOut:
    """Say, with reasons, that a record which another person brought too is its learner's, who is told."""
    actor = standing(request)
    row = queries.record(actor, id)
    if row is None:
        raise Http404
    services.clear_contest(actor=actor, record=row, words=body.words, at=clock.now())
    return _shown(request, id)


@router.writing("/outside-records/{id}/decision", scope="foreign.write", out=OutsideRecordOut, status=200)
def decide_outside_record(request: HttpRequest, id: Path[UUID], body: OutsideDecisionIn) -> OutsideRecordOut:
    """Credit one record, or refuse it, with reasons."""
    actor = standing(request)
    row = queries.record(actor, id)
    if row is None:
        raise Http404
    if not body.grants:
        if body.unit is not None or body.credits is not None:
            raise refusals.RefusedWithCredits
        services.refuse_record(actor=actor, record=row, words=body.words, at=clock.now())
    else:
        unit = queries.units().filter(code=body.unit).first() if body.unit is not None else None
        if unit is None:
            raise refusals.UnitNotGiven
        services.credit_record(
            actor=actor, record=row, unit=unit, amount=body.credits or unit.credits, words=body.words, at=clock.now()
        )
    return _shown(request, id)


def _own(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.own_keys(queries.BRING):
        raise Denied(queries.BRING)
    return viewer


def _own_row(request: HttpRequest, number: UUID) -> ForeignRecord:
    row = queries.own_records(_own(request)).filter(public_id=number).first()
    if row is None:
        raise Http404
    return row


def _shown(request: HttpRequest, number: UUID) -> OutsideRecordOut:
    viewer = standing(request)
    row = queries.record(viewer, number)
    if row is None:
        raise Http404
    if row.learner_id not in viewer.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    return OutsideRecordOut.of(row)


def _files(rows: Sequence[Delivery]) -> list[OutsideFileOut]:
    return [OutsideFileOut.of(one) for one in rows]


def _records(rows: Sequence[ForeignRecord]) -> list[OutsideRecordOut]:
    return [OutsideRecordOut.of(one) for one in rows]
