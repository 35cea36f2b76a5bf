"""Bodies of the interface with more than their schema has: refused by name, at every operation that takes JSON.

One takes a file instead; its parts are read by their names.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from city.api.programs import a_town

pytestmark = pytest.mark.django_db
MORE = {
    "is_superuser": True,
    "public_id": "0a77ac00-9753-4000-8000-000000097531",
    "organisation_id": 1,
    "state": "approved",
}
MADE_UP = "018f0000-0000-7000-8000-000000000000"


def _operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in ("post", "put", "patch")
        and "application/json" in operation.get("requestBody", {}).get("content", {})
    ]


def _properties(schema: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    """Every property that the schema of the body names, of the parts of a choice too."""
    text = str(operation["requestBody"])
    found: set[str] = set()
    waiting = re.findall(r"#/components/schemas/(\w+)", text)
    while waiting:
        part = schema["components"]["schemas"][waiting.pop()]
        assert part.get("additionalProperties") is False or "properties" not in part, part.get("title")
        found |= set(part.get("properties", {}))
    return found


def test_a_property_too_many_is_refused_by_name(settings: Any) -> None:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 10_000
    town = a_town()
    schema = Client().get("/api/v1/openapi.json").json()
    operations = _operations(schema)
    assert len(operations) > 10
    let_through = {}
    for method, path, operation in operations:
        known = _properties(schema, operation)
        more = {name: value for name, value in MORE.items() if name not in known}
        address = re.sub(r"\{\w+\}", MADE_UP, path.removeprefix("/api/v1"))
        answer = town["O"].ask(method.upper(), address, more)
        refused = {one["field"] for one in answer.json().get("errors", [])}
        if answer.status_code != 422 or not {f"body.{name}" for name in more} <= refused:
            let_through[f"{method} {path}"] = (answer.status_code, answer.json().get("code"), sorted(refused))
    assert let_through == {}
