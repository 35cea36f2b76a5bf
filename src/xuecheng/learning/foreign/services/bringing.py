"""A learner brings a file: it is kept sealed, and a job reads it achievement by achievement."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from xuecheng.city import trace, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.identity.queries import address_of, contacts_of
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.people.groups import lock_accounts
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, refusing
from xuecheng.city.trace import robot
from xuecheng.learning.foreign import news
from xuecheng.learning.foreign.models import Delivery, ForeignRecord
from xuecheng.learning.foreign.queries import BRING, body_of_city, law
from xuecheng.learning.foreign.reading import MOST_BYTES, Bad, Contents, FileRefusal, FileTooLarge, read
from xuecheng.learning.foreign.reading.found import said
from xuecheng.learning.proofs.fetching import Fetch

from .crediting import settle
from .refusals import FileEmpty, NobodyDecides
from .taking_in import take_in

PURPOSE = "foreign.delivery"
"""The file as it came: sealed, opened by the job that reads it and when its issuer is asked again."""
READ_JOB = "foreign.read"
ROBOT = robot("outside records")
_State = Delivery.State


def bring_file(*, actor: Standing, public_id: UUID, file_name: str, chunks: Iterable[bytes], at: datetime) -> Delivery:
    """Keep a file that a learner brings for themselves, and start the job that reads it.

    The same id with the same bytes again is the same file. Right: foreign.bring_record, one's own. Raises `Denied`,
    `FileEmpty`, `FileTooLarge`, `NobodyDecides`, `FormUsedBefore`.
    """
    require(actor, BRING, on=actor.person)
    data = _taken(chunks)
    digest = hashlib.sha256(data).digest()
    with (
        trace.change(by=actor.person, why=gettext_noop("Brought a file with learning from outside")),
        refusing(foreign_delivery_id_once=FormUsedBefore),
    ):
        keys = lock_accounts(actor.person.pk)
        known = Delivery.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.learner_id not in keys or bytes(known.sha256) != digest:
                raise FormUsedBefore
            return known
        if (body := body_of_city()) is None:
            raise NobodyDecides
        row = Delivery.objects.create(
            public_id=public_id, learner_id=actor.person.pk, body=body, file_name=file_name.strip()[-120:],
            byte_count=len(data), sha256=digest, brought_at=at,
            sealed=vault.seal(PURPOSE, str(public_id), base64.b64encode(data).decode()),
        )  # fmt: skip
        row.job = jobs.start(
            READ_JOB,
            at=at,
            title_zh=f"读取：{row.file_name}"[:200],
            title_en=f"Reading {row.file_name}"[:200],
            arguments={"delivery": row.pk, "page": ["foreign:show_delivery", str(public_id)]},
            by=row.learner,
            public_id=None,
        )
        row.save(update_fields=["job"])
    return row


def _taken(chunks: Iterable[bytes]) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MOST_BYTES:
            raise FileTooLarge(most=MOST_BYTES // 1_000_000)
    if not data:
        raise FileEmpty
    return bytes(data)


def bytes_of(row: Delivery) -> bytes:
    """The file as it came."""
    return base64.b64decode(vault.open_sealed(PURPOSE, str(row.public_id), bytes(row.sealed)))


def read_delivery(
    row: Delivery, progress: Progress, *, now: Callable[[], datetime], fetch: Fetch | None = None
) -> Delivery:
    """The job of `bring_file`: achievement by achievement, each in a transaction of its own. Killed and run again, it
    goes on behind the last one; what came in already is found and not taken twice.
    """
    if row.state != _State.RECEIVED:
        return row
    try:
        contents = read(bytes_of(row), at=row.brought_at, fetch=fetch)
    except FileRefusal as refusal:
        return _refuse(row, refusal, progress, at=now())
    return _take_all(row, contents, progress, now=now)


def _refuse(row: Delivery, refusal: FileRefusal, progress: Progress, *, at: datetime) -> Delivery:
    with progress.slice():
        row.state, row.read_at = _State.REFUSED, at
        row.problems = [{"place": "", "code": refusal.code, **said(refusal)}]
        row.save(update_fields=["state", "read_at", "problems"])
        news.tell_read(row, at=at)
    return row


def _take_all(row: Delivery, contents: Contents, progress: Progress, *, now: Callable[[], datetime]) -> Delivery:
    progress.total = len(contents.found)
    start, taken = int(progress.cursor.get("next", 0)), int(progress.cursor.get("taken", 0))
    problems: list[dict[str, str]] = list(progress.cursor.get("problems", [one.kept() for one in contents.bad]))
    wholes: dict[str, int] = dict(progress.cursor.get("wholes", {}))
    rules = law()
    for number in range(start, len(contents.found)):
        found, at = contents.found[number], now()
        with progress.slice(), trace.change(by=ROBOT, why=gettext_noop("Read a file with learning from outside")):
            keys = lock_accounts(row.learner_id)
            whole = ForeignRecord.objects.filter(pk=wholes.get(found.part_of, 0)).first()
            came = take_in(
                found, learner=row.learner, keys=keys, emails=partial(_emails, row.learner),
                origin={"delivery": row, "body": row.body}, whole=whole, at=at,
            )  # fmt: skip
            if isinstance(came, Bad):
                problems.append(came.kept())
            else:
                taken += 1
                wholes[found.place] = came.pk
                settle(came, rules, keys=keys, at=at)
            progress.done = number + 1
            progress.cursor = {"next": number + 1, "taken": taken, "problems": problems, "wholes": wholes}
    with progress.slice():
        row.state, row.read_at, row.kind = _State.READ, now(), contents.kind
        row.problems, row.found_count = problems, taken
        row.save(update_fields=["state", "read_at", "kind", "problems", "found_count"])
        news.tell_read(row, at=row.read_at)
    return row


def _emails(person: Person) -> list[str]:
    """Addresses that the learner proved to have; opened to be compared, never kept."""
    return [address_of(one).text for one in contacts_of(person) if one.kind == "email"]


def facts_of(row: Delivery) -> dict[str, Any]:
    """What the job answers."""
    return {"delivery": str(row.public_id), "taken": row.found_count, "left_out": len(row.problems)}
