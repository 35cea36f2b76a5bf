"""One network for all tests of a module; each test works on it and leaves it as it was."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from coordination.colleges.situations import Net, a_net


@pytest.fixture(scope="module")
def whole_net(around_the_module: None) -> Net:
    return a_net()


@pytest.fixture
def net(db: None, whole_net: Any) -> Net:
    return deepcopy(whole_net)
