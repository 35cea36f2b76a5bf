"""Sign-in by default, and plain answers to denials."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from xuecheng.city import clock
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Denied, note_denial, note_hidden, public
from xuecheng.web.requests import page_behind

from .queries import Holding
from .requests import capacity, everything, seen, standing
from .rules import ACTS

_PUBLIC_MODULES = ("allauth.account", "xuecheng.web.", "django.views.i18n", "django.contrib.staticfiles")


class SignInRequired:
    """Whoever is not signed in sees public views only; the rest leads to the sign-in page and back.

    Lower apps ask `rights.standing_of_request` who asks; here is where the answer comes from.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Programs that come through the door of the interface have a standing too, though nobody is signed in.
        request.note_seen = partial(seen, request)  # type: ignore[attr-defined]  # read by rights
        if isinstance(request.user, Person):
            request.ask_standing = partial(standing, request)  # type: ignore[attr-defined]  # read by rights
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if getattr(view, "is_public", False):
            return None
        if request.user.is_authenticated:
            return _shut_to_helpers(request, view)
        if view.__module__.startswith(_PUBLIC_MODULES):
            return None
        return redirect_to_login(page_behind(request), settings.LOGIN_URL)


def _shut_to_helpers(request: HttpRequest, view: Callable[..., HttpResponse]) -> HttpResponse | None:
    """While somebody acts for another: only pages that say by which act they are entrusted, and only by that act."""
    match = request.resolver_match
    if view.__module__.startswith("xuecheng.web.") or (match and match.view_name == "account_logout"):
        return None
    entrusted = standing(request).entrusted
    if entrusted is None:
        return None
    act = getattr(view, "entrusted_act", None)
    if act == "" or act in entrusted.acts:
        return None
    helper = getattr(request.user, "public_id", "")
    note_denial(request, act or "", who=helper, helps=standing(request).person.public_id)
    return render(request, "access/not_entrusted.html", {"name": standing(request).person.name}, status=403)


class DenialsBecomeAnswers:
    """Denied is a 403 page that says what to do, refused for now a 429 page; these and what is not found are logged."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Denied):
            note_denial(request, exception.act, who=getattr(request.user, "public_id", "nobody"))
            return render(request, "403.html", {"other_roles": _others(request, exception.act)}, status=403)
        if isinstance(exception, Refusal) and exception.is_for_now:
            note_denial(request, exception.code, who=getattr(request.user, "public_id", "nobody"))
            response = render(request, "access/later.html", {"refusal": exception}, status=429)
            response.headers["Retry-After"] = str(3600 - int(clock.now().timestamp()) % 3600)
            return response
        if isinstance(exception, Http404) and isinstance(request.user, Person):
            note_hidden(request, who=request.user.public_id)
        return None


def _others(request: HttpRequest, act: str) -> list[Holding]:
    """The person's other roles that allow the act somewhere: the page offers to act in one of them."""
    if not isinstance(request.user, Person) or act not in ACTS or standing(request).entrusted is not None:
        return []
    now = capacity(request)
    return [held for held in everything(request).holdings if act in held.acts and held != now]


__all__ = ["DenialsBecomeAnswers", "SignInRequired", "public"]
