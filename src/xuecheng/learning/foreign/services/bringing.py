"""A learner brings a file: it is kept sealed, and a job reads it achievement by achievement."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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
from xuecheng.learning.foreign.models import Delivery, ForeignPart, ForeignRecord
from xuecheng.learning.foreign.queries import BRING, body_of_city, law
from xuecheng.learning.foreign.reading import MOST_BYTES, Bad, Contents, FileRefusal, FileTooLarge, Found, read
from xuecheng.learning.foreign.reading.found import said
from xuecheng.learning.foreign.rules import in_order
from xuecheng.learning.proofs.fetching import Fetch

from .crediting import settle
from .refusals import FileEmpty, NobodyDecides
from .rows import fresh
from .taking_in import take_in

PURPOSE = "foreign.delivery"
"""The file as it came: sealed, opened by the job that reads it and when its issuer is asked again."""
READ_JOB = "foreign.read"
LOOK_JOB = "foreign.look"
ROBOT = robot("outside records")
_WHY = gettext_noop("Read a file with learning from outside")
_State = Delivery.State


def bring_file(
    *, actor: Standing, public_id: UUID, file_name: str, chunks: Iterable[bytes], at: datetime,
    looks_first: bool = False,
) -> Delivery:  # fmt: skip
    """Keep a file that a learner brings for themselves, and start the job that reads it.

    `looks_first`: nothing of it is taken in; the job shows what it would count, and the learner sends it or not
    (`send_file`, `drop_file`). The same id with the same bytes again is the same file.

    Right: foreign.bring_record, one's own. Raises `Denied`, `FileEmpty`, `FileTooLarge`, `NobodyDecides`,
    `FormUsedBefore`.
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
            state=_State.OPENED if looks_first else _State.RECEIVED,
        )  # fmt: skip
        start(LOOK_JOB if looks_first else READ_JOB, row, at=at)
    return row


def start(kind: str, row: Delivery, *, at: datetime) -> None:
    """Start a job over a file, in the caller's transaction."""
    row.job = jobs.start(
        kind,
        at=at,
        # Without the file's name, which often is the learner's: jobs stay when people leave.
        title_zh="读取外来学习成果文件",
        title_en="Reading a file with learning from outside",
        arguments={"delivery": row.pk, "page": ["foreign:show_delivery", str(row.public_id)]},
        by=row.learner,
        public_id=None,
    )
    row.save(update_fields=["job"])


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
        return refuse_file(row, refusal, progress, at=now())
    return _take_all(row, contents, progress, now=now)


def refuse_file(row: Delivery, refusal: FileRefusal, progress: Progress, *, at: datetime) -> Delivery:
    """A file that cannot be read as a whole: kept with the reason, and its learner is told."""
    problems = [{"place": "", "code": refusal.code, **said(refusal)}]
    with progress.slice():
        # Its learner may have let it go meanwhile.
        changed = Delivery.objects.filter(pk=row.pk, state=row.state).update(
            state=_State.REFUSED, read_at=at, problems=problems
        )
        if changed:
            news.tell_read(row, at=at)
    row.refresh_from_db()
    return row


def _take_all(row: Delivery, contents: Contents, progress: Progress, *, now: Callable[[], datetime]) -> Delivery:
    """All of the file comes in and is linked before anything of it is credited: otherwise a whole would count whose
    parts, here already, counted before it.
    """
    progress.total = 2 * len(contents.found)
    kept = _Kept(**progress.cursor) if progress.cursor else _Kept(problems=[one.kept() for one in contents.bad])
    for found in contents.found[kept.next :]:
        with progress.slice(), trace.change(by=ROBOT, why=_WHY):
            _take(row, found, kept, at=now())
            progress.done, progress.cursor = kept.next, vars(kept).copy()
    if not kept.is_linked:
        with progress.slice():
            _link(kept)
            _sort(kept)
            progress.cursor = vars(kept).copy()
    for key in kept.taken[kept.settled :]:
        with progress.slice(), trace.change(by=ROBOT, why=_WHY):
            keys = lock_accounts(row.learner_id)
            settle(fresh(key), law(row.body), keys=keys, at=now())
            kept.settled += 1
            progress.done, progress.cursor = len(contents.found) + kept.settled, vars(kept).copy()
    with progress.slice():
        row.state, row.read_at, row.kind = _State.READ, now(), contents.kind
        row.problems, row.found_count = kept.problems, len(kept.taken)
        row.save(update_fields=["state", "read_at", "kind", "problems", "found_count"])
        # What it needed to go on names what was learnt; the job outlives the file.
        progress.cursor = {}
        news.tell_read(row, at=row.read_at)
    return row


@dataclass
class _Kept:
    """Where the job is: what it needs to go on behind a worker that was killed."""

    next: int = 0
    taken: list[int] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    parts: list[tuple[int, str]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    is_linked: bool = False
    settled: int = 0


def _take(row: Delivery, found: Found, kept: _Kept, *, at: datetime) -> None:
    came = take_in(
        found, learner=row.learner, keys=lock_accounts(row.learner_id), emails=partial(emails_of, row.learner), at=at,
        origin={"delivery": row, "body": row.body},
        whole=ForeignRecord.objects.filter(pk=kept.places.get(found.part_of, 0)).first(),
    )  # fmt: skip
    kept.next += 1
    if isinstance(came, Bad):
        kept.problems = [*kept.problems, came.kept()]
        return
    kept.taken = [*kept.taken, came.pk]
    kept.places = kept.places | {found.place: came.pk}
    kept.parts = [*kept.parts, *((came.pk, place) for place in found.wholes)]


def _sort(kept: _Kept) -> None:
    """Into the order in which they are credited. One query."""
    days = dict(ForeignRecord.objects.filter(pk__in=kept.taken).values_list("pk", "ended_on"))
    whole_of = {part: kept.places[place] for part, place in kept.parts if place in kept.places}
    kept.taken = in_order(kept.taken, whole_of=whole_of, ended_on=days)


def _link(kept: _Kept) -> None:
    pairs = {(kept.places[place], part) for part, place in kept.parts if place in kept.places}
    rows = [ForeignPart(whole_id=whole, part_id=part) for whole, part in sorted(pairs) if whole != part]
    ForeignPart.objects.bulk_create(rows, ignore_conflicts=True)
    kept.is_linked = True


def emails_of(person: Person) -> list[str]:
    """Addresses that the learner proved to have; opened to be compared, never kept."""
    return [address_of(one).text for one in contacts_of(person) if one.kind == "email"]


def facts_of(row: Delivery) -> dict[str, Any]:
    """What the job answers."""
    return {"delivery": str(row.public_id), "taken": row.found_count, "left_out": len(row.problems)}
