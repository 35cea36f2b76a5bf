"""`xuecheng bench`: measurements from the folder `bench/` of a checkout, as a table or one JSON object a line."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
import time
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from xuecheng.config import environment

CHECKOUT = Path(__file__).resolve().parents[4]


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--full",
    is_flag=True,
    help="Full size; takes long. Without it everything runs small, in a minute once its templates are made.",
)
@click.option("--share", type=click.FloatRange(0.001, 1), default=1.0, help="With --full: this share of its amounts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--list", "only_list", is_flag=True, help="List the measurements and their targets.")
def bench(*, names: tuple[str, ...], full: bool, share: float, as_json: bool, only_list: bool) -> None:
    """Measure NAMES (all, if none is given); each answer is a ratio against a floor or a peer in the same run."""
    frame = _load()
    unknown = [name for name in names if name not in frame.MEASUREMENTS]
    if unknown:
        raise click.BadParameter(f"There is no measurement {', '.join(unknown)}. See: xuecheng bench --list")
    chosen = [frame.MEASUREMENTS[name] for name in names] or [
        one for one in frame.MEASUREMENTS.values() if full or not one.slow
    ]
    if only_list:
        for one in frame.MEASUREMENTS.values():
            click.echo(
                f"{one.name:<28} {one.target:<8} {one.what}{'  (only with --full or by name)' if one.slow else ''}"
            )
        return
    console = Console(stderr=True)
    context = frame.Context(
        full=full,
        home=environment.home() / "bench",
        say=lambda text: console.print(f"[dim]{text}[/]"),
        share=share,
    )
    context.home.mkdir(parents=True, exist_ok=True)
    table = Table("name", "measured", "reference", "ratio", "target", "holds", "what")
    began = time.perf_counter()
    for one in chosen:
        console.print(f"[dim]{one.name} …[/]", end="")
        began_one = time.perf_counter()
        answers = frame.answers(one, context)
        console.print(f"[dim] {time.perf_counter() - began_one:.1f} s[/]")
        for answer in answers:
            if as_json:
                click.echo(json.dumps(answer.row(), ensure_ascii=False))
            table.add_row(
                answer.name,
                answer.measured,
                answer.reference,
                f"{answer.ratio:.3g}",
                answer.target,
                "yes" if answer.holds else "no",
                answer.what,
            )
    console.print(f"[dim]All in {time.perf_counter() - began:.0f} s[/]")
    if not as_json:
        Console(width=None if sys.stdout.isatty() else 200).print(table)
    # A target missed is a finding, not a failure of the command: it is the table that tells.


def _load() -> Any:
    folder = CHECKOUT / "bench"
    if not (folder / "frame.py").exists():
        raise click.ClickException("Measurements belong to a checkout of the source; this is an installed package.")
    sys.path.insert(0, str(CHECKOUT))
    frame = importlib.import_module("bench.frame")
    for module in pkgutil.iter_modules([str(folder)]):
        if module.name != "frame":
            importlib.import_module(f"bench.{module.name}")
    return frame
