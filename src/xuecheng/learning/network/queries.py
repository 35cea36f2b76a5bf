"""Questions of the public pages: a fixed number of queries each, none of which reads a learner's rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.territories.models import Level, Territory

from .models import DailyRecords, Figures

#: Bodies where people learn: doors that are open to everybody.
PLACES = (Kind.COMMUNITY_COLLEGE, Kind.SCHOOL, Kind.UNIVERSITY, Kind.LIBRARY, Kind.MUSEUM, Kind.SOCIAL_INSTITUTION)
RECENT = timedelta(days=30)

_PLACES_BY_DISTRICT = """
select nullif(split_part(t.path, '/', 3), '')::bigint, count(*)
from organisations_organisation o join territories_territory t on t.id = o.territory_id
where o.is_active and o.kind = any(%s)
group by 1"""


@dataclass(frozen=True, slots=True)
class District:
    """A district with its figures."""

    code: str
    name: str
    short_name: str
    records_recent: int
    places: int


@dataclass(frozen=True, slots=True)
class Network:
    """The city's learning network today. `records_in_year` counts learning that ended this year."""

    year: int
    records_in_year: int
    records_recent: int
    accounts: int
    places: int
    districts: tuple[District, ...]
    counted_at: datetime | None


def network(*, today: date) -> Network:
    """Today's figures. Four queries, whatever the size of the city."""
    figures = Figures.objects.filter(pk=1).first()
    new_year = date(today.year, 1, 1)
    since = today - RECENT
    records: dict[int | None, tuple[int, int]] = {
        row["district"]: (row["in_year"] or 0, row["recent"] or 0)
        for row in DailyRecords.objects.filter(on__gte=min(new_year, since), on__lte=today)
        .values("district")
        .annotate(
            in_year=Sum("count", filter=Q(on__gte=new_year)),
            recent=Sum("count", filter=Q(on__gt=since)),
        )
        .order_by()
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACES_BY_DISTRICT, [[str(kind) for kind in PLACES]])
        places: dict[int | None, int] = dict(cursor.fetchall())
    districts = tuple(
        District(
            code=district.code,
            name=district.name,
            short_name=district.name.removesuffix("区").removesuffix(" District"),
            records_recent=records.get(district.pk, (0, 0))[1],
            places=places.get(district.pk, 0),
        )
        for district in districts_of_city()
    )
    return Network(
        year=today.year,
        records_in_year=sum(in_year for in_year, _recent in records.values()),
        records_recent=sum(recent for _in_year, recent in records.values()),
        accounts=figures.accounts if figures else 0,
        places=sum(places.values()),
        districts=districts,
        counted_at=figures.counted_at if figures else None,
    )


def districts_of_city() -> QuerySet[Territory]:
    """The districts of today, by code. One query."""
    return Territory.objects.filter(level=Level.DISTRICT, is_current=True, is_pseudo=False).order_by("code")


def learning_places(*, district: str = "", text: str = "") -> QuerySet[Organisation]:
    """Where people learn, in a district given by its code, named like `text`."""
    found = Organisation.objects.filter(is_active=True, kind__in=PLACES).select_related("territory")
    if district:
        beneath = Territory.objects.filter(code=district).values_list("path", flat=True).first()
        found = found.filter(territory__path__startswith=beneath) if beneath else found.none()
    if text:
        found = found.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(address__icontains=text))
    return found


@dataclass(frozen=True, slots=True)
class DistrictMap:
    """A drawing of the city: outlines of districts by code, in a box of `width` × `height`."""

    width: int
    height: int
    outlines: dict[str, str]


@cache
def district_map(city_code: str) -> DistrictMap | None:
    """The drawing that comes with the product for a city; None where there is none."""
    drawing = files("xuecheng.learning.network").joinpath(f"data/districts-{city_code[:4]}.json")
    if not drawing.is_file():
        return None
    data = json.loads(drawing.read_text("utf-8"))
    return DistrictMap(width=data["width"], height=data["height"], outlines=data["districts"])


def pane_size(most: int, *, panes: int = 18) -> int:
    """How many records one pane stands for, so that `most` fills no more than `panes`: 1, 2, 5, 10, 20, 50 …"""
    size = 1
    while True:
        for digit in (1, 2, 5):
            if digit * size * panes >= most:
                return digit * size
        size *= 10
