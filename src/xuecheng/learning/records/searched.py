"""Learning records in the search box, by their whole key, which may hold a student's number and is posted."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.requests import standing
from xuecheng.web import searching

from .queries import lists


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    found = lists.records_with_key(standing(request), text)
    return [
        searching.Hit(
            one.title,
            reverse("records:show_record", args=[one.pk]),
            f"{one.record_key} {one.institution.name} {one.learner.name}",
        )
        for one in found[: searching.MOST_SHOWN + 1]
    ]


SOURCE = searching.Source(
    "records", _("Learning records"), "list", _look, act="records.see_record", is_personal=True, order=20
)
