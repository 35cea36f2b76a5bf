"""Recognition's side of merged accounts: who is one learner, and which books their room under caps lies in.

Records, postings and ledger accounts keep the key under which they came. Only the rules are told one learner: what any
of a person's accounts was given counts before caps (C-23), held units (C-25) and waiting hours (C-20), and the books of
all of them are locked together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from xuecheng.city.people.groups import groups_of
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger.accounts import array

Groups = Mapping[int, tuple[int, ...]]


def groups_of_records(record_ids: Sequence[int]) -> Groups:
    """The groups of the records' learners, as `groups_of` answers them. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct learner_id from records_learningrecord where id = any(%s::bigint[])", [array(record_ids)]
        )
        learner_ids = [learner_id for (learner_id,) in cursor.fetchall()]
    return groups_of(learner_ids)


def all_keys(learner_ids: Iterable[int], groups: Groups) -> list[int]:
    """The learners and whoever is one person with them."""
    found = dict.fromkeys(learner_ids)
    for learner_id in list(found):
        found.update(dict.fromkeys(groups.get(learner_id, ())))
    return list(found)


def all_books(books: Iterable[int], groups: Groups) -> list[int]:
    """The books, and those in which other accounts of the same people lie."""
    return sorted({*books, *(ledger.book_of(key) for group in groups.values() for key in group)})


def books_of_learner(learner_id: int) -> list[int]:
    """The books of all of a person's accounts. One query."""
    return all_books([ledger.book_of(learner_id)], groups_of([learner_id]))


def roots_of(groups: Groups) -> dict[int, int]:
    """The key by which the rules know each learner whose accounts were merged."""
    return {key: group[0] for key, group in groups.items()}
