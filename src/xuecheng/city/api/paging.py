"""Lists page by key, as pages do (`web.paging`); a cursor is signed and belongs to one list and its filters."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from django.core import signing
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from pydantic import Field, StringConstraints

from xuecheng.web.paging import CursorSpoilt, page_of

from .problems import Problem
from .schemas import Wish

M = TypeVar("M", bound=Model)
_NOT_FILTERS = ("after", "limit", "fields")
_SIGNER = signing.Signer(salt="xuecheng.city.api.paging")


class Paged(Wish):
    """What every list takes."""

    after: Annotated[str, StringConstraints(max_length=600, pattern=r"^[A-Za-z0-9_.:=-]*$")] = Field(
        "", description="Cursor: `next` of the page before."
    )
    limit: int = Field(50, ge=1, le=200, description="Rows on a page.")


def cut(
    request: HttpRequest,
    wish: Paged,
    found: QuerySet[M],
    *,
    order: tuple[str, ...],
    show: Callable[[Sequence[M]], Sequence[Any]],
) -> dict[str, Any]:
    """The page of `found` that is wished; `show` turns its rows into what is answered. One query, and those of `show`.

    Raises `Problem` 404 for a cursor that was made up, changed, or given for another list.
    """
    list_name = _list_name(request)
    try:
        page = page_of(found, order=order, after=opened(wish.after, list_name), size=wish.limit)
    except CursorSpoilt as spoilt:
        raise Problem(404, "not_found", field="query.after") from spoilt
    return {"items": show(page.rows), "next": sealed(page.next_cursor, list_name)}


def cut_number(request: HttpRequest, wish: Paged) -> int | None:
    """The number after which a list goes on that is cut by its own query. Raises `Problem` 404."""
    text = opened(wish.after, _list_name(request))
    return int(text) if text else None


def next_number(request: HttpRequest, number: int | None) -> str | None:
    """The cursor for such a list."""
    return sealed("" if number is None else str(number), _list_name(request))


def sealed(cursor: str, list_name: str) -> str | None:
    """A cursor as it is given out; None when there is no page after."""
    return f"{cursor}.{_mark(cursor, list_name)}" if cursor else None


def opened(sealed_cursor: str, list_name: str) -> str:
    """What was sealed for this list. Raises `Problem` 404: such a page is not there."""
    if not sealed_cursor:
        return ""
    cursor, _dot, mark = sealed_cursor.rpartition(".")
    if not hmac.compare_digest(mark.encode(), _mark(cursor, list_name).encode()):
        raise Problem(404, "not_found", field="query.after")
    return cursor


def _mark(cursor: str, list_name: str) -> str:
    return hashlib.sha256(_SIGNER.signature(f"{list_name}\n{cursor}").encode()).hexdigest()[:24]


def _list_name(request: HttpRequest) -> str:
    filters = sorted((name, value) for name, value in request.GET.items() if name not in _NOT_FILTERS)
    return f"{request.path}?{filters}"
