"""A hand that holds work and is killed in the middle of it, as a process is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from xuecheng.config.demo.load import Hand


class Killed(BaseException):
    """As a process that is gone: nobody catches it."""


class Breaking(Hand):
    """Is killed in the slice of a number, before it is written or right after. What it held then is what was kept."""

    def __init__(self, at: int, *, after: bool, cursor: dict[str, Any] | None = None, done: int = 0) -> None:
        super().__init__(cursor=cursor or {}, done=done)
        self._at, self._after = at, after

    @contextmanager
    def slice(self) -> Iterator[None]:
        kept = dict(self.cursor), self.done
        self._at -= 1
        try:
            with super().slice():
                yield
                if self._at < 0 and not self._after:
                    raise Killed  # noqa: TRY301  # as if from outside
        except Killed:
            self.cursor, self.done = kept
            raise
        if self._at < 0:
            raise Killed
