"""An organisation brings a list of credentials; a job gives each row its answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.imports.files.refusals import FileEmpty, TooLarge
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.employers import reading
from xuecheng.learning.employers.models import CheckedList
from xuecheng.learning.employers.queries.acts import CHECK
from xuecheng.learning.employers.queries.lists import PURPOSE
from xuecheng.learning.employers.rules import Row

CHECKED = "employers.check_list"
"""Kind of the job."""
_DAY = timedelta(days=1)


class OrganisationRests(Refusal):
    message = _("This organisation is closed or suspended; it has no credentials verified.")
    field = "organisation"


class TooManyToday(Refusal):
    message = _("This organisation brought %(most)s lists within a day; more are not taken.")
    remedy = _("Put several into one file of up to 1,000 rows, or come back tomorrow.")
    is_for_now = True


class ListWorkedOn(Refusal):
    message = _("This list is being checked, or every row of it has its answer.")


class ListRemoved(Refusal):
    message = _("The rows of this list were removed, as they are after %(days)s days.")
    remedy = _("Bring it again.")


def bring_list(
    *,
    actor: Standing,
    public_id: UUID,
    organisation: Organisation,
    file_name: str,
    chunks: Iterable[bytes],
    at: datetime,
) -> CheckedList:
    """Keep the rows of a file, sealed, and start the job that answers them. The same id with the same file again is the
    same list.

    Right: employers.check_list at the organisation. Raises `Denied`, `OrganisationRests`, the refusals of files,
    `TooManyToday`, `FormUsedBefore`.
    """
    require(actor, CHECK, on=organisation)
    if not organisation.is_active:
        raise OrganisationRests
    data = _taken(chunks)
    digest = hashlib.sha256(data).digest()
    rows = reading.rows_of(data)
    with (
        trace.change(by=actor.person, why=gettext_noop("Had a list of credentials verified")),
        refusing(employers_list_id_once=FormUsedBefore),
    ):
        # The organisation's row is the lock: twenty at once are still twenty.
        Organisation.objects.select_for_update(no_key=True).only("pk").get(pk=organisation.pk)
        known = CheckedList.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.organisation_id != organisation.pk or bytes(known.sha256) != digest:
                raise FormUsedBefore
            return known
        today = CheckedList.objects.filter(organisation=organisation, asked_at__gt=at - _DAY)
        if today.count() >= settings.EMPLOYER_LISTS_A_DAY:
            raise TooManyToday(most=settings.EMPLOYER_LISTS_A_DAY)
        row = CheckedList.objects.create(
            public_id=public_id, organisation=organisation, asked_by_id=actor.person.pk, asked_at=at,
            file_name=file_name.strip()[-120:], sha256=digest, row_count=len(rows),
            sealed=vault.seal(PURPOSE, str(public_id), _packed(rows)),
        )  # fmt: skip
        _start(row, actor=actor, at=at)
    return row


def carry_on(*, actor: Standing, row: CheckedList, at: datetime) -> CheckedList:
    """Go on with a list whose job was stopped or failed, behind the last row that has its answer.

    Right: employers.check_list at the organisation. Raises `Denied`, `ListWorkedOn`, `ListRemoved`.
    """
    require(actor, CHECK, on=row.organisation)
    with trace.change(by=actor.person, why=gettext_noop("Went on with a list of credentials")):
        mine = CheckedList.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        before = Job.objects.filter(pk=mine.job_id).first() if mine.job_id is not None else None
        if mine.removed_at is not None:
            raise ListRemoved(days=settings.EMPLOYER_LIST_DAYS)
        if mine.state != CheckedList.State.CHECKING or (before is not None and before.ended_at is None):
            raise ListWorkedOn
        _start(mine, actor=actor, at=at, after=before)
    return mine


def _start(row: CheckedList, *, actor: Standing, at: datetime, after: Job | None = None) -> None:
    """Start the job and make it the one that works on the list; it goes on where `after` ended."""
    row.job = jobs.start(
        CHECKED, at=at,
        # Without the file's name, which may name people: jobs stay.
        title_zh="核验证书名单", title_en="Verifying a list of credentials",
        arguments={"list": row.pk, "page": ["employers:show_list", str(row.public_id)]}, by=actor.person,
        organisation=row.organisation, total=row.row_count,
    )  # fmt: skip
    if after is not None:
        row.job.cursor, row.job.done_count = after.cursor, after.done_count
        row.job.save(update_fields=["cursor", "done_count"])
    row.save(update_fields=["job"])


def _taken(chunks: Iterable[bytes]) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > reading.MOST_BYTES:
            raise TooLarge(size=f"> {reading.MOST_BYTES // 1_000_000}", limit=reading.MOST_BYTES // 1_000_000)
    if not data:
        raise FileEmpty
    return bytes(data)


def _packed(rows: Iterable[Row]) -> str:
    return json.dumps(
        [
            [one.row_no, one.credential, one.name, one.title, one.day.isoformat() if one.day else "", one.share,
             one.is_broken]
            for one in rows
        ],
        ensure_ascii=False,
    )  # fmt: skip
