"""Points of the installation that are looked at: each passes, warns or fails, with its remedy (OPS-05).

`config` hands in the looks, because it alone knows every floor: `xuecheng check` runs them all, a routine keeps what
they found for the page of operators and for the gauges.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Text

COULD_NOT_LOOK = _("could not be looked at: %(why)s")
PASS, WARN, FAIL = STATES = ("pass", "warn", "fail")


class Said:
    """A sentence with its values, said in the language of whoever reads it."""

    def __init__(self, words: Text, **values: object) -> None:
        self._words, self._values = words, values

    def __str__(self) -> str:
        return str(self._words) % self._values if self._values else str(self._words)


@dataclass(frozen=True)
class Point:
    """One thing looked at: `state` is "pass", "warn" or "fail". `what` is its name for programs."""

    what: str
    state: str
    found: Text | Said
    remedy: Text | Said = ""


@dataclass(frozen=True)
class Look:
    """How a point is looked at. A slow one reads much or asks outside: once a night, not every few minutes."""

    name: str
    run: Callable[[], Point]
    is_slow: bool = False


Provider = Callable[[], Sequence[Look]]


def _none() -> Sequence[Look]:
    return ()


@dataclass
class _Source:
    looks: Provider = _none


_source = _Source()


def set_looks(provider: Provider) -> None:
    """Let `provider()` say what is looked at. Called from an `apps.py`."""
    _source.looks = provider


def looks() -> Sequence[Look]:
    """Everything that is looked at, in its order."""
    return _source.looks()


def look(one: Look) -> Point:
    """Look. What cannot be looked at is itself a finding."""
    try:
        return one.run()
    except Exception as error:  # noqa: BLE001  # whatever hinders the look is what the operator has to know
        return Point(one.name, FAIL, Said(COULD_NOT_LOOK, why=f"{type(error).__name__}: {error}".splitlines()[0][:200]))
