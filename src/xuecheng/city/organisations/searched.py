"""Organisations in the search box: the register is public."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Case, Q, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.web import searching

from . import queries


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    named = Q(code__iexact=text) | Q(name_zh=text) | Q(name_en__iexact=text)
    found = queries.organisations(text=text).order_by("-is_active", Case(When(named, then=0), default=1), "code")
    return [
        searching.Hit(
            one.name,
            reverse("organisations:show_organisation", args=[one.code]),
            f"{one.get_kind_display()} {one.territory.name} {one.code}",
        )
        for one in found[: searching.MOST_SHOWN + 1]
    ]


def _more(text: str) -> str:
    return f"{reverse('organisations:list_organisations')}?{urlencode({'q': text})}"


SOURCE = searching.Source("organisations", _("Organisations"), "building-community", _look, more=_more, order=30)
