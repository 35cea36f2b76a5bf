"""Who volunteers, the numbers that hold in a division, and whether somebody fits a shift."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.people.groups import groups_of, in_group
from xuecheng.city.people.models import Person
from xuecheng.city.realname.models import IdentityDocument
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.staff.models import TeachingSession
from xuecheng.coordination.staff.rules import line_of
from xuecheng.coordination.volunteers import rules
from xuecheng.coordination.volunteers.models import (
    Activity,
    Assignment,
    GuardianConsent,
    Scale,
    Shift,
    Skill,
    Training,
    TrainingKind,
    Volunteer,
)

from .acts import KEEP, PEOPLE


def numbers_at(path: str, *, on: date) -> rules.Numbers:
    """The numbers that hold on a day in a division: its own newest, else those of the nearest above. One query."""
    keys = [int(key) for key in line_of(path)]
    found = Scale.objects.filter(territory__in=keys, begins_on__lte=on)
    row = found.order_by(Length("territory__path").desc(), "-begins_on").first()
    return rules.numbers_from(row.values if row is not None else {})


def scales_of(territory_id: int) -> list[Scale]:
    """The versions of a division, the newest first. One query."""
    return list(Scale.objects.filter(territory=territory_id).select_related("set_by").order_by("-begins_on")[:20])


def own_volunteer(person: Person) -> Volunteer | None:
    """The person's own entry, under whichever account. One query."""
    rows = Volunteer.objects.filter(person__in=in_group(person)).select_related("person__territory", "via__territory")
    return rows.order_by("pk").first()


def _linked(viewer: Standing) -> Q:
    """Who came through the viewer's organisations, or applied to them."""
    through = visible(viewer, PEOPLE, organisation="via", territory="via__territory")
    applied = Assignment.objects.filter(
        visible(
            viewer, PEOPLE, organisation="shift__activity__organisation",
            territory="shift__activity__organisation__territory",
        ),
        volunteer=OuterRef("pk"),
    )  # fmt: skip
    return (through & Q(via__isnull=False)) | Q(Exists(applied))


def volunteers(viewer: Standing, *, text: str = "", skill: str = "") -> QuerySet[Volunteer]:
    """Volunteers of the viewer's organisations, for a list by (-id). One query."""
    found = Volunteer.objects.filter(_linked(viewer)).select_related("person", "via")
    if skill:
        found = found.filter(skills__contains=[skill])
    return found.filter(person__name=text.strip()) if text.strip() else found


def volunteer(viewer: Standing, public_id: UUID) -> Volunteer | None:
    """One volunteer of the viewer's organisations. One query."""
    rows = Volunteer.objects.filter(_linked(viewer), public_id=public_id)
    return rows.select_related("person__territory", "via__territory", "identity_seen_by").first()


def consents_of(row: Volunteer) -> list[GuardianConsent]:
    return list(row.consents.select_related("organisation").order_by("-id"))


def trainings_of(row: Volunteer) -> list[Training]:
    return list(row.trainings.select_related("organisation").order_by("-completed_on", "-id"))


def is_identified(row: Volunteer) -> bool:
    """Whether an organisation saw the identity, or a document is verified (V-01). One query at most."""
    return (
        row.identity_seen_at is not None
        or IdentityDocument.objects.filter(
            person__in=in_group(row.person), state=IdentityDocument.State.VERIFIED
        ).exists()
    )


def asked_of(activity: Activity) -> rules.Asked:
    return rules.Asked(
        skills={one: str(Skill(one).label) for one in activity.skills},
        trainings={one: str(TrainingKind(one).label) for one in activity.trainings},
        least_age=activity.least_age,
        most_age=activity.most_age,
        demands=activity.demands,
    )


@dataclass(frozen=True)
class Pair:
    """A volunteer (with its person) and a shift (with its activity) that may go together."""

    volunteer: Volunteer
    shift: Shift
    is_able: bool
    but: int | None = None
    """The key of the assignment itself, which is no other."""


