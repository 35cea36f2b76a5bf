"""What anybody may read: DID documents, keys, status lists, achievements, issuers, the page behind a printed code.

Programs of other sites read the documents from a browser too: CORS is open for them, and for nothing else.
"""

from __future__ import annotations

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.learning.badges import addresses, queries
from xuecheng.learning.badges.services import publishing
from xuecheng.learning.credentials import wrong_tries

_HOUR = "public, max-age=3600"
_ASK_AGAIN = "public, max-age=0, must-revalidate"
"""A revocation is in the very next answer; unchanged lists cost a look at their tag."""


@public
@require_safe
def platform_did(request: HttpRequest) -> HttpResponse:
    del request
    return _document(json.dumps(queries.did_document(None)), "application/did+json", _HOUR)


@public
@require_safe
def issuer_did(request: HttpRequest, code: str) -> HttpResponse:
    del request
    of = queries.issuer(code)
    if of is None:
        raise Http404
    return _document(json.dumps(queries.did_document(of)), "application/did+json", _HOUR)


@public
@require_safe
def key_set(request: HttpRequest) -> HttpResponse:
    """Keys of JWTs."""
    del request
    return _document(json.dumps(queries.jwks()), "application/jwk-set+json", _HOUR)


@public
@require_safe
def status_list(request: HttpRequest, number: int, purpose: str) -> HttpResponse:
    """A signed status list as it is now."""
    found = publishing.status_list_text(number, purpose, at=clock.now())
    if found is None:
        raise Http404
    text, version = found
    tag = f'"{version}"'
    response: HttpResponse = (
        HttpResponseNotModified()
        if request.headers.get("If-None-Match") == tag
        else _document(text, "application/vc+ld+json", _ASK_AGAIN)
    )
    response["ETag"] = tag
    response["Cache-Control"] = _ASK_AGAIN
    return response


@public
@require_safe
def show_achievement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was achieved, for people; as linked data for whoever asks for that."""
    row = queries.achievement(public_id)
    if row is None:
        raise Http404
    if request.get_preferred_type(["text/html", "application/ld+json", "application/json"]) != "text/html":
        response = _document(publishing.achievement_text(row), "application/ld+json", _HOUR)
    else:
        response = render(request, "badges/achievement.html", {"row": row, "of": queries.class_of(row)})
    response["Vary"] = "Accept, Accept-Language, Cookie"
    return response


@public
@require_safe
def show_issuer(request: HttpRequest, code: str) -> HttpResponse:
    """Who issues, and what."""
    of = queries.issuer(code)
    if of is None:
        raise Http404
    context = {"of": of, "did": addresses.did_of(of), "achievements": queries.achievements_by(of)}
    return render(request, "badges/issuer.html", context)


@public
@never_cache
@require_safe
def show_credential(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page behind the code on a sheet: what was certified by whom, and whether it holds. Never whose it is."""
    if wrong_tries.are_too_many(request):
        response = render(request, "badges/credential.html", {"must_wait": True}, status=429)
        response["Retry-After"] = str(wrong_tries.WINDOW_S)
        return response
    row = queries.public_badge(public_id)
    if row is None:
        wrong_tries.note(request)
        return render(request, "badges/credential.html", {}, status=404)
    today = clock.today()
    context = {"row": row, "is_over": row.valid_until is not None and row.valid_until < today}
    return render(request, "badges/credential.html", context)


def _document(text: str, kind: str, caching: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = caching
    return response
