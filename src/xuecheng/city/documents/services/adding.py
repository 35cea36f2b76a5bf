"""A document is added to a thing, or gets a new version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.documents import contents, rules, storage
from xuecheng.city.documents.contents.examining import PICTURES
from xuecheng.city.documents.models import Document, DocumentVersion
from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.jobs import services as jobs
from xuecheng.city.refusals import FormUsedBefore, refusing
from xuecheng.city.rights import Denied

LOOK_JOB = "documents.look"


def add_document(
    *,
    actor: Standing,
    place: Place,
    thing: Thing,
    public_id: UUID,
    title: str,
    file_name: str,
    chunks: Iterable[bytes],
    note: str = "",
    at: datetime,
) -> DocumentVersion:
    """Keep a new document with its first version; `public_id` names that version, so that a retry finds it.

    The file is judged before anything is written, its content is stored before its row. Raises `Denied`, `ThingClosed`,
    `FileTooLarge`, `FileEmpty`, what `contents.examine` raises, `TooManyFiles`, `KnownMalware`, `FormUsedBefore`.
    """
    _require(actor, place, thing)
    with storage.receiving(chunks, most_bytes=place.most_bytes) as draft:
        found = contents.examine(draft.path, allowed=place.types)
        with (
            trace.change(by=actor.person, why=_("A document was added")),
            refusing(document_version_id_once=FormUsedBefore),
        ):
            _lock_thing(place, thing)
            if (known := _known(public_id, draft, place, thing)) is not None:
                return known
            _check_room(place, thing)
            document = Document.objects.create(
                place=place.name,
                thing_key=thing.key,
                title=title.strip(),
                organisation_id=thing.scope.organisation_id,
                person_id=thing.scope.person_id,
                keep_until=place.retention.keep_until(clock.date_of(at)),
            )
            return _keep(
                document,
                number=1,
                actor=actor,
                public_id=public_id,
                file_name=file_name,
                found=found,
                draft=draft,
                note=note,
                at=at,
            )


def add_version(
    *,
    actor: Standing,
    document: Document,
    place: Place,
    thing: Thing,
    public_id: UUID,
    file_name: str,
    chunks: Iterable[bytes],
    note: str,
    at: datetime,
) -> DocumentVersion:
    """Put a newer file in front of the older ones, which stay. The time it is kept begins anew.

    Raises as `add_document` does, and `DocumentGone`.
    """
    _require(actor, place, thing)
    with storage.receiving(chunks, most_bytes=place.most_bytes) as draft:
        found = contents.examine(draft.path, allowed=place.types)
        with (
            trace.change(by=actor.person, why=_("A document got a new version")),
            refusing(document_version_id_once=FormUsedBefore),
        ):
            _lock_thing(place, thing)
            if (known := _known(public_id, draft, place, thing)) is not None:
                return known
            _check_room(place, thing)
            row = Document.objects.select_for_update(no_key=True).get(pk=document.pk)
            if row.state != Document.State.STANDING:
                raise rules.DocumentGone
            newest = row.versions.aggregate(newest=Max("number"))["newest"]
            row.keep_until = place.retention.keep_until(clock.date_of(at))
            row.save(update_fields=["keep_until"])
            return _keep(
                row,
                number=newest + 1,
                actor=actor,
                public_id=public_id,
                file_name=file_name,
                found=found,
                draft=draft,
                note=note,
                at=at,
            )


def _require(actor: Standing, place: Place, thing: Thing) -> None:
    if not place.may_add(actor, thing):
        raise Denied(place.add_act)
    if not thing.is_open:
        raise rules.ThingClosed


def _lock_thing(place: Place, thing: Thing) -> None:
    """Two who add to one thing queue here: before its first document there is no row to queue for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtext('documents'), hashtext(%s))", [f"{place.name}/{thing.key}"]
        )


def _known(public_id: UUID, draft: storage.Draft, place: Place, thing: Thing) -> DocumentVersion | None:
    known = DocumentVersion.objects.select_related("document").filter(public_id=public_id).first()
    if known is None:
        return None
    if (known.sha256, known.document.place, known.document.thing_key) != (draft.sha256, place.name, thing.key):
        raise FormUsedBefore
    return known


def _check_room(place: Place, thing: Thing) -> None:
    stored = DocumentVersion.objects.filter(
        document__place=place.name, document__thing_key=thing.key, is_stored=True
    ).count()
    if stored >= place.most_files:
        raise rules.TooManyFiles(count=stored)


def _keep(
    document: Document,
    *,
    number: int,
    actor: Standing,
    public_id: UUID,
    file_name: str,
    found: contents.ContentType,
    draft: storage.Draft,
    note: str,
    at: datetime,
) -> DocumentVersion:
    storage.lock_content(draft.sha256)
    if DocumentVersion.objects.filter(sha256=draft.sha256, scan=DocumentVersion.Scan.INFECTED).exists():
        raise rules.KnownMalware
    draft.keep()
    has_look = found.code == "pdf" or found.code in PICTURES
    version = DocumentVersion.objects.create(
        document=document,
        number=number,
        public_id=public_id,
        file_name=rules.clean_name(file_name, extensions=found.extensions),
        content_type=found.code,
        byte_count=draft.byte_count,
        sha256=draft.sha256,
        note=note.strip(),
        uploaded_by=actor.person,
        uploaded_at=at,
        scan=DocumentVersion.Scan.WAITING if settings.MALWARE_SCANNER else DocumentVersion.Scan.NOT_SCANNED,
        look=DocumentVersion.Look.WAITING if has_look else DocumentVersion.Look.NONE,
    )
    if has_look or settings.MALWARE_SCANNER:
        start_looking(version, at=at)
    return version


def start_looking(version: DocumentVersion, *, at: datetime, attempt: int = 0) -> None:
    """Have a worker scan the file and make its small picture; queued in the caller's transaction."""
    jobs.start(
        LOOK_JOB,
        at=at,
        title_zh="检查新文件",
        title_en="Looking at a new file",
        arguments={"version": version.pk, "page": ["documents:show_document", str(version.document.public_id)]},
        by=version.uploaded_by,
        public_id=uuid5(NAMESPACE_URL, f"{LOOK_JOB}/{version.public_id}/{attempt}"),
    )
