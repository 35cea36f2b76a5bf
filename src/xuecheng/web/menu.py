"""The places a page leads to. Each app registers its own from `ready()`; the shell shows what the person may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from django.conf import settings
from django.core.cache import caches
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.translation import gettext_lazy as _

from . import providers
from .counting import counts_of, has_just_sent

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

Kind = Literal["public", "resident", "staff", "tool", "more", "footer"]
"""Where an entry stands: before sign-in, for residents, in the staff rail; `tool` as an icon with its number in the
head of every page, `more` only in the menu, `footer` below."""

Bar = Literal["never", "normal", "elder", "both"]
"""Whether a resident's entry stands in the phone's bottom bar: of five places, of four in elder mode, or of both."""

MOST_IN_A_ROW = 7
"""No one scans more entries than this (look.md 4)."""


GROUPS: dict[str, _StrOrPromise] = {
    "": "",
    "classes": _("Courses and classes"),
    "teachers": _("Teachers and volunteers"),
    "network": _("Network and venues"),
    "records": _("Learning records"),
    "recognition": _("Recognition and rules"),
    "exchange": _("Exchange and redemption"),
    "checks": _("Certificates and checks"),
    "people": _("People"),
    "system": _("Bodies and system"),
    "own_learning": _("My learning"),
    "own_credit": _("My credits and certificates"),
    "own_teaching": _("My teaching and assessing"),
    "own_data": _("My account and data"),
}
"""The headings under which places stand where they are more than a row, in their order; those of no group first."""

_RANK = {name: rank for rank, name in enumerate(GROUPS)}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A place: `url_name` is reversed without arguments; `act` hides it from those who may not.

    `waiting(request)` gives the lists of what waits there, for those only who may go there; their rows are counted for
    all places of a page in one query, and the number is shown where it is not 0. With `among(request)` the place is
    for those only who have a row in one of these lists, asked in the same query. `covers` names other views or whole
    namespaces (`"records:"`) whose pages belong to this place. `short` is the word under a bar's icon. `group` is
    one of `GROUPS`.
    """

    label: _StrOrPromise
    url_name: str
    icon: str
    act: str = ""
    group: str = ""
    order: int = 100
    waiting: Callable[[HttpRequest], Iterable[QuerySet[Any]]] | None = None
    among: Callable[[HttpRequest], Iterable[QuerySet[Any]]] | None = None
    covers: tuple[str, ...] = ()
    bar: Bar = "never"
    short: _StrOrPromise = ""
    in_header: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """An entry as one request shows it."""

    label: str
    short: str
    url: str
    icon: str
    is_current: bool
    count: int
    """How much waits there, counted up to a hundred."""
    group: str = ""
    """The heading it stands under; none where places are few."""

    @property
    def number(self) -> str:
        """The count as it stands beside the place."""
        return "99+" if self.count > 99 else str(self.count)


_entries: dict[Kind, list[MenuEntry]] = {
    "public": [],
    "resident": [],
    "staff": [],
    "tool": [],
    "more": [],
    "footer": [],
}


def register(kind: Kind, entry: MenuEntry) -> None:
    """Add `entry` to the places of `kind`, once; a second entry for the same view replaces the first."""
    entries = _entries[kind]
    entries[:] = [other for other in entries if other.url_name != entry.url_name]
    entries.append(entry)
    entries.sort(key=lambda each: (_RANK[each.group], each.order, each.url_name))


def unregister(kind: Kind, url_name: str) -> None:
    """Take the entry for `url_name` away again."""
    _entries[kind][:] = [entry for entry in _entries[kind] if entry.url_name != url_name]


def places(request: HttpRequest, kind: Kind) -> tuple[Place, ...]:
    """What `kind` of people may see here, in order; counts are asked of `request`'s person."""
    return _shown(request, _entries[kind])


