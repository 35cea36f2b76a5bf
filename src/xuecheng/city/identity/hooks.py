"""What floors above do when somebody gets an account by signing up or at a counter: open a learning account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xuecheng.city.people.models import Person

_openings: list[Callable[[Person, datetime], object]] = []


def when_account_opens(done: Callable[[Person, datetime], object]) -> None:
    """Call `done(person, at)` within the transaction that opens an account. Called from `apps.py`."""
    _openings.append(done)


def account_opened(person: Person, at: datetime) -> None:
    """Tell everybody."""
    for done in _openings:
        done(person, at)
