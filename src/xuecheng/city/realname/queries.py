"""Questions about identity documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, Max, QuerySet

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.people.models import Person

from .models import IdentityDocument, Unmasking

SEE = "realname.see_document"


def visible_documents(viewer: Standing) -> QuerySet[IdentityDocument]:
    """Documents that `viewer` may see, masked: their own, and those of people in their territory."""
    return IdentityDocument.objects.filter(
        visible(viewer, SEE, territory="person__territory", person="person")
    ).select_related("person__territory", "decided_by", "office")


def to_decide(viewer: Standing, *, only_doubtful: bool = False) -> QuerySet[IdentityDocument]:
    """Claimed documents that `viewer` may verify, for a list by -id; with `only_doubtful` those that do not fit."""
    allowed = visible(viewer, "realname.verify_document", territory="person__territory")
    found = IdentityDocument.objects.filter(allowed, state=IdentityDocument.State.CLAIMED).select_related(
        "person__territory"
    )
    return found.exclude(doubts=[]) if only_doubtful else found


def documents_of(viewer: Standing, person: Person) -> list[IdentityDocument]:
    """All documents of a person, the newest first, as far as `viewer` may see them. One query."""
    return list(visible_documents(viewer).filter(person=person).order_by("-id"))


def unmaskings_of(document: IdentityDocument) -> list[Unmasking]:
    """Who looked at the whole number, the newest first. One query."""
    return list(document.unmaskings.select_related("by").order_by("-id")[:50])


@dataclass(frozen=True)
class DayOfLooks:
    """How often somebody looked at whole numbers on a day."""

    on: date
    name: str
    looks: int
    is_alarming: bool


def looks_by_day(*, most: int, since: date) -> list[DayOfLooks]:
    """Looks at whole numbers per person and day since a day, the newest and most first. One query."""
    rows = (
        Unmasking.objects.filter(on__gte=since)
        .values("on", "by", "by__name")
        .annotate(looks=Count("id"), last=Max("id"))
        .order_by("-on", "-looks", "by")[:200]
    )
    return [DayOfLooks(row["on"], row["by__name"], row["looks"], row["looks"] > most) for row in rows]


def alarms_on(day: date, *, most: int) -> QuerySet[Unmasking]:
    """For each who looked at more than `most` whole numbers on a day, the look that was one too many."""
    return Unmasking.objects.filter(on=day, number_that_day=most + 1)


def same_numbers() -> list[tuple[int, int]]:
    """Pairs of people with documents of one number: a sign of duplicates. One query.

    While a look-up key is being replaced, two hashes of one number may differ: the next run finds the pair.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct least(a.person_id, b.person_id), greatest(a.person_id, b.person_id)"
            " from realname_identitydocument a join realname_identitydocument b"
            " on b.number_hash = a.number_hash and b.kind = a.kind and b.person_id > a.person_id"
            " where a.state in ('claimed', 'verified') and b.state in ('claimed', 'verified')"
        )
        return [(first, second) for first, second in cursor.fetchall()]
