"""One neighbourhood for all tests of a module; each test works on it and leaves it as it was."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from coordination.volunteers.situations import Street, a_street


@pytest.fixture(scope="module")
def whole_street(around_the_module: None) -> Street:
    return a_street()


@pytest.fixture
def street(db: None, whole_street: Any) -> Street:
    return deepcopy(whole_street)