def header_places(request: HttpRequest, kind: Kind) -> tuple[Place, ...]:
    """The places in the header row: without those that only the phone's bar or a menu shows."""
    return _shown(request, [entry for entry in _entries[kind] if entry.in_header])[:MOST_IN_A_ROW]


def bar_places(request: HttpRequest, *, elder: bool) -> tuple[Place, ...]:
    """The places of a resident's bottom bar; four in elder mode."""
    wanted = ("elder", "both") if elder else ("normal", "both")
    most = 4 if elder else 5
    return _shown(request, [entry for entry in _entries["resident"] if entry.bar in wanted])[:most]


def _shown(request: HttpRequest, entries: list[MenuEntry]) -> tuple[Place, ...]:
    reachable: list[tuple[MenuEntry, str]] = []
    for entry in entries:
        url = _url(entry)
        if url and providers.is_allowed(request, entry.act):
            reachable.append((entry, url))
    current = _current(request, reachable)
    counts = _counts(request) if any(entry.waiting or entry.among for entry, _url in reachable) else {}
    reachable = [(entry, url) for entry, url in reachable if not entry.among or counts.get(_among(entry))]
    are_grouped = len(reachable) > MOST_IN_A_ROW
    return tuple(
        Place(
            label=str(entry.label),
            short=str(entry.short or entry.label),
            url=url,
            icon=entry.icon,
            is_current=url == current,
            group=str(GROUPS[entry.group]) if are_grouped else "",
            count=counts.get(entry.url_name, 0),
        )
        for entry, url in reachable
    )


def _counts(request: HttpRequest) -> dict[str, int]:
    """The numbers beside all places where this person may go, by view, of every kind at once. One query at most.

    They are the larger part of a page's work, so that for `MENU_COUNTS_S` seconds a session is shown them again. Not
    after it has sent something: what one did oneself shows at once.
    """
    kept = cast("dict[str, int] | None", getattr(request, "menu_counts", None))
    if kept is None:
        session = getattr(getattr(request, "session", None), "session_key", None) if settings.MENU_COUNTS_S else None
        if session and not has_just_sent(request):
            kept = caches["process"].get(f"menu:{session}")
        if kept is None:
            kept = _counted(request)
            if session:
                caches["process"].set(f"menu:{session}", kept, settings.MENU_COUNTS_S)
        request.menu_counts = kept  # type: ignore[attr-defined]  # asked of by each kind of place
    return kept


def _counted(request: HttpRequest) -> dict[str, int]:
    lists: dict[str, Iterable[QuerySet[Any]]] = {}
    for entry in (each for entries in _entries.values() for each in entries):
        if not (entry.waiting or entry.among) or not _url(entry) or not providers.is_allowed(request, entry.act):
            continue
        if entry.waiting:
            lists[entry.url_name] = entry.waiting(request)
        if entry.among:
            lists[_among(entry)] = entry.among(request)
    return counts_of(lists)


def _among(entry: MenuEntry) -> str:
    """The name under which it is counted for whom a place is."""
    return f"among {entry.url_name}"


def _url(entry: MenuEntry) -> str:
    """The address, or nothing while the view of a registered entry is not routed."""
    return _address(entry.url_name, get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF)


@cache
def _address(url_name: str, _prefix: str, urlconf: str) -> str:
    """Looked for once a process: each page asks for some sixty of them."""
    try:
        return reverse(url_name, urlconf=urlconf)
    except NoReverseMatch:
        return ""


def _current(request: HttpRequest, reachable: list[tuple[MenuEntry, str]]) -> str:
    """The address of the place this page belongs to: named by view, else by namespace, else the longest path above."""
    match = request.resolver_match
    name = match.view_name if match else ""
    for entry, url in reachable:
        if name and (name == entry.url_name or name in entry.covers):
            return url
    for entry, url in reachable:
        if any(cover.endswith(":") and name.startswith(cover) for cover in entry.covers):
            return url
    above = [url for _entry, url in reachable if url != "/" and request.path.startswith(url)]
    return max(above, key=len, default="")
