"""A page whose question to the database takes too long ends with a plain answer, and the database is free again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import OperationalError
from django.shortcuts import render

from .requests import number_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("xuecheng.slow")
_CANCELLED = "57014"


def is_too_slow(error: BaseException) -> bool:
    """Whether the database ended a statement because its time was over."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") == _CANCELLED


class TooSlow:
    """503 with what to do, instead of a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing but passing on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What took too long becomes an answer; everything else goes on."""
        if not is_too_slow(exception):
            return None
        match = request.resolver_match
        logger.warning("Too slow: %s, request %s", match.view_name if match else "", number_of(request))
        response = render(request, "web/slow.html", status=503)
        response.headers["Retry-After"] = "30"
        return response
