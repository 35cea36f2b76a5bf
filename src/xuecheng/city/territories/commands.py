"""`xuecheng territories`: load a city's code list, look divisions up, today or on a day."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xuecheng.city import clock
from xuecheng.city.rights import OWNER

from . import files, queries, services
from .models import Territory
from .queries import Node

MOST_PROBLEMS_SHOWN = 50
_AS_OF_FILE = "as-of.txt"


@click.group()
def territories() -> None:
    """Load and look up administrative divisions."""


@territories.command()
@click.argument("city")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="Day from which the list holds.")
@click.option("--populations", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV of residents.")
@click.option("--names-en", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="CSV of English names.")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def load(
    *, city: str, valid_from: datetime | None, populations: Path | None, names_en: Path | None, as_json: bool
) -> None:
    """Load a code list: CITY is a city that comes with the program (guangzhou), or a CSV file.

    The file has the columns code, name, level, parent_code, and may have name_en. Loading it again changes nothing; a
    newer list renames and moves from its day.
    """
    code_list = Path(city)
    holds_from = valid_from.date() if valid_from else None
    if not code_list.exists():
        folder = files.SHIPPED / city
        if not (folder / "territories.csv").exists():
            known = ", ".join(sorted(one.name for one in files.SHIPPED.iterdir() if one.is_dir()))
            raise click.BadParameter(f"There is no file {city}, and no such city comes along. Known: {known}.")
        code_list = folder / "territories.csv"
        populations = populations or folder / "districts.csv"
        names_en = names_en or folder / "names_en.csv"
        holds_from = holds_from or date.fromisoformat((folder / _AS_OF_FILE).read_text().strip())
    if holds_from is None:
        raise click.UsageError("Say from which day this list holds: --valid-from 2023-06-30")
    try:
        loaded = services.load_territories(
            files.read_territories(code_list.read_bytes()),
            actor=OWNER,
            valid_from=holds_from,
            today=clock.today(),
            populations=files.read_populations(populations.read_bytes()) if populations else None,
            names_en=files.read_english_names(names_en.read_bytes()) if names_en else None,
            reason=f"{code_list.name}, {holds_from}",
        )
    except services.FileRefused as refusal:
        _show_problems(refusal, as_json=as_json)
        raise
    if as_json:
        click.echo(json.dumps({"new": loaded.new, "known": loaded.known, "changed": loaded.changed}))
    else:
        click.echo(
            _("%(new)d divisions are new, %(changed)d changed, %(known)d were known.")
            % {"new": loaded.new, "changed": loaded.changed, "known": loaded.known}
        )


def _show_problems(refusal: services.FileRefused, *, as_json: bool) -> None:
    if as_json:
        problems = [
            {"row": row_no, "code": problem.code, "field": problem.field, "message": str(problem)}
            for row_no, problem in refusal.problems
        ]
        click.echo(json.dumps({"problems": problems}, ensure_ascii=False))
        return
    for row_no, problem in refusal.problems[:MOST_PROBLEMS_SHOWN]:
        click.echo(_("Row %(row)d: %(problem)s") % {"row": row_no, "problem": problem}, err=True)
    if (more := len(refusal.problems) - MOST_PROBLEMS_SHOWN) > 0:
        click.echo(ngettext("and %(count)d more row", "and %(count)d more rows", more) % {"count": more}, err=True)


@territories.command()
@click.argument("division")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def show(*, division: str, as_json: bool) -> None:
    """Show a division, by code or by part of its name: where it lies, what lies in it, how it was called."""
    territory = queries.by_code(division)
    if territory is None:
        found = queries.search(division)
        if len(found) != 1:
            for one in found:
                click.echo(f"{one.code}  {one.name}  ({one.parent.name if one.parent else ''})")
            raise click.ClickException(
                _("Several divisions are called so; give the code.") if found else _("There is no such division.")
            )
        territory = found[0]
    facts = _facts(territory)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(f"{territory.code}  {' › '.join([*facts['line'], territory.name])}  ({territory.get_level_display()})")
    if territory.population:
        click.echo(f"  {territory.population:,}  {territory.population_source}")
    for level, number in facts["beneath"].items():
        if number:
            click.echo(f"  {number:>5}  {level}")
    for period in queries.periods_of(territory):
        ends = period.ends_on or ""
        click.echo(f"  {period.begins_on or ''} – {ends}  {period.name}  {period.parent_name}")
    for step in queries.successions_of(territory):
        click.echo(f"  {step.on}  {step.predecessor} {step.get_kind_display()} {step.successor}")


def _facts(territory: Territory) -> dict[str, Any]:
    return {
        "code": territory.code,
        "name_zh": territory.name_zh,
        "name_en": territory.name_en,
        "level": territory.level,
        "is_current": territory.is_current,
        "is_pseudo": territory.is_pseudo,
        "population": territory.population,
        "line": [one.name for one in queries.line_of(territory)],
        "beneath": queries.counts(territory),
    }


@territories.command(name="as-of")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def as_of(*, day: datetime, code: str | None, as_json: bool) -> None:
    """What the division with CODE was on DAY; without a code, the districts of that day and what lay in them."""
    on = day.date()
    if code is None:
        for city in queries.tree_as_of(on):
            for node in (city, *city.children):
                _show_node(node, as_json=as_json)
        return
    division = queries.as_of(code, on)
    if division is None:
        raise click.ClickException(_("%(code)s was no division on %(day)s.") % {"code": code, "day": on})
    if as_json:
        line = [{"code": one.code, "name_zh": one.name_zh} for one in division.line]
        answer = {"code": division.code, "name_zh": division.name_zh, "name_en": division.name_en, "line": line}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(f"{division.code}  {' › '.join(one.name for one in (*division.line, division))}")


def _show_node(node: Node, *, as_json: bool) -> None:
    number = node.count()
    if as_json:
        answer = {"code": node.division.code, "name_zh": node.division.name_zh, "beneath": dict(number)}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(f"{node.division.code}  {node.division.name}  {number['street']:>5}  {number['community']:>6}")
