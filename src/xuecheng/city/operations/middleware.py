"""Addresses for machines, and the one line and the numbers that each request leaves behind."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from xuecheng.city.access.queries import Standing
from xuecheng.city.people.models import Person
from xuecheng.web import events

from . import metrics, probes

log = logging.getLogger("xuecheng.requests")
_GETS = ("GET", "HEAD")


class Probes:
    """`/healthz`, `/readyz`, `/readyz/web`, `/metrics`: before hosts, sessions and languages are looked at.

    A proxy or a scraper sends whatever host name it likes. The first three tell a stranger nothing but yes or no;
    `/metrics` is not there unless its token is set, and then only for whoever sends it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.answers: dict[str, Callable[[HttpRequest], HttpResponse]] = {
            "/healthz": lambda _request: _plain("alive"),
            "/readyz": lambda _request: _ready(workers_too=True),
            "/readyz/web": lambda _request: _ready(workers_too=False),
            "/metrics": _metrics,
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the machines; pass everything else on."""
        answer = self.answers.get(request.path_info)
        if answer is None or request.method not in _GETS:
            return self.get_response(request)
        return answer(request)


def _ready(*, workers_too: bool) -> HttpResponse:
    lacking = probes.lacks(workers_too=workers_too)
    return _plain(" ".join(lacking), status=503) if lacking else _plain("ready")


def _metrics(request: HttpRequest) -> HttpResponse:
    wanted = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if not wanted or not secrets.compare_digest(given.encode(), f"Bearer {wanted}".encode()):
        return _plain("not found", status=404)
    body, media_type = metrics.page()
    return _unkept(HttpResponse(body, content_type=media_type))


def _plain(words: str, *, status: int = 200) -> HttpResponse:
    return _unkept(HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8"))


def _unkept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


class Watching:
    """Times each request, counts its statements, logs one line and adds to the numbers (OPS-01, OPS-03)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing is asked of the database for it: what was not looked at for the page stands in no line."""
        began, statements = time.perf_counter(), _Statements()
        with connection.execute_wrapper(statements):
            response = self.get_response(request)
        seconds = time.perf_counter() - began
        match = request.resolver_match
        if match is None and request.path_info.startswith(str(settings.STATIC_URL)):
            metrics.note_request("static", request.method, response.status_code, seconds, statements.count)
            return response
        route = match.view_name if match else "none"
        metrics.note_request(route, request.method, response.status_code, seconds, statements.count)
        events.tell(
            log,
            "request",
            "A request was answered",
            route=route,
            method=request.method if request.method in metrics.METHODS else "other",
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            queries=statements.count,
            **_who(request),
        )
        return response


class _Statements:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def _who(request: HttpRequest) -> dict[str, Any]:
    """Who asked, by opaque ids, as far as the request found out by itself."""
    if (caller := getattr(request, "caller", None)) is not None:
        return {"program": caller.key} if caller.is_known else {}
    standing, person = getattr(request, "standing", None), getattr(request, "_cached_user", None)
    if not isinstance(person, Person):
        return {}
    found: dict[str, Any] = {"person": str(person.public_id)}
    if isinstance(standing, Standing):
        if standing.entrusted is not None:
            found["helps"] = str(standing.person.public_id)
        elif standing.holdings:
            held = standing.holdings[0]
            place = f"organisation {held.organisation_id}" if held.organisation_id else held.territory_path
            found |= {"role": held.role, "place": place}
    return found
