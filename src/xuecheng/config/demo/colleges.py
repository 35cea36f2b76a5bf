"""The demonstration's network: a city college, a college in each district, schools in most streets, points in some.

Gaps are left on purpose: streets without a school, schools that are only declared, evidence in every state there is.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID, uuid5

from xuecheng.city import clock
from xuecheng.city.access.queries import Holding, Standing
from xuecheng.city.access.rules import ROLES
from xuecheng.city.documents import services as documents
from xuecheng.city.documents.models import Document
from xuecheng.city.organisations.models import Kind, Organisation, Tier
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Level, Territory
from xuecheng.coordination.colleges import evidence, queries, rules, services, shipped
from xuecheng.coordination.colleges.models import College, Standard, StandardEvidence
from xuecheng.coordination.colleges.services import Founding
from xuecheng.coordination.facilities import services as facilities
from xuecheng.coordination.staff.models import Subject

from .content import DISTRICT_LETTERS
from .paper import blank_page
from .place import NAMESPACE, Body, Places, write_bodies
from .venues import MIDDLES

SINCE = date(2024, 1, 1)
WHY = "演示城市"
_MORE_STREETS = 4
"""Schools a district besides those that everybody refers to; some of them without rooms, as a gap to be seen."""


class _House(NamedTuple):
    """A house with one room."""

    name: str
    district: str
    number: int
    seats: int


class _Hands(NamedTuple):
    """Who keeps the network and who keeps the colleges: two people, for nobody reviews what they gave."""

    network: Standing
    colleges: Standing


def found_network(places: Places, staff: dict[str, Person], *, now: datetime) -> None:
    """Found the units (again: find them), their standards, evidence and what they share."""
    today = clock.date_of(now)
    city = Territory.objects.get(level=Level.CITY, is_current=True)
    hands = _Hands(
        network=_everywhere(staff["huang.xiaotong"], "operator", city),
        colleges=_everywhere(staff["ye.zhiheng"], "registrar", city),
    )
    _standards(hands.network, city, today)
    units = _units(places, hands, city, today)
    for number, unit in enumerate(units):
        _show(unit, number, hands, now=now)
        _share(unit, number, hands, today)


def _everywhere(person: Person, role: str, city: Territory) -> Standing:
    held = Holding(
        public_id="demonstration", role=role, organisation_id=None, organisation_name_zh="", organisation_name_en="",
        territory_path=city.path, acts=ROLES[role].acts,
    )  # fmt: skip
    return Standing(person=person, holdings=(held,))


def _id(text: str) -> UUID:
    return uuid5(NAMESPACE, text)


def _standards(keeper: Standing, city: Territory, today: date) -> None:
    for level, items in shipped.STANDARDS.items():
        if not Standard.objects.filter(level=level).exists():
            services.set_standard(
                actor=keeper, city=city, level=level, items=items, begins_on=today, today=today, source=shipped.SOURCE,
                why=WHY,
            )  # fmt: skip


def _found(hands: _Hands, key: str, founding: Founding, today: date) -> College:
    public_id = _id(f"college:{key}")
    known = queries.by_id(public_id)
    return known or services.found_college(
        actor=hands.network, public_id=public_id, founding=founding, on=SINCE, today=today, why=WHY
    )


def _units(places: Places, hands: _Hands, city: Territory, today: date) -> list[College]:
    top = _found(hands, "GZ", Founding(organisation=places.by_code["GZ-SQXY"], level=rules.CITY), today)
    _house(hands.colleges, top.organisation, _middle_street(city), _House("广州市社区学院总校", "越秀区", 9, 200))
    found = [top]
    for number, (district, letters) in enumerate(sorted(DISTRICT_LETTERS.items(), key=lambda one: one[1])):
        college = places.by_code.get(f"{letters}-SQXY")
        if college is None:
            continue
        unit = _found(hands, letters, Founding(organisation=college, level=rules.DISTRICT, parent=top), today)
        _neighbours(hands, places, letters, district)
        schools = [
            _found(hands, one.code, Founding(organisation=one, level=rules.STREET, parent=unit), today)
            for one in _schools(letters, district, number, hands)
        ]
        found += [unit, *schools, *_points(schools, district, number, hands, today)]
    return found


def _neighbours(hands: _Hands, places: Places, letters: str, district: str) -> None:
    """A house of neighbours in a street that has no school: from there the next school's distance is known."""
    streets = Territory.objects.filter(parent__name_zh=district, level=Level.STREET, is_current=True, is_pseudo=False)
    owner = places.by_code.get(f"{letters}-SHZZ")
    last = streets.order_by("-code").first()
    if owner is not None and last is not None:
        _house(hands.colleges, owner, last, _House(f"{last.name_zh}邻里活动室", district, 24, 26))


def _middle_street(city: Territory) -> Territory:
    return (
        Territory.objects.filter(
            path__startswith=city.path, level=Level.STREET, is_current=True, name_zh="北京街道"
        ).first()
        or Territory.objects.filter(level=Level.STREET, is_current=True, is_pseudo=False).order_by("code")[0]
    )


