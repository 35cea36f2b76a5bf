"""What every request of a signed-in person passes: its session is noted, staff show a second factor where asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from xuecheng.city import clock
from xuecheng.city.access.requests import everything
from xuecheng.city.people.models import Person
from xuecheng.web.requests import page_behind

from . import keeping
from .ending import SEEN, SEEN_EVERY_S, is_over
from .recent import SECOND_FACTOR, ProofTooOld
from .services import sessions

_OPEN_WITHOUT = ("identity:", "mfa_", "account_", "web:")


class Sessions:
    """Notes every ten minutes that a session is in use, and leads to the page that asks for a fresh proof."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Person) and request.session.session_key:
            now = clock.now()
            if is_over(request, now.timestamp()):
                return _ended(request)
            is_use = request.method != "GET" or request.path != reverse("identity:stay")
            if is_use and abs(now.timestamp() - float(request.session.get(SEEN, 0))) >= SEEN_EVERY_S:
                request.session[SEEN] = int(now.timestamp())
                sessions.seen(key=request.session.session_key, at=now)
        response = self.get_response(request)
        keeping.mark(request, response)
        return _forgotten(response) if getattr(request, "signed_out", False) else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ProofTooOld):
            return HttpResponseRedirect(
                f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}"
            )
        return None


def _forgotten(response: HttpResponse) -> HttpResponse:
    """Whoever signed out leaves nothing behind in the browser (ASVS 14.3.1)."""
    keeping.stop(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _ended(request: HttpRequest) -> HttpResponse:
    """Out, and to the page where one comes in and goes on.

    What was typed waits in the tab, sealed, for the same person (`ending.until`); so the browser forgets its cache, and
    the worker what it kept, but not that.
    """
    sessions.end_here(key=request.session.session_key or "")
    logout(request)
    messages.info(request, _("To keep your account safe you were signed out after a while. Please sign in again."))
    response = redirect_to_login(page_behind(request), settings.LOGIN_URL)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


class SecondFactorForStaff:
    """Whoever holds a role works only in a session that a passkey or second factor opened, where so set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        del args, kwargs
        if not settings.IDENTITY_STAFF_SECOND_FACTOR or not isinstance(request.user, Person):
            return None
        match = request.resolver_match
        if getattr(view, "is_public", False) or (match and match.view_name.startswith(_OPEN_WITHOUT)):
            return None
        if any(record.get("method") == SECOND_FACTOR for record in get_authentication_records(request, request.user)):
            return None
        if not everything(request).holdings:
            return None
        return HttpResponseRedirect(reverse("identity:show_second_factor"))
