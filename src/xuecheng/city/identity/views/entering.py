"""The door: a code to a phone number or e-mail address lets in, or opens an account; a slip lets in once.

Signing in and signing up are one way until the code has come back: so nobody learns here who has an account.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.identity import queries, sending
from xuecheng.city.identity.forms import AskCode, GiveCode, GiveStartCode, TellName
from xuecheng.city.identity.models import Challenge, SignInTry
from xuecheng.city.identity.rules.codes import CodeOver, CodeWrong, ProofOver
from xuecheng.city.identity.services import accounts, codes, sessions
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import public
from xuecheng.web.picking import found_in

from . import asking

ENTER = Challenge.Purpose.ENTER


@public
@never_cache
@require_http_methods(["GET", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """Where shall the code go?"""
    return _ask(request, is_new=False)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """The same for whoever thinks they have no account yet."""
    return _ask(request, is_new=True)


def _ask(request: HttpRequest, *, is_new: bool) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("desk:home")
    form = AskCode(request.POST or None)
    if form.is_valid():
        asking.remember_next(request)
        try:
            asking.send_code(request, ENTER, form.cleaned_data["address"])
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("identity:give_code")
    context = asking.again_with(form, request, is_new=is_new, next=request.GET.get("next", ""))
    return render(request, "identity/ask_code.html", context, status=asking.status_of(form))


@public
@never_cache
@require_http_methods(["GET", "POST"])
def give_code(request: HttpRequest) -> HttpResponse:
    """The code comes back: in, or on to the name."""
    under_way = asking.under_way(request, ENTER)
    if request.user.is_authenticated or under_way is None:
        return redirect("identity:ask_code")
    public_id, sent_to = under_way
    form = GiveCode(request.POST or None)
    if form.is_valid():
        asker, now = asking.asker(request), clock.now()
        try:
            row = codes.check_code(
                purpose=ENTER, public_id=public_id, asker=asker, code=form.cleaned_data["code"], at=now
            )
        except Refusal as refusal:
            if isinstance(refusal, CodeWrong | CodeOver):
                _note_failure(request, public_id)
            refusal.show_on(form)
        else:
            contact = queries.contact_of(codes.address_of(row))
            if contact is None:
                return redirect("identity:tell_name")
            codes.spend_now(purpose=ENTER, public_id=public_id, asker=asker, at=now)
            asking.forget(request, ENTER)
            return asking.let_in(request, contact.person, method="code")
    context = asking.again_with(form, request, sent_to=sent_to)
    return render(request, "identity/give_code.html", context, status=asking.status_of(form))


def _note_failure(request: HttpRequest, public_id: object) -> None:
    row = Challenge.objects.filter(public_id=str(public_id)).first()
    contact = queries.contact_of(codes.address_of(row)) if row else None
    sessions.note_failure(
        person=contact.person if contact else None,
        way=SignInTry.Way.CODE,
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
        at=clock.now(),
    )


@public
@never_cache
@require_http_methods(["GET", "POST"])
def tell_name(request: HttpRequest) -> HttpResponse:
    """Who the new account is for; only after the code."""
    under_way = asking.under_way(request, ENTER)
    if request.user.is_authenticated or under_way is None:
        return redirect("account_signup")
    public_id, sent_to = under_way
    asker, now = asking.asker(request), clock.now()
    form = TellName(request.POST or None, initial={"public_id": uuid7()})
    if (found := found_in(request, form)) is not None:
        return found
    if request.method == "GET":
        try:
            codes.proved_address(purpose=ENTER, public_id=public_id, asker=asker, at=now)
        except ProofOver:
            return redirect("account_signup")
    if form.is_valid():
        resident = accounts.NewResident(**form.cleaned_data, language=get_language() or "zh-hans")
        try:
            person = accounts.sign_up(challenge=public_id, asker=asker, resident=resident, at=now, today=clock.today())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            asking.forget(request, ENTER)
            return asking.let_in(request, person, method="code", to=reverse("identity:welcome"))
    context = {"form": form, "sent_to": sent_to}
    return render(request, "identity/tell_name.html", context, status=asking.status_of(form))


@public
@never_cache
@require_http_methods(["GET", "POST"])
def give_start_code(request: HttpRequest) -> HttpResponse:
    """The slip from a counter."""
    if request.user.is_authenticated:
        return redirect("desk:home")
    form = GiveStartCode(request.POST or None)
    if form.is_valid():
        try:
            person = accounts.enter_by_start_code(**form.cleaned_data, client=asking.client_of(request), at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return asking.let_in(request, person, method="start_code", to=reverse("identity:welcome"))
    return render(request, "identity/start_code.html", {"form": form}, status=asking.status_of(form))


@public
@never_cache
@require_GET
def show_outbox(request: HttpRequest) -> HttpResponse:
    """The demonstration's phone: what this browser asked to be sent. Nowhere else."""
    if not asking.shows_outbox():
        raise Http404
    sent = sending.shown_in_demonstration(asking.sent_here(request))
    return render(
        request,
        "identity/outbox.html",
        {
            "messages_sent": sent,
            "is_waiting": bool(asking.sent_here(request))
            and not sending.shown_in_demonstration(asking.sent_here(request)[-1:]),
        },
    )
