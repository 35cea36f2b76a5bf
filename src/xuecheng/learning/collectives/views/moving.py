"""What is done with an account: decide, join, admit, deposit, take back, close."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.learning.collectives import forms, queries, services
from xuecheng.learning.collectives.models import Collective, Membership
from xuecheng.learning.collectives.queries import KEEP

from .showing import account_or_404, account_page


@never_cache
@require_POST
def join(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask to join."""
    row = account_or_404(request, public_id)
    form = forms.Join(request.POST)
    if form.is_valid():
        try:
            services.ask_to_join(
                actor=standing(request), public_id=form.cleaned_data["public_id"], collective=row, at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Asked. Whoever keeps the account answers."))
            return redirect("collectives:show_account", public_id=public_id)
    return account_page(request, row, wrong=form, verb="join")


@never_cache
@require_POST
def move_account(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Withdraw the application; open, refuse, close."""
    row, actor = account_or_404(request, public_id), standing(request)
    if verb == "withdraw":
        form: django_forms.Form = django_forms.Form(request.POST)
    elif verb == "open":
        form = forms.Open(request.POST, today=clock.today())
    elif verb == "refuse":
        form = forms.Why(request.POST)
    elif verb == "close":
        form = forms.Close(request.POST, heirs=queries.heirs_of(row))
    else:
        raise Http404
    if form.is_valid():
        try:
            _move(verb, actor, row, form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("collectives:show_account", public_id=public_id)
    return account_page(request, row, wrong=form, verb=verb)


def _move(verb: str, actor: Standing, row: Collective, data: dict[str, Any]) -> None:
    now = clock.now()
    if verb == "withdraw":
        services.withdraw(actor=actor, collective=row, at=now)
    elif verb == "open":
        services.open_account(actor=actor, collective=row, keeps_until=data["keeps_until"], at=now)
    elif verb == "refuse":
        services.refuse(actor=actor, collective=row, why=data["why"], at=now)
    else:
        services.close(actor=actor, collective=row, why=data["why"], to=data["to"], at=now)


@never_cache
@require_POST
def move_member(request: HttpRequest, public_id: UUID, membership_id: UUID, verb: str) -> HttpResponse:
    """Admit, decline, end; leave; let keep the account."""
    row, actor = account_or_404(request, public_id), standing(request)
    membership = queries.membership(row, membership_id)
    verbs = {"admit", "decline", "end", "leave", "let-keep"}
    if membership is None or verb not in verbs:
        raise Http404
    form = forms.LetKeep(request.POST) if verb == "let-keep" else django_forms.Form(request.POST)
    if form.is_valid():
        try:
            _move_member(verb, actor, membership, form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("collectives:show_account", public_id=public_id)
    return account_page(request, row, wrong=form, verb=verb, member=membership)


def _move_member(verb: str, actor: Standing, row: Membership, data: dict[str, Any]) -> None:
    now = clock.now()
    if verb == "admit":
        services.admit(actor=actor, membership=row, at=now)
    elif verb == "decline":
        services.decline(actor=actor, membership=row, at=now)
    elif verb == "end":
        services.end_membership(actor=actor, membership=row, at=now)
    elif verb == "leave":
        services.leave(actor=actor, membership=row, at=now)
    else:
        services.let_keep(actor=actor, membership=row, keeps_until=data["keeps_until"], at=now)


@never_cache
@require_http_methods(["GET", "POST"])
def deposit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Enter what a collective earned."""
    row, actor = account_or_404(request, public_id), standing(request)
    if row.state != Collective.State.OPEN or not actor.may(KEEP, row.access_scope()):
        raise Http404
    form = forms.MakeDeposit(request.POST or None, initial={"public_id": uuid7()})
    if form.is_valid():
        try:
            made = services.deposit(
                actor=actor, public_id=form.cleaned_data["public_id"], collective=row, given=form.given(),
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            said = _("Entered, and credited.") if made.credits else _("Entered. The hours wait for the next ones.")
            messages.success(request, said)
            return redirect("collectives:show_account", public_id=public_id)
    return render(request, "collectives/deposit.html", {"row": row, "form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, public_id: UUID, deposit_id: UUID) -> HttpResponse:
    """Take a deposit back."""
    row, actor = account_or_404(request, public_id), standing(request)
    found = queries.deposit(row, deposit_id)
    if found is None or found.taken_back_at is not None or not actor.may(KEEP, row.access_scope()):
        raise Http404
    form = forms.Why(request.POST or None)
    if form.is_valid():
        try:
            services.take_back(actor=actor, deposit=found, why=form.cleaned_data["why"], at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Taken back."))
            return redirect("collectives:show_account", public_id=public_id)
    context = {"row": row, "deposit": found, "form": form}
    return render(request, "collectives/take_back.html", context, status=422 if form.errors else 200)
