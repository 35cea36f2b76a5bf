"""Recovery: for who lost the second factor, or everything. Slow on purpose."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.identity.forms import AskCode, AskWithRecoveryCode, FinishRecovery, GiveCode
from xuecheng.city.identity.models import Challenge
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.identity.services import codes, recovery
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import public

from . import asking

RECOVER = Challenge.Purpose.RECOVER


@public
@never_cache
@require_GET
def choose_way(request: HttpRequest) -> HttpResponse:
    """What do you still have?"""
    return render(request, "identity/recover.html")


@public
@never_cache
@require_http_methods(["GET", "POST"])
def ask_by_contact(request: HttpRequest) -> HttpResponse:
    form = AskCode(request.POST or None)
    if form.is_valid():
        try:
            asking.send_code(request, RECOVER, form.cleaned_data["address"])
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("identity:confirm_recovery")
    context = asking.again_with(form, request)
    return render(request, "identity/recover_contact.html", context, status=asking.status_of(form))


@public
@never_cache
@require_http_methods(["GET", "POST"])
def confirm_recovery(request: HttpRequest) -> HttpResponse:
    under_way = asking.under_way(request, RECOVER)
    if under_way is None:
        return redirect("identity:recover_by_contact")
    public_id, sent_to = under_way
    form = GiveCode(request.POST or None)
    if form.is_valid():
        asker, now = asking.asker(request), clock.now()
        try:
            codes.check_code(purpose=RECOVER, public_id=public_id, asker=asker, code=form.cleaned_data["code"], at=now)
            claim = recovery.ask_by_contact(challenge=public_id, asker=asker, at=now)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            asking.forget(request, RECOVER)
            return _claim_page(request, claim)
    context = asking.again_with(form, request, sent_to=sent_to)
    return render(request, "identity/confirm_recovery.html", context, status=asking.status_of(form))


@public
@never_cache
@require_http_methods(["GET", "POST"])
def ask_by_recovery_code(request: HttpRequest) -> HttpResponse:
    form = AskWithRecoveryCode(request.POST or None)
    if form.is_valid():
        try:
            claim = recovery.ask_by_recovery_code(**form.cleaned_data, client=asking.client_of(request), at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return _claim_page(request, claim, only_if=True)
    return render(request, "identity/recover_code.html", {"form": form}, status=asking.status_of(form))


@public
@never_cache
@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest) -> HttpResponse:
    form = FinishRecovery(request.POST or None)
    if form.is_valid():
        try:
            recovery.finish_recovery(**form.cleaned_data, client=asking.client_of(request), at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The new password counts. Sign in with it now."))
            return redirect("account_login")
    return render(request, "identity/finish_recovery.html", {"form": form}, status=asking.status_of(form))


def _claim_page(request: HttpRequest, claim: str, *, only_if: bool = False) -> HttpResponse:
    context = {
        "claim": law.in_fours(claim),
        "opens_at": clock.now() + law.RECOVERY_WAIT,
        "only_if": only_if,
        "days_open": law.RECOVERY_OPEN.days,
    }
    return render(request, "identity/claim.html", context)
