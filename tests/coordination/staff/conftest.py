"""One pool for all tests of a module; what a test does itself is rolled back."""

from __future__ import annotations

from copy import deepcopy

import pytest

from coordination.staff.situations import Pool, a_pool


@pytest.fixture(scope="module")
def whole_pool(around_the_module: None) -> Pool:
    return a_pool()


@pytest.fixture
def pool(db: None, whole_pool: Pool) -> Pool:
    return deepcopy(whole_pool)
