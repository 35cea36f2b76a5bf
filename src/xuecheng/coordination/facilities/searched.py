"""Places in the search box: everybody may know what is where."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.web import searching

from . import queries


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    found = queries.venues(text=text).order_by("-state", "name_zh", "pk")
    return [
        searching.Hit(
            one.name,
            reverse("facilities:show_venue", args=[one.public_id]),
            f"{one.get_kind_display()} {one.territory.name} {one.address}",
        )
        for one in found[: searching.MOST_SHOWN + 1]
    ]


def _more(text: str) -> str:
    return f"{reverse('facilities:list_venues')}?{urlencode({'text': text})}"


SOURCE = searching.Source("venues", _("Venues and rooms"), "map-pin", _look, more=_more, order=35)
