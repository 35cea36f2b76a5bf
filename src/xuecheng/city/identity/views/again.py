"""“Is it still you?”: a fresh proof before an act that could take an account away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.forms import ReauthenticateForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xuecheng.city import clock
from xuecheng.city.identity import queries
from xuecheng.city.identity.forms import GiveCode, ProveApp, ProvePasskey, ProvePassword
from xuecheng.city.identity.models import Challenge
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.identity.services import allowances, codes
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal

from . import asking

AGAIN = Challenge.Purpose.AGAIN


@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Every way in which this person can prove it. One with a second factor proves it by that."""
    person = _person(request)
    keys = queries.keys_of(person)
    way = request.POST.get("way", "")
    given: dict[str, forms.Form] = {
        "password": ProvePassword(request.POST if way == "password" else None),
        "app": ProveApp(request.POST if way == "app" else None),
    }
    problem = ""
    if request.method == "POST":
        form = given.get(way)
        answer = _proved(request, person, keys, way, form)
        if answer is True:
            return _on(request)
        problem = answer if isinstance(answer, str) else ""
    context: dict[str, Any] = {
        "keys": keys,
        "password_form": given["password"] if keys.has_password and not keys.has_second_factor else None,
        "app_form": given["app"] if keys.has_totp else None,
        "contacts": [] if keys.has_second_factor else queries.contacts_of(person),
        "problem": problem,
        "next": _next(request),
        "shows_outbox": asking.shows_outbox(),
        "form": given.get(way) or given["password"],
    }
    if keys.passkeys:
        context["options"] = webauthn.begin_authentication(person)
    failed = request.method == "POST"
    return render(request, "identity/again.html", context, status=422 if failed else 200)


def _proved(request: HttpRequest, person: Person, keys: queries.Keys, way: str, form: forms.Form | None) -> bool | str:
    """True, or why not; at the form's field where there is one."""
    if way == "passkey" and keys.passkeys:
        return _by_passkey(request, person)
    if form is None or not form.is_valid():
        return False
    if allowances.take([(law.PASSWORDS_AGAIN, str(person.pk))], at=clock.now()):
        return str(law.TooManyTries())
    if way == "password" and keys.has_password and not keys.has_second_factor:
        if person.check_password(form.cleaned_data["password"]):
            record_authentication(request, person, "password", reauthenticated=True)
            return True
        form.add_error("password", _("This is not your password."))
    if way == "app" and keys.has_totp:
        proof = ReauthenticateForm({"code": form.cleaned_data["code"]}, user=person)
        if proof.is_valid():
            proof.save()
            return True
        form.add_error("code", str(law.CodeWrong()))
    return False


def _by_passkey(request: HttpRequest, person: Person) -> bool | str:
    proof = ProvePasskey(request.POST, user=person)
    if not proof.is_valid():
        return _("This passkey does not belong to your account.")
    proof.save()
    return True


@never_cache
@require_http_methods(["GET", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    """Send a code to one of the own contact points; take it back."""
    person = _person(request)
    if queries.keys_of(person).has_second_factor:
        return redirect("account_reauthenticate")
    if contact_id := request.POST.get("contact"):
        return _send(request, person, contact_id)
    under_way = asking.under_way(request, AGAIN)
    if under_way is None:
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': _next(request)})}")
    public_id, sent_to = under_way
    form = GiveCode(request.POST or None)
    if form.is_valid():
        asker, now = asking.asker(request), clock.now()
        try:
            row = codes.check_code(
                purpose=AGAIN, public_id=public_id, asker=asker, code=form.cleaned_data["code"], at=now
            )
            if row.person_id != person.pk:
                raise law.CodeOver
            codes.spend_now(purpose=AGAIN, public_id=public_id, asker=asker, at=now)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            asking.forget(request, AGAIN)
            record_authentication(request, person, "code", reauthenticated=True)
            return _on(request)
    context = asking.again_with(form, request, sent_to=sent_to, next=_next(request))
    return render(request, "identity/again_code.html", context, status=asking.status_of(form))


def _send(request: HttpRequest, person: Person, contact_id: str) -> HttpResponse:
    try:
        wanted = UUID(contact_id)
    except ValueError as error:
        raise Http404 from error
    contact = next((one for one in queries.contacts_of(person) if one.public_id == wanted), None)
    if contact is None:
        raise Http404
    try:
        asking.send_code(request, AGAIN, queries.address_of(contact), person)
    except Refusal as refusal:
        context = {"keys": queries.keys_of(person), "problem": str(refusal), "next": _next(request), "form": GiveCode()}
        return render(request, "identity/again.html", context, status=422)
    return redirect(f"{reverse('identity:prove_by_code')}?{urlencode({'next': _next(request)})}")


def _next(request: HttpRequest) -> str:
    """Where to go on: an address of this site, else the page of one's own safety."""
    return str(get_next_redirect_url(request) or reverse("identity:show_security"))


def _on(request: HttpRequest) -> HttpResponse:
    return redirect(_next(request))


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user
