"""What attacks on hundreds of pages leave out."""

from __future__ import annotations

import pytest

from xuecheng.web import menu


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """No numbers beside the places of the menu: they are more than half of a page's work and no part of the attack."""
    monkeypatch.setattr(menu, "_counts", lambda request: {})
