"""One campus for all tests of a module; what a test does itself is rolled back."""

from __future__ import annotations

from copy import deepcopy

import pytest

from coordination.classes.situations import Campus, a_campus


@pytest.fixture(scope="module")
def whole_campus(around_the_module: None) -> Campus:
    return a_campus()


@pytest.fixture
def campus(db: None, whole_campus: Campus) -> Campus:
    return deepcopy(whole_campus)
