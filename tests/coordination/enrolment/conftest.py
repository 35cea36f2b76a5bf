"""One school for all tests of a module; each test works on it and leaves it as it was."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from coordination.enrolment.situations import School, a_school


@pytest.fixture(scope="module")
def whole_school(around_the_module: None) -> School:
    return a_school()


@pytest.fixture
def school(db: None, whole_school: Any) -> School:
    return deepcopy(whole_school)
