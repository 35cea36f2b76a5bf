"""Calls for volunteers in the search box: those that everybody may find."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.web import searching

from . import queries


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    found = queries.calls(at=clock.now(), text=text).order_by("-pk")[: searching.MOST_SHOWN + 1]
    return [
        searching.Hit(one.title, reverse("volunteers:show_call", args=[one.public_id]), one.organisation.name)
        for one in found
    ]


def _more(text: str) -> str:
    return f"{reverse('volunteers:list_calls')}?{urlencode({'text': text})}"


SOURCE = searching.Source("calls", _("Calls for volunteers"), "heart-handshake", _look, more=_more, order=35)
