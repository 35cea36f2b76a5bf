"""What a measurement is, and how it is run fairly.

The sides alternate within a round; the median ratio counts; a spinning probe before and after tells whether the machine
was ours, and a disturbed round is repeated once (`ledger.md` §6, `reliability-ux.md` §2.5).
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

DISTURBED = 1.6
"""A round whose probe took this much longer than the quietest one is repeated."""


@dataclass
class Context:
    """What a measurement may know: how large it should be, and where it may write."""

    full: bool
    home: Path
    say: Callable[[str], None] = lambda _text: None
    share: float = 1.0
    """Of the full amounts: a tenth tries the full measurements out in a tenth of the time."""

    def size(self, small: float, full: float) -> Any:
        """How long or how often: the same for any share."""
        return full if self.full else small

    def amount(self, small: int, full: int) -> int:
        """How many rows."""
        return round(full * self.share) if self.full else small


@dataclass(frozen=True)
class Answer:
    """One measured ratio. `measured` and `reference` are figures in their own unit, spelled out."""

    name: str
    what: str
    measured: str
    reference: str
    ratio: float
    target: str
    holds: bool

    def row(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class Measurement:
    """A named measurement. `target` is written as "≥ 0.45" or "≤ 2"."""

    name: str
    what: str
    target: str
    run: Callable[[Context], Sides | list[Sides]]
    slow: bool = False


@dataclass(frozen=True)
class Sides:
    """The figures of both sides, round by round, in one unit. `better` says which way is better for `measured`."""

    measured: list[float]
    reference: list[float]
    unit: str
    label: str = ""
    notes: list[str] = field(default_factory=list)
    target: str = ""

    def ratio(self) -> float:
        return statistics.median(a / b for a, b in zip(self.measured, self.reference, strict=True))


MEASUREMENTS: dict[str, Measurement] = {}


def measure(
    name: str, what: str, *, target: str, slow: bool = False
) -> Callable[[Callable[[Context], Sides | list[Sides]]], Callable[[Context], Sides | list[Sides]]]:
    """Declare a measurement. `slow` ones run only when named or with `--full`."""

    def _declare(run: Callable[[Context], Sides | list[Sides]]) -> Callable[[Context], Sides | list[Sides]]:
        MEASUREMENTS[name] = Measurement(name=name, what=what, target=target, run=run, slow=slow)
        return run

    return _declare


def holds(ratio: float, target: str) -> bool:
    sign, number = target.split()
    return ratio >= float(number) if sign == "≥" else ratio <= float(number)


def shown(value: float, unit: str) -> str:
    digits = f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"
    return f"{digits} {unit}".strip()


def answers(measurement: Measurement, context: Context) -> list[Answer]:
    """Run one measurement and word its answers."""
    sides = measurement.run(context)
    rows = []
    for side in sides if isinstance(sides, list) else [sides]:
        target = side.target or measurement.target
        ratio = side.ratio()
        rows.append(
            Answer(
                name=measurement.name + (f" {side.label}" if side.label else ""),
                what=measurement.what,
                measured=shown(statistics.median(side.measured), side.unit),
                reference=shown(statistics.median(side.reference), side.unit),
                ratio=round(ratio, 3),
                target=target,
                holds=holds(ratio, target),
            )
        )
    return rows


def spin() -> float:
    """Seconds that a fixed piece of pure computation takes now: the probe for neighbours on the machine."""
    began = time.perf_counter()
    total = 0
    for number in range(500_000):
        total += number & 7
    return time.perf_counter() - began


def alternate(
    first: Callable[[int], float], second: Callable[[int], float], *, rounds: int = 3
) -> tuple[list[float], list[float]]:
    """Run both sides in turn, A B A B …; each call returns its figure. Disturbed rounds repeat once."""
    ours: list[float] = []
    theirs: list[float] = []
    quietest = spin()
    for number in range(rounds):
        for attempt in range(2):
            before = spin()
            a = first(number * 2 + attempt)
            b = second(number * 2 + attempt)
            after = spin()
            quietest = min(quietest, before, after)
            if attempt or max(before, after) <= DISTURBED * quietest:
                ours.append(a)
                theirs.append(b)
                break
    return ours, theirs
