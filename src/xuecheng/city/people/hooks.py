"""What apps above hang onto accounts. Filled from their `apps.py`; called within the change itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Person, PersonMerge

_merged: list[Callable[[PersonMerge, datetime], None]] = []
_opened_many: list[Callable[[Sequence[int], datetime], None]] = []
_guards: list[Callable[[Person], None]] = []
_endings: list[Callable[[Person], None]] = []


def guard_password(guard: Callable[[Person], None]) -> None:
    """Let `guard` raise a refusal before staff give somebody another password."""
    _guards.append(guard)


def when_sign_in_ends(done: Callable[[Person], None]) -> None:
    """Call `done` when an account was closed to sign-in or got another password: sessions end."""
    _endings.append(done)


def before_password(person: Person) -> None:
    """Ask all guards."""
    for guard in _guards:
        guard(person)


def sign_in_ended(person: Person) -> None:
    """Tell everybody."""
    for done in _endings:
        done(person)


def on_merge(do: Callable[[PersonMerge, datetime], None]) -> None:
    """`do` is called when two accounts are merged and when that is undone; longer work is a job it defers."""
    _merged.append(do)


def on_opened_many(do: Callable[[Sequence[int], datetime], None]) -> None:
    """`do` is called with the keys of many accounts just opened at once, such as by an import."""
    _opened_many.append(do)


def tell_merged(merge: PersonMerge, at: datetime) -> None:
    for do in _merged:
        do(merge, at)


def tell_opened_many(keys: Sequence[int], at: datetime) -> None:
    for do in _opened_many:
        do(keys, at)
