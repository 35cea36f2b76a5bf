"""What must be known to judge rows that arrive: who may report, who the learners are, which versions are there.

Plain SQL with array texts: a million rows pass here, and the ORM would take as long as everything else together.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.organisations.models import Organisation, OrganisationStatus
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.rules import CardNumberWrong, normalise_card_number
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.records.rules import Accreditation
from xuecheng.learning.rollout import queries as accredited
from xuecheng.learning.rollout.rules import Permit


class Learner(NamedTuple):
    id: int
    name: str


class KnownVersion(NamedTuple):
    """One version of a record that is there. `digest` is of its content."""

    id: int
    learner: int
    version: int
    digest: bytes


class Reporter(NamedTuple):
    """An institution that may report, and what it may report when (C-13): None where nothing limits it.

    `learning.rollout` says it: what the institution is accredited for, within the days on which it was at work.
    """

    id: int
    code: str
    name: str
    grade_scale: str
    accreditations: tuple[Accreditation, ...] | None

    def may_report(self, origin: str, level: str, day: date) -> bool:
        if self.accreditations is None:
            return True
        # Asked once a row: a loop takes a third of the time of any().
        for one in self.accreditations:
            if (
                one.begins_on <= day < one.ends_on
                and (not one.origins or origin in one.origins)
                and (not one.levels or not level or level in one.levels)
            ):
                return True
        return False


def reporters(viewer: Standing, act: str, codes: Collection[str]) -> dict[str, Reporter]:
    """The institutions of these codes for which `viewer` may do `act`, by code. Five queries, one more where an
    accreditation names levels."""
    allowed = visible(viewer, act, organisation="pk", territory="territory")
    found = {row.pk: row for row in Organisation.objects.filter(allowed, code__in=codes)}
    periods: dict[int, list[tuple[date, date]]] = defaultdict(list)
    recorded: set[int] = set()
    for organisation, state, during in OrganisationStatus.objects.filter(organisation__in=found).values_list(
        "organisation_id", "state", "during"
    ):
        recorded.add(organisation)
        if state == OrganisationStatus.State.ACTIVE and not during.isempty:
            periods[organisation].append((during.lower or date.min, during.upper or date.max))
    # Where no period was ever recorded, every day is one of work.
    active = {pk: sorted(periods[pk]) if pk in recorded else [_ALWAYS] for pk in found}
    permits = accredited.permits(found, active=active)
    return {
        row.code: Reporter(row.pk, row.code, row.name, row.grade_scale, _accreditations(permits[pk]))
        for pk, row in found.items()
    }


_ALWAYS = (date.min, date.max)


def _accreditations(permits: Iterable[Permit]) -> tuple[Accreditation, ...] | None:
    found = tuple(Accreditation(one.begins_on, one.ends_on, one.kinds, levels=one.levels) for one in permits)
    return None if found == (Accreditation(),) else found


def learners_called(references: Collection[str]) -> dict[str, Learner]:
    """Holders of learning accounts by what rows call them; who has no account, or left, is not there.

    A card number as people write it (C-83), a sign-in name or the id of an account. One query for cards, one more if
    some are called otherwise.
    """
    cards: dict[str, list[str]] = defaultdict(list)
    others: dict[str, list[str]] = defaultdict(list)
    for reference in references:
        card = _card_number(reference)
        if card:
            cards[card].append(reference)
        else:
            others[unicodedata.normalize("NFKC", reference).strip()].append(reference)
    found: dict[str, Learner] = {}
    with connection.cursor() as cursor:
        if cards:
            cursor.execute(_BY_CARD, [array_text(cards)])
            for card, learner, name in cursor.fetchall():
                for reference in cards[card]:
                    found[reference] = Learner(learner, name)
        if others:
            ids = [text for text in others if _is_uuid(text)]
            cursor.execute(_BY_NAME_OR_ID, [array_text(others), array_text(ids)])
            for sign_in_name, public_id, learner, name in cursor.fetchall():
                for reference in (*others.get(sign_in_name, ()), *others.get(str(public_id), ())):
                    found[reference] = Learner(learner, name)
    return found


_BY_CARD = """
select a.card_number, a.person_id, p.name
  from creditbank_learningaccount a join people_person p on p.id = a.person_id
 where a.card_number = any(%s::text[]) and p.erased_at is null
