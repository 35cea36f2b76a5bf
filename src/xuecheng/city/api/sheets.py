"""Lists as CSV, for whoever sends `Accept: text/csv`: the page as a table, the page after it in the header `Link`."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from xuecheng.city.tables import Cell, csv_lines

from .schemas import Out

_JSON = ("application/json", "application/problem+json", "application/*", "*/*")


def are_wished(request: HttpRequest) -> bool:
    """Whether the caller names CSV before JSON."""
    for part in request.headers.get("Accept", "").split(",")[:10]:
        media_type = part.partition(";")[0].strip().lower()
        if media_type in ("text/csv", *_JSON):
            return media_type == "text/csv"
    return False


def of_page(
    request: HttpRequest, response: HttpResponseBase, out: type[Out], names: frozenset[str] | None
) -> HttpResponseBase:
    """The page as a table with a column for each field; lists within a cell are JSON. No formula runs in it."""
    if not isinstance(response, HttpResponse) or response.status_code != 200:
        return response
    page = json.loads(response.content)
    columns = [name for name in out.model_fields if names is None or name in names]
    rows = ([_cell(item.get(name)) for name in columns] for item in page["items"])
    made = HttpResponse(b"".join(csv_lines(columns, rows)), content_type="text/csv; charset=utf-8")
    if page["next"] is not None:
        query = request.GET.copy()
        query["after"] = page["next"]
        made["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
    return made


def _cell(value: Any) -> Cell:
    if value is None or (isinstance(value, (str, int)) and not isinstance(value, bool)):
        return value
    return json.dumps(value, ensure_ascii=False)
