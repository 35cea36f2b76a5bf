"""The cash desk: what is to be paid and given back, a charge, the list of a day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import entrusted, only_for
from xuecheng.coordination.enrolment import forms, queries, services
from xuecheng.coordination.enrolment.models import Charge, Provider
from xuecheng.coordination.enrolment.queries import MONEY, SEE, WAIVE
from xuecheng.web.paging import page_of

from .doors import CHIPS, FORMS, charge_or_404, number_of, vouchers_for


@never_cache
@require_GET
@only_for(MONEY)
def list_charges(request: HttpRequest) -> HttpResponse:
    """Whoever stands before the desk: to pay, or to get money back."""
    viewer = standing(request)
    choice = forms.FilterCharges(request.GET)
    data = choice.cleaned_data if choice.is_valid() else {"state": "", "text": ""}
    found = queries.charges_open(viewer, state=data["state"], text=data["text"])
    context = {
        "filter": choice,
        "page": page_of(found, order=("-id",), after=request.GET.get("after", "")),
        "days": list(queries.cash_days(viewer).order_by("-on", "-id")[:10]),
        "chips": CHIPS,
        "today": clock.today(),
    }
    return render(request, "enrolment/desk.html", context)


@never_cache
@entrusted(SEE)
@require_GET
def show_charge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A charge and its movements."""
    return _charge_page(request, charge_or_404(request, public_id))


def _charge_page(request: HttpRequest, charge: Charge, *, form: django_forms.Form | None = None) -> HttpResponse:
    viewer = standing(request)
    row = charge.enrolment.course_class
    within = row.access_scope()
    is_other = charge.person_id not in viewer.person_keys
    waivers = list(row.version.waivers)
    may_waive = is_other and viewer.may(WAIVE, within) and bool(waivers)
    net = queries.net_of(charge)
    context = {
        "charge": charge,
        "one": charge.enrolment,
        "course_class": row,
        "base": "web/staff.html" if is_other else "web/base.html",
        "chip": CHIPS[charge.state],
        "net": net,
        "back_fen": -charge.owed_fen,
        "movements": list(charge.movements.select_related("by").order_by("id")),
        "may_pay": is_other and viewer.may(MONEY, within) and charge.owed_fen > 0,
        "may_give_back": is_other and viewer.may(MONEY, within) and charge.owed_fen < 0,
        "waive": (form or forms.Waive(waivers=waivers, initial={"public_id": uuid7()}))
        if may_waive and net.asked
        else None,
        "errors": form if form is not None and form.errors else None,
        "public_id": uuid7(),
        "vouchers": vouchers_for(charge) if is_other and viewer.may(MONEY, within) else [],
        "is_other": is_other,
    }
    return render(request, "enrolment/charge.html", context, status=422 if form is not None else 200)


@never_cache
@require_POST
def move_charge(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Take the money, give it back, waive it."""
    charge = charge_or_404(request, public_id)
    if verb == "waive":
        return _waive(request, charge)
    wish: dict[str, Any] = {
        "actor": standing(request), "public_id": number_of(request), "charge": charge, "at": clock.now(),
    }  # fmt: skip
    try:
        if verb == "pay":
            made = services.pay_charge(**wish, provider=Provider.CASH)
        elif verb == "pay-by-voucher":
            made = services.pay_by_voucher(**wish, code=request.POST.get("code", ""))
        elif verb == "give-back":
            made = services.give_back(**wish)
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Receipt %(number)s.") % {"number": made.reference})
    return redirect("enrolment:show_charge", public_id=public_id)


def _waive(request: HttpRequest, charge: Charge) -> HttpResponse:
    form = forms.Waive(request.POST, waivers=list(charge.enrolment.course_class.version.waivers))
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.waive_charge(
                actor=standing(request), public_id=data["public_id"], charge=charge, waiver=data["waiver"],
                amount_fen=form.amount_fen(), why=data["why"], at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Waived."))
            return redirect("enrolment:show_charge", public_id=charge.public_id)
    return _charge_page(request, charge, form=form)


def _unit_and_day(request: HttpRequest, code: str, on: str) -> tuple[Organisation, date]:
    unit = organisations.by_code(code)
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise Http404 from None
    if unit is None:
        raise Http404
    require(standing(request), MONEY, on=unit)
    return unit, day


@never_cache
@require_http_methods(FORMS)
def show_day(request: HttpRequest, code: str, on: str) -> HttpResponse:
    """The receipts of a day, and closing it with what was counted."""
    unit, day = _unit_and_day(request, code, on)
    form = forms.CloseDay(request.POST or None)
    if form.is_valid():
        try:
            services.close_day(
                actor=standing(request), organisation=unit, on=day, counted_fen=form.counted_fen(), at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The day is closed."))
            return redirect("enrolment:show_day", code=code, on=on)
    context = {"list": queries.day_list(unit, day), "form": form, "unit": unit, "on": day}
    return render(request, "enrolment/day.html", context, status=422 if form.errors else 200)
