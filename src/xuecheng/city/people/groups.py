"""All keys of a person: the one place that knows of merged accounts. Whatever is kept per person is read through here.

The ledger's books and owners, records and postings keep the key under which they came; nothing is rewritten by a merge
and nothing must be written back when it is undone (`docs/decisions/0010-merged-people.md`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from xuecheng.city.rights import Standing

from .models import Person
from .rules import check_stands

# Few accounts are merged: both steps go through the partial index, whatever the size of the city.
_GROUPS = """
with merged as materialized (
    select merged_into_id as root from people_person
    where merged_into_id is not null and (merged_into_id = any(%(keys)s::bigint[]) or id = any(%(keys)s::bigint[]))
)
select id, merged_into_id from people_person
where merged_into_id is not null and merged_into_id in (select root from merged)"""


def keys_of(person: Person | int) -> tuple[int, ...]:
    """Every key of a person, that of the kept account first. One query."""
    key = person if isinstance(person, int) else person.pk
    return groups_of([key]).get(key, (key,))


def lock_accounts(person: Person | int, *, may_have_left: bool = False) -> tuple[int, ...]:
    """Lock all accounts of a person until the transaction ends: whatever holds, frees or takes what lies on them queues
    here. Answers their keys. Raises `AccountErased`, unless they `may_have_left`.
    """
    keys = keys_of(person)
    locked = Person.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    for erased_at in locked.values_list("erased_at", flat=True):
        if not may_have_left:
            check_stands(erased_at)
    return keys


def in_group(person: Person | int) -> QuerySet[Person, Any]:
    """Every account of a person whose kept account this is, as part of another query: `person__in=in_group(person)`."""
    key = person if isinstance(person, int) else person.pk
    return Person.objects.filter(Q(pk=key) | Q(merged_into=key)).order_by().values("pk")


def root_of(person: Person) -> int:
    """The key of the account that counts for this person. No query."""
    return person.merged_into_id or person.pk


def as_same(actor: Standing, key: int | None) -> int | None:
    """`key` if it is one of the actor's, else the actor's own: what four-eyes rules compare. No query."""
    keys = actor.person_keys
    return key if key in keys or not keys else keys[0]


def groups_of(keys: Collection[int]) -> dict[int, tuple[int, ...]]:
    """For each of the keys, and for each that is one person with it, all keys of that person, the kept one first.

    Keys of people with one account are missing: nearly all are. One query.
    """
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"keys": "{" + ",".join(map(str, keys)) + "}"})
        rows = cursor.fetchall()
    members: dict[int, list[int]] = defaultdict(list)
    for member, root in rows:
        members[root].append(member)
    return {key: (root, *sorted(others)) for root, others in members.items() for key in (root, *others)}


def with_all_keys(keys: Iterable[int]) -> list[int]:
    """The keys and all others of the same people. One query."""
    found = dict.fromkeys(keys)
    for group in groups_of(list(found)).values():
        found.update(dict.fromkeys(group))
    return list(found)
