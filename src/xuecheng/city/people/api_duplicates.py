"""Accounts that may be one person's, for programs: listed, decided, merged, undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query

from xuecheng.city import clock
from xuecheng.city.api.door import standing
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import In, Out, Reason
from xuecheng.city.rights import Denied, Scope, seen_in_request

from . import merging, queries
from .models import DuplicateCandidate, Person, PersonMerge

router = Router(tags=["Duplicates"])


class DuplicateOut(Out):
    """Two accounts that may be one person's, and what they have in common."""

    KEYS: ClassVar = ("id",)
    id: UUID
    first: UUID
    second: UUID
    score: int
    reasons: list[str]
    state: DuplicateCandidate.State
    found_at: datetime

    @staticmethod
    def of(row: DuplicateCandidate) -> DuplicateOut:
        return DuplicateOut(
            id=row.public_id,
            first=row.first.public_id,
            second=row.second.public_id,
            score=row.score,
            reasons=row.reasons,
            state=DuplicateCandidate.State(row.state),
            found_at=row.found_at,
        )


class MergeOut(Out):
    """Two accounts that count as one."""

    KEYS: ClassVar = ("id",)
    id: UUID
    kept: UUID
    merged: UUID
    merged_at: datetime
    reason: str
    undone_at: datetime | None
    undone_why: str

    @staticmethod
    def of(row: PersonMerge) -> MergeOut:
        return MergeOut(
            id=row.public_id,
            kept=row.kept.public_id,
            merged=row.merged.public_id,
            merged_at=row.merged_at,
            reason=row.reason,
            undone_at=row.undone_at,
            undone_why=row.undone_why,
        )


class PairDecisionIn(In):
    """Two people, or one: then the account that is kept, and an id for the merge, chosen by the caller."""

    decision: Literal["different", "first", "second"]
    merge: UUID | None = None
    reason: Reason


class MergeIn(In):
    """The account that is to count as this one; `id` is chosen by the caller."""

    id: UUID
    merged: UUID
    reason: Reason


class WhyIn(In):
    reason: Reason


@router.listing("/duplicates", scope="people.merge", out=DuplicateOut)
def list_duplicates(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Pairs that may be one person, the likeliest first."""
    _require_somewhere(request, merging.DECIDE)
    return cut(request, wish, queries.candidates(standing(request)), order=("-score", "id"), show=_shown)


@router.writing("/duplicates/{id}/decision", scope="people.merge", out=DuplicateOut, status=200)
def decide_duplicate(request: HttpRequest, id: Path[UUID], body: PairDecisionIn) -> DuplicateOut:
    """Say that the two are two people, or merge them into the first or the second."""
    viewer = standing(request)
    pair = queries.candidate(viewer, id)
    if pair is None:
        raise Http404
    for person in (pair.first, pair.second):
        seen_in_request(request, person_id=person.pk, what="person")
    if body.decision == "different":
        merging.decide_different(actor=viewer, candidate=pair, at=clock.now(), reason=body.reason)
    else:
        kept, merged = (pair.first, pair.second) if body.decision == "first" else (pair.second, pair.first)
        merging.merge_people(
            actor=viewer, public_id=body.merge or id, kept=kept, merged=merged, at=clock.now(), reason=body.reason
        )
    return DuplicateOut.of(DuplicateCandidate.objects.select_related("first", "second").get(pk=pair.pk))


@router.listing("/people/{id}/merges", scope="people.merge", out=MergeOut)
def list_merges(request: HttpRequest, id: Path[UUID]) -> dict[str, Any]:
    """Every merge in which an account took part, the newest first."""
    _require_somewhere(request, merging.MERGE)
    return {"items": [MergeOut.of(row) for row in queries.merges_of(_person(request, id))], "next": None}


@router.writing("/people/{id}/merges", scope="people.merge", out=MergeOut)
def merge_people(request: HttpRequest, id: Path[UUID], body: MergeIn) -> MergeOut:
    """Let another account count as this one, for pairs that no sign gave away."""
    _require_somewhere(request, merging.MERGE)
    made = merging.merge_people(
        actor=standing(request),
        public_id=body.id,
        kept=_person(request, id),
        merged=_person(request, body.merged),
        at=clock.now(),
        reason=body.reason,
    )
    return MergeOut.of(made)


@router.writing("/merges/{id}/undoing", scope="people.merge", out=MergeOut, status=200)
def undo_merge(request: HttpRequest, id: Path[UUID], body: WhyIn) -> MergeOut:
    """Let each of two merged accounts stand for itself again."""
    _require_somewhere(request, merging.MERGE)
    viewer, merge = standing(request), queries.merge(id)
    if merge is None or not viewer.may(merging.MERGE, _home(merge.kept)):
        raise Http404
    seen_in_request(request, person_id=merge.kept_id, what="person")
    return MergeOut.of(merging.unmerge_people(actor=viewer, merge=merge, at=clock.now(), reason=body.reason))


def _shown(rows: Sequence[DuplicateCandidate]) -> list[DuplicateOut]:
    return [DuplicateOut.of(row) for row in rows]


def _require_somewhere(request: HttpRequest, act: str) -> None:
    if not standing(request).may_somewhere(act):
        raise Denied(act)


def _person(request: HttpRequest, public_id: UUID) -> Person:
    found = queries.seen(standing(request)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    seen_in_request(request, person_id=found.pk, what="person")
    return found


def _home(person: Person) -> Scope:
    return Scope(territory_path=person.territory.path if person.territory else None)
