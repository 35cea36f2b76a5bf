"""Pages of one's own that stay on one's own device, to be read without network. Never unless somebody chose it there.

The choice is a cookie that fits one person only, so that on a counter's computer nothing of anybody is kept, and what
was kept for one goes as soon as a page is answered to another or to nobody (ASVS 14.3.1, 14.3.2). What the worker does
with the two headers stands in `web/static/web/worker.js`.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.people.models import Person

from .ending import ending_of

KEPT_FOR, KEEP = "Xuecheng-Kept-For", "Xuecheng-Keep"
NOBODY = "nobody"
_YEAR_S = 365 * 86_400


def is_chosen(request: HttpRequest) -> bool:
    """Whether the signed-in person keeps pages on this device."""
    person = getattr(request, "user", None)
    return isinstance(person, Person) and constant_time_compare(request.COOKIES.get(_cookie(), ""), _mark(person))


def choose(response: HttpResponse, person: Person) -> None:
    """Keep this person's pages on this device from now on."""
    response.set_cookie(
        _cookie(), _mark(person), max_age=_YEAR_S, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def stop(response: HttpResponse) -> None:
    """Keep nobody's."""
    response.delete_cookie(_cookie(), samesite="Lax")


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Say on a page for whom this device keeps pages, and on one that may stay, until when: no longer than the session.

    A page seen on behalf of somebody else is never kept.
    """
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    if not is_chosen(request) or getattr(request, "signed_out", False):
        response.headers[KEPT_FOR] = NOBODY
        return
    response.headers[KEPT_FOR] = request.COOKIES[_cookie()]
    if getattr(response, "may_be_kept", False) and standing(request).entrusted is None:
        response.headers[KEEP] = str(int(ending_of(request, clock.now().timestamp()).at))


def _mark(person: Person) -> str:
    return salted_hmac("identity.kept", str(person.public_id), algorithm="sha256").hexdigest()[:32]


def _cookie() -> str:
    return "__Host-xc_keep" if settings.SESSION_COOKIE_SECURE else "xc_keep"
