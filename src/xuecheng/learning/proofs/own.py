"""Documents of this installation at their own addresses, without a request.

Whoever publishes some (an issuer's DID document, a status list) declares how to find them. Verification asks here
first: the city's own host is often not reachable from itself, and what it says about itself needs no network.
"""

from __future__ import annotations

from collections.abc import Callable

from .documents import Document

Answer = Callable[[str], Document | None]
_ANSWERS: list[Answer] = []


def declare(answer: Answer) -> None:
    """In an app's `ready`: from a whole address (`https://…`) to the document, or None if it is not its own."""
    if answer not in _ANSWERS:
        _ANSWERS.append(answer)


def own_document(address: str) -> Document | None:
    """The document that this installation publishes at the address; None if it is nobody's here."""
    return next((found for answer in _ANSWERS if (found := answer(address)) is not None), None)
