"""Pages of lending: an owner lends rooms of a place, either unit ends it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.facilities import forms, queries, rules, services
from xuecheng.coordination.facilities.queries import BOOK, KEEP
from xuecheng.web.picking import found_in

from .doors import FIELDS, FORMS, form_page, to_keep, venue_or_404


@never_cache
@require_http_methods(FORMS)
def lend_room(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lend a room, or all of them, to another unit."""
    venue = to_keep(request, venue_or_404(public_id))
    today = clock.today()
    initial = {
        "public_id": uuid7(), "begins_on": today, "ends_on": today + timedelta(days=120), "begins": "19:00",
        "ends": "21:00",
    }  # fmt: skip
    form = forms.LendForm(request.POST or None, venue=venue, initial=initial)
    if (answer := found_in(request, form)) is not None:
        return answer
    if form.is_valid():
        try:
            services.lend_room(
                actor=standing(request), public_id=form.cleaned_data["public_id"] or uuid7(), venue=venue,
                space=form.cleaned_data["space"], borrower=form.cleaned_data["borrower"], text=form.text(),
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("It is lent. The other unit may book within these times, and is told."))
            return redirect("facilities:show_venue", public_id=venue.public_id)
    lead = _(
        "You speak for the owner: with this the owner consents. Within these times the other unit books by itself."
    )
    return form_page(
        request, form, venue=venue, heading=_("Lend rooms of %(name)s") % {"name": venue.name}, submit=_("Lend it"),
        lead=lead,
    )  # fmt: skip


@never_cache
@require_http_methods(FORMS)
def end_loan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let it count no more from a day on."""
    loan = queries.loan(public_id)
    if loan is None:
        raise Http404
    viewer = standing(request)
    is_owner = viewer.may(KEEP, loan.venue.access_scope())
    if not is_owner and not viewer.may(BOOK, queries.scope_of_borrower(loan)):
        require(viewer, KEEP, on=loan.venue)
    first = clock.today() + timedelta(days=rules.NOTICE_DAYS if is_owner else 0)
    form = forms.EndLoan(request.POST or None, initial={"ended_on": first})
    if form.is_valid():
        try:
            number = services.end_loan(
                actor=viewer, loan=loan, ended_on=form.cleaned_data["ended_on"], at=clock.now(),
                why=form.cleaned_data["why"],
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            said = ngettext(
                "It is ended; %(n)d booking after that day is given back.",
                "It is ended; %(n)d bookings after that day are given back.",
                number,
            )
            messages.success(request, said % {"n": number})
            return redirect("facilities:show_venue", public_id=loan.venue.public_id)
    heading = _("End what is lent to %(unit)s") % {"unit": loan.borrower.name}
    lead = _("What the other unit has booked from that day on is given back; its classes need other rooms then.")
    return form_page(request, form, venue=loan.venue, heading=heading, submit=_("End it"), lead=lead)