"""
_BY_NAME_OR_ID = """
select p.sign_in_name, a.public_id, a.person_id, p.name
  from creditbank_learningaccount a join people_person p on p.id = a.person_id
 where (p.sign_in_name = any(%s::text[]) or a.public_id = any(%s::uuid[])) and p.erased_at is null
"""


def _card_number(reference: str) -> str:
    # Nearly every row has plain digits; the database knows no number whose check digits are wrong.
    if len(reference) == 16 and reference.isascii() and reference.isdigit():
        return reference
    try:
        return normalise_card_number(reference)
    except CardNumberWrong:
        return ""


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def known_territories(codes: Collection[str]) -> set[str]:
    """Those of `codes` that belong to divisions, of today or before. One query, none for no code."""
    return set(Territory.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()


def known_versions(keys: Iterable[tuple[int, str]]) -> Mapping[tuple[int, str], Sequence[KnownVersion]]:
    """All versions of the records with these (institution, key), newest first. One query for each institution.

    One more where some of its keys are known. The binding is asked first: it names the learner, hence the book in which
    the record lies (`scale-out.md` §4), and keeps the planner from joining two growing tables as a whole.
    """
    wanted: dict[int, set[str]] = defaultdict(set)
    for institution, key in keys:
        wanted[institution].add(key)
    found: dict[tuple[int, str], list[KnownVersion]] = defaultdict(list)
    with connection.cursor() as cursor:
        for institution, names in wanted.items():
            cursor.execute(_BOUND, [institution, array_text(names)])
            bound = dict(cursor.fetchall())
            if not bound:
                continue
            books = {learner % 256 for learner in bound.values()}
            cursor.execute(_VERSIONS, [institution, array_text(bound), array_text(map(str, books))])
            for key, learner, record, version, digest in cursor.fetchall():
                found[institution, key].append(KnownVersion(record, learner, version, bytes(digest)))
    return found


_BOUND = """
select record_key, learner_id from records_sourcekey where institution_id = %s and record_key = any(%s::text[])
"""
_VERSIONS = """
select record_key, learner_id, id, version, digest
  from records_learningrecord
 where institution_id = %s and record_key = any(%s::text[]) and book = any(%s::int[])
 order by version desc
"""


def record_of_key(*, institution_code: str, record_key: str) -> LearningRecord:
    """The latest version of a record by the names its institution knows. Raises `LearningRecord.DoesNotExist`."""
    return LearningRecord.objects.select_related("institution__territory", "learner").get(
        institution__code=institution_code, record_key=record_key, is_latest=True
    )


def card_numbers(learner_ids: Collection[int]) -> dict[int, str]:
    """The card numbers of these learners. One query."""
    return dict(LearningAccount.objects.filter(person__in=learner_ids).values_list("person_id", "card_number"))


def is_corrected(*, record_id: int, book: int) -> bool:
    """Whether a newer version of the record stands. One query."""
    return LearningRecord.objects.filter(pk=record_id, book=book, is_latest=False).exists()


class NewVersion(NamedTuple):
    """A version that replaced another."""

    id: int
    learner_id: int
    institution_id: int
    record_key: str
    version: int
    title: str


_AFTER = """
select n.id, n.learner_id, n.institution_id, n.record_key, n.version, n.title
from records_learningrecord o
join records_learningrecord n on n.institution_id = o.institution_id and n.record_key = o.record_key
    and n.version = o.version + 1 and n.book = o.book
where o.id = any(%s)"""


def versions_after(record_ids: Sequence[int]) -> list[NewVersion]:
    """The versions that replaced these records. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_AFTER, [list(record_ids)])
        return [NewVersion(*row) for row in cursor.fetchall()]


def array_text(values: Iterable[str]) -> str:
    """An array as PostgreSQL reads it. Fifty times faster than the driver's own way for thousands of texts."""
    return "{" + ",".join(['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values]) + "}"
