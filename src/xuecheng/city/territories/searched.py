"""Divisions in the search box: the tree is public."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.web import searching

from . import queries
from .models import Level, Territory


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    found = queries.search(text, limit=searching.MOST_SHOWN + 1)
    return [
        searching.Hit(
            one.name, reverse("territories:show_division", args=[one.code]), f"{_place(one)} {one.code}".strip()
        )
        for one in found
    ]


def _place(one: Territory) -> str:
    """The names above it, the district first."""
    above: list[str] = []
    parent = one.parent
    while parent is not None and parent.level != Level.CITY:
        above.insert(0, parent.name)
        parent = parent.parent
    return " ".join(above)


def _more(text: str) -> str:
    return f"{reverse('territories:show_city')}?{urlencode({'q': text})}"


SOURCE = searching.Source("divisions", _("Divisions"), "map-pin", _look, more=_more, order=40)
