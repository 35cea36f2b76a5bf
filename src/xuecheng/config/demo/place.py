"""The demonstration's bodies: the three-level network of colleges in every district, and those around it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

from psycopg.types.range import DateRange

from xuecheng.city.organisations.models import Kind, Organisation, OrganisationStatus, Tier
from xuecheng.city.territories.models import Level, Territory

from .content import DISTRICT_ENGLISH, DISTRICT_LETTERS, SHOWN_STREETS

NAMESPACE = UUID("6f1c9f0e-4401-5000-8000-000000002026")
BEGAN_ON = date(2020, 1, 1)
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def credit_code(number: int, district_code: str) -> str:
    """A made-up unified social credit code with a right check character (GB 32100-2015): category 5, made-up body."""
    body = f"52{district_code[:6]}DEM0{number:05d}"
    total = sum(_SIGNS.index(sign) * weight for sign, weight in zip(body, _WEIGHTS, strict=True))
    return body + _SIGNS[(31 - total % 31) % 31]


class Body(NamedTuple):
    code: str
    kind: Kind
    tier: str
    name_zh: str
    name_en: str
    territory: Territory
    parent: str | None


class Places(NamedTuple):
    """What the people and records of the demonstration refer to."""

    streets: list[Territory]
    by_code: dict[str, Organisation]
    nonformal: dict[int, list[Organisation]]
    """Id of a district → bodies there that hold classes and activities."""
    certificate: dict[int, list[Organisation]]
    formal: list[Organisation]


def lay_out(*, size: str) -> Places:
    """Make the bodies (again: find them). `small` shows two street schools a district, the others every street's."""
    city = Territory.objects.get(level=Level.CITY)
    districts = list(Territory.objects.filter(level=Level.DISTRICT, is_current=True).order_by("code"))
    streets = list(
        Territory.objects.filter(level=Level.STREET, is_current=True, is_pseudo=False)
        .select_related("parent")
        .order_by("code")
    )
    if size == "small":
        streets = [one for one in streets if one.parent and one.name_zh in SHOWN_STREETS.get(one.parent.name_zh, ())]
    bodies = [*_city_bodies(city), *(body for district in districts for body in _district_bodies(district))]
    numbers: dict[int, int] = {}
    for street in streets:
        if street.parent is None:
            continue
        numbers[street.parent.pk] = number = numbers.get(street.parent.pk, 0) + 1
        letters = DISTRICT_LETTERS[street.parent.name_zh]
        bodies.append(
            Body(
                f"{letters}-SQXX{number:02d}",
                Kind.COMMUNITY_COLLEGE,
                Tier.STREET,
                f"{street.name_zh.removesuffix('街道').removesuffix('镇')}社区学校",
                "",
                street,
                f"{letters}-SQXY",
            )
        )
    write_bodies(bodies)
    by_code = {one.code: one for one in Organisation.objects.select_related("territory")}
    # Of these alone records tell: bodies that join later would move them when the city is loaded again.
    reported = sorted(body.code for body in bodies)
    letters_of = {district.pk: DISTRICT_LETTERS[district.name_zh] for district in districts}
    return Places(
        streets=streets,
        by_code=by_code,
        nonformal={
            pk: [by_code[code] for code in reported if code.startswith(f"{letters}-") and "-ZY" not in code]
            for pk, letters in letters_of.items()
        },
        certificate={pk: [by_code[f"{letters}-ZYPX"]] for pk, letters in letters_of.items()},
        formal=[by_code["GZ-KFDX"]],
    )


def _city_bodies(city: Territory) -> list[Body]:
    return [
        Body(
            "GZ-XFRZ",
            Kind.CERTIFICATION_BODY,
            "",
            "广州学分认证中心",
            "Guangzhou Credit Certification Centre",
            city,
            None,
        ),
        Body("GZ-JYJ", Kind.DEPARTMENT, "", "广州市终身教育工作处", "Office of Lifelong Education", city, None),
        Body("GZ-KFDX", Kind.UNIVERSITY, "", "花城开放大学", "Huacheng Open University", city, None),
        Body("GZ-SQXY", Kind.COMMUNITY_COLLEGE, Tier.CITY, "广州市社区学院", "Guangzhou Community College", city, None),
        Body("GZ-TSG", Kind.LIBRARY, "", "羊城图书馆", "Yangcheng Library", city, None),
        Body("GZ-BWG", Kind.MUSEUM, "", "岭南民俗博物馆", "Lingnan Folk Museum", city, None),
        Body("GZ-QY", Kind.ENTERPRISE, "", "珠江制造员工学习中心", "Pearl River Works Learning Centre", city, None),
        Body(
            "GZ-YJS",
            Kind.RESEARCH_INSTITUTE,
            "",
            "南粤终身学习研究所",
            "Nanyue Institute of Lifelong Learning",
            city,
            None,
        ),
    ]


def _district_bodies(district: Territory) -> list[Body]:
    letters, english, name = DISTRICT_LETTERS[district.name_zh], DISTRICT_ENGLISH[district.name_zh], district.name_zh
    college = f"{letters}-SQXY"
    return [
        Body(college, Kind.COMMUNITY_COLLEGE, Tier.DISTRICT, f"{name}社区学院", f"{english} Community College", district, "GZ-SQXY"),
        Body(f"{letters}-TSG", Kind.LIBRARY, "", f"{name}图书馆", f"{english} Library", district, None),
        Body(f"{letters}-ZYPX", Kind.SCHOOL, "", f"{name}职业培训学校", f"{english} Vocational School", district, None),
        Body(
            f"{letters}-SHZZ", Kind.SOCIAL_INSTITUTION, "", f"{name}邻里学习服务中心", f"{english} Neighbours Learning Centre",
            district, None,
        ),
    ]  # fmt: skip


def write_bodies(bodies: list[Body]) -> None:
    present = set(Organisation.objects.values_list("code", flat=True))
    offset = len(present)
    ids = dict(Organisation.objects.values_list("code", "pk"))
    # Parents before children: a tier at a time.
    for wanted in (lambda body: body.parent is None, lambda body: body.parent is not None and body.tier != Tier.STREET,
                   lambda body: body.tier == Tier.STREET):  # fmt: skip
        rows = [body for body in bodies if body.code not in present and wanted(body)]
        made = Organisation.objects.bulk_create(
            [
                Organisation(
                    public_id=uuid5(NAMESPACE, f"organisation:{body.code}"),
                    code=body.code,
                    credit_code=credit_code(offset + index, body.territory.code),
                    kind=body.kind,
                    tier=body.tier,
                    name_zh=body.name_zh,
                    name_en=body.name_en,
                    territory=body.territory,
                    parent_id=ids[body.parent] if body.parent else None,
                )
                for index, body in enumerate(rows)
            ]
        )
        offset += len(rows)
        ids |= {one.code: one.pk for one in made}
        OrganisationStatus.objects.bulk_create(
            [
                OrganisationStatus(
                    organisation=one, state=OrganisationStatus.State.ACTIVE, during=DateRange(BEGAN_ON, None)
                )
                for one in made
            ]
        )
