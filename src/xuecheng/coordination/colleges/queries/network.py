"""Units and the tree they form, who covers what, what they share. Each question says how many queries it asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.colleges import rules, sql
from xuecheng.coordination.colleges.models import College, CollegeLevel, Coverage, NetworkTargets, ShareOffer
from xuecheng.coordination.facilities import queries as places
from xuecheng.coordination.facilities.models import RoomLoan, Venue, WeeklyHours

KEEP_NETWORK = "colleges.keep_network"
KEEP = "colleges.keep_college"
REVIEW = "colleges.review_evidence"
SEE = "colleges.see_standard"
SET = "colleges.set_standard"

_UNITS = sql.text("premises.sql") + sql.text("units.sql")


@dataclass(frozen=True)
class Premises:
    """What a unit has to teach in."""

    houses: int = 0
    rooms: int = 0
    seats: int = 0


NO_PREMISES = Premises()


def colleges(
    *, on: date | None = None, text: str = "", level: str = "", within: Territory | None = None
) -> QuerySet[College]:
    """Units, narrowed; unordered. Everybody may know the network."""
    found = College.objects.select_related("organisation", "territory", "parent__organisation")
    if on is not None:
        found = found.filter(during__contains=on)
    if level:
        found = found.filter(level=level)
    if within is not None:
        found = found.filter(territory__path__startswith=within.path)
    for word in text.split():
        found = found.filter(
            Q(name_zh__contains=word)
            | Q(name_en__icontains=word)
            | Q(name_zh="", organisation__name_zh__contains=word)
            | Q(name_zh="", organisation__name_en__icontains=word)
        )
    return found


def by_id(public_id: UUID) -> College | None:
    """One unit with its organisation, place and parent. One query."""
    return colleges().select_related("organisation__territory").filter(public_id=public_id).first()


def kept_by(viewer: Standing, act: str, *, on: date) -> QuerySet[College]:
    """Units at which the viewer may do `act`."""
    return colleges(on=on).filter(visible(viewer, act, organisation="organisation", territory="territory"))


def targets_on(on: date) -> rules.Targets:
    """What the network aims at on a day; before anybody set it, what the house ships. One query."""
    found = NetworkTargets.objects.filter(begins_on__lte=on).order_by("-begins_on").first()
    return found.numbers() if found else rules.Targets()


def targets_known() -> list[NetworkTargets]:
    """All versions, the newest first. One query."""
    return list(NetworkTargets.objects.order_by("-begins_on"))


def premises_by_unit(*, on: date, unit: College | None = None) -> dict[int, Premises]:
    """Key of a unit → its houses, rooms and seats in the division where it is (N-01). One query."""
    within = f"{unit.territory.path}%" if unit else "%"
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, {"within": within, "on": on, "unit": unit.pk if unit else None})
        # Sums of counts come as decimals.
        return {key: Premises(*(int(one) for one in rest)) for key, *rest in cursor.fetchall()}


@dataclass
class Node:
    """A unit with those directly under it, and what it has to teach in."""

    college: College
    premises: Premises
    is_real: bool
    children: list[Node] = field(default_factory=list)
    summary: Any = None
    """How it stands to its standard, for those who may know (`standards.Summary`)."""

    def all_below(self) -> Iterable[Node]:
        for child in self.children:
            yield child
            yield from child.all_below()

    @property
    def schools(self) -> int:
        return sum(one.college.level == rules.STREET for one in self.all_below())

    @property
    def points(self) -> int:
        return sum(one.college.level == rules.POINT for one in self.all_below())

    @property
    def without_premises(self) -> int:
        return sum(not one.is_real for one in self.all_below())


def tree(*, on: date, targets: rules.Targets) -> list[Node]:
    """The network of a day from the top, each level in the order of divisions. Two queries."""
    units = list(colleges(on=on).order_by("territory__code", "pk"))
    found = premises_by_unit(on=on)
    nodes = {}
    for one in units:
        there = found.get(one.pk, NO_PREMISES)
        nodes[one.pk] = Node(one, there, there.seats >= targets.least_seats)
    roots: list[Node] = []
    for one in units:
        (nodes[one.parent_id].children if one.parent_id in nodes else roots).append(nodes[one.pk])
    return roots


# Who covers what


@dataclass(frozen=True)
class Covering:
    """Who covers a division at a level, if anybody does, and by which division of its line."""

    level: str
    college: College | None
    territory: Territory | None

    @property
    def label(self) -> str:
        return str(CollegeLevel(self.level).label)


def who_covers(territory: Territory, *, on: date) -> list[Covering]:
    """Of each level the unit that covers a division on a day, from the nearest up. One query."""
    line = [int(key) for key in territory.path.strip("/").split("/")]
    rows = Coverage.objects.filter(territory__in=line, during__contains=on, college__during__contains=on)
    found = {
        one.level: one
        for one in rows.select_related("college__organisation", "college__territory", "territory").order_by("pk")
    }
    return [
        Covering(level, found[level].college, found[level].territory) if level in found else Covering(level, None, None)
        for level in reversed(rules.LEVELS)
    ]


def coverage_of(college: College, *, on: date) -> list[Coverage]:
    """What a unit covers on a day and later, by division. One query."""
    rows = Coverage.objects.filter(college=college).filter(
        Q(during__endswith__isnull=True) | Q(during__endswith__gt=on)
    )
    return list(rows.select_related("territory").order_by("territory__code", "during"))


def covering_units(territories: Iterable[int], *, level: str, on: date) -> dict[int, College]:
    """Key of a division → the unit of a level that covers it on a day. One query."""
    rows = Coverage.objects.filter(
        territory__in=list(territories), level=level, during__contains=on, college__during__contains=on
    )
    return {one.territory_id: one.college for one in rows.select_related("college__organisation")}


# What is shared


def share_offers(
    *, on: date, college: College | None = None, side: str = "", kind: str = "", theme: str = ""
) -> QuerySet[ShareOffer]:
    """What units offer, share and lack on a day or later; unordered."""
    found = ShareOffer.objects.filter(during__endswith__gt=on, college__during__contains=on).select_related(
        "college__organisation", "college__territory"
    )
    if college is not None:
        found = found.filter(college=college)
    if side:
        found = found.filter(side=side)
    if kind:
        found = found.filter(kind=kind)
    if theme:
        found = found.filter(theme=theme)
    return found


def with_answers(found: QuerySet[ShareOffer]) -> QuerySet[ShareOffer]:
    """The same, each with whether another unit says the other half: what one lacks another shares, part of its time."""
    other = ShareOffer.objects.filter(
        kind=OuterRef("kind"), theme=OuterRef("theme"), during__overlap=OuterRef("during")
    ).exclude(college=OuterRef("college"))
    return found.annotate(
        is_shared_elsewhere=Exists(other.filter(side=ShareOffer.Side.SHARES)),
        is_lacked_elsewhere=Exists(other.filter(side=ShareOffer.Side.LACKS)),
    )


def share_offer_by_id(public_id: UUID) -> ShareOffer | None:
    """One, with its unit. One query."""
    rows = ShareOffer.objects.select_related("college__organisation", "college__territory")
    return rows.filter(public_id=public_id).first()


def lending_of(college: College, *, on: date) -> tuple[list[RoomLoan], list[RoomLoan]]:
    """Rooms that a unit lends to others and those lent to it, on a day or later (A4). One query."""
    unit = college.organisation_id
    rows = places.loans(on=on).filter(Q(lender=unit) | Q(borrower=unit)).order_by("during", "pk")
    found = list(rows[:MOST_LOANS])
    return [one for one in found if one.lender_id == unit], [one for one in found if one.borrower_id == unit]


MOST_LOANS = 60
MOST_HOUSES = 30


@dataclass(frozen=True)
class House:
    """A house of a unit with the hours of the week that hold on the day: (first weekday, last weekday, hours)."""

    venue: Venue
    hours: list[tuple[int, int, str]]


def houses_of(college: College, *, on: date) -> list[House]:
    """The open houses of a unit where it is, with their hours. Two queries."""
    venues = list(
        Venue.objects.filter(
            owner=college.organisation_id, territory__path__startswith=college.territory.path, state=Venue.State.OPEN
        ).order_by("name_zh", "pk")[:MOST_HOUSES]
    )
    hours: dict[int, list[WeeklyHours]] = defaultdict(list)
    for one in WeeklyHours.objects.filter(venue__in=[venue.pk for venue in venues]):
        hours[one.venue_id].append(one)
    return [
        House(one, places.days_together(places.week_in_words(hours[one.pk], use=WeeklyHours.Use.OPEN, on=on)))
        for one in venues
    ]
