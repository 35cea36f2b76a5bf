"""Courses in the search box: everybody may know what can be learnt."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.web import searching

from . import queries


def _look(request: HttpRequest, text: str) -> list[searching.Hit]:
    del request
    found = queries.catalogue(text=text).order_by("-id")
    return [
        searching.Hit(
            row.course.title,
            reverse("courses:show_course", args=[row.course.public_id]),
            f"{row.course.get_subject_display()} {row.course.owner.name}",
        )
        for row in found[: searching.MOST_SHOWN + 1]
    ]


def _more(text: str) -> str:
    return f"{reverse('courses:list_courses')}?{urlencode({'text': text})}"


SOURCE = searching.Source("courses", _("Courses"), "book", _look, more=_more, order=20)
