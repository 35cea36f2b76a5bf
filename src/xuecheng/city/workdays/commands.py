"""`xuecheng workdays`: look at a year, ask of a day, count a period, load the shipped years."""

from __future__ import annotations

import json
from datetime import datetime

import click
from django.utils.translation import gettext as _

from xuecheng.city import clock

from . import queries, rules, services

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def workdays() -> None:
    """The calendar of working days. A year is brought by `xuecheng import --kind workdays.days`."""


@workdays.command()
@click.argument("year", type=click.IntRange(rules.FIRST_YEAR, rules.LAST_YEAR))
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def show(*, year: int, as_json: bool) -> None:
    """Show what is known of YEAR. Ends with 1 when it is missing or not whole."""
    shown = queries.year_shown(year, today=clock.today())
    rows = queries.special_days(year)
    if as_json:
        facts = {
            "year": year,
            "is_known": shown.is_known,
            "is_expected": shown.is_expected,
            "working_days": shown.working_days,
            "missing": list(shown.missing),
            "sources": list(shown.sources),
            "days": [{"date": row.on.isoformat(), "kind": row.kind, "holiday": row.holiday} for row in rows],
        }
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row.on}  {row.get_kind_display()}  {row.get_holiday_display()}")
        if shown.is_known:
            click.echo(_("%(days)d working days") % {"days": shown.working_days})
        for source in shown.sources:
            click.echo(source)
        if not shown.is_known:
            click.secho(str(rules.YearMissing(year=year)) if not rows else ", ".join(shown.missing), fg="red", err=True)
    if not shown.is_known:
        raise SystemExit(1)


@workdays.command()
@click.argument("day", type=_DAY)
def ask(*, day: datetime) -> None:
    """Say whether people work on DAY: prints yes or no."""
    click.echo("yes" if queries.calendar().is_working_day(day.date()) else "no")


@workdays.command()
@click.argument("day", type=_DAY)
@click.argument("days", type=int)
def add(*, day: datetime, days: int) -> None:
    """Print the last day of a period of DAYS working days after DAY, which is not counted."""
    click.echo(rules.add_working_days(queries.calendar(), day.date(), days).isoformat())


@workdays.command()
def load() -> None:
    """Load the shipped years of which nothing is known yet; what is there is left alone."""
    years = services.load_shipped()
    click.echo(", ".join(str(year) for year in years) or _("Nothing is new."))
