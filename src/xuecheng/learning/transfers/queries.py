"""Questions of giving: the rules in force, to whom one could give, one's gifts both ways, what of a year is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from xuecheng.city.care.models import Guardianship
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope, Standing, visible
from xuecheng.learning.creditbank import ledger

from .models import Gift, GivingRules, Kinship, Relation

GIVE = "transfers.give"
DRAFT = "transfers.draft_rules"
DECIDE = "transfers.decide_rules"
RECORD = "transfers.record_kinship"

_SHOWN_AFTER_ITS_END = timedelta(days=90)
_DOWN = {
    Guardianship.Relation.MOTHER: Relation.PARENT_TO_CHILD,
    Guardianship.Relation.FATHER: Relation.PARENT_TO_CHILD,
    Guardianship.Relation.GRANDPARENT: Relation.GRANDPARENT_TO_CHILD,
    Guardianship.Relation.OTHER: Relation.GUARDIAN_TO_CHILD,
}
_UP = {
    Guardianship.Relation.MOTHER: Relation.CHILD_TO_PARENT,
    Guardianship.Relation.FATHER: Relation.CHILD_TO_PARENT,
    Guardianship.Relation.GRANDPARENT: Relation.CHILD_TO_GRANDPARENT,
    Guardianship.Relation.OTHER: Relation.CHILD_TO_GUARDIAN,
}
_OF_KIN = {
    (Kinship.Kind.PARENT, True): Relation.PARENT_TO_CHILD,
    (Kinship.Kind.PARENT, False): Relation.CHILD_TO_PARENT,
    (Kinship.Kind.GRANDPARENT, True): Relation.GRANDPARENT_TO_CHILD,
    (Kinship.Kind.GRANDPARENT, False): Relation.CHILD_TO_GRANDPARENT,
    (Kinship.Kind.SPOUSE, True): Relation.SPOUSE_TO_SPOUSE,
    (Kinship.Kind.SPOUSE, False): Relation.SPOUSE_TO_SPOUSE,
    (Kinship.Kind.SIBLING, True): Relation.SIBLING_TO_SIBLING,
    (Kinship.Kind.SIBLING, False): Relation.SIBLING_TO_SIBLING,
}
"""By kind, and whether `one` gives."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Somebody of the family to whom the rules in force let one give, and the record of it."""

    by: Guardianship | Kinship
    relation: Relation
    other: Person

    @property
    def guardianship(self) -> Guardianship | None:
        return self.by if isinstance(self.by, Guardianship) else None

    @property
    def kinship(self) -> Kinship | None:
        return self.by if isinstance(self.by, Kinship) else None


