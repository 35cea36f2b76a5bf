"""One shape of error: problem+json (RFC 9457), in the caller's language, with the remedy."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xuecheng.city.refusals import Refusal, Text

logger = logging.getLogger("xuecheng.faults")

MEDIA_TYPE = "application/problem+json"
ABOUT = "/api/#problem-"
"""Types of problems are explained on the public page."""
# Without 0, 1, I, L, O and U: people read a fault id out on the telephone.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

TITLES: dict[str, Text] = {
    "invalid": gettext_lazy("What was sent is not what this address takes."),
    "no_json": gettext_lazy("The body is no JSON."),
    "not_signed_in": gettext_lazy("Say who you are: send a service key or an access token."),
    "credential_invalid": gettext_lazy("This key or token is not valid, or not any more."),
    "denied": gettext_lazy("This caller may not do that."),
    "not_entrusted": gettext_lazy("This was not entrusted to you, or not any more."),
    "scope_missing": gettext_lazy("The key or token was not given the scope for this."),
    "not_found": gettext_lazy("Nothing is here, or nothing that this caller may know of."),
    "method_not_allowed": gettext_lazy("This address does not take this method."),
    "key_missing": gettext_lazy("A write needs a header Idempotency-Key, so that it can be sent again safely."),
    "key_in_progress": gettext_lazy("The same key is being worked on right now."),
    "key_used": gettext_lazy("This Idempotency-Key was used for another request."),
    "precondition_missing": gettext_lazy("An edit needs a header If-Match with the ETag that was read."),
    "precondition_failed": gettext_lazy("It was changed since it was read."),
    "too_large": gettext_lazy("The body is too large."),
    "media_type": gettext_lazy("The body has a type that this address does not take."),
    "too_many": gettext_lazy("Too many requests. Wait a moment."),
    "too_slow": gettext_lazy("This took too long and was stopped. Ask for less, or try again in a minute."),
    "away": gettext_lazy("The database cannot be reached just now. Nothing half-done was kept; try again in a minute."),
    "fault": gettext_lazy("Something broke on our side. Nothing half-done was kept."),
    "refused": gettext_lazy("A rule refuses this."),
}
"""Every code of a problem that is not a rule's, with its title."""


class Problem(Exception):
    """A request that cannot be answered, as its caller is told."""

    def __init__(
        self, status: int, code: str, *, detail: Text = "", field: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.field = status, code, detail, field
        self.headers = dict(headers or {})


def answer(problem: Problem) -> HttpResponse:
    """A problem as it is sent."""
    title = str(TITLES[problem.code])
    errors = [_error(problem.field, problem.code, str(problem.detail))] if problem.field else []
    body = _body(problem.status, problem.code, title, str(problem.detail) or title, errors)
    return _response(body, problem.headers)


def of_refusal(refusal: Refusal) -> HttpResponse:
    """409: a rule said no; 429 where it says not now. A refusal that holds others lists them all."""
    parts: Iterable[Refusal] = getattr(refusal, "refusals", None) or (refusal,)
    errors = [_error(one.field, one.code, one.sentence(), one.advice()) for one in parts]
    body = _body(
        429 if refusal.is_for_now else 409,
        refusal.code,
        str(TITLES["refused"]),
        " ".join(str(one) for one in parts),
        errors,
    )
    if len(errors) == 1 and errors[0]["remedy"]:
        body["remedy"] = errors[0]["remedy"]
    return _response(body)


def of_validation(errors: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """422: fields missing, unknown or of another form. What was sent is not repeated."""
    shown = [_error(_place(one["loc"]), str(one["type"]), str(one["msg"])) for one in errors]
    title = str(TITLES["invalid"])
    return _response(_body(422, "invalid", title, title, shown))


def of_fault(method: str, path: str, error: BaseException) -> HttpResponse:
    """500: our fault. The id finds the one log entry with the trace; nothing else is told."""
    fault = "-".join("".join(secrets.choice(_LETTERS) for _number in range(4)) for _part in range(2))
    logger.error(
        "Fault %s at %s %s", fault, method, path, exc_info=error, extra={"event": "fault", "facts": {"fault": fault}}
    )
    title = str(TITLES["fault"])
    body = _body(500, "fault", title, _("The operators can find it under %(fault)s.") % {"fault": fault}, [])
    response = _response(body | {"fault": fault})
    # Django would log the same again, without the id.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  # Django's own mark: it is in our log already
    return response


def _place(loc: Iterable[Any]) -> str:
    """Where an error is, as a path: `body.minutes`; the name of the handler's parameter is nobody's business."""
    parts = [str(part) for part in loc]
    if len(parts) > 1 and parts[1] in ("body", "wish"):
        del parts[1]
    return ".".join(parts)


def _error(field: str, code: str, detail: str, remedy: str = "") -> dict[str, str]:
    return {"field": field, "code": code, "detail": detail, "remedy": remedy}


def _body(status: int, code: str, title: str, detail: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    about = code if code in TITLES else "refused"
    body: dict[str, Any] = {
        "type": f"{ABOUT}{about.replace('_', '-')}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return body | ({"errors": errors} if errors else {})


def _response(body: dict[str, Any], headers: Mapping[str, str] | None = None) -> HttpResponse:
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=body["status"], content_type=MEDIA_TYPE, headers=headers
    )
