"""What a walk from form to form needs: a store of its own, a phone that receives codes, proof that all was passed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from attacks.forms.walking import Walk
from city.identity.conftest import Door


@pytest.fixture
def walk(request: pytest.FixtureRequest, db: None, settings: Any, tmp_path: Path) -> Iterator[Walk]:
    settings.FILES_ROOT = tmp_path / "files"
    cache.clear()
    made = Walk()
    yield made
    if not getattr(request.node, "broke", False):
        assert made.passed == set(request.function.walks), "say at the walk which forms it passes"


@pytest.fixture
def door(walk: Walk, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> Door:
    settings.NOTICE_FOLDER = tmp_path / "outbox"
    return Door(tmp_path, django_capture_on_commit_callbacks)
