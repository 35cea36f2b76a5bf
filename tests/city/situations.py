"""Named situations on the ground floor: a small city, organisations in it, people with roles."""

from __future__ import annotations

from datetime import date
from itertools import count

from django.core.cache import caches

from xuecheng.city import clock, rights
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Kind, Organisation, OrganisationStatus
from xuecheng.city.people.models import Person
from xuecheng.city.territories import rules, services
from xuecheng.city.territories.models import Territory

TODAY = date(2026, 11, 23)
KNOWN_SINCE = date(2023, 6, 30)
_numbers = count(1)

SMALL_CITY = [
    ("440100000000", "广州市", "city", ""),
    ("440106000000", "天河区", "district", "440100000000"),
    ("440106001000", "五山街道", "street", "440106000000"),
    ("440106001001", "华农社区居民委员会", "community", "440106001000"),
    ("440106001002", "岳洲社区居民委员会", "community", "440106001000"),
    ("440106002000", "员村街道", "street", "440106000000"),
    ("440106002001", "昌乐园社区居民委员会", "community", "440106002000"),
    ("440117000000", "从化区", "district", "440100000000"),
    ("440117001000", "街口街道", "street", "440117000000"),
    ("440117404000", "黄龙带水库", "street", "440117000000"),
    ("440117404598", "黄龙带水库虚拟生活区", "community", "440117404000"),
]


def forget_what_is_kept() -> None:
    """Nothing stays in a cache, the shared one or the process's own: the next page asks whose city it is."""
    for cache in caches.all():
        cache.clear()


def rows(*lines: tuple[str, str, str, str]) -> list[rules.Row]:
    return [rules.Row(row_no, *line) for row_no, line in enumerate(lines, start=2)]


def small_city() -> dict[str, Territory]:
    """Two districts of Guangzhou with a few streets, one pseudo row among them; by name."""
    services.load_territories(
        rows(*SMALL_CITY),
        actor=rights.OWNER,
        valid_from=KNOWN_SINCE,
        today=TODAY,
        names_en={"440100000000": "Guangzhou", "440106000000": "Tianhe District", "440117000000": "Conghua District"},
        reason="Code list of 2023",
    )
    return {territory.name_zh: territory for territory in Territory.objects.all()}


def an_organisation(territory: Territory, *, kind: str = Kind.COMMUNITY_COLLEGE, name_zh: str = "") -> Organisation:
    number = next(_numbers)
    organisation = Organisation.objects.create(
        code=f"ORG-{number}",
        kind=kind,
        tier="district" if kind == Kind.COMMUNITY_COLLEGE else "",
        name_zh=name_zh or f"机构{number}",
        territory=territory,
    )
    OrganisationStatus.objects.create(organisation=organisation, state="active", during=(KNOWN_SINCE, None))
    return organisation


def a_person(name: str = "陈嘉敏", *, territory: Territory | None = None) -> Person:
    number = next(_numbers)
    return Person.objects.create(sign_in_name=f"person-{number}", name=name, territory=territory)


def holding(
    person: Person, role: str, *, organisation: Organisation | None = None, territory: Territory | None = None
) -> RoleHolding:
    return RoleHolding.objects.create(
        public_id=uuid7(),
        person=person,
        role=role,
        organisation=organisation,
        territory=territory,
        during=(KNOWN_SINCE, None),
        reason="Appointed",
    )


def an_operator(territory: Territory, name: str = "何运维") -> Standing:
    person = a_person(name)
    holding(person, "operator", territory=territory)
    return standing_of(person, today=TODAY)


def a_registrar(organisation: Organisation, name: str = "梁登记") -> Standing:
    person = a_person(name)
    holding(person, "registrar", organisation=organisation)
    return standing_of(person, today=TODAY)


def a_stranger() -> Standing:
    return standing_of(a_person("路人"), today=TODAY)


def a_job(**more: object) -> Job:
    """A job as a page finds it; nothing of it is in the queue."""
    wished: dict[str, object] = {
        "kind": "test.work",
        "title_zh": "写入名单",
        "title_en": "Writing the list",
        "created_at": clock.now(),
    } | more
    if wished.get("state") in ("done", "failed", "cancelled"):
        wished |= {"ended_at": clock.now()}
    return Job.objects.create(**wished)
