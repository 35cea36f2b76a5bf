"""`?fields=a,b`: only these fields of the answer, beside those that name the thing."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from .problems import Problem
from .schemas import Out


def wished(request: HttpRequest, out: type[Out]) -> frozenset[str] | None:
    """The fields that are wished, or None for all. Raises `Problem` 422 for one that there is not."""
    text = request.GET.get("fields")
    if text is None:
        return None
    names = frozenset(name for name in text.split(",") if name)
    if not names or names - out.model_fields.keys():
        raise Problem(422, "invalid", detail=", ".join(sorted(out.model_fields)), field="query.fields")
    return names | frozenset(out.KEYS)


def thin(response: HttpResponseBase, names: frozenset[str] | None) -> HttpResponseBase:
    """The answer with these fields only; a page's items each."""
    if names is None or not isinstance(response, HttpResponse) or response.status_code != 200:
        return response
    body = json.loads(response.content)
    if isinstance(body.get("items"), list):
        body["items"] = [_only(item, names) for item in body["items"]]
    else:
        body = _only(body, names)
    response.content = json.dumps(body, ensure_ascii=False).encode()
    return response


def _only(item: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name in names}
