"""One box for everything. Words that may be a person's name are posted and wait in the session, never in an address."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xuecheng.city import clock
from xuecheng.city.identity.rules.codes import Limit
from xuecheng.city.identity.services import allowances
from xuecheng.city.identity.views.asking import client_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import public, standing_of_request
from xuecheng.web import searching
from xuecheng.web.views import SeeOther

from . import rules
from .forms import Find

PER_PERSON = Limit("search", 60, timedelta(minutes=5))
PER_CLIENT = Limit("search-client", 300, timedelta(minutes=5))
"""A whole learning place may stand behind one address."""
KEPT = "searches"
"""Session key: what was looked for lately, by a number that says nothing."""
MOST_KEPT = 8


@public
@never_cache
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The box, and what was found for its words."""
    may_find_people = searching.finds_people(request)
    if request.method == "POST":
        text = searching.plain(request.POST.get("q", "")[: 2 * rules.LONGEST])
        if not may_find_people:
            return SeeOther(f"{reverse('search:search')}?{urlencode({'q': text})}")
        if (refusal := _refusal(text)) is not None:
            return _page(request, text=text, refusal=refusal)
        return SeeOther(f"{reverse('search:search')}?{urlencode({'of': _keep(request, text)})}")
    if number := request.GET.get("of", ""):
        text = request.session.get(KEPT, {}).get(number, "") if may_find_people else ""
        return _answer(request, text, with_people=True) if text else _page(request, is_over=True)
    text = searching.plain(request.GET.get("q", "")[: 2 * rules.LONGEST])
    return _answer(request, text, with_people=False) if text else _page(request)


def _answer(request: HttpRequest, text: str, *, with_people: bool) -> HttpResponse:
    if (refusal := _refusal(text)) is not None:
        return _page(request, text=text, refusal=refusal)
    if _are_too_many(request):
        return _page(request, text=text, refusal=rules.TooManySearches(), status=429)
    groups = searching.find(request, text, with_people=with_people)
    could_be_posted = not with_people and searching.finds_people(request)
    return _page(request, text=text, groups=groups, was_asked=True, could_be_posted=could_be_posted)


def _refusal(text: str) -> Refusal | None:
    try:
        rules.check(text, is_number=searching.is_number_of_a_person(text))
    except Refusal as refusal:
        return refusal
    return None


def _are_too_many(request: HttpRequest) -> bool:
    user = request.user
    whom = (PER_PERSON, str(user.pk)) if isinstance(user, Person) else (PER_CLIENT, client_of(request))
    return bool(allowances.take([whom], at=clock.now()))


def _keep(request: HttpRequest, text: str) -> str:
    """Remember the words in the session, the newest few only; their number goes into the address."""
    kept = dict(list(request.session.get(KEPT, {}).items())[1 - MOST_KEPT :])
    number = secrets.token_urlsafe(6)
    request.session[KEPT] = kept | {number: text}
    return number


def _page(
    request: HttpRequest, *, text: str = "", refusal: Refusal | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    is_number = isinstance(refusal, rules.SearchForNumber)
    # A number of a person is not sent back either.
    form = Find({"q": "" if is_number else text[: rules.LONGEST]})
    form.is_valid()
    if refusal is not None:
        form.add_error("q", str(refusal))
    context = {
        "layout": "web/staff.html" if _is_staff(request) else "web/base.html",
        "form": form,
        "text": text,
        "heading": _heading(text, refusal, more),
        "may_find_numbers": is_number and standing_of_request(request).may_somewhere("realname.find_number"),
    } | more
    return render(request, "search/search.html", context, status=422 if refusal and status == 200 else status)


def _is_staff(request: HttpRequest) -> bool:
    # Of somebody who acts in no role, or is not signed in, the standing holds none.
    return bool(getattr(standing_of_request(request), "holdings", ()))


def _heading(text: str, refusal: Refusal | None, more: dict[str, Any]) -> str:
    if refusal is not None or not more.get("was_asked"):
        return _("Search")
    groups: list[searching.Group] = more["groups"]
    found = sum(len(group.hits) for group in groups)
    if not found:
        return _("Nothing was found for “%(text)s”") % {"text": text}
    if any(group.has_more for group in groups):
        return _("More than %(number)d found for “%(text)s”") % {"number": found, "text": text}
    return _("%(number)d found for “%(text)s”") % {"number": found, "text": text}
