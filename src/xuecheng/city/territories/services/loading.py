"""Taking in a code list: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, Standing, require
from xuecheng.city.territories import rules
from xuecheng.city.territories.files import Population
from xuecheng.city.territories.models import Installation, Level, Territory, TerritoryVersion

from .tree import ACT, change_from, one_at_a_time, settle


class FileRefused(Refusal):
    """A code list with rows that cannot be: nothing of it is loaded. `problems` are (row number, refusal)."""

    message = _("%(count)d rows cannot be loaded. Nothing was changed.")

    def __init__(self, *, problems: list[tuple[int, Refusal]]) -> None:
        super().__init__(count=len(problems))
        self.problems = problems


class KnownOtherwise(Refusal):
    message = _("%(code)s is known as “%(name)s” from the very same day.")
    remedy = _("Correct the file, or give the day from which its names hold.")
    field = "name"


class KnownOnlyLater(Refusal):
    message = _("%(code)s is known from %(begins)s on only.")
    remedy = _("Give a later day from which the file holds.")
    field = "code"


@dataclass(frozen=True)
class Loaded:
    """What a code list brought: rows that are new, known word for word, or known and changed from that day on."""

    new: int
    known: int
    changed: int


def load_territories(
    rows: Sequence[rules.Row],
    *,
    actor: Standing,
    valid_from: date,
    today: date,
    populations: Mapping[str, Population] | None = None,
    names_en: Mapping[str, str] | None = None,
    reason: str,
) -> Loaded:
    """Take in a code list that holds from `valid_from` on: all of it or nothing.

    Rows known word for word on that day change nothing, so loading a file twice is loading it once. A known code with
    another name or parent is renamed or moved from that day. What the file does not mention stays. The first city
    loaded becomes the one this site serves.

    Raises `Denied`; `FileRefused` with a refusal for each bad row.
    """
    require(actor, ACT, on=Scope())
    with trace.change(by=actor.person, why=reason), one_at_a_time():
        there = {row.code: row for row in Territory.objects.all()}
        problems = rules.check_rows(rows, known={code: row.level for code, row in there.items()})
        if problems:
            raise FileRefused(problems=problems)
        names = names_en or {}
        new = [row for row in rows if row.code not in there]
        known = [row for row in rows if row.code in there]
        _insert(new, there, names=names, valid_from=valid_from)
        changed = _take_changes(known, there, names=names, valid_from=valid_from)
        _count_residents(there, populations or {})
        settle(today=today)
        _serve_first_city(rows, there)
    return Loaded(new=len(new), known=len(known) - changed, changed=changed)


def _insert(
    rows: Sequence[rules.Row], there: dict[str, Territory], *, names: Mapping[str, str], valid_from: date
) -> None:
    """Insert new rows from the top down, with keys drawn beforehand: a path holds the keys of all above it."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('territories_territory', 'id')) from generate_series(1, %s)",
            [len(rows)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    made = []
    for key, row in zip(keys, sorted(rows, key=lambda one: rules.LEVELS.index(one.level)), strict=True):
        parent = there.get(row.parent_code)
        territory = Territory(
            pk=key,
            code=row.code,
            level=row.level,
            is_pseudo=rules.is_pseudo(row.code, row.level),
            name_zh=row.name,
            name_en=row.name_en or names.get(row.code, ""),
            parent=parent,
            path=f"{parent.path if parent else '/'}{key}/",
        )
        there[row.code] = territory
        made.append(territory)
    Territory.objects.bulk_create(made, batch_size=1000)
    with connection.cursor() as cursor:
        # In the database: thousands of rows need not travel twice.
        cursor.execute(
            """
            insert into territories_territoryversion (territory_id, during, name_zh, name_en, parent_id)
            select id, daterange(%s, null), name_zh, name_en, parent_id
            from territories_territory where id = any(%s) order by id
            """,
            [valid_from, keys],
        )


def _take_changes(
    rows: Sequence[rules.Row], there: Mapping[str, Territory], *, names: Mapping[str, str], valid_from: date
) -> int:
    if not rows:
        return 0
    then = {
        version.territory_id: version
        for version in TerritoryVersion.objects.filter(
            territory__in=[there[row.code].pk for row in rows], during__contains=valid_from
        )
    }
    changed = 0
    problems: list[tuple[int, Refusal]] = []
    for row in rows:
        territory = there[row.code]
        version = then.get(territory.pk)
        parent = there.get(row.parent_code)
        name_en = row.name_en or names.get(row.code, "")
        try:
            if version is None:
                first = territory.versions.order_by("during").first()
                raise KnownOnlyLater(code=row.code, begins=first.during.lower if first else valid_from)
            if version.name_zh == row.name and version.parent_id == (parent.pk if parent else None):
                continue
            if version.during.lower == valid_from:
                raise KnownOtherwise(code=row.code, name=version.name_zh)
            change_from(territory, on=valid_from, name_zh=row.name, name_en=name_en or version.name_en, parent=parent)
            changed += 1
        except Refusal as refusal:
            problems.append((row.row_no, refusal))
    if problems:
        raise FileRefused(problems=problems)
    return changed


def _count_residents(there: Mapping[str, Territory], populations: Mapping[str, Population]) -> None:
    wanted = [
        there[code]
        for code, found in populations.items()
        if code in there and (there[code].population, there[code].population_source) != (found.residents, found.source)
    ]
    for territory in wanted:
        found = populations[territory.code]
        territory.population, territory.population_source = found.residents, found.source
    Territory.objects.bulk_update(wanted, ["population", "population_source"])


def _serve_first_city(rows: Sequence[rules.Row], there: Mapping[str, Territory]) -> None:
    city = next((there[row.code] for row in rows if row.level == Level.CITY), None)
    if city is not None:
        Installation.objects.get_or_create(pk=1, defaults={"city": city})
