"""Questions of one's own data: what is kept, what was agreed, what was asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.jobs.models import Job
from xuecheng.city.people.groups import groups_of, keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal, Text
from xuecheng.city.rights import Scope
from xuecheng.web.counting import counts_of

from . import erasing
from .models import Archive, Consent, Erasure, Request
from .parts import Subject, all_parts
from .purposes import PURPOSES, Purpose


def scope_of(person: Person) -> Scope:
    return Scope(person_id=person.pk)


def residence_of(person: Person) -> Scope:
    """Where officers act for a person: at the residence. What is the person's own does not count here."""
    return Scope(territory_path=person.territory.path if person.territory else None)


@dataclass(frozen=True)
class Held:
    """How much a part holds, and where the site shows it."""

    label: Text
    count: int
    url: str


def held_of(person: Person) -> list[Held]:
    """What is kept of a person, part by part, with counts. Two queries, and those of parts that are no tables."""
    subject = Subject(keys_of(person))
    rows = counts_of({part.name: part.lists(subject) for part in all_parts()}, most=None)
    return [
        Held(
            part.label,
            part.count(subject) if part.count else rows[part.name],
            reverse(part.url_name) if part.url_name else "",
        )
        for part in all_parts()
    ]


def archive_of(person: Person) -> tuple[Archive | None, Job | None]:
    """The archive that is being made or ready, the newest first, with its job. Two queries."""
    found = (
        Archive.objects.filter(person__in=keys_of(person), state__in=[Archive.State.MAKING, Archive.State.READY])
        .order_by("-id")
        .first()
    )
    job = Job.objects.filter(public_id=found.public_id).first() if found else None
    return found, job


def given(person: Person | int, purpose: str) -> bool:
    """Whether the person agrees to a purpose as its text stands now. Two queries."""
    key = person if isinstance(person, int) else person.pk
    return key in who_gave(purpose, [key])


def who_gave(purpose: str, person_ids: Collection[int]) -> set[int]:
    """Which of the people agree to a purpose as its text stands now; an unknown purpose nobody does. Two queries."""
    known = PURPOSES.get(purpose)
    if known is None or not person_ids:
        return set()
    groups = groups_of(list(person_ids))
    every = {key for one in person_ids for key in groups.get(one, (one,))}
    newest: dict[int, tuple[int, bool, int]] = {}
    rows = (
        Consent.objects.filter(person__in=every, purpose=purpose)
        .order_by("person", "-id")
        .distinct("person")
        .values_list("person", "id", "is_given", "version")
    )
    for person_id, row_id, is_given, version in rows:
        newest[person_id] = (row_id, is_given, version)
    agreed = set()
    for one in person_ids:
        last = max((newest[key] for key in groups.get(one, (one,)) if key in newest), default=None)
        if last is not None and last[1] and last[2] == known.version:
            agreed.add(one)
    return agreed


@dataclass(frozen=True)
class Choice:
    """One purpose as a person stands to it."""

    purpose: Purpose
    is_given: bool
    is_asked_anew: bool
    """They agreed to an older text."""
    last: Consent | None


def choices_of(person: Person) -> list[Choice]:
    """Every purpose, with what the person said last. Two queries."""
    last: dict[str, Consent] = {}
    for row in (
        Consent.objects.filter(person__in=keys_of(person), purpose__in=list(PURPOSES))
        .order_by("purpose", "-id")
        .distinct("purpose")
    ):
        last[row.purpose] = row
    choices = []
    for purpose in PURPOSES.values():
        said = last.get(purpose.name)
        is_given = said is not None and said.is_given
        is_current = said is not None and said.version == purpose.version
        choices.append(Choice(purpose, is_given and is_current, is_given and not is_current, said))
    return choices


def consents_of(person: Person) -> QuerySet[Consent]:
    """What a person said, for a list by -id."""
    return Consent.objects.filter(person__in=keys_of(person))


def requests_of(person: Person) -> Sequence[Request]:
    """A person's own requests, the newest first. Two queries."""
    return list(Request.objects.filter(person__in=keys_of(person)).order_by("-id")[:20])


def visible_requests(viewer: Standing, *, only_open: bool = True) -> QuerySet[Request]:
    """Requests that `viewer` may answer, for a list by due day."""
    found = Request.objects.filter(
        visible(viewer, "mydata.answer_request", territory="person__territory")
    ).select_related("person", "person__territory", "answered_by")
    return found.filter(state=Request.State.ASKED) if only_open else found


def overdue(viewer: Standing, *, today: date) -> QuerySet[Request]:
    """Requests that `viewer` may answer and that are past their day."""
    return visible_requests(viewer).filter(due_on__lt=today)


def erasure_of(keys: Collection[int]) -> Erasure | None:
    """The newest wish of the person who has these accounts to be erased, whatever became of it. One query."""
    return Erasure.objects.filter(person__in=keys).order_by("-id").first()


def hindrances_of(person: Person, *, at: datetime) -> list[Refusal]:
    """What hinders the erasure of a person now, each with its remedy. A fixed number of queries."""
    return erasing.hindrances(keys_of(person), at)


def visible_erasures(viewer: Standing, *, only_open: bool = True) -> QuerySet[Erasure]:
    """Erasures that `viewer` may open or confirm, for a list by id. Whoever is erased has no residence any more."""
    allowed = visible(viewer, "mydata.open_erasure", territory="person__territory") | visible(
        viewer, "mydata.confirm_erasure", territory="person__territory"
    )
    found = Erasure.objects.filter(allowed).select_related("person__territory", "opened_by", "confirmed_by")
    return found.filter(state__in=[Erasure.State.OPENED, Erasure.State.WAITING]) if only_open else found


def to_confirm(viewer: Standing) -> QuerySet[Erasure]:
    """What others opened and what waits for this officer."""
    return Erasure.objects.filter(
        visible(viewer, "mydata.confirm_erasure", territory="person__territory"), state=Erasure.State.OPENED
    ).exclude(opened_by__in=viewer.person_keys)
