"""Records as staff and learners see them: lists, one record with its versions, what waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of, with_all_keys
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.rules import CardNumberWrong, normalise_card_number
from xuecheng.learning.records.models import Dispute, DoubleReport, LearningRecord

from .doubles import latest_versions

MOST_COUNTED = 99
"""What waits is counted so far: a desk with more has more than a number can tell."""


FEW_INSTITUTIONS = 50


def visible_records(viewer: Standing) -> QuerySet[LearningRecord]:
    """Records that `viewer` may see: their own, their institution's, those in their territory. Newest first."""
    allowed = visible(
        viewer, "records.see_record", organisation="institution", territory="institution__territory", person="learner"
    )
    return LearningRecord.objects.filter(allowed).select_related("institution__territory", "learner").order_by("-id")


def records_of_institutions(
    viewer: Standing, *, origin: str = "", year: int | None = None, text: str = ""
) -> QuerySet[LearningRecord]:
    """Latest versions for the registrar's list: of institutions, not the viewer's own learning. Newest first.

    `text` is a card number, the beginning of a key or title, or a whole name.
    """
    records = LearningRecord.objects.filter(_of_institutions(viewer), is_latest=True).order_by("-id")
    records = records.select_related("institution__territory", "learner")
    if origin:
        records = records.filter(origin=origin)
    if year:
        records = records.filter(ended_on__gte=date(year, 1, 1), ended_on__lt=date(year + 1, 1, 1))
    if text:
        records = records.filter(_found_by(text))
    return records


def records_with_key(viewer: Standing, key: str) -> QuerySet[LearningRecord]:
    """Latest versions that bear exactly this key, of institutions whose records `viewer` may see. Newest first."""
    found = LearningRecord.objects.filter(_of_institutions(viewer), is_latest=True, record_key=key)
    return found.select_related("institution__territory", "learner").order_by("-id")


def _of_institutions(viewer: Standing) -> Q:
    """The records of the institutions where `viewer` may see them.

    A few institutions are named one by one: their index holds the newest first, where a path would have all their
    records read and sorted. One query, for whoever reads in a territory only.
    """
    act = "records.see_record"
    if viewer.territory_paths(act) and not viewer.may_city_wide(act):
        there = Organisation.objects.filter(visible(viewer, act, organisation="pk", territory="territory"))
        keys = list(there.values_list("pk", flat=True)[: FEW_INSTITUTIONS + 1])
        if len(keys) <= FEW_INSTITUTIONS:
            return Q(institution__in=keys)
    return visible(viewer, act, organisation="institution", territory="institution__territory")


def _found_by(text: str) -> Q:
    try:
        card = normalise_card_number(text)
    except CardNumberWrong:
        return Q(record_key__startswith=text) | Q(learner__name=text) | Q(title__startswith=text)
    holders = LearningAccount.objects.filter(card_number=card).values_list("person", flat=True)
    return Q(learner__in=with_all_keys(holders)) | Q(record_key=text)


@dataclass(frozen=True)
class Version:
    """One version of a record, who brought it, and what it changed against the one before: field, before, after."""

    record: LearningRecord
    by_name: str
    changes: tuple[tuple[str, object, object], ...] = field(default=())


def versions_of(record: LearningRecord) -> list[Version]:
    """All versions of a record, newest first. Two queries."""
    rows = list(
        LearningRecord.objects.filter(
            institution_id=record.institution_id, record_key=record.record_key, book=record.book
        ).order_by("-version")
    )
    names = dict(Person.objects.filter(pk__in={row.entered_by_id for row in rows}).values_list("pk", "name"))
    return [
        Version(row, names.get(row.entered_by_id, ""), _changes(older, row) if older else ())
        for row, older in zip(rows, [*rows[1:], None], strict=True)
    ]


