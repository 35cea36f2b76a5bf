"""Pages for what went wrong: what is so, why, the nearest useful thing, and a fault id where we are at fault."""

from __future__ import annotations

import logging
import secrets
import sys
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from . import away, events, preferences

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger("xuecheng.faults")

# Without 0, 1, I, L, O and U: people read a fault id out on the telephone.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent cannot be understood. 413: there is more of it than a form takes."""
    # A session that could not be kept because the database went looks to Django like one that somebody ended.
    if away.is_away(exception):
        return database_away(request, exception)
    is_too_large = isinstance(exception, RequestDataTooBig)
    return render(request, "400.html", {"is_too_large": is_too_large}, status=413 if is_too_large else 400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: understood, and not for this person."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old, or was not ours. Nothing was done."""
    # Behind the dash Django may repeat where somebody came from.
    why = reason.partition(" - ")[0]
    events.tell(logger, "access.form_refused", "A form was refused", route=_route_of(request), reason=why)
    return render(request, "web/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing is here, or nothing that this person may know of."""
    return render(request, "404.html", status=404)


def _route_of(request: HttpRequest) -> str:
    """The route's name and not the path, which may hold codes."""
    match = request.resolver_match
    return match.view_name if match else "-"


def database_away(request: HttpRequest, error: BaseException) -> HttpResponse:
    """503: nobody's fault to look for, over in a moment. The page needs neither database nor session."""
    away.let_go(error)
    events.tell(
        logger,
        "database.away",
        "The database is away",
        level=logging.WARNING,
        reason=type(error).__name__,
        route=_route_of(request),
    )
    chosen = preferences.of(request)
    # It may come from outside the middleware that speaks the reader's language, as where a session could not be kept.
    with translation.override(chosen.language):
        page = render_to_string("503.html", {"chosen": chosen})
    response = HttpResponse(page, status=503, headers={"Retry-After": str(away.AGAIN_IN_S)})
    # Django would log a trace, and call it an error.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
    return response


def fault(request: HttpRequest) -> HttpResponse:
    """500: our fault. The page needs neither database nor session; its id finds the one log entry with the trace."""
    error = sys.exc_info()[1]
    if error is not None and away.is_away(error):
        return database_away(request, error)
    fault_id = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))
    logger.error(
        "Fault %s at %s %s", fault_id, request.method, _route_of(request), exc_info=sys.exc_info(),
        extra={"event": "fault", "facts": {"fault": fault_id, "route": _route_of(request)}},
    )  # fmt: skip
    chosen = preferences.of(request)
    page = render_to_string("500.html", {"fault_id": fault_id, "chosen": chosen})
    response = HttpResponse(page, status=500)
    # Django would log the same trace again, without the id.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
    return response
