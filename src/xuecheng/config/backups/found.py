"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """`state` is "pass", "warn" or "fail"; the remedy is for the operator."""

    what: str
    state: str
    found: str
    remedy: str = ""
