"""What the public home draws: the arcade and the map, from figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from .queries import District, DistrictMap, Network, pane_size

STEPS = 4


@dataclass(frozen=True, slots=True)
class Area:
    """A district on the map: its outline, and which of the four steps of green it has."""

    code: str
    name: str
    outline: str
    step: int


@dataclass(frozen=True, slots=True)
class Key:
    """One step of green in words."""

    step: int
    text: str


def bays(network: Network) -> tuple[list[dict[str, object]], int]:
    """One bay a district, and how many records a pane stands for."""
    size = pane_size(max((one.records_recent for one in network.districts), default=0))
    return [
        {"name": one.short_name, "total": one.records_recent, "parts": _panes(one, size), "url": ""}
        for one in network.districts
    ], size


def _panes(district: District, size: int) -> list[tuple[str, int]]:
    """Mostly green glass with a few panes of other colours, the same ones every day: a pattern, no meaning."""
    count = district.records_recent
    if not count:
        return []
    others = [("blue", count // 6), ("amber", count // 9), ("kapok", count // 15)]
    return [("green", count - sum(part for _glass, part in others)), *(part for part in others if part[1] >= size / 2)]


def areas(network: Network, drawing: DistrictMap) -> tuple[list[Area], list[Key]]:
    """The map by number of learning places, in four steps of equal width, and its key."""
    most = max((one.places for one in network.districts), default=0)
    width = max(1, -(-most // STEPS))
    shown = [
        Area(one.code, one.name, drawing.outlines[one.code], min(STEPS, max(1, -(-one.places // width))))
        for one in network.districts
        if one.code in drawing.outlines
    ]
    keys = [
        Key(step, gettext("%(least)s–%(most)s") % {"least": (step - 1) * width + (step > 1), "most": step * width})
        for step in range(1, STEPS + 1)
    ]
    return shown, keys
