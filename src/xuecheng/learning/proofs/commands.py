"""`xuecheng verify FILE…`: exit code 0 all genuine, 1 one does not hold, 3 none fails but one could not be proven."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from xuecheng.city import clock

from . import fetching
from .reading import MOST_BYTES
from .verdicts import Outcome, Verdict
from .verifying import unreadable
from .verifying import verify as verified

_EXIT = {Outcome.PROVEN: 0, Outcome.UNPROVEN: 3, Outcome.FAILED: 1}
"""The worst last."""
_MARKS = {Outcome.PROVEN: "✓", Outcome.FAILED: "✗", Outcome.UNPROVEN: "?"}


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--offline", is_flag=True, help="Ask no other system; what only others could tell stays unproven.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each file, a line each.")
def verify(*, files: tuple[Path, ...], offline: bool, as_json: bool) -> None:
    """Verify credentials: JSON, JWT, or PNG and SVG pictures that carry one."""
    worst = Outcome.PROVEN
    for file in files:
        fetch = None if offline else fetching.by_settings()
        if file.stat().st_size > MOST_BYTES:
            verdict = unreadable(_("It is larger than 4 MB. Credentials are much smaller."))
        else:
            verdict = verified(file.read_bytes(), at=clock.now(), fetch=fetch)
        worst = max(worst, verdict.outcome, key=list(_EXIT).index)
        line = json.dumps({"file": str(file), **as_data(verdict)}, ensure_ascii=False)
        click.echo(line if as_json else _said(file, verdict))
    sys.exit(_EXIT[worst])


def as_data(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain values, without the credential."""
    return {
        "outcome": verdict.outcome.value,
        "kind": verdict.kind,
        "findings": [
            {"question": one.question, "outcome": one.outcome.value, "text": str(one.text)} for one in verdict.findings
        ],
        "inside": [as_data(one) for one in verdict.inside],
    }


def _said(file: Path, verdict: Verdict) -> str:
    lines = [f"{_MARKS[verdict.outcome]} {file} {verdict.kind}".rstrip()]
    lines += [f"  {_MARKS[one.outcome]} {one.question}: {one.text}" for one in verdict.findings]
    for number, inner in enumerate(verdict.inside, 1):
        lines.append(f"  {_MARKS[inner.outcome]} {number}. {inner.kind}")
        lines += [f"    {_MARKS[one.outcome]} {one.question}: {one.text}" for one in inner.findings]
    return "\n".join(lines)
