"""Transcripts for programs: issued and revoked by their holder, verified by anybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query
from pydantic import StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.problems import Problem
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Out, Reason
from xuecheng.learning.creditbank.models import CreditKind

from . import printing, services, wrong_tries
from .models import Transcript

router = Router(tags=["Transcripts"])
SEE = "credentials.see_transcript"
TranscriptCode = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9 -]+$")]
UnitCode = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9._-]*$")]
Purpose = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\u0000-\u001f\u007f]*$")]


class TranscriptOut(Out):
    """An issued transcript. `content` is what is printed on it."""

    KEYS: ClassVar = ("code",)
    code: str
    issued_at: datetime
    language: str
    digest: str
    revoked_at: datetime | None
    revoked_why: str
    content: dict[str, Any]

    @staticmethod
    def of(row: Transcript) -> TranscriptOut:
        plain = ("code", "issued_at", "language", "digest", "revoked_at", "revoked_why")
        return TranscriptOut(**{name: getattr(row, name) for name in plain}, content=row.snapshot)


class VerdictOut(Out):
    """What a code answers to anybody: what was printed, whether it is genuine and unchanged.

    Of a holder who had their data erased since (`holder_left_at`), whether it was genuine; nothing that was printed.
    """

    KEYS: ClassVar = ("code",)
    code: str
    issued_at: datetime
    is_genuine: bool
    is_unchanged: bool
    revoked_at: datetime | None
    holder_left_at: datetime | None
    changed: list[str]
    content: dict[str, Any]


class TranscriptIn(In):
    """What is to be certified; no kinds: all of them."""

    language: Literal["zh-hans", "en"] = "zh-hans"
    kinds: list[CreditKind] | None = None
    entries: list[UUID] | None = None
    unit: UnitCode = ""
    """Code of a unit: only its credit is certified."""
    qualification: UUID | None = None
    """Id of the offer of a qualification: only credit that counts towards it is certified."""
    purpose: Purpose = ""
    with_card_number: Flag = False


class RevocationIn(In):
    why: Reason


@router.listing("/me/transcripts", scope="transcripts.read", out=TranscriptOut, entrusted=SEE)
def list_transcripts(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Transcripts of the person for whom the caller acts, newest first."""
    viewer = standing(request)
    seen(request, person_id=viewer.person.pk, what=Reading.What.TRANSCRIPT)
    found = Transcript.objects.filter(learner__in=viewer.own_keys(SEE))
    return cut(request, wish, found, order=("-pk",), show=_shown)


@router.writing(
    "/me/transcripts", scope="transcripts.write", out=TranscriptOut, entrusted="credentials.issue_transcript"
)
def issue_transcript(request: HttpRequest, body: TranscriptIn) -> TranscriptOut:
    """Certify what stands on one's account."""
    actor = standing(request)
    made = services.issue_transcript(
        actor=actor,
        learner=actor.person,
        at=clock.now(),
        language=body.language,
        kinds=None if body.kinds is None else [kind.value for kind in body.kinds],
        entries=body.entries,
        unit=body.unit,
        qualification=body.qualification,
        purpose=body.purpose,
        with_card_number=body.with_card_number,
    )
    return TranscriptOut.of(made)


@router.reading("/transcripts/{code}", scope="transcripts.read", out=TranscriptOut, entrusted=SEE)
def get_transcript(request: HttpRequest, code: Path[TranscriptCode]) -> TranscriptOut:
    """One transcript: one's own, or one that an officer may see."""
    return TranscriptOut.of(_transcript(request, code))


@router.file("/transcripts/{code}/paper", scope="transcripts.read", media_types=("application/pdf",), entrusted=SEE)
def get_transcript_paper(request: HttpRequest, code: Path[TranscriptCode]) -> HttpResponse:
    """The sheet of paper, as PDF."""
    transcript = _transcript(request, code)
    services.note_print(actor=standing(request), transcript=transcript, at=clock.now())
    address = request.build_absolute_uri(reverse("credentials:verify_code", args=[transcript.code]))
    response = HttpResponse(printing.transcript_pdf(transcript, verify_url=address), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{transcript.code}.pdf"'
    return response


@router.writing("/transcripts/{code}/revocation", scope="transcripts.write", out=TranscriptOut, status=200)
def revoke_transcript(request: HttpRequest, code: Path[TranscriptCode], body: RevocationIn) -> TranscriptOut:
    """Let the code answer from now on that the transcript was revoked."""
    transcript = _transcript(request, code)
    services.revoke_transcript(actor=standing(request), transcript=transcript, at=clock.now(), why=body.why)
    return TranscriptOut.of(transcript)


@router.reading("/transcripts/{code}/verdict", out=VerdictOut)
def verify_transcript(request: HttpRequest, code: Path[TranscriptCode]) -> VerdictOut:
    """What a code certifies, for anybody. After five wrong codes a minute the client waits."""
    if wrong_tries.are_too_many(request):
        raise Problem(429, "too_many", headers={"Retry-After": str(wrong_tries.WINDOW_S)})
    answer = services.answer_code(text=code)
    if answer is None:
        wrong_tries.note(request)
        raise Http404
    if wrong_tries.is_new_look(request, answer.transcript.code):
        services.note_check(transcript=answer.transcript, at=clock.now())
    has_left = answer.transcript.holder_left_at is not None
    return VerdictOut(
        code=answer.transcript.code,
        issued_at=answer.transcript.issued_at,
        is_genuine=answer.is_genuine,
        is_unchanged=answer.is_unchanged,
        revoked_at=answer.transcript.revoked_at,
        holder_left_at=answer.transcript.holder_left_at,
        changed=[] if has_left else [one.title for one in answer.changes],
        content={} if has_left else answer.transcript.snapshot,
    )


def _shown(rows: Sequence[Transcript]) -> list[TranscriptOut]:
    return [TranscriptOut.of(row) for row in rows]


def _transcript(request: HttpRequest, code: str) -> Transcript:
    found = Transcript.objects.select_related("learner__territory").filter(code=code).first()
    if found is None or not standing(request).may(SEE, scope_of(found.learner)):
        raise Http404
    seen(request, person_id=found.learner_id, what=Reading.What.TRANSCRIPT, thing=found.code)
    return found
