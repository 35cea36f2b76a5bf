"""How many rows several lists have, asked in one statement: the numbers beside the places of a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

_READS = ("GET", "HEAD", "OPTIONS")
MOST = 100
"""A list is counted so far: beside a place stands no more than "99+"."""


def counts_of(lists: Mapping[str, Iterable[QuerySet[Any]]], *, most: int | None = MOST) -> dict[str, int]:
    """For each name, how many rows its lists have together, each counted up to `most`. One query, or none.

    Each list is a filtered queryset, not cut; its order and what it fetches beside do not matter.
    """
    counts = dict.fromkeys(lists, 0)
    parts: list[str] = []
    values: list[Any] = []
    names: list[str] = []
    for name, querysets in lists.items():
        for queryset in querysets:
            try:
                sql, parameters = queryset.order_by().values("pk")[:most].query.sql_with_params()
            except EmptyResultSet:
                continue
            parts.append(f"(select count(*) from ({sql}) counted)")  # noqa: S608  # the ORM's words; values go apart
            values += parameters
            names.append(name)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"select {', '.join(parts)}", values)
            for name, count in zip(names, cursor.fetchone(), strict=True):
                counts[name] += count
    return counts


def note_sending(request: HttpRequest, response: HttpResponse) -> None:
    """Let every process of the site know for a while that this browser has just sent something."""
    if request.method not in _READS and settings.MENU_COUNTS_S and settings.SESSION_COOKIE_NAME in request.COOKIES:
        response.set_cookie(
            _cookie(), "1", max_age=settings.MENU_COUNTS_S, secure=settings.SESSION_COOKIE_SECURE, httponly=True,
            samesite="Lax",
        )  # fmt: skip


def has_just_sent(request: HttpRequest) -> bool:
    """Whether numbers of before would hide from somebody what they did themselves."""
    return request.method not in _READS or _cookie() in request.COOKIES


def _cookie() -> str:
    return "__Host-xc_sent" if settings.SESSION_COOKIE_SECURE else "xc_sent"
