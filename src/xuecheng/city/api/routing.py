"""How an app declares its operations.

router = Router(tags=["Learning records"])

@router.listing("/records", scope="records.read", out=RecordOut)
def list_records(request: HttpRequest, wish: Query[RecordWish]) -> dict[str, Any]: ...

@router.edit("/records/{number}", scope="records.write", out=RecordOut)
def correct_record(request: HttpRequest, number: int, body: CorrectionIn) -> RecordOut: ...
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import ninja
from ninja.decorators import decorate_view

from . import idempotency
from .callers import ACTING_FOR
from .declared import OPERATIONS, Declared, ReadContent
from .door import guarded
from .schemas import Out, Page

Handler = TypeVar("Handler", bound=Callable[..., Any])


class Router(ninja.Router):
    """Operations of one app: each reads, or writes once however often it is sent."""

    def reading(
        self, path: str, *, out: type[Out], scope: str = "", has_etag: bool = False, entrusted: str = ""
    ) -> Callable[[Handler], Handler]:
        """One thing. With `entrusted`, a helper too may read it by that act (`Acting-For`)."""
        return self._operation(
            "GET", path, response={200: out}, out=out, scope=scope, is_thinned=True, etag=has_etag, entrusted=entrusted
        )

    def listing(
        self, path: str, *, out: type[Out], scope: str = "", entrusted: str = ""
    ) -> Callable[[Handler], Handler]:
        """A page of things, as JSON or, if `Accept` says so, as CSV."""
        page = Page[out]  # type: ignore[valid-type]  # made at run time
        return self._operation(
            "GET", path, response={200: page}, out=out, scope=scope, is_thinned=True, is_list=True, entrusted=entrusted
        )

    def file(
        self, path: str, *, media_types: tuple[str, ...], scope: str = "", entrusted: str = ""
    ) -> Callable[[Handler], Handler]:
        """A file."""
        extra = {
            "responses": {
                200: {
                    "description": "The file",
                    "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in media_types},
                }
            }
        }
        return self._operation(
            "GET", path, response={200: None}, out=None, scope=scope, extra=extra, entrusted=entrusted
        )

    def writing(
        self, path: str, *, scope: str, out: type[Out], status: int = 201, method: str = "POST", entrusted: str = ""
    ) -> Callable[[Handler], Handler]:
        """A verb."""
        return self._operation(
            method, path, response={status: out}, out=out, scope=scope, is_write=True, entrusted=entrusted
        )

    def uploading(
        self, path: str, *, scope: str, out: type[Out], read_content: ReadContent, entrusted: str = ""
    ) -> Callable[[Handler], Handler]:
        """A verb whose body is a file as it is."""
        extra = {
            "requestBody": {
                "required": True,
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
        return self._operation(
            "POST",
            path,
            response={201: out},
            out=out,
            scope=scope,
            is_write=True,
            read_content=read_content,
            extra=extra,
            entrusted=entrusted,
        )

    def asking(self, path: str, *, out: type[Out]) -> Callable[[Handler], Handler]:
        """A question of anybody's that is too long for an address: nothing is changed, and no answer kept."""
        return self._operation("POST", path, response={200: out}, out=out, scope="")

    def edit(self, path: str, *, scope: str, out: type[Out]) -> Callable[[Handler], Handler]:
        """A change of what was read: with `If-Match`."""
        return self._operation("PUT", path, response={200: out}, out=out, scope=scope, is_write=True, is_edit=True)

    def _operation(
        self,
        method: str,
        path: str,
        *,
        response: dict[int, Any],
        out: type[Out] | None,
        scope: str,
        is_list: bool = False,
        is_write: bool = False,
        is_thinned: bool = False,
        is_edit: bool = False,
        etag: bool = False,
        read_content: ReadContent | None = None,
        extra: dict[str, Any] | None = None,
        entrusted: str = "",
    ) -> Callable[[Handler], Handler]:
        def declare(handler: Handler) -> Handler:
            given = inspect.signature(handler).parameters
            declared = Declared(
                name=handler.__name__,
                method=method,
                path=path,
                scope=scope,
                out=out,
                is_list=is_list,
                is_write=is_write,
                is_thinned=is_thinned,
                is_edit=is_edit,
                has_body="body" in given,
                parameters=_queries(handler) | (frozenset({"fields"}) if is_thinned else frozenset()),
                read_content=read_content,
                entrusted=entrusted,
                summary=_summary(handler),
            )
            known = OPERATIONS.setdefault(declared.name, declared)
            if (known.method, known.path) != (method, path):
                raise ValueError(f"two operations are called {declared.name}")
            documented = _documented(declared, etag=etag or is_edit) | (extra or {})
            return self.api_operation(  # type: ignore[no-any-return]  # ninja's decorator is untyped
                [method],
                path,
                response=response,
                operation_id=handler.__name__,
                summary=_summary(handler),
                description=_description(handler),
                url_name=handler.__name__,
                openapi_extra=documented,
            )(decorate_view(guarded(declared))(handler))

        return declare


def _queries(handler: Callable[..., Any]) -> frozenset[str]:
    """The names of what the operation takes in its address's query."""
    from typing import get_type_hints  # noqa: PLC0415  # annotations are text until the module is loaded

    wish = get_type_hints(handler).get("wish")
    return frozenset(wish.model_fields) if wish is not None else frozenset()


def _summary(handler: Callable[..., Any]) -> str:
    return (inspect.getdoc(handler) or handler.__name__).split("\n", maxsplit=1)[0].rstrip(".")


def _description(handler: Callable[..., Any]) -> str:
    return inspect.getdoc(handler) or ""


def _documented(declared: Declared, *, etag: bool) -> dict[str, Any]:
    """What the schema says of headers and scopes."""
    parameters: list[dict[str, Any]] = []
    if declared.is_write:
        parameters.append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": True,
                "description": "Chosen by the caller, one per wish; sent again, the same answer comes.",
                "schema": {"type": "string", "pattern": idempotency.KEY},
            }
        )
    if declared.is_edit:
        parameters.append(
            {
                "in": "header",
                "name": "If-Match",
                "required": True,
                "description": "The ETag that was read.",
                "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
            }
        )
    if declared.entrusted:
        parameters.append(
            {
                "in": "header",
                "name": ACTING_FOR,
                "required": False,
                "description": "Id of the help (proxy or guardianship) by which your person does this for somebody.",
                "schema": {"type": "string", "format": "uuid"},
            }
        )
    if declared.is_thinned and declared.out is not None:
        names = "|".join(declared.out.model_fields)
        parameters.append(
            {
                "in": "query",
                "name": "fields",
                "required": False,
                "description": "Only these fields, separated by commas.",
                "schema": {"type": "string", "pattern": f"^({names})(,({names}))*$"},
            }
        )
    security = [{"serviceKey": []}, {"oauth2": [declared.scope]}] if declared.scope else [{}]
    documented: dict[str, Any] = {"parameters": parameters, "security": security}
    if etag:
        documented["x-etag"] = True
    if declared.is_list:
        documented["x-csv"] = True
    return documented


__all__ = ["Router"]
