"""What the pages of the network draw: the map of districts in four steps, readable without colour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xuecheng.learning.network.queries import DistrictMap

from . import rules
from .queries import Area, measured

STEPS = 4
ROOM_FOR_LABEL = 700.0
"""A district with less area on the drawing bears no number: the table beside it does."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A district on the map: its outline, its step (0: not known) and, where there is room, its number."""

    code: str
    name: str
    outline: str
    step: int
    words: str
    label: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Key:
    """One step in words."""

    step: int
    text: str


def outlines(areas: Sequence[Area], drawing: DistrictMap, measure: str) -> tuple[list[Outline], list[Key]]:
    """The map of one measure and its key. Shares have fixed quarters, so that two days can be compared."""
    values = [measured(one, measure) for one in areas]
    if measure == "seats":
        steps = rules.steps_of(values, steps=STEPS)
        keys = [
            Key(number, _("%(least)s–%(most)s people per seat") % {"least": low, "most": high})
            for number, (low, high) in enumerate(rules.bounds_of(values, steps=STEPS), 1)
        ]
    else:
        steps = [None if one is None else min(STEPS, one // 25 + 1) for one in values]
        keys = [Key(1, "0–24%"), Key(2, "25–49%"), Key(3, "50–74%"), Key(4, "75–100%")]
    if None in steps:
        keys.append(Key(0, _("not known")))
    shown = []
    for area, value, step in zip(areas, values, steps, strict=True):
        if area.code in drawing.outlines:
            shown.append(_outline(area, drawing.outlines[area.code], value, step or 0, measure))
    return shown, keys


def _outline(area: Area, path: str, value: int | None, step: int, measure: str) -> Outline:
    size, x, y = _middle(path)
    if value is None:
        number, words = "", _("%(name)s: not known") % {"name": area.name}
    elif measure == "seats":
        number, words = str(value), _("%(name)s: %(n)s people per seat") % {"name": area.name, "n": value}
    else:
        number, words = f"{value}%", f"{area.name} {value}%"
    return Outline(
        code=area.code, name=area.name, outline=path, step=step, words=words,
        label=number if size >= ROOM_FOR_LABEL else "", x=f"{x:.1f}", y=f"{y:.1f}",
    )  # fmt: skip


def _middle(path: str) -> tuple[float, float, float]:
    """Area and middle of the largest part of a path of straight lines."""
    best = (0.0, 0.0, 0.0)
    for part in path.split("z"):
        numbers = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", part)]
        corners = list(zip(numbers[::2], numbers[1::2], strict=False))
        double = x = y = 0.0
        for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
            cross = x1 * y2 - x2 * y1
            double, x, y = double + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
        if abs(double) / 2 > best[0]:
            best = (abs(double) / 2, x / (3 * double), y / (3 * double))
    return best
