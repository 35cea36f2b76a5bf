"""What the one search box finds. Each app registers what it has from `ready()`; the page shows what the asker may see.

What belongs to people (names, cards, records) is looked for only in words that were posted: they stand in no address,
so in no history, bookmark, proxy's log or referrer (ASVS 14.2.1). Everything else is looked for by `?q=`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import providers

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

MOST_SHOWN = 6
"""Of each kind; whoever sees none of theirs among these types another word or goes to the list."""

# Eighteen signs of an identity card or fifteen of an old one, with a day of birth in them; a mobile number.
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_NUMBER_OF_A_PERSON = re.compile(
    rf"(?<!\d)(?:[1-9]\d{{5}}(?:18|19|20)\d\d{_DAY}\d{{3}}[\dXx]|[1-9]\d{{5}}\d\d{_DAY}\d{{3}}|(?:86)?1[3-9]\d{{9}})(?!\d)"
)
_NO_SIGN = {"Cc", "Cf", "Zl", "Zp", "Zs"}
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BREAKS = re.compile(r"[\s\-‐-―−.()]+")  # dashes as people type them


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: what it is called, where it stands, and what tells it from others of the same name."""

    title: str
    url: str
    detail: str = ""


Look = Callable[["HttpRequest", str], Sequence[Hit]]
"""Up to `MOST_SHOWN` + 1 things for the words, the likeliest first, of those only that the asker may see."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing. `act` hides it from those who may not do it; `look` filters its rows all the same.

    `is_personal` says that a hit or the words themselves tell of a person. `more(words)` is the list where all that
    is called so stands, by address; personal kinds have none.
    """

    name: str
    label: _StrOrPromise
    icon: str
    look: Look
    act: str = ""
    is_personal: bool = False
    more: Callable[[str], str] | None = None
    order: int = 100


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    source: Source
    hits: tuple[Hit, ...]
    has_more: bool
    more_url: str


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a kind of thing, once; another of the same name replaces it."""
    _sources[source.name] = source


def unregister(name: str) -> None:
    """Take a kind away again."""
    _sources.pop(name, None)


def sources(request: HttpRequest) -> list[Source]:
    """The kinds that the asker may look for, in order."""
    found = [source for source in _sources.values() if providers.is_allowed(request, source.act)]
    return sorted(found, key=lambda source: (source.order, source.name))


def finds_people(request: HttpRequest) -> bool:
    """Whether the asker's words may be somebody's name: then the box posts them."""
    return any(source.is_personal and providers.is_allowed(request, source.act) for source in _sources.values())


def plain(text: str) -> str:
    """The words as they are looked for: full-width letters and digits made plain, no control signs, single blanks.

    Nothing else is normalised: it would put another sign in the place of a rare one.
    """
    kept = "".join(" " if unicodedata.category(sign) in _NO_SIGN else sign for sign in text.translate(_WIDE))
    return " ".join(kept.split())


def is_number_of_a_person(text: str) -> bool:
    """Whether a number of an identity card or a telephone stands in it: those are found by no search (SEC-03)."""
    return bool(_NUMBER_OF_A_PERSON.search(_BREAKS.sub("", text)))


def find(request: HttpRequest, text: str, *, with_people: bool) -> list[Group]:
    """What is called so, kind by kind, without those of which nothing is. A fixed number of queries for each kind."""
    groups = []
    for source in sources(request):
        if source.is_personal and not with_people:
            continue
        hits = tuple(source.look(request, text)[: MOST_SHOWN + 1])
        if hits:
            has_more = len(hits) > MOST_SHOWN
            more_url = source.more(text) if has_more and source.more else ""
            groups.append(Group(source, hits[:MOST_SHOWN], has_more, more_url))
    return groups
