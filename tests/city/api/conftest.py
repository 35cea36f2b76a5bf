from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from city.api.programs import Town, a_town


@pytest.fixture
def town(db: None, settings: Any, tmp_path: Path) -> Town:
    settings.FILES_ROOT = tmp_path / "files"
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 100_000
    return a_town()
