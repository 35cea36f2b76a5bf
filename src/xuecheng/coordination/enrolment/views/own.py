"""Pages for whoever learns: enrolling, my classes, one enrolment with everything that can be done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock, trace
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import entrusted
from xuecheng.coordination.classes import ical
from xuecheng.coordination.enrolment import beside, forms, payments, queries, rules, services
from xuecheng.coordination.enrolment.models import Enrolment, Provider
from xuecheng.coordination.enrolment.queries import ENROL, ENROL_PERSON, KEEP, MONEY, WAIVE
from xuecheng.web.paging import page_of

from .doors import CHIPS, FORMS, class_or_404, enrolment_or_404, number_of, vouchers_for

_State = Enrolment.State


@never_cache
@entrusted(ENROL)
@require_http_methods(FORMS)
def enrol(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Second tap: everything at a glance, and one button."""
    viewer = standing(request)
    row = class_or_404(public_id)
    require(viewer, ENROL, on=viewer.person)
    mine = queries.live_of(viewer.person, row)
    if mine is not None and request.method == "GET":
        return redirect("enrolment:show_enrolment", public_id=mine.public_id)
    opens, closes = row.enrolment_opens_at, row.enrolment_closes_at
    if row.state not in services.GIVING or opens is None or closes is None:
        raise Http404
    requirement = row.version.entry_requirement
    form = forms.Enrol(request.POST or None, requirement=requirement, initial={"public_id": uuid7()})
    if form.is_valid():
        try:
            made = services.enrol(
                actor=viewer,
                public_id=form.cleaned_data["public_id"],
                course_class=row,
                person=viewer.person,
                at=clock.now(),
                meets_requirement=form.cleaned_data.get("meets_requirement", False),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("enrolment:show_enrolment", public_id=made.public_id)
    context = {
        "course_class": row,
        "form": form,
        "not_now": _not_now(opens, closes),
        **queries.face_of_class(row, at=clock.now()),
    }
    return render(request, "enrolment/enrol.html", context, status=422 if form.errors else 200)


def _not_now(opens_at: datetime, closes_at: datetime) -> str:
    """Why nobody can enrol in this moment, before they try; empty while enrolment is open."""
    try:
        rules.check_open(opens_at=opens_at, closes_at=closes_at, at=clock.now())
    except Refusal as refusal:
        return str(refusal)
    return ""


@never_cache
@entrusted(queries.SEE)
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """My classes: what is offered first, then what I am in with the next sessions, then what was."""
    viewer = standing(request)
    page = page_of(queries.own_enrolments(viewer), order=("-id",), after=request.GET.get("after", ""))
    rows = list(page)
    context = {
        "page": page,
        "offered": [one for one in rows if one.state == _State.OFFERED],
        "live": [one for one in rows if one.is_live and one.state != _State.OFFERED],
        "over": [one for one in rows if not one.is_live],
        "sessions": queries.next_sessions(viewer, at=clock.now()),
        "chips": CHIPS,
        "is_first": "after" not in request.GET,
        "beside": beside.of_list(),
        "is_helped": viewer.entrusted is not None,
    }
    return render(request, "enrolment/own.html", context)


@never_cache
@entrusted(queries.SEE)
@require_GET
def take_calendar(request: HttpRequest) -> HttpResponse:
    """The times of one's classes as a file for a calendar."""
    now = clock.now()
    found = queries.calendar_sessions(standing(request), at=now)
    text = ical.calendar_of(_("My classes"), found, at=now, host=request.get_host())
    answer = HttpResponse(text, content_type=ical.TYPE)
    answer["Content-Disposition"] = 'attachment; filename="classes.ics"'
    return answer


@never_cache
@entrusted(queries.SEE)
@require_GET
def show_enrolment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One enrolment: where it stands, how many come before, what can be done now."""
    return _page(request, enrolment_or_404(request, public_id))


def _page(request: HttpRequest, one: Enrolment, *, form: Any = None) -> HttpResponse:
    viewer = standing(request)
    own = one.person_id in viewer.own_keys(ENROL)
    is_mine = one.person_id in viewer.person_keys
    may_move = own or viewer.may(ENROL_PERSON, one.course_class.access_scope())
    within = one.course_class.access_scope()
    may_keep = viewer.may(KEEP, within)
    charge = getattr(one, "charge", None)
    is_staff = not is_mine
    context = {
        "one": one,
        "course_class": one.course_class,
        "base": "web/staff.html" if is_staff else "web/base.html",
        "is_staff": is_staff,
        "chip": CHIPS[one.state],
        "beside": beside.of_place(one) if is_mine and one.state != _State.OFFERED else [],
        "line": queries.line_of(one),
        "sessions": queries.sessions_ahead(one.course_class, at=clock.now()) if one.holds_a_place else [],
        "lottery": queries.lottery_of(one.course_class),
        "charge": charge,
        "back_fen": -charge.owed_fen if charge else 0,
        "same_person": queries.SAME_PERSON,
        "because": _(one.because) if one.because in queries.BY_RULE else one.because,
        "net": queries.net_of(charge) if charge else None,
        "percent": rules.refund_percent(
            one.course_class.roll.numbers(), sessions_begun=services.sessions_begun(one.course_class, at=clock.now())
        ),
        "can": {
            "answer": may_move and one.state == _State.OFFERED,
            "withdraw": may_move and one.is_live and one.state != _State.OFFERED,
            "pause": may_move and one.state == _State.ENROLLED and not (charge and charge.owed_fen > 0),
            "resume": may_move and one.state == _State.PAUSED,
            "transfer": may_move and one.state == _State.ENROLLED,
            "refuse": may_keep and is_staff and one.is_live,
            "pay": own and charge is not None and charge.owed_fen > 0 and payments.is_trial_on(),
            "desk": is_staff and charge is not None and (viewer.may(MONEY, within) or viewer.may(WAIVE, within)),
        },
        "why": form or forms.Why(),
        "errors": form if form is not None and form.errors else None,
        "pay_id": uuid7(),
        "vouchers": vouchers_for(charge) if own else [],
        "history": trace.history_of(one),
    }
    return render(request, "enrolment/enrolment.html", context, status=422 if form is not None else 200)


_VERBS = {
    "accept": services.accept_offer,
    "decline": services.decline_offer,
    "withdraw": services.withdraw,
    "pause": services.pause,
    "resume": services.resume,
}


@never_cache
@entrusted(ENROL)
@require_POST
def move_enrolment(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Everything that is done with one button."""
    one = enrolment_or_404(request, public_id)
    if verb == "refuse":
        return _refuse(request, one)
    try:
        if verb == "pay":
            _pay(request, one)
        elif verb == "pay-by-voucher":
            _pay_by_voucher(request, one)
        elif verb in _VERBS:
            _VERBS[verb](actor=standing(request), enrolment=one, at=clock.now())
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _said(verb))
    return redirect("enrolment:show_enrolment", public_id=public_id)


