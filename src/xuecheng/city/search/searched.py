"""Pages of the menu and of the help in the search box."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from xuecheng.web import helping, menu, searching

_KINDS: tuple[menu.Kind, ...] = ("resident", "staff", "tool", "more", "public", "footer")


def _pages(request: HttpRequest, text: str) -> list[searching.Hit]:
    """Places of the menus that the reader has, by a part of their name in either language."""
    wanted = text.casefold()
    found: dict[str, searching.Hit] = {}
    named: set[str] = set()
    here = translation.get_language() or "zh-hans"
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for kind in _KINDS if request.user.is_authenticated else ("public", "footer"):
                named |= {place.url for place in menu.places(request, kind) if wanted in place.label.casefold()}
    with translation.override(here):
        for kind in _KINDS if request.user.is_authenticated else ("public", "footer"):
            for place in menu.places(request, kind):
                if place.url in named:
                    found.setdefault(place.url, searching.Hit(place.label, place.url))
    return list(found.values())[: searching.MOST_SHOWN + 1]


def _help(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    found = helping.called(text)
    return [searching.Hit(topic.title, topic.url, topic.about) for topic in found[: searching.MOST_SHOWN + 1]]


SOURCES = (
    searching.Source("pages", _("Pages"), "link", _pages, order=1),
    searching.Source("help", _("Help"), "help-circle", _help, order=90),
)
