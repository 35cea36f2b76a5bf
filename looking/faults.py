"""The product's addresses, and five that go wrong on purpose: error pages are photographed like all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404
from django.urls import path

from xuecheng.config.urls import handler400, handler403, handler404, handler500
from xuecheng.config.urls import urlpatterns as all_urls
from xuecheng.web.errors import csrf_failure

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["FAULTS", "handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def unclear(request: HttpRequest) -> NoReturn:
    """400."""
    raise SuspiciousOperation


def denied(request: HttpRequest) -> NoReturn:
    """403."""
    raise PermissionDenied


def missing(request: HttpRequest) -> NoReturn:
    """404."""
    raise Http404


def broken(request: HttpRequest) -> NoReturn:
    """500."""
    raise ZeroDivisionError


def slow(request: HttpRequest) -> NoReturn:
    """503: the database ends a question that takes too long."""
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 20")
        try:
            cursor.execute("select pg_sleep(5)")
        finally:
            cursor.execute("reset statement_timeout")
    raise AssertionError


def old_form(request: HttpRequest) -> HttpResponse:
    """403 for a form that is too old."""
    return csrf_failure(request)


FAULTS = {"400": unclear, "403": denied, "404": missing, "500": broken, "503": slow, "old-form": old_form}
for _view in FAULTS.values():
    _view.is_public = True  # type: ignore[attr-defined]  # the mark that lets everybody in

urlpatterns = [
    *(path(f"looking/{name}/", view, name=f"looking-{name}") for name, view in FAULTS.items()),
    *all_urls,
]
