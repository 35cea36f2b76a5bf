"""What apps above hang onto accounts. Filled from their `apps.py`; called within the change itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Person

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
