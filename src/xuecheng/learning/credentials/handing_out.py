"""Transcripts with their sheets of paper, for the archive of one's own data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, File, Subject, Table, leave_out, register

from . import printing
from .models import Transcript


def _sheets_of_paper(subject: Subject) -> Iterator[File]:
    found = Transcript.objects.filter(learner__in=subject.keys).order_by("pk")
    for transcript in found.iterator(chunk_size=100):
        yield File(f"{transcript.code}.pdf", partial(_pdf, transcript))


def _pdf(transcript: Transcript) -> Iterable[bytes]:
    address = settings.SITE_ADDRESS.rstrip("/") + reverse("credentials:verify_code", args=[transcript.code])
    yield printing.transcript_pdf(transcript, verify_url=address)


def declare() -> None:
    register(
        "transcripts",
        _("Transcripts"),
        [Table("credentials.Transcript", "learner")],
        order=140,
        url_name="credentials:list_transcripts",
        files=_sheets_of_paper,
    )
    leave_out("credentials.TranscriptPrint", "by", why=IN_OFFICE)
