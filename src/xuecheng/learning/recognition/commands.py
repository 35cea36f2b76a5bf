"""`xuecheng recognise`: records that wait become credit, in this process or, with `--queue`, in a worker's."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.commands import Bar
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.queries import names_of_classes
from xuecheng.learning.creditbank.rules import shown_credits

from .models import Run
from .services import runs


@click.command()
@click.option("--organisation", "code", help="Code of the institution whose records wait.")
@click.option("--all", "everywhere", is_flag=True, help="Of all institutions.")
@click.option("--by", "sign_in_name", required=True, help="Sign-in name of the person whose right counts.")
@click.option("--again", is_flag=True, help="Also records that got nothing before, or less than they are worth.")
@click.option("--queue", "in_background", is_flag=True, help="Leave the work to a worker and end at once.")
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def recognise(
    *, code: str | None, everywhere: bool, sign_in_name: str, again: bool, in_background: bool, as_json: bool
) -> None:
    """Turn records that wait into credit by the rules in force.

    Stopped or killed, it may simply be run again: what was answered waits no more.
    """
    if everywhere == (code is not None):
        raise click.UsageError("Say either --organisation CODE or --all.")
    run = runs.start_recognition(
        actor=_standing(sign_in_name),
        public_id=uuid7(),
        at=clock.now(),
        organisation=_organisation(code) if code is not None else None,
        is_again=again,
        in_background=in_background,
    )
    if not in_background:
        bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=as_json or not sys.stderr.isatty(),
        )
        with bars:
            run = runs.recognise_run(run, Bar(bars, "Recognising"), now=clock.now)
    click.echo(json.dumps(_facts(run)) if as_json else _words(run))


def _standing(sign_in_name: str) -> Standing:
    person = Person.objects.filter(sign_in_name=sign_in_name).first()
    if person is None:
        raise click.BadParameter(f"There is no account {sign_in_name}.", param_hint="--by")
    return standing_of(person, today=clock.today())


def _organisation(code: str) -> Organisation:
    organisation = Organisation.objects.select_related("territory").filter(code=code).first()
    if organisation is None:
        raise click.BadParameter(f"There is no organisation {code}.", param_hint="--organisation")
    return organisation


def _facts(run: Run) -> dict[str, Any]:
    """The run for scripts; credits in hundredths by class, which are never added up (C-01)."""
    names = names_of_classes(map(int, run.credits))
    return {
        "run": str(run.public_id),
        "job": str(run.job.public_id) if run.job else None,
        "is_finished": run.finished_at is not None,
        "records": run.seen_count,
        "credited": run.credited_count,
        "carried": run.carried_count,
        "refused": run.refused_count,
        "credits": [
            {
                "framework": names[int(class_id)].framework,
                "kind": names[int(class_id)].kind,
                "level": names[int(class_id)].level_label,
                "hundredths": amount,
            }
            for class_id, amount in run.credits.items()
        ],
    }


def _words(run: Run) -> str:
    if run.finished_at is None:
        return "A worker does it; the page of jobs shows how far it is."
    counts = (
        f"{run.seen_count:,} records: {run.credited_count:,} credited, {run.carried_count:,} kept for later, "
        f"{run.refused_count:,} without credit."
    )
    sums = [
        f"  {shown_credits(amount):>14}  {names.framework} {names.kind}, level {names.level_label}"
        for class_id, amount in run.credits.items()
        for names in names_of_classes([int(class_id)]).values()
    ]
    return "\n".join([counts, *sums])
