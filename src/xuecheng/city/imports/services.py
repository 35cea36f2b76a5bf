"""Verbs of imports: bring a file, check it, write it or throw it away (`ImportFile` says which state follows which)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal

from .files.refusals import FileEmpty
from .kinds import ImportKind, kind_named
from .models import ImportFile
from .storage import store

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
) -> ImportFile:
    """Keep a brought file and start its dry run. The same id again is the same file. Raises `Denied`, `FileEmpty`."""
    require(actor, "imports.bring_file", on=organisation)
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
        if is_new:
            _start(
                CHECK_JOB,
                file,
                at=at,
                actor=actor,
                titles=(f"检查：{file.file_name}", f"Checking {file.file_name}"),
            )
    return file


def start_writing(*, actor: Standing, file: ImportFile, choice: str, at: datetime) -> Job:
    """Write a checked file: all rows or none, or the good ones now. Asked again with the same choice, the same job.

    Raises `Denied`, `FileNotChecked`, `RowsStillWrong`, `NothingToWrite`.
    """
    require(actor, kind_named(file.kind).act, on=file.organisation)
    with transaction.atomic():
        row = ImportFile.objects.select_for_update(of=("self",), no_key=True).select_related("job").get(pk=file.pk)
        if row.state in (_State.WRITING, _State.WRITTEN) and row.choice == choice and row.job is not None:
            return row.job
        if row.state != _State.CHECKED:
            raise FileNotChecked
        if choice == ImportFile.Choice.ALL and row.bad_count:
            raise RowsStillWrong(count=row.bad_count)
        if row.good_count == 0:
            raise NothingToWrite
        row.state, row.choice = _State.WRITING, choice
        row.save(update_fields=["state", "choice"])
        return _start(
            WRITE_JOB,
            row,
            at=at,
            actor=actor,
            titles=(f"写入：{row.file_name}", f"Writing {row.file_name}"),
            total=row.row_count,
        )


def abandon(*, actor: Standing, file: ImportFile) -> None:
    """Throw a file away before anything of it is written. Raises `Denied`, `FileCannotBeAbandoned`."""
    require(actor, "imports.bring_file", on=file.organisation)
    with transaction.atomic():
        row = ImportFile.objects.select_for_update(no_key=True).get(pk=file.pk)
        if row.state == _State.ABANDONED:
            return
        if row.state not in (_State.RECEIVED, _State.CHECKING, _State.CHECKED, _State.REFUSED):
            raise FileCannotBeAbandoned
        if row.job_id is not None:
            Job.objects.filter(pk=row.job_id, ended_at__isnull=True).update(cancel_asked=True)
        row.state = _State.ABANDONED
        row.save(update_fields=["state"])


def _start(
    kind: str, file: ImportFile, *, at: datetime, actor: Standing, titles: tuple[str, str], total: int | None = None
) -> Job:
    job = jobs.start(
        kind,
        at=at,
        title_zh=titles[0],
        title_en=titles[1],
        arguments={"file": file.pk, "page": ["imports:show_import", str(file.public_id)]},
        by=actor.person,
        organisation=file.organisation,
        public_id=uuid7(),
        total=total,
    )
    file.job = job
    file.save(update_fields=["job"])
    return job
