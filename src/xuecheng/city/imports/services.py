"""Verbs of imports: bring a file, check it, write it or throw it away (`ImportFile` says which state follows which)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal

from .files.refusals import FileEmpty
from .kinds import ImportKind, all_kinds, kind_named
from .models import ImportFile
from .storage import path_of, store

CHECK_JOB = "imports.check"
WRITE_JOB = "imports.write"
_State = ImportFile.State


class FileNotChecked(Refusal):
    message = _("This file is not ready to be written.")
    remedy = _("Wait until it is checked; what was written or thrown away stays so.")


class NothingToWrite(Refusal):
    message = _("No row of this file can be written.")
    remedy = _("Mend the rows and bring the file again.")
    field = "choice"


class RowsStillWrong(Refusal):
    message = _("%(count)s rows are wrong, so nothing is written.")
    remedy = _("Mend them and bring the file again, or write the good rows now.")
    field = "choice"


class FileIsWorkedOn(Refusal):
    message = _("This file is being worked on, or there is nothing left to do.")


class FileRemoved(Refusal):
    message = _("This file was removed, because it holds what identifies people.")
    remedy = _("Bring it again.")


class FileCannotBeAbandoned(Refusal):
    message = _("Rows of this file are written or being written; it cannot be thrown away.")


def receive_file(
    *,
    actor: Standing,
    public_id: UUID,
    kind: ImportKind,
    organisation: Organisation,
    file_name: str,
    chunks: Iterable[bytes],
    at: datetime,
    in_background: bool = True,
) -> ImportFile:
    """Keep a brought file and start its dry run; the same id with the same file again is the same import.

    Without `in_background` no job is started: the caller runs `work.check_file`. Raises `Denied`, `FileEmpty`,
    `FormUsedBefore`.
    """
    require(actor, "imports.bring_file", on=organisation)
    # Who may not write these rows may not try them out either: the answers tell what is there.
    require(actor, kind.act, on=organisation)
    stored = store(chunks)
    if stored.byte_count == 0:
        raise FileEmpty
    with transaction.atomic():
        file, is_new = ImportFile.objects.get_or_create(
            public_id=public_id,
            defaults={
                "kind": kind.name,
                "organisation": organisation,
                "brought_by": actor.person,
                "brought_at": at,
                "file_name": file_name[-200:],
                "byte_count": stored.byte_count,
                "sha256": stored.sha256,
                "state": _State.CHECKING,
            },
        )
        if not is_new and (file.sha256, file.kind, file.organisation_id) != (stored.sha256, kind.name, organisation.pk):
            raise FormUsedBefore
        if is_new and in_background:
            _start(CHECK_JOB, file, at=at, actor=actor)
    return file


def start_writing(
    *, actor: Standing, file: ImportFile, choice: str, at: datetime, in_background: bool = True
) -> ImportFile:
    """Write a checked file: all rows or none, or the good ones now. Asked again with the same choice, nothing changes.

    Without `in_background` no job is started: the caller runs `work.write_file`. Raises `Denied`, `FileNotChecked`,
    `RowsStillWrong`, `NothingToWrite`.
    """
    kind = kind_named(file.kind)
    require(actor, kind.act, on=file.organisation)
    given = choice if kind.is_table else ImportFile.Choice.GOOD
    with transaction.atomic():
        row = _locked(file)
        if row.state in (_State.WRITING, _State.WRITTEN) and row.choice == given:
            return row
        if row.state != _State.CHECKED:
            raise FileNotChecked
        if row.removed_at is not None:
            raise FileRemoved
        if choice == ImportFile.Choice.ALL and row.bad_count:
            raise RowsStillWrong(count=row.bad_count)
        if row.good_count == 0:
            raise NothingToWrite
        row.state, row.choice = _State.WRITING, given
        row.save(update_fields=["state", "choice"])
        if in_background:
            _start(WRITE_JOB, row, at=at, actor=actor)
    return row


def carry_on(*, actor: Standing, file: ImportFile, at: datetime) -> ImportFile:
    """Go on with a file whose work was stopped or failed: from the last row that was written, or check it anew.

    Raises `Denied`, `FileIsWorkedOn`.
    """
    require(actor, "imports.bring_file", on=file.organisation)
    with transaction.atomic():
        row = _locked(file)
        before = row.job
        if row.state not in (_State.CHECKING, _State.WRITING) or (before is not None and before.ended_at is None):
            raise FileIsWorkedOn
        if row.state == _State.CHECKING:
            _start(CHECK_JOB, row, at=at, actor=actor)
        else:
            require(actor, kind_named(file.kind).act, on=file.organisation)
            _start(WRITE_JOB, row, at=at, actor=actor, after=before)
    return row


def _locked(file: ImportFile) -> ImportFile:
    return ImportFile.objects.select_for_update(of=("self",), no_key=True).select_related("job").get(pk=file.pk)


def abandon(*, actor: Standing, file: ImportFile) -> None:
    """Throw a file away before anything of it is written. Raises `Denied`, `FileCannotBeAbandoned`."""
    require(actor, "imports.bring_file", on=file.organisation)
    with transaction.atomic():
        row = _locked(file)
        if row.state == _State.ABANDONED:
            return
        if row.state not in (_State.RECEIVED, _State.CHECKING, _State.CHECKED, _State.REFUSED):
            raise FileCannotBeAbandoned
        if row.job_id is not None:
            Job.objects.filter(pk=row.job_id, ended_at__isnull=True).update(cancel_asked=True)
        row.state = _State.ABANDONED
        row.save(update_fields=["state"])


KEPT_UNDECIDED = timedelta(days=14)
"""A personal file that nobody decides about is thrown away after so long."""


def remove_personal_files(*, now: datetime) -> int:
    """Remove from disk the files of personal kinds that are written, thrown away or refused; answers how many.

    Those left undecided for two weeks are thrown away first. A file that another import still needs stays for it.
    """
    personal = [kind.name for kind in all_kinds() if kind.is_personal]
    ours = ImportFile.objects.filter(kind__in=personal, removed_at=None)
    ours.filter(state=_State.CHECKED, brought_at__lt=now - KEPT_UNDECIDED).update(state=_State.ABANDONED)
    over = [_State.WRITTEN, _State.ABANDONED, _State.REFUSED]
    removed = 0
    for file in ours.filter(state__in=over).order_by("pk"):
        with transaction.atomic():
            row = _locked(file)
            is_needed = ImportFile.objects.filter(sha256=row.sha256, removed_at=None).exclude(state__in=over).exists()
            if is_needed:
                continue
            row.removed_at = now
            row.save(update_fields=["removed_at"])
            path_of(row.sha256).unlink(missing_ok=True)
            removed += 1
    return removed


_TITLES = {CHECK_JOB: ("检查：%s", "Checking %s"), WRITE_JOB: ("写入：%s", "Writing %s")}


def _start(kind: str, file: ImportFile, *, at: datetime, actor: Standing, after: Job | None = None) -> None:
    """Start the job and make it the one that works on `file`; it goes on where `after` ended."""
    title_zh, title_en = (title % file.file_name for title in _TITLES[kind])
    file.job = jobs.start(
        kind,
        at=at,
        # A job's title has room for as much as a file's name.
        title_zh=title_zh[:200],
        title_en=title_en[:200],
        arguments={"file": file.pk, "page": ["imports:show_import", str(file.public_id)]},
        by=actor.person,
        organisation=file.organisation,
        total=file.row_count or None,
    )
    if after is not None and after.kind == kind:
        file.job.cursor, file.job.done_count = after.cursor, after.done_count
        file.job.save(update_fields=["cursor", "done_count"])
    file.save(update_fields=["job"])
