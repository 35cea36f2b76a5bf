"""Drills kill things for minutes; they run by `make drill` and say at the end what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from xuecheng.config import embedded

from .house import RESULTS, House, a_house

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.drill)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if RESULTS:
        terminalreporter.section("Drills")
        for line in RESULTS:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def founded() -> Iterator[House]:
    with a_house("house") as made:
        yield made


@pytest.fixture(scope="module")
def house(founded: House) -> Iterator[House]:
    """A house whose server runs, and nothing else yet."""
    embedded.start(founded.home)
    yield founded
    founded.close()