def _schools(letters: str, district: str, number: int, hands: _Hands) -> list[Organisation]:
    """The street schools of a district: those that are there, and a few more over real streets."""
    known = Organisation.objects.filter(code__startswith=f"{letters}-SQXX", tier=Tier.STREET)
    first = known.filter(code__in=[f"{letters}-SQXX01", f"{letters}-SQXX02"]).values("territory")
    streets = Territory.objects.filter(parent__name_zh=district, level=Level.STREET, is_current=True, is_pseudo=False)
    # A city of full size has a school in every street already, under these codes: there nothing is added.
    more = streets.exclude(pk__in=first).order_by("code")[: _MORE_STREETS - number % 2]
    write_bodies(
        [
            Body(
                f"{letters}-SQXX{3 + index:02d}", Kind.COMMUNITY_COLLEGE, Tier.STREET,
                f"{street.name_zh.removesuffix('街道').removesuffix('镇')}社区学校", "", street, f"{letters}-SQXY",
            )
            for index, street in enumerate(more)
        ]
    )  # fmt: skip
    found = list(known.all().select_related("territory").order_by("code"))
    for index, one in enumerate(found[2:]):
        # Every third has no rooms of its own: declared, and counted as missing.
        if (index + number) % 3 != 2:
            house = _House(f"{one.name_zh}教学点", district, 6 + index, 30 + index * 6)
            _house(hands.colleges, one, one.territory, house)
    return found


def _house(keeper: Standing, owner: Organisation, street: Territory, house: _House) -> None:
    latitude, longitude = (Decimal(one) for one in MIDDLES[house.district])
    public_id = _id(f"college-venue:{owner.code}:{street.code}")
    shift = Decimal(house.number) / Decimal(400)
    venue = facilities.create_venue(
        actor=keeper, public_id=public_id, owner=owner, why=WHY,
        facts=facilities.VenueFacts(
            kind="college", name_zh=house.name, territory=street, address=f"{street.name_zh}学习路{house.number * 4 + 1}号",
            latitude=latitude + shift, longitude=longitude + shift / 2,
        ),
    )  # fmt: skip
    facilities.add_space(
        actor=keeper, public_id=_id(f"college-space:{public_id}"), venue=venue, parent=None, why=WHY,
        facts=facilities.SpaceFacts(name_zh="综合课室", name_en="Classroom", capacity=house.seats, equipment=("projector",)),
    )  # fmt: skip


def _points(schools: list[College], district: str, number: int, hands: _Hands, today: date) -> list[College]:
    """Points of the first two schools; one in three without a room in its community."""
    found = []
    for place, school in enumerate(schools[:2]):
        communities = Territory.objects.filter(
            parent=school.territory, level=Level.COMMUNITY, is_current=True, is_pseudo=False
        ).order_by("code")[:2]
        for index, community in enumerate(communities):
            name = community.name_zh
            for ending in ("居民委员会", "村民委员会", "居委会", "村委会", "社区"):
                name = name.removesuffix(ending)
            founding = Founding(
                organisation=school.organisation, level=rules.POINT, parent=school, territory=community,
                name_zh=f"{name}学习点",
            )  # fmt: skip
            point = _found(hands, community.code, founding, today)
            if (place + index + number) % 3 != 2:
                house = _House(f"{name}活动室", district, 14 + index + place * 2, 20)
                _house(hands.colleges, school.organisation, community, house)
            found.append(point)
    return found


def _show(unit: College, number: int, hands: _Hands, *, now: datetime) -> None:
    """Evidence in all states: accepted, ending soon, ended, waiting, refused, missing."""
    today = clock.date_of(now)
    standard = queries.standard_of(unit.level, today)
    if standard is None:
        return
    for place, item in enumerate(sorted(standard.items.all(), key=lambda one: one.place)):
        kind = (number + place) % 7
        if item.shown_by == "premises" or kind == 5:
            continue
        until = today + timedelta(days=(300, 20, 0, 300, 300, 0, 300)[kind])
        row = _given(unit, item.code, item.text_zh, until, hands, now=now)
        if kind != 3 and row.state == StandardEvidence.State.GIVEN:
            services.review_evidence(
                actor=hands.network, row=row, is_accepted=kind != 4,
                finding="缺少加盖公章的一页，补上后再交。" if kind == 4 else "", at=now,
            )  # fmt: skip


def _given(unit: College, code: str, text: str, until: date, hands: _Hands, *, now: datetime) -> StandardEvidence:
    public_id = _id(f"standard-evidence:{unit.public_id}:{code}")
    known = StandardEvidence.objects.filter(public_id=public_id).first()
    row = known or services.give_evidence(
        actor=hands.colleges, public_id=public_id, college=unit, code=code, words=f"{text}：演示材料{until.year}年版",
        valid_until=until, at=now,
    )  # fmt: skip
    if row.item.shown_by == "document" and row.state == StandardEvidence.State.GIVEN:
        _file(row, hands, now=now)
    return row


def _file(row: StandardEvidence, hands: _Hands, *, now: datetime) -> None:
    if Document.objects.filter(place=evidence.EVIDENCE, thing_key=str(row.public_id)).exists():
        return
    documents.add_document(
        actor=hands.colleges, place=evidence.PLACE, thing=evidence.thing_of(row), public_id=_id(f"file:{row.public_id}"),
        title=row.item.text_zh, file_name="演示材料.png", chunks=[blank_page()], at=now,
    )  # fmt: skip


def _share(unit: College, number: int, hands: _Hands, today: date) -> None:
    themes = list(Subject)
    for place, (side, kind) in enumerate((("offers", "course"), ("shares", "room"), ("lacks", "teacher"))):
        # Not everybody offers, shares and lacks: gaps are seen, too.
        if (number + place) % 3 == 2:
            continue
        services.declare_offer(
            actor=hands.colleges, public_id=_id(f"share:{unit.public_id}:{side}"), college=unit, side=side, kind=kind,
            theme=themes[(number + place) % len(themes)], words=("每周两次", "平日上午空着", "急缺")[place],
            first_on=today, last_on=today + timedelta(days=120), today=today,
        )  # fmt: skip
