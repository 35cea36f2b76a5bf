"""The door of the interface: language, caller, limit, scope, one answer; every way out ends as JSON or a problem."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import pghistory
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from ninja.errors import HttpError, ValidationError

from xuecheng.city import clock
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Denied, Standing, note_denial, note_hidden
from xuecheng.web.away import AGAIN_IN_S, is_away, let_go
from xuecheng.web.timing import is_too_slow

from . import callers, fields, idempotency, limits, problems, sheets
from .declared import Declared
from .problems import Problem

NOT_SIGNED_IN = {"WWW-Authenticate": 'Bearer realm="xuecheng"'}
View = Callable[..., HttpResponseBase]
_NOBODY = "nobody known"


def caller(request: HttpRequest) -> callers.Caller:
    """Whoever asks this request."""
    found = getattr(request, "caller", None)
    if not isinstance(found, callers.Caller):
        raise TypeError("this request did not come through the door of the interface")
    return found


def standing(request: HttpRequest) -> Standing:
    """What the caller may, or what was entrusted to them by whom they act for."""
    found: Standing | None = getattr(request, "standing", None)
    return found if found is not None else caller(request).standing


def as_answer(request: HttpRequest, error: Exception) -> HttpResponseBase:  # noqa: C901, PLR0911  # one for each kind
    """An exception as a problem."""
    match error:
        case Problem():
            if error.status in (401, 403):
                note_denial(request, error.code, who=_opaque(request), is_program=True)
            return problems.answer(error)
        case Refusal():
            return problems.of_refusal(error)
        case Denied(act=act):
            note_denial(request, act, who=_opaque(request), is_program=True)
            return problems.answer(Problem(403, "denied"))
        case Http404():
            _note_hidden(request)
            return problems.answer(Problem(404, "not_found"))
        case ValidationError():
            return problems.of_validation(error.errors)
        case RequestDataTooBig():
            return problems.answer(Problem(413, "too_large"))
        case HttpError(status_code=400):
            return problems.answer(Problem(400, "no_json"))
        case _ if is_away(error):
            let_go(error)
            return problems.answer(Problem(503, "away", headers={"Retry-After": str(AGAIN_IN_S)}))
        case _ if is_too_slow(error):
            return problems.answer(Problem(503, "too_slow", headers={"Retry-After": "30"}))
        case _:
            return problems.of_fault(request.method or "", request.path, error)


def _note_hidden(request: HttpRequest) -> None:
    if (who := _opaque(request)) != _NOBODY:
        note_hidden(request, who=who, is_program=True)


def _opaque(request: HttpRequest) -> str:
    """Whoever asks, without a network address."""
    found = getattr(request, "caller", None)
    return found.key if isinstance(found, callers.Caller) and found.is_known else _NOBODY


def guarded(declared: Declared) -> Callable[[View], View]:
    """What stands before and after an operation's own work."""

    def around(run: View) -> View:
        @wraps(run)
        def pass_through(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            work = partial(run, request, *args, **kwargs)
            try:
                return _pass(request, declared, work)
            except Exception as error:  # noqa: BLE001  # logged, and told as a problem
                return as_answer(request, error)
            finally:
                if (taken := getattr(request, "taken", None)) is not None:
                    taken.close()

        return pass_through

    return around


def _pass(request: HttpRequest, declared: Declared, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    now = clock.now()
    try:
        who = callers.caller_of(request)
    except Problem:
        # Whoever tries credentials out is counted by address.
        limits.take(callers.nameless(request), at=now)
        raise
    allowance = limits.take(who, at=now)
    try:
        _let_in(request, declared, who)
        names = fields.wished(request, declared.out) if declared.is_thinned and declared.out else None
        if declared.is_write:
            content = declared.read_content(request) if declared.read_content else ""
            asked = idempotency.digest_of(request, content)
            if not declared.read_content:
                _check_body(request, declared)
            # The history says through which program somebody did it, beside who and why.
            with pghistory.context(program=who.key):
                response = idempotency.once(request, who, work, asked=asked, at=now)
        else:
            response = fields.thin(work(), names)
            if declared.is_list and declared.out and sheets.are_wished(request):
                response = sheets.of_page(request, response, declared.out, names)
    except Exception as error:  # noqa: BLE001  # logged, and told as a problem
        response = as_answer(request, error)
    for name, value in allowance.headers.items():
        response[name] = value
    return response


def _let_in(request: HttpRequest, declared: Declared, who: callers.Caller) -> None:
    request.caller = who  # type: ignore[attr-defined]  # kept for this request
    if declared.scope:
        if not who.is_known:
            raise Problem(401, "not_signed_in", headers=NOT_SIGNED_IN)
        if declared.scope not in who.scopes:
            raise Problem(403, "scope_missing", detail=declared.scope)
    named = request.headers.get(callers.ACTING_FOR)
    made = who.standing if named is None else callers.standing_for(who.standing, named, declared.entrusted)
    request.standing = made  # type: ignore[attr-defined]  # kept for this request
    request.ask_standing = lambda: made  # type: ignore[attr-defined]  # kept for this request
    unknown = sorted(set(request.GET) - declared.parameters)
    if unknown:
        raise Problem(422, "invalid", field=f"query.{unknown[0][:40]}")
    repeated = [name for name in request.GET if len(request.GET.getlist(name)) > 1]
    if repeated:
        raise Problem(422, "invalid", field=f"query.{repeated[0][:40]}")


def _check_body(request: HttpRequest, declared: Declared) -> None:
    if declared.has_body:
        if request.content_type != "application/json":
            raise Problem(415, "media_type", detail="application/json")
    elif request.body.strip() not in (b"", b"{}"):
        raise Problem(422, "invalid", field="body")


def outermost(view: View) -> View:
    """Around each address of the interface: the caller's language, methods that are not taken, headers of all answers.

    The view is public for the middleware that leads people to the sign-in page: here a program gets 401.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            try:
                response = view(request, *args, **kwargs)
            except Exception as error:  # noqa: BLE001  # logged, and told as a problem
                response = as_answer(request, error)
            if response.status_code == 405:
                allow = {"Allow": response["Allow"]}
                response = problems.answer(Problem(405, "method_not_allowed", headers=allow))
            response["Content-Language"] = language
            response["Cache-Control"] = "no-store"
            response["Vary"] = "Accept, Accept-Language, Acting-For, Authorization"
            response["Content-Security-Policy"] = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        return response

    answered.is_public = True  # type: ignore[attr-defined]  # a mark on the view
    answered.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie is looked at, so nothing can be forged with one
    return answered


def nothing_here(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """404 for addresses of the interface that there are not."""
    del request, path
    raise Http404


def language_of(request: HttpRequest) -> str:
    """The caller's language by `Accept-Language`; Chinese if it asks for none that is spoken here."""
    for part in request.headers.get("Accept-Language", "").split(",")[:10]:
        tag = part.partition(";")[0].strip().lower()
        if tag.startswith("en"):
            return "en"
        if tag.startswith("zh"):
            return "zh-hans"
    return "zh-hans"
