"""`xuecheng demo`: the demonstration city."""

from __future__ import annotations

import json

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from xuecheng.config.demo import load as loading
from xuecheng.config.demo.people import PASSWORD, STAFF
from xuecheng.config.demo.plan import SIZES


@click.group()
def demo() -> None:
    """The demonstration city: load it, list its sign-ins."""


@demo.command()
@click.option("--size", type=click.Choice(list(SIZES)), default="small", show_default=True)
@click.option("--if-empty", is_flag=True, help="Do nothing if a demonstration is loaded already.")
@click.option("--json", "as_json", is_flag=True)
def load(*, size: str, if_empty: bool, as_json: bool) -> None:
    """Load the city. Interrupted, the same command goes on; loaded, it changes nothing."""
    if if_empty and loading.is_loaded():
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def _report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=None)
            progress.update(tasks[what], completed=done, total=total or None)

        counts = loading.load(size=size, report=_report)
    if as_json:
        click.echo(json.dumps(counts))
    else:
        click.echo(f"{counts['residents']:,} residents, {counts['records']:,} learning records.")


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="A list of {role, sign_in, password}.")
def accounts(*, as_json: bool) -> None:
    """One sign-in per role."""
    rows = [{"role": one.role, "sign_in": one.sign_in, "password": PASSWORD} for one in STAFF]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in STAFF:
        click.echo(f"  {one.role:<30} {one.sign_in:<16} {one.name}")
    click.echo(f"  Password of all: {PASSWORD}")
    for one in STAFF:
        if one.phone:
            click.echo(f"  {one.name} also signs in with a code to {one.phone} (it appears on the page).")
