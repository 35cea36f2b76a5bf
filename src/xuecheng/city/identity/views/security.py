"""“Sign-in and security”: everything by which a person gets in, each with one clear act."""

from __future__ import annotations

from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.identity import queries
from xuecheng.city.identity.forms import AskCode, ChoosePassword, GiveCode
from xuecheng.city.identity.models import Challenge
from xuecheng.city.identity.recent import MINUTES, recently
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.identity.services import accounts, codes, contacts, recovery, sessions
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal

from . import asking

ADD = Challenge.Purpose.ADD
_MOST_TRIES = 10


@never_cache
@require_GET
def show_security(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    now = clock.now()
    here = request.session.session_key
    context = {
        "contacts": queries.told_contacts_of(person),
        "keys": queries.keys_of(person),
        "sessions": [
            (one, queries.browser_words(one.browser, one.device), one.key == here)
            for one in queries.open_sessions(person, at=now)[:50]
        ],
        "tries": [
            (one, queries.browser_words(one.browser, one.device)) for one in queries.tries_of(person, most=_MOST_TRIES)
        ],
        "recovery": queries.recovery_under_way(person),
        "today": clock.today(),
        "person": person,
    }
    return render(request, "identity/security.html", context)


@never_cache
@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """After the first sign-in: what to set up so that the next one works."""
    person = _person(request)
    return render(
        request,
        "identity/welcome.html",
        {"person": person, "keys": queries.keys_of(person), "contacts": queries.contacts_of(person)},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@recently()
def add_contact(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    form = AskCode(request.POST or None)
    if form.is_valid():
        try:
            asking.send_code(request, ADD, form.cleaned_data["address"], person)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("identity:confirm_contact")
    context = asking.again_with(form, request)
    return render(request, "identity/add_contact.html", context, status=asking.status_of(form))


@never_cache
@require_http_methods(["GET", "POST"])
def confirm_contact(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    under_way = asking.under_way(request, ADD)
    if under_way is None:
        return redirect("identity:add_contact")
    public_id, sent_to = under_way
    form = GiveCode(request.POST or None)
    if form.is_valid():
        asker, now = asking.asker(request), clock.now()
        try:
            row = codes.check_code(
                purpose=ADD, public_id=public_id, asker=asker, code=form.cleaned_data["code"], at=now
            )
            if row.person_id != person.pk:
                raise law.CodeOver
            contacts.add_contact(person=person, challenge=public_id, asker=asker, at=now)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            asking.forget(request, ADD)
            messages.success(request, _("Added. You can sign in with it from now on."))
            return redirect("identity:show_security")
    context = asking.again_with(form, request, sent_to=sent_to)
    return render(request, "identity/confirm_contact.html", context, status=asking.status_of(form))


@never_cache
@require_http_methods(["GET", "POST"])
@recently()
def remove_contact(request: HttpRequest, public_id: UUID) -> HttpResponse:
    person = _person(request)
    contact = next((one for one in queries.told_contacts_of(person) if one.public_id == public_id), None)
    if contact is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            contacts.remove_contact(person=person, public_id=public_id, at=clock.now())
        except Refusal as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Removed. Nobody signs in with it any more."))
            return redirect("identity:show_security")
    context = {"contact": contact, "problem": problem}
    return render(request, "identity/remove_contact.html", context, status=422 if problem else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """A password without the old one: for who has none or forgot it, after a proof of another kind."""
    person = _person(request)
    if not _proved_without_password(request, person):
        return redirect(f"{reverse('account_reauthenticate')}?next={reverse('identity:choose_password')}")
    form = ChoosePassword(request.POST or None)
    if form.is_valid():
        try:
            accounts.set_own_password(person=person, password=form.cleaned_data["password"])
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            person.refresh_from_db()
            _keep_this_session(request, person)
            messages.success(request, _("The new password counts. All other sessions have ended."))
            return redirect("identity:show_security")
    return render(request, "identity/choose_password.html", {"form": form}, status=asking.status_of(form))


def _proved_without_password(request: HttpRequest, person: Person) -> bool:
    """Whether a code, slip, passkey or second factor was shown in the last minutes: the old password is not asked."""
    now = clock.now()
    fresh = {
        str(record.get("method"))
        for record in get_authentication_records(request, person)
        if law.is_recent(float(record.get("at", 0)), at=now, minutes=MINUTES)
    }
    if queries.keys_of(person).has_second_factor:
        return "mfa" in fresh
    return bool(fresh - {"password"})


def _keep_this_session(request: HttpRequest, person: Person) -> None:
    """All sessions ended with the old password; the one at hand goes on under a new key."""
    update_session_auth_hash(request, person)
    sessions.begin_again(
        person=person, key=request.session.session_key or "", user_agent=request.META.get("HTTP_USER_AGENT", ""),
        at=clock.now(),
    )  # fmt: skip


@never_cache
@require_POST
def end_session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    sessions.end_session(person=_person(request), public_id=public_id)
    messages.success(request, _("That session has ended."))
    return redirect("identity:show_security")


@never_cache
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    sessions.end_sessions(person=_person(request), but=request.session.session_key or "")
    messages.success(request, _("All other sessions have ended."))
    return redirect("identity:show_security")


@never_cache
@require_POST
def stop_recovery(request: HttpRequest) -> HttpResponse:
    recovery.cancel_recovery(person=_person(request), at=clock.now())
    messages.success(request, _("The recovery is stopped."))
    return redirect("identity:show_security")


@never_cache
@require_GET
def show_second_factor(request: HttpRequest) -> HttpResponse:
    """Why staff come here before their work, and what to do."""
    return render(request, "identity/second_factor.html", {"keys": queries.keys_of(_person(request))})


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise Http404
    return request.user
