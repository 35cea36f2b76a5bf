"""Verified lists in the search box, for whoever brought them: by the file's name, which may name people."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.rights import standing_of_request
from xuecheng.web import searching
from xuecheng.web.templatetags.xc import date_only

from . import queries


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    rows = queries.lists(standing_of_request(request)).filter(file_name__icontains=text)
    return [
        searching.Hit(
            one.file_name,
            reverse("employers:show_list", args=[one.public_id]),
            f"{one.organisation.name} {date_only(one.asked_at)}",
        )
        for one in rows.order_by("-id")[: searching.MOST_SHOWN + 1]
    ]


SOURCE = searching.Source(
    "verified_lists", _("Verified lists"), "shield-check", _look, act=queries.CHECK, is_personal=True, order=60
)
