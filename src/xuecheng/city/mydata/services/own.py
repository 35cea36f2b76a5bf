"""Ask for an archive, take it, agree, withdraw, ask, answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs import services as jobs
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.progress import Progress
from xuecheng.city.mydata import rules
from xuecheng.city.mydata.models import Archive, Consent, Request
from xuecheng.city.mydata.purposes import PURPOSES
from xuecheng.city.mydata.queries import scope_of
from xuecheng.city.mydata.sealed_files import folder, opened
from xuecheng.city.notices import services as notices
from xuecheng.city.people.groups import root_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore

MAKE_JOB = "mydata.make_archive"
KEY = "mydata.archive_key"
"""The purpose under which the keys of archives are sealed; each person has a key of their own for it (SEC-05)."""
ORPHANS_AFTER = timedelta(hours=24)
_ASKED = gettext_noop("An archive of one's own data was asked for")
_MADE = gettext_noop("An archive of somebody's own data was made")
_TAKEN = gettext_noop("An archive of one's own data was taken")
_OVER = gettext_noop("The time for which an archive is kept is over")
_State = Archive.State


def ask_archive(*, actor: Standing, public_id: UUID, with_numbers: bool, at: datetime) -> Archive:
    """Have everything about the actor put into one archive by a job; while one is being made, answer that one.

    The view has asked for a fresh proof. Right: mydata.take_archive on oneself. Raises `Denied`, `FormUsedBefore`.
    """
    person = oneself(actor, "mydata.take_archive")
    with trace.change(by=actor.person, why=_ASKED):
        # The person's own row is the lock: of two who ask at once, the second finds the first one's.
        Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
        known = Archive.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.person_id != person.pk or known.with_numbers != with_numbers:
                raise FormUsedBefore
            return known
        for open_one in Archive.objects.filter(person=person, state=_State.MAKING):
            job = Job.objects.filter(public_id=open_one.public_id).first()
            if job is not None and job.ended_at is None:
                return open_one
            _end(open_one)
        archive = Archive.objects.create(public_id=public_id, person=person, with_numbers=with_numbers, asked_at=at)
        jobs.start(
            MAKE_JOB,
            at=at,
            title_zh="整理我的全部数据",
            title_en="Gathering all my data",
            arguments={"archive": archive.pk, "page": ["mydata:show"]},
            by=person,
            public_id=public_id,
        )
    return archive


def keep_archive(
    progress: Progress, archive: Archive, *, name: str, key: bytes, byte_count: int, at: datetime
) -> list[str]:
    """Name the written file in its row, with its key; answers the files that no row needs any more."""
    with progress.slice(), trace.change(by=trace.robot("mydata"), why=_MADE):
        row = Archive.objects.select_for_update(no_key=True).get(pk=archive.pk)
        if row.state != _State.MAKING:
            return [name]
        older = list(Archive.objects.select_for_update(no_key=True).filter(person=row.person_id, state=_State.READY))
        gone = [one.file_name for one in older]
        for one in older:
            _end(one)
        row.state, row.made_at, row.file_name, row.byte_count = _State.READY, at, name, byte_count
        row.expires_at = rules.expires_at(at, days=settings.MYDATA_KEEP_DAYS)
        row.key_sealed = vault.seal(KEY, str(row.public_id), key.hex(), owner=str(archive.person.public_id))
        row.save()
        notices.tell(
            archive.person,
            "mydata.archive_ready",
            {"days": settings.MYDATA_KEEP_DAYS},
            key=str(row.public_id),
            at=at,
            about=("mydata:show",),
        )
    return gone


def _end(row: Archive) -> None:
    row.state, row.file_name, row.key_sealed = _State.OVER, "", None
    row.save(update_fields=["state", "file_name", "key_sealed"])


def take_archive(*, actor: Standing, public_id: UUID, at: datetime) -> tuple[Archive, Iterator[bytes]]:
    """The archive and its content, opened frame by frame; that it was taken is kept.

    The view has asked for a fresh proof. Raises `Denied`, `ArchiveNotReady`.
    """
    person = oneself(actor, "mydata.take_archive")
    with trace.change(by=actor.person, why=_TAKEN):
        row = Archive.objects.select_for_update(no_key=True).filter(public_id=public_id, person=person).first()
        if row is None or row.state != _State.READY or row.expires_at is None or row.expires_at <= at:
            raise rules.ArchiveNotReady
        key = bytes.fromhex(vault.open_sealed(KEY, str(row.public_id), bytes(row.key_sealed or b"")))
        row.taken_count, row.taken_at = row.taken_count + 1, at
        row.save(update_fields=["taken_count", "taken_at"])
    return row, opened(folder() / row.file_name, key)


def remove_expired(*, at: datetime) -> int:
    """Routine: end archives whose days are over, and remove files that no row names. Answers how many ended."""
    count = 0
    due = Archive.objects.filter(state=_State.READY, expires_at__lte=at)
    for key in list(due.values_list("pk", flat=True)[:500]):
        with trace.change(by=trace.robot("mydata"), why=_OVER):
            row = due.select_for_update(no_key=True).filter(pk=key).first()
            name = row.file_name if row else ""
            if row:
                _end(row)
        if name:
            (folder() / name).unlink(missing_ok=True)
            count += 1
    _collect_orphans(at)
    return count


def _collect_orphans(at: datetime) -> None:
    if not folder().exists():
        return
    named = set(Archive.objects.filter(state=_State.READY).values_list("file_name", flat=True))
    for path in folder().iterdir():
        if path.name not in named and _touched(path) < (at - ORPHANS_AFTER).timestamp():
            path.unlink(missing_ok=True)


def _touched(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return float("inf")


def say_consent(
    *, actor: Standing, public_id: UUID, purpose: str, version: int, is_given: bool, at: datetime, language: str
) -> Consent:
    """Give or withdraw consent to one purpose, as its text stood on the page. Said again in the same words, one row.

    Right: mydata.say_consent on oneself. Raises `Denied`, `PurposeUnknown`, `PurposeChanged`, `FormUsedBefore`.
    """
    person = oneself(actor, "mydata.say_consent")
    known = PURPOSES.get(purpose)
    if known is None:
        raise rules.PurposeUnknown
    # Whoever withdraws need not read a new text first.
    if is_given and version != known.version:
        raise rules.PurposeChanged
    with trace.change(by=actor.person, why=gettext_noop("Consent was said by the person")):
        Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
        kept, is_new = Consent.objects.get_or_create(
            public_id=public_id,
            defaults={"person": person, "purpose": purpose, "version": known.version, "is_given": is_given}
            | {"at": at, "language": language},
        )
        if not is_new and (kept.person_id, kept.purpose, kept.is_given) != (person.pk, purpose, is_given):
            raise FormUsedBefore
    return kept


def ask(*, actor: Standing, public_id: UUID, kind: str, words: str, at: datetime) -> Request:
    """Ask an officer about one's data; the clock of the answer runs from today.

    Right: mydata.ask on oneself. Raises `Denied`, `WordsMissing`, `RequestUnderWay`, `FormUsedBefore`.
    """
    person = oneself(actor, "mydata.ask")
    if not words.strip():
        raise rules.WordsMissing
    with trace.change(by=actor.person, why=gettext_noop("A request about one's own data")):
        Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
        known = Request.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.person_id, known.kind, known.words) != (person.pk, kind, words.strip()):
                raise FormUsedBefore
            return known
        if Request.objects.filter(person=person, kind=kind, state=Request.State.ASKED).exists():
            raise rules.RequestUnderWay
        return Request.objects.create(
            public_id=public_id,
            person=person,
            kind=kind,
            words=words.strip(),
            asked_at=at,
            due_on=rules.due_on(clock.date_of(at), days=settings.MYDATA_ANSWER_DAYS),
        )


def take_back(*, actor: Standing, request: Request) -> None:
    """Take a request back before it is answered. Raises `Denied`, `RequestEnded`."""
    require(actor, "mydata.ask", on=scope_of(request.person))
    with trace.change(by=actor.person, why=gettext_noop("A request about one's own data was taken back")):
        changed = Request.objects.filter(pk=request.pk, state=Request.State.ASKED).update(state=Request.State.TAKEN)
        if not changed:
            raise rules.RequestEnded


def answer_request(*, actor: Standing, request: Request, answer: str, at: datetime) -> Request:
    """Answer a request, which ends its clock; the person is told.

    Right: mydata.answer_request where the person lives. Raises `Denied`, `NotOnesOwnRequest`, `AnswerMissing`,
    `RequestEnded`.
    """
    require(actor, "mydata.answer_request", on=request.access_scope())
    if request.person_id in actor.person_keys:
        raise rules.NotOnesOwnRequest
    if not answer.strip():
        raise rules.AnswerMissing
    with trace.change(by=actor.person, why=gettext_noop("A request about personal data was answered")):
        row = Request.objects.select_for_update(no_key=True).select_related("person").get(pk=request.pk)
        if row.state != Request.State.ASKED:
            raise rules.RequestEnded
        row.state, row.answer, row.answered_at, row.answered_by_id = (
            Request.State.ANSWERED,
            answer.strip(),
            at,
            actor.person_keys[0],
        )
        row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
        notices.tell(row.person, "mydata.request_answered", {}, key=str(row.public_id), at=at, about=("mydata:show",))
    return row


def oneself(who: Standing, act: str) -> Person:
    """The account that counts for whoever acts, after the right was checked."""
    person = who.person
    if not isinstance(person, Person):
        raise TypeError("a robot has no data of its own")
    require(who, act, on=scope_of(person))
    return person if person.merged_into_id is None else Person.objects.get(pk=root_of(person))
