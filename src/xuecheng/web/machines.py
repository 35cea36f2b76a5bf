"""What browsers, search engines and finders of faults ask every site for, under the addresses they all know."""

from __future__ import annotations

from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    View = TypeVar("View", bound=Callable[..., HttpResponseBase])

_NOT_FOR_SEARCH = ("/api/", "/parts/", "/preferences/", "/search/", "/sign-in/", "/sign-up/")
"""Nothing for a search engine there. What must not be found at all says so itself, for this list is public."""
_TEXT = "text/plain; charset=utf-8"
_GOOD_FOR = timedelta(days=180)
"""A contact that nobody has looked at for long may lead nowhere; RFC 9116 §2.5.5 asks for less than a year."""


def not_for_search(view: View) -> View:
    """Pages that a code or a secret in the address opens: where it stands somewhere, no search engine follows it."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if kwargs:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return cast("View", told)


def _kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may leave aside (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_SEARCH)]
    return _kept(HttpResponse("\n".join([*lines, ""]), content_type=_TEXT))


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark, for whoever asks without having read a page."""
    return _kept(HttpResponseRedirect(static("web/icon-192.png")))


@require_safe
def security_contact(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); nothing where no contact is set."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    here = settings.SITE_ADDRESS.rstrip("/") or request.build_absolute_uri("/").rstrip("/")
    until = timezone.localdate() + _GOOD_FOR
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until}T00:00:00Z",
        "Preferred-Languages: zh, en",
        f"Canonical: {here}{request.path}",
    ]
    return _kept(HttpResponse("\n".join([*lines, ""]), content_type=_TEXT))


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Where password managers lead people who should change theirs (W3C, "A Well-Known URL for Changing Passwords")."""
    return HttpResponseRedirect(reverse("account_change_password"))
