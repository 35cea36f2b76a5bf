"""People in the search box: for whoever may list them, in words that were posted."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.rights import standing_of_request
from xuecheng.web import searching

from . import queries


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    found = queries.called(standing_of_request(request), text, most=searching.MOST_SHOWN + 1)
    return [
        searching.Hit(
            one.name,
            reverse("people:show_person", args=[one.public_id]),
            f"{one.sign_in_name} {one.territory.name if one.territory else ''}".strip(),
        )
        for one in found
    ]


SOURCE = searching.Source("people", _("People"), "users", _look, act=queries.SEE, is_personal=True, order=10)
