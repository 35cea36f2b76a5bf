"""The page on which a unit sees how the load of teaching is shared."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.web.paging import SIZE, CursorSpoilt, Page

from . import forms, queries, words
from .models import TeachingSession

FIND = "staff.find_teacher"
MOST_NAMED = 3
"""So many are named beside somebody who carries too much; the search tells the others."""


@never_cache
@require_GET
@only_for(FIND)
def show_sharing(request: HttpRequest) -> HttpResponse:
    """Who carries how much, the fullest first; what is to be done about it (T-04)."""
    form = forms.SharingFilter(request.GET or None)
    context: dict[str, Any] = {"form": form}
    now = clock.now()
    days = form.cleaned_data if form.is_valid() else {"first": None, "until": None}
    if not form.errors:
        try:
            found = queries.sharing_of(standing(request), **days, at=now)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            form.initial = {"first": found.weeks.begins_on, "until": found.weeks.ends_on}
            after = request.GET.get("after", "")
            shown, following = queries.people_after(found, _key(after), size=SIZE)
            page = Page(rows=shown, next_cursor=str(following or ""), is_later=bool(after))
            context |= {
                "sharing": found,
                "page": page,
                "lines": [
                    (one, _search_for(found.coming.get(one.teacher.pk)), found.heirs.get(one.teacher.pk, ()))
                    for one in shown
                ],
                "most_named": MOST_NAMED,
                "advice": words.ADVICE_WORDS[found.advice],
            }
    return render(request, "staff/sharing.html", context, status=422 if form.errors else 200)


def _key(after: str) -> int | None:
    """Raises `CursorSpoilt`."""
    if not after:
        return None
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise CursorSpoilt
    return int(after)


def _search_for(session: TeachingSession | None) -> str:
    """The address of the search for somebody who could take a session over; empty for none."""
    if session is None:
        return ""
    begins, ends = (timezone.localtime(one, clock.zone()) for one in (session.during.lower, session.during.upper))
    wish = {
        "subject": session.subject,
        "level": session.level,
        "place": session.territory.code,
        "on": begins.date().isoformat(),
        "begins": f"{begins:%H:%M}",
        "ends": f"{ends:%H:%M}",
    }
    return f"{reverse('staff:find_teachers')}?{urlencode(wish)}"
