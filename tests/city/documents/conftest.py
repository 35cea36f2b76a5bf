"""Each test has a store of its own, and a place that the registry forgets afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from city.documents.toy import NAME, Toy
from xuecheng.city.documents import places


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def toy(db: None) -> Iterator[Toy]:
    yield Toy()
    places._PLACES.pop(NAME, None)
