"""Who helps whom, now and before, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from xuecheng.city.access.queries import Entrusted, Scope, Standing
from xuecheng.city.access.things import Sharer
from xuecheng.city.people.groups import in_group, keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Denied
from xuecheng.city.trace import Acting, acting

from .models import Deed, Guardianship, Proxy
from .rules import ACTS, tasks_in
from .words import plain_words, task_words

PROXY, GUARDIAN = "proxy", "guardian"
ALL_TASKS: frozenset[str] = frozenset().union(*ACTS.values())
"""What a guardian may do for a child: all that can be entrusted at all."""


@dataclass(frozen=True)
class HelpFace:
    """One who helps or is helped, as a page shows it."""

    via: str
    public_id: UUID
    person: Person
    helper: Person
    tasks: tuple[str, ...]
    """As the person says it."""
    said: tuple[str, ...]
    """As others say it."""
    begins_at: datetime | None
    ends_at: datetime | None
    is_open: bool
    waits_for_consent: bool
    may_answer: bool
    how: str
    witness: str

    @property
    def is_guardian(self) -> bool:
        return self.via == GUARDIAN


def helpers_of(person: Person, *, at: datetime) -> list[HelpFace]:
    """Who helps `person`, now and before, the newest first. Two queries."""
    proxies = (
        Proxy.objects.filter(person__in=in_group(person))
        .select_related("person", "helper", "witness")
        .order_by("-id")[:50]
    )
    guardians = (
        Guardianship.objects.filter(child__in=in_group(person)).select_related("child", "guardian").order_by("-id")[:10]
    )
    return [_of_guardian(one, at) for one in guardians] + [_of_proxy(one, at) for one in proxies]


def helped_by(helper: Person, *, at: datetime) -> list[HelpFace]:
    """Whom `helper` helps, now and before, the newest first. Two queries."""
    proxies = (
        Proxy.objects.filter(helper__in=in_group(helper))
        .select_related("person", "helper", "witness")
        .order_by("-id")[:50]
    )
    children = (
        Guardianship.objects.filter(guardian__in=in_group(helper))
        .select_related("child", "guardian")
        .order_by("-id")[:10]
    )
    return [_of_guardian(one, at) for one in children] + [_of_proxy(one, at) for one in proxies]


def deeds_of(person: Person) -> QuerySet[Deed]:
    """What was done for `person` by others; unordered, for a list by `-id`."""
    return Deed.objects.filter(person__in=in_group(person)).select_related("helper")


def for_counter(viewer: Standing, person: Person, *, at: datetime) -> list[HelpFace]:
    """Who helps a person who stands at the counter. Raises `Denied`."""
    if not viewer.may("care.record_proxy", counter_scope(person)):
        raise Denied("care.record_proxy")
    return helpers_of(person, at=at)


def counter_scope(person: Person) -> Scope:
    """Where a person belongs for staff: their residence. What is their own does not count here."""
    return Scope(territory_path=person.territory.path if person.territory else None)


def acting_standing(helper: Person, via: str, public_id: str, *, at: datetime) -> Standing | None:
    """The standing of whom `helper` acts for by that proxy or guardianship at the instant `at`, or None. One query.

    In it only what was entrusted may be done, of what is the person's own; nobody's role counts.
    """
    if via == PROXY:
        proxy = (
            Proxy.objects.filter(public_id=public_id, helper__in=in_group(helper), during__contains=at)
            .select_related("person__territory", "person__merged_into__territory")
            .first()
        )
        if proxy is None:
            return None
        person = proxy.person.merged_into or proxy.person
        if not person.is_active:
            return None
        return _standing(person, helper, PROXY, proxy.public_id, frozenset(proxy.acts) & ALL_TASKS)
    child = (
        Guardianship.objects.filter(
            public_id=public_id, guardian__in=in_group(helper), during__contains=at, consented_at__isnull=False
        )
        .select_related("child__territory", "child__merged_into__territory")
        .first()
    )
    return (
        _standing(child.child.merged_into or child.child, helper, GUARDIAN, child.public_id, ALL_TASKS)
        if child
        else None
    )


def _standing(person: Person, helper: Person, via: str, public_id: UUID, acts: frozenset[str]) -> Standing:
    program = how.program_name if (how := acting(helper)) else ""
    person.acting = Acting(helper=helper, via=via, via_id=str(public_id), program_name=program)  # type: ignore[attr-defined]  # what the trace reads
    return Standing(
        person=person,
        entrusted=Entrusted(via=via, public_id=public_id, helper=helper, acts=acts),
        other_keys=tuple(key for key in keys_of(person) if key != person.pk),
    )


def ends_at(via: str, public_id: UUID) -> datetime | None:
    """When a proxy or guardianship ends, for the banner. One query."""
    if via == PROXY:
        proxy = Proxy.objects.filter(public_id=public_id).first()
        return proxy.during.upper if proxy else None
    child = Guardianship.objects.filter(public_id=public_id).first()
    return child.during.upper if child else None


def has_guardian(person: Person, *, at: datetime) -> bool:
    """Whether a guardian acts for the person now. One query."""
    return Guardianship.objects.filter(child__in=in_group(person), during__contains=at).exists()


def waits_for_answer(person: Person, *, at: datetime) -> list[Guardianship]:
    """Guardianships that ended by the birthday and about which the young person has not been heard. One query."""
    return list(
        Guardianship.objects.filter(
            child__in=in_group(person), during__endswith__lte=at, ended_by__isnull=True, answer=""
        )
        .select_related("guardian")
        .order_by("id")
    )


def sharers_of(person: Person, at: datetime) -> list[Sharer]:
    """Helpers and guardians, for the page "who can see this". Two queries."""
    return [
        Sharer(
            name=face.helper.name,
            how=face.how,
            acts=face.said,
            granted_by=face.witness,
            until=face.ends_at,
        )
        for face in helpers_of(person, at=at)
        if face.is_open and not face.waits_for_consent
    ]


def _of_proxy(one: Proxy, at: datetime) -> HelpFace:
    begins, ends = one.during.lower, one.during.upper
    return HelpFace(
        via=PROXY,
        public_id=one.public_id,
        person=one.person,
        helper=one.helper,
        tasks=task_words(tasks_in(one.acts)),
        said=plain_words(tasks_in(one.acts)),
        begins_at=begins,
        ends_at=ends,
        is_open=begins is not None and begins <= at < ends,
        waits_for_consent=False,
        may_answer=False,
        how=str(one.get_how_display()),
        witness=one.witness.name if one.witness else "",
    )


def _of_guardian(one: Guardianship, at: datetime) -> HelpFace:
    begins, ends = one.during.lower, one.during.upper
    is_open = begins is not None and begins <= at < ends
    return HelpFace(
        via=GUARDIAN,
        public_id=one.public_id,
        person=one.child,
        helper=one.guardian,
        tasks=task_words(tasks_in(ALL_TASKS)),
        said=plain_words(tasks_in(ALL_TASKS)),
        begins_at=begins,
        ends_at=ends,
        is_open=is_open,
        waits_for_consent=one.consented_at is None,
        may_answer=ends is not None and ends <= at and one.ended_by_id is None and not one.answer,
        how=str(one.get_relation_display()),
        witness="",
    )
