"""Verbs of duplicates: decide that two accounts are two people's, merge them into one, undo that."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Scope, Standing, require

from . import hooks, rules
from .models import DuplicateCandidate, Person, PersonMerge

MERGE, DECIDE = "people.merge_person", "people.decide_duplicate"
_Candidate = DuplicateCandidate.State


class SameAccount(Refusal):
    message = _("This is one account, not two.")
    field = "kept"


class MergedAlready(Refusal):
    message = _("One of the two is merged into another account already.")
    remedy = _("Merge with that one, or undo that merge first.")


class NobodyMergesThemselves(Refusal):
    message = _("Nobody merges their own account, or undoes that.")
    remedy = _("Ask a colleague.")


class MergeUndone(Refusal):
    message = _("This merge is undone already.")


class PairDecided(Refusal):
    message = _("This pair is decided already.")


def merge_people(
    *, actor: Standing, public_id: UUID, kept: Person, merged: Person, at: datetime, reason: str
) -> PersonMerge:
    """From now on `merged` counts as `kept`: sign-in, roles, records, credit. Asked again, return the same merge.

    Nothing of either is rewritten. The right is needed at both residences. Raises `Denied`, `NobodyMergesThemselves`,
    `SameAccount`, `MergedAlready`, `AccountErased`, `FormUsedBefore`, `ReasonMissing`.
    """
    _require(actor, kept, merged)
    if kept.pk == merged.pk:
        raise SameAccount
    with trace.change(by=actor.person, why=reason), refusing(merge_one_stands=MergedAlready):
        rows = {row.pk: row for row in _locked(kept.pk, merged.pk)}
        known = PersonMerge.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.kept_id, known.merged_id) != (kept.pk, merged.pk):
                raise FormUsedBefore
            return known
        for row in rows.values():
            rules.check_stands(row.erased_at)
        if rows[kept.pk].merged_into_id or rows[merged.pk].merged_into_id:
            raise MergedAlready
        merge = PersonMerge.objects.create(
            public_id=public_id,
            kept=kept,
            merged=merged,
            merged_at=at,
            merged_by=_person(actor),
            reason=reason.strip()[:200],
        )
        _point_anew({kept.pk, merged.pk})
        _pair(kept, merged).update(
            state=_Candidate.SAME, decided_by=_person(actor), decided_at=at, why=reason.strip()[:200]
        )
        hooks.tell_merged(merge, at)
    return merge


def unmerge_people(*, actor: Standing, merge: PersonMerge, at: datetime, reason: str) -> PersonMerge:
    """Undo a merge: each account is its own again, with all that came under its key, also since.

    The pair is asked about again. Raises `Denied`, `NobodyMergesThemselves`, `MergeUndone`, `AccountErased`,
    `ReasonMissing`.
    """
    _require(actor, merge.kept, merge.merged)
    with trace.change(by=actor.person, why=reason):
        root = Person.objects.get(pk=merge.kept_id).merged_into_id or merge.kept_id
        for one in _locked(root, merge.kept_id, merge.merged_id):
            rules.check_stands(one.erased_at)
        row = PersonMerge.objects.select_for_update(no_key=True).get(pk=merge.pk)
        if row.undone_at is not None:
            raise MergeUndone
        row.undone_at, row.undone_by, row.undone_why = at, _person(actor), reason.strip()[:200]
        row.save(update_fields=["undone_at", "undone_by", "undone_why"])
        _point_anew({row.kept_id, row.merged_id})
        _pair(row.kept, row.merged).update(state=_Candidate.OPEN, decided_by=None, decided_at=None, why="")
        hooks.tell_merged(row, at)
    return row


def decide_different(*, actor: Standing, candidate: DuplicateCandidate, at: datetime, reason: str) -> None:
    """An officer says that the two are two people. Said again, nothing changes.

    Raises `Denied`, `NobodyMergesThemselves`, `PairDecided`, `ReasonMissing`.
    """
    _require(actor, candidate.first, candidate.second, act=DECIDE)
    with trace.change(by=actor.person, why=reason):
        row = DuplicateCandidate.objects.select_for_update(no_key=True).get(pk=candidate.pk)
        if row.state == _Candidate.DIFFERENT:
            return
        if row.state != _Candidate.OPEN:
            raise PairDecided
        row.state, row.decided_by, row.decided_at = _Candidate.DIFFERENT, _person(actor), at
        row.why = reason.strip()[:200]
        row.save(update_fields=["state", "decided_by", "decided_at", "why"])


def _require(actor: Standing, *people: Person, act: str = MERGE) -> None:
    for person in people:
        require(actor, act, on=Scope(territory_path=person.territory.path if person.territory else None))
    if any(person.pk in actor.person_keys for person in people):
        raise NobodyMergesThemselves


def _person(actor: Standing) -> Person:
    if not isinstance(actor.person, Person):
        raise TypeError("a person answers for this, no robot")
    return actor.person


def _locked(*keys: int) -> list[Person]:
    """The accounts' rows, locked in the order of their keys: rivals queue."""
    return list(Person.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def _pair(one: Person, other: Person) -> QuerySet[DuplicateCandidate]:
    first, second = sorted((one.pk, other.pk))
    return DuplicateCandidate.objects.filter(first=first, second=second)


def _point_anew(touched: set[int]) -> None:
    """Let every account of the trees around `touched` point to the root of its tree of standing merges."""
    members = set(touched)
    edges: dict[int, int] = {}
    while True:
        found = PersonMerge.objects.filter(undone_at=None).filter(Q(kept__in=members) | Q(merged__in=members))
        edges = dict(found.values_list("merged_id", "kept_id"))
        grown = members | set(edges) | set(edges.values())
        if grown == members:
            break
        members = grown
    for key in sorted(members):
        root = key
        while root in edges:
            root = edges[root]
        wanted = root if root != key else None
        Person.objects.filter(pk=key).exclude(merged_into=wanted).update(merged_into=wanted)
