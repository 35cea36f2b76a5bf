"""Who looked at whose records."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from xuecheng.city.access.models import BrokenGlass, Reading
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Denied, Scope, visible

from .standing import Standing

SEE = "access.see_readings"


def readings_of(viewer: Standing, person: Person) -> QuerySet[Reading]:
    """Who looked at `person`'s records; unordered, for a list by `-id`. One query. Raises `Denied`."""
    if not viewer.may(
        SEE, Scope(person_id=person.pk, territory_path=person.territory.path if person.territory else None)
    ):
        raise Denied(SEE)
    return Reading.objects.filter(person=person).select_related("reader", "organisation", "territory")


def glass_of(person: Person) -> list[BrokenGlass]:
    """The times that somebody opened a person's records in an emergency, the newest first. One query."""
    return list(
        BrokenGlass.objects.filter(person=person).select_related("opened_by", "reviewed_by").order_by("-id")[:20]
    )


def broken_glass(viewer: Standing) -> QuerySet[BrokenGlass]:
    """Broken glass that `viewer` may review or broke; unordered, for a list by `-id`."""
    return BrokenGlass.objects.filter(_glass_seen_by(viewer)).select_related(
        "opened_by", "person__territory", "organisation__territory", "reviewed_by"
    )


def glass_to_review(viewer: Standing) -> QuerySet[BrokenGlass]:
    """Broken glass that nobody has reviewed yet and `viewer` may, the most pressing first."""
    return (
        BrokenGlass.objects.filter(_reviewed_by(viewer), reviewed_by__isnull=True)
        .exclude(opened_by=viewer.person)
        .select_related("opened_by", "person", "organisation")
        .order_by("review_due_on", "id")
    )


def _reviewed_by(viewer: Standing) -> Q:
    of_organisations = visible(
        viewer, "access.review_glass", organisation="organisation", territory="organisation__territory"
    )
    of_people = visible(viewer, "access.review_glass", territory="person__territory")
    return (Q(organisation__isnull=False) & of_organisations) | (Q(person__isnull=False) & of_people)


def _glass_seen_by(viewer: Standing) -> Q:
    return Q(opened_by=viewer.person) | _reviewed_by(viewer)
