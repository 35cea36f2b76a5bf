"""Classes in the search box: those that everybody may find."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.web import searching

from . import queries


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    found = queries.find(queries.Find(text=text)).order_by("-pk")[: searching.MOST_SHOWN + 1]
    return [
        searching.Hit(
            one.title,
            reverse("classes:show_class", args=[one.public_id]),
            f"{one.host.name} {one.season.name} {one.get_state_display()}",
        )
        for one in found
    ]


def _more(text: str) -> str:
    return f"{reverse('classes:find_classes')}?{urlencode({'text': text})}"


SOURCE = searching.Source("classes", _("Classes to learn in"), "school", _look, more=_more, order=30)
