from __future__ import annotations

from pathlib import Path

import pytest

from city.imports.toy import Toy, a_toy
from xuecheng.city.imports import kinds


@pytest.fixture
def toy(db: None, settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """The kind of import of `toy.py`, known for one test; brought files lie in a folder of the test's."""
    settings.FILES_ROOT = tmp_path
    made = a_toy()
    kind = made.kind
    monkeypatch.setitem(kinds._KINDS, kind.name, kind)
    kinds.register(kind)
    return made
