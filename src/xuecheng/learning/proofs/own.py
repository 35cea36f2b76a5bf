"""Documents and pages of this installation at their own addresses.

Whoever publishes some (an issuer's DID document, a status list) declares how to find them. Verification asks here
first: the city's own host is often not reachable from itself, and what it says about itself needs no network.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from .documents import Document

Answer = Callable[[str], Document | None]
_ANSWERS: list[Answer] = []
_PAGES: set[str] = set()


def declare(answer: Answer) -> None:
    """In an app's `ready`: from a whole address (`https://…`) to the document, or None if it is not its own."""
    if answer not in _ANSWERS:
        _ANSWERS.append(answer)


def own_document(address: str) -> Document | None:
    """The document that this installation publishes at the address; None if it is nobody's here."""
    return next((found for answer in _ANSWERS if (found := answer(address)) is not None), None)


def declare_pages(*names: str) -> None:
    """In an app's `ready`: pages that say whether something holds, to which codes and shared links lead."""
    _PAGES.update(names)


def own_page(link: str, *, here: str) -> str:
    """The path of such a page that `link` leads to on this site, which begins with `here`; "" for anything else."""
    rest = link.removeprefix(here)
    if rest == link:
        return ""
    path = f"/{urlsplit(rest).path}"
    try:
        return path if resolve(path).view_name in _PAGES else ""
    except Resolver404:
        return ""
