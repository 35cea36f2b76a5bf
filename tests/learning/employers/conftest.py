"""One world for all tests of a module; each test works on it and leaves it as it was."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.core.cache import cache

from learning.employers.situations import World, a_world


@pytest.fixture(scope="module")
def whole_world(around_the_module: None) -> World:
    return a_world()


@pytest.fixture
def world(db: None, whole_world: Any) -> World:
    cache.clear()
    return deepcopy(whole_world)
