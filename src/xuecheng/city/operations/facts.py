"""What higher floors tell operators on the page of health: when something was last done, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from xuecheng.city.refusals import Text


@dataclass(frozen=True)
class Fact:
    """When something last happened, in a word how it ended, and the page about it. Never yet: no moment."""

    label: Text
    at: datetime | None
    words: Text = ""
    url_name: str = ""
    is_bad: bool = False
    is_public: bool = False
    """Whether everybody reads it on the page of promises."""


_facts: dict[str, Callable[[], Fact]] = {}


def register(name: str, ask: Callable[[], Fact]) -> None:
    """Have `ask` tell its fact on the page; one cheap query each. Called from `apps.py`."""
    _facts[name] = ask


def all_of_them() -> list[Fact]:
    """Every fact, in the order in which they were registered."""
    return [ask() for ask in _facts.values()]