def _said(verb: str) -> str:
    return {
        "accept": _("The place is yours."),
        "decline": _("The place went to the next. Thank you for saying so."),
        "withdraw": _("You have left. A place that came free was offered to the next."),
        "pause": _("Paused. Your place is kept."),
        "resume": _("Welcome back."),
        "pay": _("Paid. The receipt stands below."),
        "pay-by-voucher": _("Paid with the voucher."),
    }[verb]


def _pay(request: HttpRequest, one: Enrolment) -> None:
    charge = getattr(one, "charge", None)
    if charge is None:
        raise services.NothingOwed
    services.pay_charge(
        actor=standing(request), public_id=number_of(request), charge=charge, provider=Provider.TEST, at=clock.now()
    )


def _pay_by_voucher(request: HttpRequest, one: Enrolment) -> None:
    charge = getattr(one, "charge", None)
    if charge is None:
        raise services.NothingOwed
    services.pay_by_voucher(
        actor=standing(request), public_id=number_of(request), charge=charge, code=request.POST.get("code", ""),
        at=clock.now(),
    )  # fmt: skip


def _refuse(request: HttpRequest, one: Enrolment) -> HttpResponse:
    form = forms.Why(request.POST)
    if form.is_valid():
        try:
            services.refuse(actor=standing(request), enrolment=one, why=form.cleaned_data["why"], at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Taken off the roll, and told so."))
            return redirect("enrolment:show_enrolment", public_id=one.public_id)
    return _page(request, one, form=form)


@never_cache
@entrusted(ENROL)
@require_http_methods(FORMS)
def transfer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change to another class of the same course."""
    one = enrolment_or_404(request, public_id)
    found = {str(row.public_id): row for row in queries.sisters_of(one.course_class)}
    left = queries.left_of(found.values())
    choices = [
        (
            key,
            _("%(code)s at %(unit)s, %(left)s")
            % {
                "code": row.code,
                "unit": row.host.name,
                "left": ngettext("%(n)s place left", "%(n)s places left", left[row.pk]) % {"n": left[row.pk]},
            },
        )
        for key, row in found.items()
    ]
    form = forms.Transfer(request.POST or None, choices=choices, initial={"public_id": uuid7()})
    if form.is_valid():
        try:
            made = services.transfer(
                actor=standing(request),
                public_id=form.cleaned_data["public_id"],
                enrolment=one,
                to=found[form.cleaned_data["to"]],
                at=clock.now(),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("You are in the other class now."))
            return redirect("enrolment:show_enrolment", public_id=made.public_id)
    context = {"one": one, "course_class": one.course_class, "form": form, "choices": choices}
    return render(request, "enrolment/transfer.html", context, status=422 if form.errors else 200)
