"""What anybody may read: DID documents, keys, status lists, achievements, issuers, the page behind a printed code.

Programs of other sites read the documents from a browser too: CORS is open for them, and for nothing else.
"""

from __future__ import annotations

import hashlib
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
_ASK_AGAIN = "public, no-cache, must-revalidate"
"""A revocation, or a key that was taken out, is in the very next answer; what is unchanged costs a look at its tag."""


@public
@require_safe
def platform_did(request: HttpRequest) -> HttpResponse:
    return _fresh(request, json.dumps(queries.did_document(None)), "application/did+json")


@public
@require_safe
def issuer_did(request: HttpRequest, code: str) -> HttpResponse:
    of = queries.issuer(code)
    if of is None:
        raise Http404
    return _fresh(request, json.dumps(queries.did_document(of)), "application/did+json")


@public
@require_safe
def key_set(request: HttpRequest) -> HttpResponse:
    """Keys of JWTs."""
    return _fresh(request, json.dumps(queries.jwks()), "application/jwk-set+json")


@public
@require_safe
def status_list(request: HttpRequest, number: int, purpose: str) -> HttpResponse:
    """A signed status list as it is now."""
    version = publishing.status_list_version(number, purpose)
    if version is not None and request.headers.get("If-None-Match") == f'"{version}"':
        return _tagged(HttpResponseNotModified(), version)
    found = publishing.status_list_text(number, purpose, at=clock.now())
    if found is None:
        raise Http404
    text, version = found
    return _tagged(_document(text, "application/vc+ld+json", _ASK_AGAIN), version)


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
    context = {"row": row, "is_over": row.is_over(clock.today())}
    return render(request, "badges/credential.html", context)


def _fresh(request: HttpRequest, text: str, kind: str) -> HttpResponse:
    """Keys as they are now."""
    version = hashlib.sha256(text.encode()).hexdigest()[:32]
    if request.headers.get("If-None-Match") == f'"{version}"':
        return _tagged(HttpResponseNotModified(), version)
    return _tagged(_document(text, kind, _ASK_AGAIN), version)


def _tagged(response: HttpResponse, version: str) -> HttpResponse:
    response["ETag"] = f'"{version}"'
    response["Cache-Control"] = _ASK_AGAIN
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _document(text: str, kind: str, caching: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = caching
    return response
