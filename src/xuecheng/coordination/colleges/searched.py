"""Units of the network in the search box: everybody may know who is where."""

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
    found = queries.colleges(on=clock.today(), text=text).order_by("territory__code", "pk")
    return [
        searching.Hit(
            one.name,
            reverse("colleges:show_college", args=[one.public_id]),
            f"{one.get_level_display()} {one.territory.name}",
        )
        for one in found[: searching.MOST_SHOWN + 1]
    ]


def _more(text: str) -> str:
    return f"{reverse('colleges:list_colleges')}?{urlencode({'text': text})}"


SOURCE = searching.Source("colleges", _("Colleges, schools and teaching points"), "school", _look, more=_more, order=34)
