"""What every change of the tree is made of: versions that close and open, and the columns that follow them.

`TerritoryVersion` is the truth. The columns of `Territory` say what holds today; every verb and a routine bring them in
line with the versions (`settle`), so that a change decided today for next month shows on its day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import DateRange

from xuecheng.city import trace
from xuecheng.city.refusals import Refusal
from xuecheng.city.territories import rules
from xuecheng.city.territories.models import Territory, TerritoryVersion

ACT = "territories.change_territory"


class NotInForce(Refusal):
    message = _("“%(name)s” is no division on %(on)s.")
    field = "on"


class LaterChangeKnown(Refusal):
    message = _("A change of “%(name)s” from %(on)s is recorded already.")
    remedy = _("Enter changes in the order of their days.")
    field = "on"


class BeganThatDay(Refusal):
    message = _("“%(name)s” begins on that day itself.")
    remedy = _("Choose a later day.")
    field = "on"


class CodeTaken(Refusal):
    message = _("The code %(code)s belongs to another division.")
    field = "code"


@dataclass(frozen=True)
class NewDivision:
    """A division that comes to be: its official code and names."""

    code: str
    name_zh: str
    name_en: str = ""


def settle(*, today: date) -> int:
    """Bring the columns of all divisions in line with what the versions say of `today`; answers how many changed.

    Idempotent; three statements. Called by every verb and, for changes whose day has come, by a routine.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update territories_territory t
            set name_zh = v.name_zh, name_en = v.name_en, parent_id = v.parent_id, is_current = true
            from territories_territoryversion v
            where v.territory_id = t.id and v.during @> %s::date
              and (t.name_zh, t.name_en, t.parent_id, t.is_current)
                  is distinct from (v.name_zh, v.name_en, v.parent_id, true)
            """,
            [today],
        )
        changed: int = cursor.rowcount
        cursor.execute(
            """
            update territories_territory t set is_current = false
            where is_current and not exists (
                select from territories_territoryversion v where v.territory_id = t.id and v.during @> %s::date)
            """,
            [today],
        )
        changed += cursor.rowcount
        cursor.execute(
            """
            with recursive tree(id, path) as (
                select id, '/' || id || '/' from territories_territory where parent_id is null
              union all
                select t.id, tree.path || t.id || '/'
                from territories_territory t join tree on t.parent_id = tree.id
            )
            update territories_territory t set path = tree.path
            from tree where tree.id = t.id and t.path <> tree.path
            """
        )
        changed += cursor.rowcount
    return changed


def apply_due_changes(*, today: date) -> int:
    """The routine of each day: what was decided for `today` holds from now on. Answers how many divisions changed."""
    with (
        trace.change(by=trace.robot("calendar"), why=gettext_noop("The day of a recorded change has come")),
        one_at_a_time(),
    ):
        return settle(today=today)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    # An advisory lock: before the first load there is no row that two loads could queue for.
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('territories'))")
    yield


def in_force(territory: Territory, on: date) -> TerritoryVersion:
    """The version of `on`, if nothing is planned after it: changes are entered in the order of their days."""
    version = territory.versions.select_related("parent", "territory").filter(during__contains=on).first()
    if version is None:
        raise NotInForce(name=territory.name_zh, on=on)
    if version.during.upper is not None:
        raise LaterChangeKnown(name=territory.name_zh, on=version.during.upper)
    return version


def directly_beneath(territory: Territory, on: date) -> QuerySet[TerritoryVersion]:
    return (
        TerritoryVersion.objects.filter(parent=territory, during__contains=on)
        .select_related("territory")
        .order_by("territory__code")
    )


def change_from(
    territory: Territory,
    *,
    on: date,
    name_zh: str,
    name_en: str,
    parent: Territory | None,
    version: TerritoryVersion | None = None,
) -> None:
    """Close the version of `on` and open the next; one that begins on that day itself is written over."""
    version = version or in_force(territory, on)
    if version.during.upper is not None:
        raise LaterChangeKnown(name=version.name_zh, on=version.during.upper)
    if version.during.lower == on:
        version.name_zh, version.name_en, version.parent = name_zh, name_en, parent
        version.save(update_fields=["name_zh", "name_en", "parent"])
        return
    # The old one first: two open versions would overlap.
    version.during = DateRange(version.during.lower, on)
    version.save(update_fields=["during"])
    TerritoryVersion.objects.create(
        territory=territory, during=DateRange(on, None), name_zh=name_zh, name_en=name_en, parent=parent
    )


def end_version(version: TerritoryVersion, *, on: date) -> None:
    if version.during.lower == on:
        raise BeganThatDay(name=version.name_zh)
    version.during = DateRange(version.during.lower, on)
    version.save(update_fields=["during"])


def open_division(division: NewDivision, *, level: str, parent: Territory | None, on: date) -> Territory:
    rules.check_code(division.code, level)
    rules.check_name(division.name_zh)
    if Territory.objects.filter(code=division.code).exists():
        raise CodeTaken(code=division.code)
    made = Territory.objects.create(
        code=division.code,
        level=level,
        is_pseudo=rules.is_pseudo(division.code, level),
        name_zh=division.name_zh,
        name_en=division.name_en,
        parent=parent,
        path="",
        is_current=False,
    )
    TerritoryVersion.objects.create(
        territory=made,
        during=DateRange(on, None),
        name_zh=division.name_zh,
        name_en=division.name_en,
        parent=parent,
    )
    return made
