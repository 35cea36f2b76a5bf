"""The port by which the app that keeps consents tells who agrees to a purpose. Until it registers, nobody does."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

Provider = Callable[[str, Collection[int]], set[int]]
"""A purpose and keys of people → those who agree to it as its text stands now. A fixed number of queries."""


def _nobody(_purpose: str, _person_ids: Collection[int]) -> set[int]:
    return set()


@dataclass
class _Port:
    provider: Provider = _nobody


_port = _Port()


def register(provider: Provider) -> None:
    """Let `provider` tell who agrees. Called from `apps.py`."""
    _port.provider = provider


def who_agrees(purpose: str, person_ids: Collection[int]) -> set[int]:
    """Those of the people who agree to a purpose."""
    return _port.provider(purpose, person_ids)
