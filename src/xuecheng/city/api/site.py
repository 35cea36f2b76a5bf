"""The interface as a whole: routers assembled, exceptions answered, the schema completed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI
from ninja.openapi import schema as ninja_schema
from ninja.openapi.schema import OpenAPISchema
from ninja.schema import NinjaGenerateJsonSchema
from pydantic.json_schema import DefsRef

from . import door
from .problems import MEDIA_TYPE
from .schemas import ProblemOut

PREFIX = "/api/v1"
_READING = {"400": "The request cannot be read", "404": "Not here", "422": "Not what this address takes"}
_KNOWN = {"401": "No valid credential", "403": "Not for this caller"}
_WRITING = {
    "409": "A rule refuses it, or the same key is being worked on",
    "413": "Too large",
    "415": "The body has another type",
}
_EDITING = {"412": "Changed since it was read", "428": "If-Match is missing"}
_ALWAYS = {"429": "Too many requests", "500": "A fault on our side"}


class _Named(NinjaGenerateJsonSchema):
    """What a noun's own choices are called: `Job.State` is `JobState`; those of another noun are another schema."""

    def get_defs_ref(self, core_mode_ref: Any) -> DefsRef:
        ref = super().get_defs_ref(core_mode_ref)
        if found := re.search(r"\.models(?:\.[a-z_]+)?\.([A-Z]\w+)\.([A-Z]\w+)(?=:)", core_mode_ref[0]):
            self._prioritized_defsref_choices[ref].insert(0, DefsRef(found[1] + found[2]))
        return ref


# The framework names the generator in its module only; ours differs from it in nothing else.
ninja_schema.NinjaGenerateJsonSchema = _Named  # type: ignore[misc, attr-defined]


class Site(NinjaAPI):
    """Our interface: no cookie, no page of the framework's own, every error a problem."""

    def __init__(self, *, title: str, version: str, description: str, scopes: Mapping[str, Any]) -> None:
        super().__init__(
            title=title,
            version=version,
            description=description,
            openapi_url=None,
            docs_url=None,
            urls_namespace="api",
        )
        self._scopes = scopes
        for kind in list(self._exception_handlers):
            self._exception_handlers[kind] = door.as_answer  # type: ignore[assignment]  # of one answer's two names

    def patterns(self) -> list[URLPattern]:
        """The addresses, and one that answers what is not there."""
        own = [one for one in self._get_urls() if isinstance(one, URLPattern) and one.name != "api-root"]
        for one in own:
            one.callback = door.outermost(one.callback)
        return [
            path("openapi.json", door.outermost(self.show_schema), name="show_schema"),
            *own,
            re_path(r"^(?P<path>.*)$", door.outermost(door.nothing_here), name="nothing_here"),
        ]

    def show_schema(self, request: HttpRequest) -> HttpResponseBase:
        """The schema, for programs that make a client of it."""
        if request.method != "GET":
            return JsonResponse({}, status=405, headers={"Allow": "GET"})
        return JsonResponse(self.schema(), json_dumps_params={"ensure_ascii": False})

    def schema(self) -> dict[str, Any]:
        """OpenAPI 3.1."""
        made: dict[str, Any] = OpenAPISchema(self, PREFIX.lstrip("/") + "/")
        problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
        definitions = problem.pop("$defs", {})
        made["components"]["schemas"] |= {"ProblemOut": problem, **definitions}
        made["components"]["securitySchemes"] = self._security()
        made["servers"] = [{"url": "/"}]
        for methods in made["paths"].values():
            for operation in methods.values():
                _complete(operation)
        return made

    def _security(self) -> dict[str, Any]:
        scopes = {name: str(label) for name, label in sorted(self._scopes.items())}
        token = "/identity/o/api/token"  # noqa: S105  # an address
        return {
            "serviceKey": {
                "type": "http",
                "scheme": "bearer",
                "description": "A service key that an operator made for your program: `Authorization: Bearer xck…`.",
            },
            "oauth2": {
                "type": "oauth2",
                "description": "Tokens from this site: client credentials for a program, code and PKCE for a person.",
                "flows": {
                    "clientCredentials": {"tokenUrl": token, "scopes": scopes},
                    "authorizationCode": {
                        "authorizationUrl": "/identity/o/authorize",
                        "tokenUrl": token,
                        "refreshUrl": token,
                        "scopes": scopes,
                    },
                },
            },
        }


def _complete(operation: dict[str, Any]) -> None:
    has_etag, has_csv = operation.pop("x-etag", False), operation.pop("x-csv", False)
    is_write = any(one["name"] == "Idempotency-Key" for one in operation["parameters"])
    is_edit = any(one["name"] == "If-Match" for one in operation["parameters"])
    problems = _READING | _KNOWN | (_WRITING if is_write else {}) | (_EDITING if is_edit else {}) | _ALWAYS
    responses = {str(status): one for status, one in operation["responses"].items()}
    for status, description in problems.items():
        schema = {"$ref": "#/components/schemas/ProblemOut"}
        responses[status] = {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}
    if has_csv:
        responses["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    if has_etag:
        header = {"description": "For If-Match", "schema": {"type": "string"}, "required": True}
        responses["200"]["headers"] = {"ETag": header}
    operation["responses"] = responses
