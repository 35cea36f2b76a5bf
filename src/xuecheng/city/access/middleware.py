"""Sign-in by default, and plain answers to denials."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xuecheng.city.people.models import Person
from xuecheng.city.rights import Denied, public

from .requests import standing

_PUBLIC_MODULES = ("allauth.account", "xuecheng.web.", "django.views.i18n", "django.contrib.staticfiles")


class SignInRequired:
    """Whoever is not signed in sees public views only; the rest leads to the sign-in page and back.

    Lower apps ask `rights.standing_of_request` who asks; here is where the answer comes from.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Person):
            request.ask_standing = partial(standing, request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.user.is_authenticated or getattr(view, "is_public", False):
            return None
        if view.__module__.startswith(_PUBLIC_MODULES):
            return None
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


class DenialsBecomeAnswers:
    """`Denied` from anywhere becomes a 403 page that says what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Denied):
            return render(request, "403.html", status=403)
        return None


__all__ = ["DenialsBecomeAnswers", "SignInRequired", "public"]
