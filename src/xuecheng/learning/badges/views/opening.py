"""What whoever has a link sees, without signing in. The secret in the address is never logged by us, nor passed on."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.city.people.models import Person
from xuecheng.learning.badges import queries, services
from xuecheng.learning.badges.models import Share
from xuecheng.learning.credentials import wrong_tries


@public
@never_cache
@require_safe
def open_share(request: HttpRequest, token: str) -> HttpResponse:
    """Chosen credentials of somebody, until a day. A link that ended, was withdrawn or never was looks the same."""
    if wrong_tries.are_too_many(request):
        return _wait(request)
    row = _share(request, token)
    if row is None:
        return _closed(request)
    _note_look(request, row, token)
    badges = queries.badges_in(row)
    context = {
        "row": row,
        "token": token,
        "badges": badges,
        "has_hidden": not row.shows_name and any(one.with_name for one in badges),
    }
    return _private(render(request, "badges/open_share.html", context))


@public
@never_cache
@require_safe
def shared_file(request: HttpRequest, token: str, public_id: UUID) -> HttpResponse:
    """One of the shared credentials as it was signed, for whoever verifies it. Only if the name may be seen."""
    if wrong_tries.are_too_many(request):
        return _wait(request)
    row = _share(request, token)
    if row is None:
        raise Http404
    badge = next((one for one in queries.badges_in(row) if one.public_id == public_id), None)
    if badge is None or (badge.with_name and not row.shows_name):
        raise Http404
    response = HttpResponse(badge.document, content_type="application/vc+ld+json")
    response["Content-Disposition"] = f'attachment; filename="{public_id}.json"'
    return _private(response)


def _share(request: HttpRequest, token: str) -> Share | None:
    row = queries.share_by_hash(services.hash_of(token), at=clock.now())
    if row is None:
        wrong_tries.note(request)
    return row


def _note_look(request: HttpRequest, row: Share, token: str) -> None:
    """The holder's own look is not counted, nor one that was counted just now."""
    is_holder = isinstance(request.user, Person) and request.user.pk == row.learner_id
    if not is_holder and request.method == "GET" and wrong_tries.is_new_look(request, services.hash_of(token).hex()):
        services.note_share_look(share=row, at=clock.now())


def _wait(request: HttpRequest) -> HttpResponse:
    response = render(request, "badges/credential.html", {"must_wait": True}, status=429)
    response["Retry-After"] = str(wrong_tries.WINDOW_S)
    return _private(response)


def _closed(request: HttpRequest) -> HttpResponse:
    return _private(render(request, "badges/open_share.html", {}, status=404))


def _private(response: HttpResponse) -> HttpResponse:
    """Neither the address nor the page goes any further."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
