"""A key folder of its own for every test, so that none sees another's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xuecheng.city.vault import keyring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, settings: pytest.FixtureRequest) -> Iterator[Path]:
    folder = tmp_path / "keys"
    settings.VAULT_KEYS_FOLDER = str(folder)  # type: ignore[attr-defined]
    keyring.forget_unwrapped()
    yield folder
    keyring.forget_unwrapped()
