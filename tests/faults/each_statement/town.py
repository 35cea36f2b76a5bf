"""The town in which every verb is tried, and the table of rows: a situation for each verb, in which it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from city.situations import TODAY, a_person, an_operator, holding
from learning.recognition import situations as so
from learning.records.situations import Desk, a_desk, a_learner
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.people.models import Person
from xuecheng.city.vault import keyring

Verb = Callable[[], object]
Situation = Callable[["Town"], Verb]
WHY = "查明后决定"

ROWS: dict[str, Situation] = {}
APART: dict[str, set[str]] = {}
"""Tables that a verb may leave written when the rest is taken back: tries that count, whatever comes of them."""


class Ground:
    """What every situation starts from; made once for all of them."""

    def __init__(self) -> None:
        self.city = so.a_city()
        places = self.city.places
        self.operator = an_operator(places["广州市"])
        self.other_operator = an_operator(places["广州市"], "区运维")


class Town:
    """A city with a college and its registrar, two officers, two operators and a clerk at the counter."""

    def __init__(self, ground: Ground, monkeypatch: pytest.MonkeyPatch, settings: Any, folder: Path) -> None:
        self.monkeypatch, self.settings = monkeypatch, settings
        settings.FILES_ROOT = folder / "files"
        settings.HOME = folder
        settings.VAULT_KEYS_FOLDER = str(folder / "keys")
        keyring.forget_unwrapped()
        found = deepcopy(ground)
        self.city, self.places = found.city, found.city.places
        self.operator, self.other_operator = found.operator, found.other_operator
        self.clerk = self.standing("counter_clerk", "窗口员")
        self._after = ExitStack()

    @cached_property
    def desk(self) -> Desk:
        return a_desk(city=self.places)

    def standing(self, role: str, name: str) -> Standing:
        person = a_person(name)
        holding(person, role, territory=self.places["广州市"])
        return standing_of(person, today=TODAY)

    def resident(self) -> Person:
        return a_learner()

    def neighbour(self, name: str = "陈惠芬") -> Person:
        """A resident of Wushan street."""
        return a_person(name, territory=self.places["五山街道"])

    def until_the_end(self, what: Any) -> Any:
        """Enter a context that ends with the test."""
        return self._after.enter_context(what)

    def close(self) -> None:
        self._after.close()
        keyring.forget_unwrapped()


@contextmanager
def a_town(ground: Ground, monkeypatch: pytest.MonkeyPatch, settings: Any, folder: Path) -> Iterator[Town]:
    town = Town(ground, monkeypatch, settings, folder)
    try:
        yield town
    finally:
        town.close()


def row(*names: str, apart: set[str] | None = None) -> Callable[[Situation], Situation]:
    def add(situation: Situation) -> Situation:
        for name in names:
            assert name not in ROWS, f"{name} has a row already"
            ROWS[name] = situation
            APART[name] = apart or set()
        return situation

    return add
