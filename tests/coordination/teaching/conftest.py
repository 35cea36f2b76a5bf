"""One class for all tests of a module; each test works on it and leaves it as it was."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from coordination.teaching.situations import Room, a_room


@pytest.fixture(scope="module")
def whole_room(around_the_module: None) -> Room:
    return a_room()


@pytest.fixture
def room(db: None, whole_room: Any) -> Room:
    return deepcopy(whole_room)
