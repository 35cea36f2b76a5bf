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

from .recent import SECOND_FACTOR, ProofTooOld
from .services import sessions

SEEN = "identity_seen"
BEGAN = "identity_began"
_SEEN_EVERY_S = 600
_DAY_S = 86_400
_OPEN_WITHOUT = ("identity:", "mfa_", "account_", "web:")


class Sessions:
    """Notes every ten minutes that a session is in use, and leads to the page that asks for a fresh proof."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Person) and request.session.session_key:
            now = clock.now()
            if _is_over(request, now.timestamp()):
                return _forgotten(_ended(request))
            if abs(now.timestamp() - float(request.session.get(SEEN, 0))) >= _SEEN_EVERY_S:
                request.session[SEEN] = int(now.timestamp())
                sessions.seen(key=request.session.session_key, at=now)
        response = self.get_response(request)
        return _forgotten(response) if getattr(request, "signed_out", False) else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ProofTooOld):
            return HttpResponseRedirect(
                f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}"
            )
        return None


def _forgotten(response: HttpResponse) -> HttpResponse:
    """Whoever signed out leaves nothing behind in the browser (ASVS 14.3.1)."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _is_over(request: HttpRequest, now: float) -> bool:
    """Whether the session ended by itself: not used for long, or begun long ago; of staff after much less.

    Use is noted every ten minutes only; so long may pass beyond a limit.
    """
    session = request.session
    began = session.setdefault(BEGAN, int(now))
    idle, age = now - float(session.get(SEEN, now)), now - float(began)
    if age >= settings.SESSION_DAYS * _DAY_S or idle >= settings.SESSION_IDLE_DAYS * _DAY_S + _SEEN_EVERY_S:
        return True
    staff_idle = settings.STAFF_SESSION_IDLE_MINUTES * 60 + _SEEN_EVERY_S
    if idle < staff_idle and age < settings.STAFF_SESSION_HOURS * 3600:
        return False
    return bool(everything(request).holdings)


def _ended(request: HttpRequest) -> HttpResponse:
    """Out, and to the page where one comes in and goes on."""
    sessions.end_here(key=request.session.session_key or "")
    logout(request)
    messages.info(request, _("To keep your account safe you were signed out after a while. Please sign in again."))
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/", settings.LOGIN_URL)


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
