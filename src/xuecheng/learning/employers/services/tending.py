"""What the clock does: rows and files go after their days, holders are told who asked."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.jobs.models import Job
from xuecheng.learning.badges import addresses
from xuecheng.learning.credentials import services as credentials
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.employers import news
from xuecheng.learning.employers.models import CheckedList, Inquiry
from xuecheng.learning.proofs import looked

from .verifying import ROBOT

logger = logging.getLogger("xuecheng.employers")
_AT_ONCE: Final = 5_000
"""Inquiries of which one run tells; the rest waits for the next."""


def remove_old(*, at: datetime) -> int:
    """Take rows, answers and file names of lists away after their days; counts and logs stay. Safe twice."""
    before = at - timedelta(days=settings.EMPLOYER_LIST_DAYS)
    removed = 0
    old = CheckedList.objects.filter(removed_at=None, asked_at__lt=before).order_by("pk")
    for key, job in old.values_list("pk", "job"):
        with trace.change(by=ROBOT, why=gettext_noop("Rows of a list of credentials are kept no longer")):
            # A job that is still at it stops at its next slice. First, as its slices lock the job before the list.
            Job.objects.filter(pk=job or 0, ended_at=None).update(cancel_asked=True)
            row = CheckedList.objects.select_for_update(no_key=True).filter(pk=key, removed_at=None).first()
            if row is None:
                continue
            row.answers.all().delete()
            row.removed_at, row.sealed, row.file_name = at, b"", ""
            row.save(update_fields=["removed_at", "sealed", "file_name"])
            removed += 1
    return removed


def tell_holders(*, at: datetime) -> int:
    """Tell the holders of whom organisations asked about: each inquiry once, in their order. Safe twice."""
    waiting = Inquiry.objects.filter(told_at=None).order_by("pk")
    told = 0
    for key in list(waiting.values_list("pk", flat=True)[:_AT_ONCE]):
        try:
            told += _tell(key, at=at)
        except OperationalError:
            # The connection is gone: that is nothing of this inquiry, and no other would fare better.
            raise
        except Exception:
            # One that cannot be told does not keep the others waiting; whoever runs the city sees it in the log.
            logger.exception("inquiry %s was not told", key)
    return told


def _tell(key: int, *, at: datetime) -> bool:
    with transaction.atomic():
        rows = Inquiry.objects.select_related("organisation", "learner")
        row = rows.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(pk=key, told_at=None).first()
        if row is None:
            return False
        if row.learner.erased_at is None:
            _note(row, at=at)
        row.told_at = at
        row.save(update_fields=["told_at"])
    return True


def _note(row: Inquiry, *, at: datetime) -> None:
    """A credential that was answered for shows the look, and its app tells the holder; a transcript counts it."""
    if not row.was_agreed:
        news.tell_unanswered(row, at=at)
        return
    if row.what == Inquiry.What.CREDENTIAL:
        asked = CheckedList.objects.filter(public_id=row.list_id).select_related("asked_by").first()
        if asked is not None:
            looked.tell(addresses.credential(UUID(row.code)), row.organisation, asked.asked_by, row.at)
            return
    if row.what == Inquiry.What.TRANSCRIPT:
        transcript = Transcript.objects.filter(code=row.code).first()
        if transcript is not None:
            credentials.note_check(transcript=transcript, at=row.at)
    news.tell_answered(row, at=at)
