"""What the page "who can see this, and why" is told about records."""

from __future__ import annotations

from django.urls import reverse

from xuecheng.city.access.things import Place, Thing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.records.models import LearningRecord

READ_BY = ("records.see_record", "recognition.see_result")


def find(number: str) -> Thing | None:
    """A record by its number. One query."""
    if not number.isdecimal() or len(number) > 18:
        return None
    record = (
        LearningRecord.objects.filter(pk=int(number))
        .select_related("institution__territory", "learner__territory")
        .first()
    )
    if record is None:
        return None
    scope = Scope(organisation_id=record.institution_id, territory_path=record.institution.territory.path)
    return Thing(
        title=record.title,
        places=(Place(scope, READ_BY),),
        url=reverse("records:show_record", args=[record.pk]),
        person=record.learner,
    )


def places_of(person: Person) -> list[Place]:
    """The institutions that hold records of a person. One query."""
    institutions = LearningRecord.objects.filter(learner=person).values("institution")
    return [
        Place(Scope(organisation_id=one.pk, territory_path=one.territory.path), READ_BY)
        for one in Organisation.objects.filter(pk__in=institutions).select_related("territory").order_by("pk")[:50]
    ]
