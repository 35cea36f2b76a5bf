"""Other sheets of paper with a code of ours: whoever keeps them above says whose they are and whether they hold.

`credentials.elsewhere` leads people on to a page; an employer's list needs the facts, for many codes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from .rules import Known

Find = Callable[[Collection[str]], Mapping[str, Known]]
"""Codes as `normalise_transcript_code` writes them → what is known of those that exist. Always as many statements."""

_FINDERS: list[Find] = []


def register(find: Find) -> None:
    """Called from `apps.py` of an app above that issues sheets with a code."""
    if find not in _FINDERS:
        _FINDERS.append(find)


def known(codes: Collection[str]) -> dict[str, Known]:
    """What every app above knows of these codes."""
    return {code: one for find in _FINDERS for code, one in find(codes).items()}
