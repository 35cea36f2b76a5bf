"""The hand that holds long work in tests: each slice is a transaction, and nobody watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


class Slices:
    """As a job's progress."""

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        self.cursor: dict[str, Any] = {}

    @contextmanager
    def slice(self) -> Iterator[None]:
        with transaction.atomic():
            yield