COMPARED = (
    "status", "grade", "minutes", "contact_minutes", "started_on", "ended_on", "code", "title", "term", "level",
    "grade_scale", "credits_local", "role", "mode", "attended_sessions", "held_sessions", "territory_code", "valid_to",
    "evidence", "note",
)  # fmt: skip


def _changes(older: LearningRecord, newer: LearningRecord) -> tuple[tuple[str, object, object], ...]:
    pairs = ((name, getattr(older, name), getattr(newer, name)) for name in COMPARED)
    return tuple((name, before, after) for name, before, after in pairs if before != after)


def disputes_of(record: LearningRecord, versions: Collection[LearningRecord]) -> list[Dispute]:
    """Objections to any version of a record, newest first. One query."""
    numbers = [version.pk for version in versions]
    return list(
        Dispute.objects.filter(record_id__in=numbers, book=record.book).select_related("answered_by").order_by("-id")
    )


def doubles_of(versions: Collection[LearningRecord]) -> list[DoubleReport]:
    """Pairs in which any version of a record was found, newest first. One query."""
    numbers = [version.pk for version in versions]
    found = DoubleReport.objects.filter(Q(first_id__in=numbers) | Q(second_id__in=numbers))
    return list(found.select_related("decided_by").order_by("-id"))


def visible_disputes(viewer: Standing, *, only_open: bool = True) -> QuerySet[Dispute]:
    """Objections that `viewer` is to answer, the most pressing first."""
    allowed = visible(viewer, "records.answer_dispute", organisation="institution", territory="institution__territory")
    disputes = Dispute.objects.filter(allowed).select_related("learner", "institution__territory")
    return (disputes.filter(state=Dispute.State.OPEN) if only_open else disputes).order_by("answer_due_on", "id")


def visible_doubles(viewer: Standing, *, only_open: bool = True) -> QuerySet[DoubleReport]:
    """Pairs that `viewer` may decide, which needs the right over both records. Oldest first."""
    allowed = visible(viewer, "records.decide_double", organisation="institution", territory="institution__territory")
    mine = LearningRecord.objects.filter(allowed)
    found = DoubleReport.objects.filter(
        Exists(mine.filter(pk=OuterRef("first_id"))), Exists(mine.filter(pk=OuterRef("second_id")))
    )
    found = found.select_related("learner").order_by("id")
    return found.filter(state=DoubleReport.State.OPEN) if only_open else found


def waiting(viewer: Standing) -> list[QuerySet[Any]]:
    """What waits to be decided by `viewer`: objections, and pairs that may be one record."""
    return [visible_disputes(viewer), visible_doubles(viewer)]


def latest_by_number(numbers: set[int]) -> dict[int, LearningRecord]:
    """For the number of each version, the latest version of that record: what a person has to judge. Two queries."""
    latest = latest_versions(numbers)
    rows = LearningRecord.objects.filter(pk__in={one.id for one in latest.values()})
    records = {row.pk: row for row in rows.select_related("institution__territory", "learner")}
    return {number: records[one.id] for number, one in latest.items()}


def records_of_learner(viewer: Standing, learner: Person) -> QuerySet[LearningRecord]:
    """Latest versions of one learner's records, as far as `viewer` may see them. Newest first."""
    return visible_records(viewer).filter(learner__in=keys_of(learner), is_latest=True)


@dataclass(frozen=True)
class Desk:
    """What waits for a registrar."""

    disputes: int
    next_due_on: date | None
    doubles: int
    files: list[ImportFile]


def desk_of(viewer: Standing, organisation: Organisation | None) -> Desk:
    """The registrar's morning. Three queries."""
    disputes = list(visible_disputes(viewer).values_list("answer_due_on", flat=True)[:MOST_COUNTED])
    files = ImportFile.objects.filter(organisation=organisation).order_by("-id")[:4] if organisation else []
    return Desk(
        disputes=len(disputes),
        next_due_on=disputes[0] if disputes else None,
        doubles=visible_doubles(viewer).order_by()[:MOST_COUNTED].count(),
        files=list(files),
    )
