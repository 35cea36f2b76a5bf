"""Named situations of the network: a small city with a college in each place, rooms to teach in, a keeper of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from city.situations import a_registrar, an_operator, an_organisation, small_city
from coordination.facilities.situations import a_space, a_venue
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Installation, Territory
from xuecheng.coordination.colleges import services
from xuecheng.coordination.colleges.models import College, ShareOffer, Standard, StandardEvidence
from xuecheng.coordination.colleges.services import Founding, Requirement
from xuecheng.coordination.facilities.models import Venue

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=clock.zone())
SINCE = date(2024, 1, 1)
WHY = "穗教〔2026〕1号"

ITEMS = (
    Requirement(code="premises", shown_by="premises", text_zh="有能开课的场地", text_en="Premises to teach in"),
    Requirement(code="fire", shown_by="document", months=36, text_zh="消防安全检查合格"),
    Requirement(code="plan", shown_by="fact", months=12, text_zh="年度计划已公布"),
)


@dataclass
class Net:
    """The city college, that of Tianhe, the school of Wushan; Yuancun and Conghua have none."""

    places: dict[str, Territory]
    operator: Standing
    """Keeps the network of the whole city."""
    keeper: Standing
    """Keeps the school's page."""
    city: College
    district: College
    street: College


def a_unit(level: str, territory: Territory, name: str) -> Organisation:
    made = an_organisation(territory, name_zh=name)
    made.tier = level
    made.save(update_fields=["tier"])
    return made


def founded(actor: Standing, organisation: Organisation, level: str, parent: College | None, **more: Any) -> College:
    """A unit that stands since 2024; `more` are `on`, `public_id` and what `Founding` takes."""
    own = {"on": SINCE, "public_id": uuid7()} | {key: more.pop(key) for key in ("on", "public_id") if key in more}
    return services.found_college(
        actor=actor, founding=Founding(organisation=organisation, level=level, parent=parent, **more), today=TODAY,
        why=WHY, **own,
    )  # fmt: skip


def a_point(net: Net, *, territory: str = "华农社区居民委员会", name: str = "华农学习点", **more: Any) -> College:
    """A teaching point that the school runs."""
    return founded(
        net.operator, net.street.organisation, "point", more.pop("parent", net.street), territory=net.places[territory],
        name_zh=name, **more,
    )  # fmt: skip


def a_house(owner: Organisation, territory: Territory, *, seats: int = 30, **more: Any) -> Venue:
    """An open house with one room."""
    keeper = a_registrar(owner, name="看门人")
    venue = a_venue(keeper, owner, territory, name_zh=more.pop("name_zh", f"{owner.name_zh}楼"), **more)
    a_space(keeper, venue, name_zh="教室", capacity=seats)
    return venue


def a_net() -> Net:
    places = small_city()
    Installation.objects.get_or_create(pk=1, defaults={"city": places["广州市"]})
    Territory.objects.filter(pk=places["天河区"].pk).update(population=2_241_826, population_source="7th census 2020")
    places["天河区"].refresh_from_db()
    operator = an_operator(places["广州市"], "网络员")
    city = founded(operator, a_unit("city", places["广州市"], "广州市社区学院"), "city", None)
    district = founded(operator, a_unit("district", places["天河区"], "天河区社区学院"), "district", city)
    school = a_unit("street", places["五山街道"], "五山社区学校")
    street = founded(operator, school, "street", district)
    return Net(
        places=places,
        operator=operator,
        keeper=a_registrar(school, "校务员"),
        city=city,
        district=district,
        street=street,
    )


def the_standard(net: Net, *, level: str = "street", begins_on: date = TODAY, items: Any = ITEMS) -> Standard:
    return services.set_standard(
        actor=net.operator, city=net.places["广州市"], level=level, items=items, begins_on=begins_on, today=TODAY,
        source=WHY, why=WHY,
    )  # fmt: skip


def given(net: Net, *, code: str = "plan", **more: Any) -> StandardEvidence:
    """Evidence of the school, which waits for its review."""
    wish = {
        "actor": net.keeper, "public_id": uuid7(), "college": net.street, "code": code, "words": "五街〔2026〕8号",
        "valid_until": TODAY + timedelta(days=300), "at": NOW,
    } | more  # fmt: skip
    return services.give_evidence(**wish)


def accepted(net: Net, **more: Any) -> StandardEvidence:
    row = given(net, **more)
    return services.review_evidence(actor=net.operator, row=row, is_accepted=True, finding="", at=NOW)


def declared(net: Net, **more: Any) -> ShareOffer:
    wish = {
        "actor": net.keeper, "public_id": uuid7(), "college": net.street, "side": "offers", "kind": "course",
        "theme": "calligraphy", "words": "每周二晚", "first_on": TODAY, "last_on": TODAY + timedelta(days=90),
        "today": TODAY,
    } | more  # fmt: skip
    return services.declare_offer(**wish)
