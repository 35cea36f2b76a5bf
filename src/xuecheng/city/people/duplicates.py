"""Finding accounts that may be one person's: signs are compared, scored and kept for an officer to decide.

The ground knows name, year of birth and residence. Apps above add signs of their own, such as a keyed hash of an
identity number: `register_sign("identity", weight=70, label=…, pairs=…)`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Text

from .models import DuplicateCandidate, Person

LEAST_SCORE = 50
"""Less is not worth an officer's look."""
MOST_ALIKE = 4
"""Of more people with one name and year of birth only those of one residence are compared: 王伟 is many people."""
_BATCH = 1_000

Pair = tuple[int, int]
Pairs = Callable[[], Iterable[Pair]]


@dataclass(frozen=True)
class Sign:
    """Something that two accounts can have in common. `pairs` answers those that have it; None for signs of ours."""

    name: str
    weight: int
    label: Text
    pairs: Pairs | None = None


SIGNS: dict[str, Sign] = {
    "name": Sign("name", 30, _("same name")),
    "birth_year": Sign("birth_year", 20, _("same year of birth")),
    "residence": Sign("residence", 15, _("same residence")),
}


def register_sign(name: str, *, weight: int, label: Text, pairs: Pairs) -> None:
    """Make a sign known. Called from `apps.py`. Two accounts with 50 points or more are listed."""
    SIGNS[name] = Sign(name, weight, label, pairs)


def score_of(reasons: Iterable[str]) -> int:
    """Points for what two accounts have in common, at most 100."""
    return min(100, sum(SIGNS[name].weight for name in reasons if name in SIGNS))


_ALIKE = """
with alike as (
    select id, sort_key, name, birth_year, territory_id, count(*) over (partition by sort_key, birth_year) as many
    from people_person where merged_into_id is null and birth_year is not null
)
select a.id, b.id from alike a join alike b
    on b.sort_key = a.sort_key and b.birth_year = a.birth_year and b.id > a.id and b.name = a.name
where a.many > 1 and (a.many <= %(most)s or a.territory_id = b.territory_id)"""


def find_all(*, at: datetime) -> int:
    """Compare everybody with everybody by every sign; answers how many pairs were new. Safe to repeat."""
    pairs: dict[Pair, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, {"most": MOST_ALIKE})
        for first, second in cursor.fetchall():
            pairs.setdefault((first, second), set())
    for sign in SIGNS.values():
        for first, second in sign.pairs() if sign.pairs else ():
            pairs.setdefault((min(first, second), max(first, second)), set()).add(sign.name)
    return note_pairs(pairs, at=at)


def find_for(person: Person, *, at: datetime) -> int:
    """Compare a new account with those of the same name: at entry. Two queries, more where some are alike."""
    if person.birth_year is None:
        return 0
    others = Person.objects.filter(
        sort_key=person.sort_key, name=person.name, birth_year=person.birth_year, merged_into=None
    ).exclude(pk=person.pk)
    alike = list(others.values_list("pk", "territory_id")[: 20 * MOST_ALIKE])
    if len(alike) >= MOST_ALIKE:
        alike = [one for one in alike if one[1] is not None and one[1] == person.territory_id]
    return note_pairs({(person.pk, key): set() for key, _place in alike}, at=at) if alike else 0


def note_pairs(pairs: Mapping[Pair, Collection[str]], *, at: datetime) -> int:
    """Keep pairs with what they have in common, our own signs added; answers how many were new.

    A pair that was decided stays decided, unless it has a new sign in common: then it is asked about again.
    """
    new = 0
    ordered = {(min(pair), max(pair)): set(signs) for pair, signs in pairs.items() if pair[0] != pair[1]}
    keys = sorted(ordered)
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        people = Person.objects.in_bulk({key for pair in batch for key in pair})
        with transaction.atomic():
            new += _note(
                [
                    (people[first], people[second], ordered[first, second])
                    for first, second in batch
                    if first in people and second in people
                ],
                at,
            )
    return new


def _note(pairs: Iterable[tuple[Person, Person, set[str]]], at: datetime) -> int:
    rows: dict[Pair, tuple[list[str], int]] = {}
    for first, second, extra in pairs:
        if (first.merged_into_id or first.pk) == (second.merged_into_id or second.pk):
            continue
        signs = extra | _in_common(first, second)
        score = score_of(signs)
        if score >= LEAST_SCORE:
            rows[first.pk, second.pk] = sorted(signs), score
    known = {
        (row.first_id, row.second_id): row
        for row in DuplicateCandidate.objects.filter(
            first__in={first for first, _second in rows}, second__in={second for _first, second in rows}
        )
    }
    fresh = [
        DuplicateCandidate(first_id=first, second_id=second, reasons=in_common, score=score, found_at=at)
        for (first, second), (in_common, score) in rows.items()
        if (first, second) not in known
    ]
    DuplicateCandidate.objects.bulk_create(fresh, ignore_conflicts=True)
    for pair, (named, _score) in rows.items():
        row = known.get(pair)
        if row is None or row.state == DuplicateCandidate.State.SAME or set(named) <= set(row.reasons):
            continue
        row.reasons = sorted({*named, *row.reasons})
        row.score = score_of(row.reasons)
        row.state, row.decided_by, row.decided_at = DuplicateCandidate.State.OPEN, None, None
        row.save(update_fields=["reasons", "score", "state", "decided_by", "decided_at"])
    return len(fresh)


def _in_common(first: Person, second: Person) -> set[str]:
    signs = set()
    if first.name == second.name:
        signs.add("name")
    if first.birth_year is not None and first.birth_year == second.birth_year:
        signs.add("birth_year")
    if first.territory_id is not None and first.territory_id == second.territory_id:
        signs.add("residence")
    return signs
