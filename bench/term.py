"""A term of the whole city beside a small one: each main page of classes, enrolment and teaching in both."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from .apart.term import monday_of
from .city import FEW, environment_of, template_of
from .frame import Context, Sides, measure
from .peers import CHECKOUT, Peer
from .server import fresh_database, template

_SMALL = 1_000
"""Enough that each page is as full as in the large city; fewer, and the rows shown would be compared, not the size."""


def _term(context: Context, classes: int, name: str, *, of: str) -> Peer:
    """A serving city, a copy of `of` with a term of so many classes around this week; kept as a template until the week is over."""
    monday = monday_of(date.today())  # noqa: DTZ011  # a template's name: the machine's day will do
    kept = f"bench_term_template_{classes}"

    def make() -> None:
        path = os.pathsep.join([*filter(None, sys.path), str(CHECKOUT)])
        words = ("bench.apart.city", "term", str(classes), monday.isoformat())
        environment = os.environ | environment_of(context, kept, identity="owner") | {"PYTHONPATH": path}
        subprocess.run([sys.executable, "-W", "ignore", "-m", *words], env=environment, check=True)

    made_of: list[Path | str] = [CHECKOUT / "bench" / "apart" / "term.py", monday.isoformat()]
    made_of.append((context.home / f"{of}.made-of").read_text())
    template(context, kept, made_of=made_of, make=make, copied_from=of)
    fresh_database(context, name, with_ledger=False, template=kept).close()
    return Peer(
        "city", environment=environment_of(context, name, identity="application"), log=context.home / f"{name}.log"
    )


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


@measure(
    "T1",
    "a page of classes, enrolment or teaching at 10,000 classes against the same at 1,000: p95 of processor time, and its queries",
    target="≤ 1.5",
    slow=True,
)
def t1(context: Context) -> list[Sides]:
    """120,000 sessions and 300,000 enrolments in full. Both cities answer in turn, five pages each a turn. Compared is
    processor time: with the wall clock, p95 was how long the slowest answer waited for what else the machine does.
    """
    city = template_of(context, FEW)
    large = _term(context, context.amount(2_000, 10_000), "bench_term", of=city)
    small = _term(context, _SMALL, "bench_term_small", of=city)
    asked, few = large.ask("term_pages")["queries"], small.ask("term_pages")["queries"]
    found = []
    for page in asked:
        big, little = _Answers(), _Answers()
        for _turn in range(context.size(2, 8)):
            big.add(large.ask("term_page", page=page, times=5))
            little.add(small.ask("term_page", page=page, times=5))
        found.append(Sides([_p95(big.worked)], [_p95(little.worked)], "ms", label=page))
        context.say(f"{page}: {asked[page]} and {few[page]} queries; large {big.told()}; small {little.told()}")
        if asked[page] != few[page]:
            found.append(Sides([asked[page]], [few[page]], "queries", label=f"{page}, queries", target="≤ 1"))
    return found


class _Answers:
    """Milliseconds of a page's answers in one city."""

    def __init__(self) -> None:
        self.walls: list[float] = []
        self.worked: list[float] = []

    def add(self, answers: dict[str, Any]) -> None:
        self.walls += [1000 * one for one in answers["seconds"]]
        self.worked += [1000 * one for one in answers["worked"]]

    def told(self) -> str:
        found = (
            f"{word} {statistics.median(times):.0f} ms, p95 {_p95(times):.0f}"
            for word, times in (("worked", self.worked), ("clock", self.walls))
        )
        return ", ".join(found)
