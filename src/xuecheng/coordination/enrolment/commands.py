"""`xuecheng lottery`: work out a published lottery again."""

from __future__ import annotations

import json
from pathlib import Path

import click

from .rules.lottery import verified


@click.group(help="Lotteries for places in classes.")
def lottery() -> None:
    pass


@lottery.command(help="Work out the result that a class has published again; ends with 1 where something is wrong.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException("This is no JSON file.") from error
    wrong = verified(document)
    for problem in wrong:
        click.echo(f"NOT RIGHT: {problem}")
    if wrong:
        raise SystemExit(1)
    click.echo(f"The lottery is right: {len(document['taken'])} of {len(document['order'])} have a place.")
