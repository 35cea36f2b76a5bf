"""Pages of apps above that belong beside one's own credentials; filled in their `apps.py`."""

from __future__ import annotations

from dataclasses import dataclass

from xuecheng.city.refusals import Text


@dataclass(frozen=True)
class Beside:
    """A door on the page “My credentials”."""

    url_name: str
    icon: str
    title: Text
    words: Text


_DOORS: list[Beside] = []


def register(door: Beside) -> None:
    """Called from `apps.py`."""
    if door not in _DOORS:
        _DOORS.append(door)


def doors() -> list[Beside]:
    return list(_DOORS)
