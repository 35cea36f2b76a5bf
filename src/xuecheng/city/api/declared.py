"""What an operation says of itself: scope, whether it writes, what it takes. Tests and the schema read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from .schemas import Out

ReadContent = Callable[[HttpRequest], str]
"""Takes a body that is no JSON as it comes, and answers its digest."""


@dataclass(frozen=True)
class Declared:
    """One operation. `scope` empty: everybody, known or not. `entrusted`: by which act somebody may ask for another."""

    name: str
    method: str
    path: str
    scope: str
    out: type[Out] | None
    is_list: bool = False
    is_write: bool = False
    is_thinned: bool = False
    is_edit: bool = False
    has_body: bool = False
    parameters: frozenset[str] = frozenset()
    read_content: ReadContent | None = None
    entrusted: str = ""
    summary: str = ""


OPERATIONS: dict[str, Declared] = {}
"""Every operation by its name."""
