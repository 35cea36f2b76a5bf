"""Questions about documents: those of a thing, one with its versions, the staff's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.rights import Denied

from . import places
from .contents import TYPES, types_in_words
from .models import Document, DocumentVersion
from .places import Place, Thing


@dataclass(frozen=True)
class Paper:
    """A standing document as lists show it: its newest version in front, how many lie behind it."""

    document: Document
    newest: DocumentVersion
    older: int

    @property
    def type_label(self) -> str:
        return str(TYPES[self.newest.content_type].label)


@dataclass(frozen=True)
class Shelf:
    """The documents of one thing, and whether the reader may add one."""

    place: Place
    thing: Thing
    papers: tuple[Paper, ...]
    may_add: bool

    @property
    def types(self) -> str:
        return types_in_words(self.place.types)


def shelves(viewer: Standing, wanted: Sequence[tuple[str, Thing]]) -> list[Shelf]:
    """The shelves of things that the caller has at hand, in its order; those that the viewer may not read are left out.

    Two queries, however many things.
    """
    readable = []
    for name, thing in wanted:
        place = places.named(name)
        if place is not None and place.allows_reading(viewer, thing):
            readable.append((place, thing))
    if not readable:
        return []
    which = Q()
    for place, thing in readable:
        which |= Q(place=place.name, thing_key=thing.key)
    found: dict[tuple[str, str], list[Paper]] = {}
    for document in _with_versions(Document.objects.filter(which, state=Document.State.STANDING)).order_by("id"):
        found.setdefault((document.place, document.thing_key), []).append(_paper(document))
    return [
        Shelf(place, thing, tuple(found.get((place.name, thing.key), ())), place.allows_adding(viewer, thing))
        for place, thing in readable
    ]


def _with_versions(documents: QuerySet[Document]) -> QuerySet[Document]:
    newest_first = DocumentVersion.objects.select_related("uploaded_by").order_by("-number")
    return documents.prefetch_related(Prefetch("versions", queryset=newest_first))


def _paper(document: Document) -> Paper:
    versions = list(document.versions.all())
    return Paper(document, versions[0], len(versions) - 1)


@dataclass(frozen=True)
class Opened:
    """One document with everything that its page and its verbs need."""

    document: Document
    place: Place
    thing: Thing
    versions: tuple[DocumentVersion, ...]


def open_document(viewer: Standing, document: Document) -> Opened:
    """The document, if its place is known, its thing still there, and `viewer` may read there. Raises `Denied`."""
    place = places.named(document.place)
    thing = place.find(document.thing_key) if place else None
    if place is None or thing is None or not place.allows_reading(viewer, thing):
        raise Denied(place.read_act if place else "documents.see_documents")
    versions = DocumentVersion.objects.filter(document=document).select_related("uploaded_by").order_by("-number")
    return Opened(document, place, thing, tuple(versions))


def visible_documents(viewer: Standing, *, removed: bool = False) -> QuerySet[Document]:
    """The staff's list: documents of the organisations where `viewer` may read, newest first; tombstones if asked.

    What is merely their own is not on it, nor what a place shows by more than a role.
    """
    allowed = Q(pk__in=[])
    for place in places.everywhere():
        if place.may_read is None:
            allowed |= Q(place=place.name) & visible(
                viewer, place.read_act, organisation="organisation", territory="organisation__territory"
            )
    state = Document.State.REMOVED if removed else Document.State.STANDING
    found = Document.objects.filter(allowed, state=state).select_related("organisation", "person", "removed_by")
    return _with_versions(found)


def papers_of(documents: Sequence[Document]) -> list[Paper]:
    """Rows of a list with their versions fetched."""
    return [_paper(document) for document in documents]


def version_by_id(public_id: UUID) -> DocumentVersion | None:
    """One query."""
    return DocumentVersion.objects.select_related("document").filter(public_id=public_id).first()
