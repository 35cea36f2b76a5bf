"""What a worker does with a new file: have it scanned, then make a small picture of it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from xuecheng.city.documents import previews, storage
from xuecheng.city.documents.models import DocumentVersion
from xuecheng.city.documents.scanning import Finding, Scanner
from xuecheng.city.jobs.models import Job

from .adding import LOOK_JOB, start_looking

log = logging.getLogger(__name__)
_Scan, _Look = DocumentVersion.Scan, DocumentVersion.Look
_PATIENCE = timedelta(minutes=10)
_STATES = {Finding.CLEAN: _Scan.CLEAN, Finding.INFECTED: _Scan.INFECTED, Finding.FAILED: _Scan.FAILED}


def look_at(*, version_id: int, scanner: Scanner | None, at: datetime) -> DocumentVersion:
    """Scan the file and make its preview, each once; safe to repeat after a crash at any point.

    Raises `ScannerUnreachable`: the file stays locked, the job is tried again.
    """
    version = DocumentVersion.objects.get(pk=version_id)
    if version.is_stored and version.scan == _Scan.WAITING:
        _scan(version, scanner, at)
    if version.can_be_handed_on and version.look == _Look.WAITING:
        _draw(version)
    return version


def _scan(version: DocumentVersion, scanner: Scanner | None, at: datetime) -> None:
    if scanner is None:
        # The scanner was taken out of the settings meanwhile: that is said, not hidden.
        version.scan = _Scan.NOT_SCANNED
        version.save(update_fields=["scan"])
        return
    verdict = scanner.scan(storage.path_of(version.sha256))
    with transaction.atomic():
        storage.lock_content(version.sha256)
        version.scan, version.scan_note, version.scanned_at = _STATES[verdict.finding], verdict.note, at
        version.save(update_fields=["scan", "scan_note", "scanned_at"])
        if verdict.finding is Finding.INFECTED:
            same = DocumentVersion.objects.filter(sha256=version.sha256, is_stored=True)
            same.update(scan=_Scan.INFECTED, scan_note=verdict.note, scanned_at=at)
            storage.into_quarantine(version.sha256)
            log.warning("version %s is infected: %s", version.public_id, verdict.note)


def _draw(version: DocumentVersion) -> None:
    try:
        made = previews.make(storage.path_of(version.sha256), version.content_type)
    except previews.CannotBeShown as error:
        log.info("version %s cannot be shown: %s", version.public_id, error)
        version.look = _Look.FAILED
        version.save(update_fields=["look"])
        return
    with transaction.atomic():
        # Not after the content was erased: a preview would lie there alone.
        storage.lock_content(version.sha256)
        if not DocumentVersion.objects.filter(pk=version.pk, is_stored=True).exists():
            return
        storage.write_preview(version.sha256, made.picture)
        version.look, version.pages, version.width, version.height = _Look.MADE, made.pages, made.width, made.height
        version.save(update_fields=["look", "pages", "width", "height"])


def look_again(*, at: datetime) -> int:
    """Routine: start anew for files that wait although no worker is at them, as after a scanner's long absence."""
    waiting = DocumentVersion.objects.filter(is_stored=True, uploaded_at__lt=at - _PATIENCE, scan=_Scan.WAITING)
    waiting = waiting.select_related("document", "uploaded_by").order_by("id")[:200]
    open_jobs = set(Job.objects.filter(kind=LOOK_JOB, ended_at=None).values_list("arguments__version", flat=True))
    started = 0
    for version in waiting:
        if version.pk not in open_jobs:
            start_looking(version, at=at, attempt=int(at.timestamp()))
            started += 1
    return started
