"""One city for all tests of a module; each test works on it and leaves it as it was."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from learning.rollout.situations import Town, a_town


@pytest.fixture(scope="module")
def whole_town(around_the_module: None) -> Town:
    return a_town()


@pytest.fixture
def town(db: None, whole_town: Any) -> Town:
    return deepcopy(whole_town)