def why_not(
    pairs: Sequence[Pair], *, numbers: rules.Numbers, groups: Mapping[int, tuple[int, ...]] | None = None
) -> list[list[Refusal]]:
    """What stands against each pair, in their order. Six queries, however many; five if the accounts of the people
    (`groups_of`) are known."""
    if not pairs:
        return []
    facts = _facts_of(pairs, groups)
    return [
        rules.why_not(asked_of(one.shift.activity), facts.offered(one), on=_day(one.shift), numbers=numbers)
        for one in pairs
    ]


def _day(shift: Shift) -> date:
    return clock.date_of(shift.during.lower)


@dataclass(frozen=True)
class _Facts:
    groups: Mapping[int, tuple[int, ...]]
    identified: frozenset[int]
    consents: Mapping[int, date]
    trainings: Mapping[int, list[Training]]
    taught: Mapping[int, list[tuple[datetime, datetime]]]
    serves: Mapping[int, list[tuple[int, datetime, datetime]]]

    def offered(self, pair: Pair) -> rules.Offered:
        row, shift = pair.volunteer, pair.shift
        on, begins, ends = _day(shift), shift.during.lower, shift.during.upper
        keys = self.groups.get(row.person_id, (row.person_id,))
        until = self.consents.get(row.pk)
        trained = [
            one.kind
            for one in self.trainings.get(row.pk, [])
            if one.completed_on <= on and (one.valid_until is None or on <= one.valid_until)
        ]
        return rules.Offered(
            is_identified=row.identity_seen_at is not None or any(key in self.identified for key in keys),
            birth_year=row.person.birth_year,
            has_guardians_consent=until is not None and on <= until,
            skills=row.skills,
            trainings=trained,
            is_able=pair.is_able,
            teaches=any(low < ends and begins < high for key in keys for low, high in self.taught.get(key, [])),
            serves=any(
                low < ends and begins < high
                for key in keys
                for other, low, high in self.serves.get(key, [])
                if other != pair.but
            ),
        )


def _facts_of(pairs: Sequence[Pair], groups: Mapping[int, tuple[int, ...]] | None) -> _Facts:
    people = {one.volunteer.person_id for one in pairs}
    rows = [one.volunteer.pk for one in pairs]
    if groups is None:
        groups = groups_of(people)
    every = people | {key for group in groups.values() for key in group}
    window = TimestamptzRange(
        min(one.shift.during.lower for one in pairs), max(one.shift.during.upper for one in pairs), "[)"
    )
    trainings: dict[int, list[Training]] = defaultdict(list)
    for training in Training.objects.filter(volunteer__in=rows, withdrawn_at__isnull=True):
        trainings[training.volunteer_id].append(training)
    taught: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    sessions = TeachingSession.objects.filter(person__in=every, during__overlap=window).exclude(
        state=TeachingSession.State.RELEASED
    )
    for person, during in sessions.values_list("person", "during"):
        taught[person].append((during.lower, during.upper))
    serves: dict[int, list[tuple[int, datetime, datetime]]] = defaultdict(list)
    others = Assignment.objects.filter(
        person__in=every, state__in=("assigned", "serving"), shift__during__overlap=window
    )
    for key, person, during in others.values_list("pk", "person", "shift__during"):
        serves[person].append((key, during.lower, during.upper))
    documents = IdentityDocument.objects.filter(person__in=every, state=IdentityDocument.State.VERIFIED)
    consents = GuardianConsent.objects.filter(volunteer__in=rows, withdrawn_at__isnull=True)
    return _Facts(
        groups=groups,
        identified=frozenset(documents.values_list("person", flat=True)),
        consents=dict(consents.values_list("volunteer", "until")),
        trainings=trainings,
        taught=taught,
        serves=serves,
    )


def organisers_of(viewer: Standing) -> Q:
    """The organisations at which the viewer keeps activities, as a condition on organisations."""
    return visible(viewer, KEEP, organisation="pk", territory="territory")
