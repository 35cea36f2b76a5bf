"""What the pages share that ask for codes: who asks, which code is on its way, and letting somebody in."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from xuecheng.city import clock
from xuecheng.city.identity import queries, sending
from xuecheng.city.identity.models import Challenge
from xuecheng.city.identity.rules.addresses import Address
from xuecheng.city.identity.services import codes
from xuecheng.city.identity.services.codes import Asker
from xuecheng.city.people.models import Person
from xuecheng.web import providers

_NONCE, _UNDER_WAY, _SENT, _NEXT = "identity_nonce", "identity_codes", "identity_sent", "identity_next"
_MOST_SENT = 10


def asker(request: HttpRequest) -> Asker:
    """The secret of this session, made when first needed, and the client's address."""
    if _NONCE not in request.session:
        request.session[_NONCE] = secrets.token_urlsafe(32)
    return Asker(nonce=request.session[_NONCE], client=client_of(request))


def client_of(request: HttpRequest) -> str:
    """The network address that limits count by; allauth knows which proxies to believe."""
    return str(get_adapter(request).get_client_ip(request))


def send_code(request: HttpRequest, purpose: Challenge.Purpose, address: Address, person: Person | None = None) -> None:
    """Send a code and remember in the session which. Raises `TooManyCodes`."""
    public_id = codes.ask_code(purpose=purpose, address=address, asker=asker(request), person=person, at=clock.now())
    under_way = request.session.get(_UNDER_WAY, {})
    request.session[_UNDER_WAY] = {**under_way, purpose.value: {"id": str(public_id), "to": address.masked}}
    request.session[_SENT] = [*request.session.get(_SENT, []), str(public_id)][-_MOST_SENT:]


def under_way(request: HttpRequest, purpose: Challenge.Purpose) -> tuple[UUID, str] | None:
    """The id of the code that this session waits for, and the mask of where it went."""
    found = request.session.get(_UNDER_WAY, {}).get(purpose.value)
    return (UUID(found["id"]), str(found["to"])) if found else None


def forget(request: HttpRequest, purpose: Challenge.Purpose) -> None:
    """The code did its work."""
    request.session[_UNDER_WAY] = {
        key: value for key, value in request.session.get(_UNDER_WAY, {}).items() if key != purpose.value
    }


def sent_here(request: HttpRequest) -> list[str]:
    """The ids of the messages that this session asked for."""
    return list(request.session.get(_SENT, []))


def shows_outbox() -> bool:
    """Whether codes may be read on a page: in the demonstration only."""
    return sending.is_shown() and providers.installation().is_demonstration


def remember_next(request: HttpRequest) -> None:
    """Keep where the person wanted to go, if it is an address of this site."""
    if wanted := get_next_redirect_url(request):
        request.session[_NEXT] = wanted


def let_in(request: HttpRequest, person: Person, *, method: str, to: str = "") -> HttpResponse:
    """Sign somebody in who proved who they are; allauth asks for the second factor and turns closed accounts away."""
    person = queries.kept(person)
    wanted = to or request.session.pop(_NEXT, "")
    record_authentication(request, person, method)
    response: HttpResponse = perform_login(request, Login(user=person, redirect_url=wanted or reverse("desk:home")))
    return response


def status_of(form: forms.Form) -> int:
    """422 where something must be mended."""
    return 422 if form.errors else 200


def again_with(form: forms.Form, request: HttpRequest, **context: Any) -> dict[str, Any]:
    """What every page with a code needs."""
    del request
    return {"form": form, "shows_outbox": shows_outbox(), **context}
