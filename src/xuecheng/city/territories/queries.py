"""Questions about divisions: the tree today or on a day, what lies beneath, what a code meant then."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import connection
from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import get_language

from .models import Installation, Level, Succession, Territory, TerritoryVersion


@dataclass(frozen=True)
class Division:
    """A division as it was on a day. `line` are the divisions it belonged to, the city first."""

    code: str
    level: str
    is_pseudo: bool
    name_zh: str
    name_en: str
    parent_code: str | None
    line: tuple[Division, ...] = ()

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh


@dataclass
class Node:
    """A division with those directly beneath it, on the day the tree was asked for."""

    division: Division
    children: list[Node] = field(default_factory=list)

    def count(self) -> Counter[str]:
        """How many divisions of each level lie beneath; pseudo rows and what lies in them do not count."""
        found: Counter[str] = Counter()
        for child in self.children:
            if not child.division.is_pseudo:
                found[child.division.level] += 1
                found += child.count()
        return found


@dataclass(frozen=True)
class Listed:
    """A division in a list, with how many lie beneath it."""

    territory: Territory
    street_count: int
    community_count: int


def installation() -> Installation | None:
    """The city that this site serves; None before one is loaded."""
    return Installation.objects.select_related("city").first()


def beneath(territory: Territory, *, level: str | None = None) -> QuerySet[Territory]:
    """All current divisions beneath, in order of their codes; pseudo rows too. One query over one index range."""
    found = Territory.objects.filter(path__startswith=territory.path, is_current=True).exclude(pk=territory.pk)
    return (found.filter(level=level) if level else found).order_by("code")


def siblings(territory: Territory) -> QuerySet[Territory]:
    """The other current divisions of its level under its parent, in order of their codes. One query."""
    return (
        Territory.objects.filter(
            parent=territory.parent_id, level=territory.level, is_current=True, is_pseudo=territory.is_pseudo
        )
        .exclude(pk=territory.pk)
        .order_by("code")
    )


def counts(territory: Territory) -> dict[str, int]:
    """How many divisions of each level lie beneath today, without pseudo rows and what lies in them. One query."""
    rows = (
        beneath(territory)
        .filter(is_pseudo=False, parent__is_pseudo=False)
        .order_by()
        .values_list("level")
        .annotate(count=Count("pk"))
    )
    return dict.fromkeys(Level.values, 0) | dict(rows)


def children(territory: Territory) -> list[Listed]:
    """The current divisions directly beneath, pseudo rows last, each with its counts. Two queries."""
    rows = list(territory.children.filter(is_current=True).order_by("is_pseudo", "code"))
    at = territory.path.count("/")
    tallies: dict[str, Counter[str]] = defaultdict(Counter)
    for path, level in beneath(territory).filter(is_pseudo=False).order_by().values_list("path", "level"):
        tallies[path.split("/")[at]][level] += 1
    return [
        Listed(
            territory=row,
            street_count=tallies[str(row.pk)][Level.STREET] if row.level == Level.DISTRICT else 0,
            community_count=tallies[str(row.pk)][Level.COMMUNITY] if row.level != Level.COMMUNITY else 0,
        )
        for row in rows
    ]


def by_code(code: str, *, with_line: bool = False) -> Territory | None:
    """The division of that code, ended or not; `with_line` with all divisions above it. One query."""
    return Territory.objects.select_related(_ABOVE if with_line else "parent").filter(code=code).first()


def line_of(territory: Territory) -> list[Territory]:
    """The divisions to which this one belongs today, the city first, without itself. One query."""
    keys = [int(key) for key in territory.path.strip("/").split("/")[:-1]]
    found = Territory.objects.in_bulk(keys)
    return [found[key] for key in keys]


def as_of(code: str, on: date) -> Division | None:
    """What the division with `code` was on a day, and to whom it belonged then; None if it was none. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive line as (
                select v.*, 0 as steps
                from territories_territoryversion v join territories_territory t on t.id = v.territory_id
                where t.code = %(code)s and v.during @> %(on)s::date
              union all
                select v.*, line.steps + 1
                from line join territories_territoryversion v on v.territory_id = line.parent_id
                where v.during @> %(on)s::date
            )
            select t.code, t.level, t.is_pseudo, line.name_zh, line.name_en, parent.code
            from line
            join territories_territory t on t.id = line.territory_id
            left join territories_territory parent on parent.id = line.parent_id
            order by line.steps desc
            """,
            {"code": code, "on": on},
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    *line, division = (Division(*row) for row in rows)
    return replace(division, line=tuple(line))


def tree_as_of(on: date, *, root: Territory | None = None) -> list[Node]:
    """The tree of a day, in order of codes: one node per city, or the one of `root`. One query."""
    rows = (
        TerritoryVersion.objects.filter(during__contains=on)
        .order_by("territory__code")
        .values_list(
            "territory_id",
            "parent_id",
            "parent__code",
            "territory__code",
            "territory__level",
            "territory__is_pseudo",
            "name_zh",
            "name_en",
        )
    )
    nodes: dict[int, Node] = {}
    parents: dict[int, int | None] = {}
    for key, parent, parent_code, code, level, is_pseudo, name_zh, name_en in rows:
        nodes[key] = Node(
            Division(
                code=code, level=level, is_pseudo=is_pseudo, name_zh=name_zh, name_en=name_en, parent_code=parent_code
            )
        )
        parents[key] = parent
    for key, above in parents.items():
        if above is not None and above in nodes:
            nodes[above].children.append(nodes[key])
    if root is not None:
        return [nodes[root.pk]] if root.pk in nodes else []
    return [node for key, node in nodes.items() if parents[key] is None]


@dataclass(frozen=True)
class NamePeriod:
    """What a division was called and to whom it belonged from a day on (until before another)."""

    begins_on: date | None
    ends_on: date | None
    name_zh: str
    name_en: str
    parent_name_zh: str
    parent_name_en: str

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    @property
    def parent_name(self) -> str:
        return self.parent_name_en if get_language() == "en" and self.parent_name_en else self.parent_name_zh


def periods_of(territory: Territory) -> list[NamePeriod]:
    """Names and parents over time, the newest first; a parent has the name it had at the beginning. One query."""
    then = TerritoryVersion.objects.filter(
        territory=OuterRef("parent"), during__contains=Coalesce(OuterRef("during__startswith"), date.min)
    )
    rows = territory.versions.annotate(
        parent_zh=Coalesce(Subquery(then.values("name_zh")[:1]), "parent__name_zh"),
        parent_en=Coalesce(Subquery(then.values("name_en")[:1]), "parent__name_en"),
    ).order_by("-during__startswith", "-pk")
    return [
        NamePeriod(
            begins_on=row.during.lower,
            ends_on=row.during.upper,
            name_zh=row.name_zh,
            name_en=row.name_en,
            parent_name_zh=row.parent_zh or "",
            parent_name_en=row.parent_en or "",
        )
        for row in rows
    ]


def successions_of(territory: Territory) -> list[Succession]:
    """The mergers and splits in which the division took part, the newest first. One query."""
    return list(
        Succession.objects.filter(Q(predecessor=territory) | Q(successor=territory))
        .select_related("predecessor", "successor")
        .order_by("-on", "pk")
    )


def successors(territory: Territory) -> list[Territory]:
    """The current divisions that followed a closed one, over any number of mergers and splits; a current one itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive after as (
                select %s::bigint as id
              union
                select s.successor_id from after join territories_succession s on s.predecessor_id = after.id
                join territories_territory t on t.id = after.id and not t.is_current
            )
            select id from after
            """,
            [territory.pk],
        )
        keys = [key for (key,) in cursor.fetchall()]
    return list(Territory.objects.filter(pk__in=keys, is_current=True).order_by("code"))


def districts(city: Territory | None = None) -> list[Territory]:
    """The current districts of the city, of this site's where none is given, in order of codes. One query."""
    if city is not None:
        return list(beneath(city, level=Level.DISTRICT))
    ours = Territory.objects.filter(parent__in=Installation.objects.values("city"))
    return list(ours.filter(level=Level.DISTRICT, is_current=True).order_by("code"))