def rules_in_force(on: date) -> GivingRules | None:
    """What is allowed on a day; None: nothing (C-42). One query."""
    in_time = Q(begins_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    rows = GivingRules.objects.filter(in_time, state=GivingRules.State.APPROVED).select_related("credit_class")
    return rows.order_by("-begins_on", "-pk").first()


def all_rules() -> QuerySet[GivingRules]:
    """Every version, for a list by (-id)."""
    return GivingRules.objects.select_related("credit_class", "drafted_by", "decided_by")


def rules_row(public_id: UUID) -> GivingRules | None:
    return all_rules().filter(public_id=public_id).first()


def waiting(viewer: Standing) -> QuerySet[GivingRules]:
    """Drafts that the viewer may decide: somebody else's."""
    mine = Q() if viewer.may_city_wide(DECIDE) else Q(pk__in=[])
    return GivingRules.objects.filter(mine, state=GivingRules.State.DRAFT).exclude(drafted_by__in=viewer.person_keys)


def ties_of(keys: Sequence[int], law: GivingRules | None, *, at: datetime) -> list[Tie]:
    """To whom the rules let one give: relations recorded with proof, consented to, that count now. Two queries."""
    if law is None:
        return []
    standing = Guardianship.objects.filter(
        Q(guardian__in=keys) | Q(child__in=keys), during__contains=at, consented_at__isnull=False, ended_by=None
    )
    found = []
    for one in standing.select_related("guardian", "child").order_by("pk"):
        is_down = one.guardian_id in keys
        relation = (_DOWN if is_down else _UP)[Guardianship.Relation(one.relation)]
        other = one.child if is_down else one.guardian
        if relation in law.relations and other.erased_at is None and other.merged_into_id is None:
            found.append(Tie(one, relation, other))
    return [*found, *_kin_of(keys, law)]


def _kin_of(keys: Sequence[int], law: GivingRules) -> list[Tie]:
    found = []
    for one in own_kinships(keys).filter(one_agreed_at__isnull=False, other_agreed_at__isnull=False).order_by("pk"):
        is_one = one.one_id in keys
        relation = _OF_KIN[Kinship.Kind(one.kind), is_one]
        other = one.other if is_one else one.one
        if relation in law.relations and other.erased_at is None and other.merged_into_id is None:
            found.append(Tie(one, relation, other))
    return found


def own_kinships(keys: Sequence[int]) -> QuerySet[Kinship]:
    """Relations of a person (all keys) that were recorded and not ended."""
    mine = Q(one__in=keys) | Q(other__in=keys)
    return Kinship.objects.filter(mine, ended_at=None).select_related("one", "other")


def lately_ended(keys: Sequence[int], *, at: datetime) -> QuerySet[Kinship]:
    """Relations of a person (all keys) that a counter ended within a quarter of a year: who was told finds why."""
    mine = Q(one__in=keys) | Q(other__in=keys)
    rows = Kinship.objects.filter(mine, ended_at__gte=at - _SHOWN_AFTER_ITS_END).exclude(ended_because="")
    return rows.select_related("one", "other")


def own_kinship(viewer: Standing, public_id: UUID) -> Kinship | None:
    return own_kinships(viewer.own_keys(GIVE)).filter(public_id=public_id).first()


def home_of(person: Person) -> Scope:
    """Where a person belongs for a counter: their residence. What is their own does not count here."""
    return Scope(territory_path=person.territory.path if person.territory else None)


def kinships_at_counter(viewer: Standing) -> QuerySet[Kinship]:
    """Relations, standing or over, of which one lives where the viewer keeps a counter; none of the viewer's own."""
    at_home = visible(viewer, RECORD, territory="one__territory") | visible(
        viewer, RECORD, territory="other__territory"
    )
    rows = Kinship.objects.filter(at_home).exclude(one__in=viewer.person_keys).exclude(other__in=viewer.person_keys)
    return rows.select_related("one__territory", "other__territory", "recorded_by", "ended_by")


def kinships_of(viewer: Standing, keys: Sequence[int]) -> list[Kinship]:
    """What the counter may see of one person's relations (all keys), the newest first. One query."""
    return list(kinships_at_counter(viewer).filter(Q(one__in=keys) | Q(other__in=keys)).order_by("-id")[:50])


def kinship_at_counter(viewer: Standing, public_id: UUID) -> Kinship | None:
    return kinships_at_counter(viewer).filter(public_id=public_id).first()


def to_agree(viewer: Standing) -> QuerySet[Kinship]:
    """What waits for one's own yes."""
    keys = viewer.own_keys(GIVE)
    waits = Q(one__in=keys, one_agreed_at=None) | Q(other__in=keys, other_agreed_at=None)
    return Kinship.objects.filter(waits, ended_at=None)


def used_of_year(keys: Sequence[int], law: GivingRules, year: int) -> int:
    """Points one has given and offered in a year, hundredths. One query."""
    rows = Gift.objects.filter(giver__in=keys, year=year, rules__credit_class=law.credit_class_id)
    standing = rows.filter(state__in=[Gift.State.OFFERED, Gift.State.ACCEPTED])
    return standing.aggregate(sum=Sum("points"))["sum"] or 0


def points_free(key: int, unit: int) -> int:
    """What lies free on one account, hundredths. One query."""
    held = ledger.balances_of(learner_id=key)
    return sum(one.balance for one in held if one.unit == unit and one.role == ledger.Role.MAIN)


def own_gifts(viewer: Standing) -> QuerySet[Gift]:
    """What one gave and was given, for a list by (-id)."""
    mine = visible(viewer, GIVE, person="giver") | visible(viewer, GIVE, person="receiver")
    return Gift.objects.filter(mine).select_related("giver", "receiver", "rules")


def gift(viewer: Standing, public_id: UUID) -> Gift | None:
    return own_gifts(viewer).filter(public_id=public_id).first()


def to_answer(viewer: Standing) -> QuerySet[Gift]:
    """What waits for one's own answer."""
    mine = visible(viewer, GIVE, person="receiver")
    return Gift.objects.filter(mine, state=Gift.State.OFFERED)