def search(text: str, *, levels: Iterable[str] = (), limit: int = 20) -> list[Territory]:
    """Current divisions called so, or whose code begins so: the very name first, then the higher levels.

    Where none is called so, the names above count too: 天河区五山街道, "tianhe wushan". Two queries at most.
    """
    words = text.split()
    if not words:
        return []
    whole = " ".join(words)
    rank = Case(*(When(level=level, then=place) for place, level in enumerate(Level.values)))
    divisions = Territory.objects.filter(is_current=True).select_related(_ABOVE)
    if wanted := list(levels):
        divisions = divisions.filter(level__in=wanted, is_pseudo=False)
    ordered = divisions.order_by(
        Case(When(Q(name_zh=whole) | Q(name_en__iexact=whole), then=0), default=1), rank, "code"
    )
    found = list(ordered.filter(_holding("name_zh", "name_en", words))[:limit])
    if found:
        return found
    beneath_it = ordered.annotate(
        line_zh=_names("name_zh", *_PARENTS, ""), line_en=_names("name_en", *_PARENTS, ""),
        above_zh=_names("name_zh", *_PARENTS), above_en=_names("name_en", *_PARENTS),
    )  # fmt: skip
    # What the names above say alone says nothing of a division.
    own = _holding("line_zh", "line_en", words) & ~_holding("above_zh", "above_en", words)
    return list(beneath_it.filter(own)[:limit])


_PARENTS = ("parent__parent__parent", "parent__parent", "parent")
_ABOVE = _PARENTS[0]


def _holding(name_zh: str, name_en: str, words: Iterable[str]) -> Q:
    """Every word stands in the Chinese or the English name, or the code begins with it."""
    held = Q()
    for word in words:
        held &= Q(**{f"{name_zh}__contains": word}) | Q(**{f"{name_en}__icontains": word}) | Q(code__startswith=word)
    return held


def _names(field: str, *places: str) -> Concat:
    """The names of a division's parents and its own ("") joined in one, the city first."""
    parts = [Coalesce(f"{place}__{field}" if place else field, Value("")) for place in places]
    return Concat(*parts, output_field=TextField())
