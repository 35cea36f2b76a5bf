"""Pages of bookings: one, a series, and what becomes of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.coordination.facilities import forms, queries, rules, services
from xuecheng.coordination.facilities.models import Booking, Space
from xuecheng.coordination.facilities.queries import BOOK, KEEP, SEE
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from .doors import (
    CHIPS,
    FIELDS,
    FORMS,
    booking_or_404,
    date_in,
    form_page,
    space_or_404,
    this_evening,
)


@require_http_methods(FORMS)
def book_space(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One booking of a room."""
    space = space_or_404(public_id)
    viewer = standing(request)
    initial = {"public_id": uuid7(), **this_evening(), **_asked(request), **_lent(viewer, space)}
    form = forms.BookForm(request.POST or None, initial=initial)
    if (answer := found_in(request, form)) is not None:
        return answer
    may_wait = False
    if form.is_valid():
        begins, ends = form.period()
        try:
            if request.POST.get("act") == "wait":
                services.wait_for_room(
                    actor=viewer, public_id=form.cleaned_data["public_id"] or uuid7(), space=space, begins_at=begins,
                    ends_at=ends, wanted=form.wanted(), at=clock.now(),
                )  # fmt: skip
                messages.success(request, _("You stand in the line. You are told as soon as it is your turn."))
                return redirect("facilities:list_waits")
            made = services.book_space(
                actor=viewer,
                public_id=form.cleaned_data["public_id"] or uuid7(),
                space=space,
                begins_at=begins,
                ends_at=ends,
                wanted=form.wanted(),
                at=clock.now(),
            )
        except Refusal as refusal:
            may_wait = isinstance(refusal, rules.TAKEN)
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(
                request, _("The room is booked.") if made.state == "confirmed" else _("The booking is proposed.")
            )
            return redirect("facilities:show_booking", public_id=made.public_id)
    heading = _("Book %(name)s") % {"name": space.name}
    return form_page(
        request, form, venue=space.venue, heading=heading, submit=_("Book the room"), space=space, may_wait=may_wait
    )


@require_http_methods(FORMS)
def book_series(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A season of dates at once."""
    space = space_or_404(public_id)
    viewer = standing(request)
    initial = {
        "public_id": uuid7(), **this_evening(), "is_seasonal": True, "every_weeks": 1, **_asked(request),
        **_lent(viewer, space),
    }  # fmt: skip
    form = forms.SeriesForm(request.POST or None, initial=initial)
    if (answer := found_in(request, form)) is not None:
        return answer
    if form.is_valid():
        try:
            made = services.book_series(
                actor=viewer,
                public_id=form.cleaned_data["public_id"] or uuid7(),
                space=space,
                pattern=form.pattern(),
                wanted=form.wanted(is_seasonal=form.cleaned_data["is_seasonal"]),
                at=clock.now(),
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            return redirect("facilities:show_series", public_id=made.public_id)
    heading = _("Book %(name)s every week") % {"name": space.name}
    lead = _("Dates that cannot be had are listed with their reason; the others are booked.")
    return form_page(
        request, form, venue=space.venue, heading=heading, submit=_("Book the series"), lead=lead, space=space
    )


def _lent(viewer: Standing, space: Space) -> dict[str, Any]:
    """Who comes and for what, where a room is lent to the viewer's unit; nothing for who books at the place itself.

    Raises `Denied` for whoever may do neither.
    """
    if viewer.may(BOOK, space.venue.access_scope()):
        return {}
    found = [one for one in queries.loans_to_book(viewer, space.venue, on=clock.today()) if one.holds(space)]
    if not found:
        require(viewer, BOOK, on=space.venue)
    return {"group_organisation": found[0].borrower.code, "purpose": found[0].purpose}


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the search for a free room was for, carried on."""
    names = {"on": "on", "begins": "begins", "ends": "ends", "heads": "heads", "begins_on": "on", "ends_on": "until"}
    found = {name: request.GET[asked] for name, asked in names.items() if request.GET.get(asked)}
    if (on := date_in(request, "on")) is not None:
        found["weekday"] = str(on.weekday())
    if not request.GET.get("until"):
        found.pop("ends_on", None)
    return found


@never_cache
@require_GET
@only_for(SEE)
def list_bookings(request: HttpRequest) -> HttpResponse:
    """Bookings of the places that one sees into, the newest first."""
    form = forms.FilterBookings(request.GET, states=Booking.State.choices)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    found = queries.bookings(standing(request), state=state)
    context = {
        "filter": form,
        "page": page_of(found, order=("-pk",), after=request.GET.get("after", "")),
        "chips": CHIPS,
    }
    return render(request, "facilities/bookings.html", context)


@never_cache
@require_GET
def show_booking(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _booking_page(request, booking_or_404(request, public_id), django_forms.Form())


def _booking_page(request: HttpRequest, booking: Booking, form: django_forms.Form) -> HttpResponse:
    viewer = standing(request)
    now = clock.now()
    scope = booking.venue.access_scope()
    is_over = booking.ends_at <= now
    may_book = queries.may_with(viewer, BOOK, booking)
    is_confirmed = booking.state == Booking.State.CONFIRMED
    may_come = may_book and is_confirmed and booking.checked_in_at is None and queries.may_come(booking, at=now)
    context = {
        "booking": booking,
        "form": form,
        "chip": CHIPS[Booking.State(booking.state)],
        "may_cancel": may_book and not is_over and (is_confirmed or booking.state == Booking.State.PROPOSED),
        "may_check_in": may_come,
        "may_confirm": viewer.may(KEEP, scope) and booking.state == Booking.State.PROPOSED,
        "may_excuse": viewer.may(KEEP, scope) and booking.state == Booking.State.RELEASED and not booking.is_excused,
        "reason_form": form if isinstance(form, forms.Reason) else forms.Reason(),
        "history": trace.history_of(booking),
    }
    return render(request, "facilities/booking.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
def cancel_booking(request: HttpRequest, public_id: UUID) -> HttpResponse:
    booking = booking_or_404(request, public_id, act=BOOK)
    form = forms.Reason(request.POST)
    if form.is_valid():
        try:
            services.cancel_booking(
                actor=standing(request), booking=booking, at=clock.now(), why=form.cleaned_data["why"]
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("Cancelled. The room is free again."))
            return redirect("facilities:show_booking", public_id=public_id)
    return _booking_page(request, booking, form)


@require_http_methods(["POST"])
def check_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    booking = booking_or_404(request, public_id, act=BOOK)
    try:
        services.check_in(actor=standing(request), booking=booking, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Checked in."))
    return redirect("facilities:show_booking", public_id=public_id)


@require_http_methods(["POST"])
def confirm_booking(request: HttpRequest, public_id: UUID) -> HttpResponse:
    booking = booking_or_404(request, public_id, act=KEEP)
    try:
        services.confirm_booking(actor=standing(request), booking=booking, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Confirmed. The room is held."))
    return redirect("facilities:show_booking", public_id=public_id)


@require_http_methods(["POST"])
def excuse_no_show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    booking = booking_or_404(request, public_id, act=KEEP)
    form = forms.Reason(request.POST)
    if form.is_valid():
        try:
            services.excuse_no_show(actor=standing(request), booking=booking, why=form.cleaned_data["why"])
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("Excused: it counts against the group no more."))
            return redirect("facilities:show_booking", public_id=public_id)
    return _booking_page(request, booking, form)


@never_cache
@require_GET
def show_series(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A series and what became of each of its dates."""
    series = queries.series_by_id(public_id)
    if series is None:
        raise Http404
    viewer = standing(request)
    if not queries.may_with_series(viewer, SEE, series):
        require(viewer, SEE, on=series.venue)
    occurrences = list(series.occurrences.select_related("booking").order_by("on"))
    now = clock.now()
    context = {
        "series": series,
        "weekday": dict(forms.WEEKDAYS)[series.weekday],
        "begins": rules.clock_of(series.begins_minute),
        "ends": rules.clock_of((series.begins_minute + series.length_minutes - 1) % rules.DAY + 1),
        "occurrences": occurrences,
        "booked": sum(one.result == "accepted" for one in occurrences),
        "refused": sum(one.result == "refused" for one in occurrences),
        "may_cancel": queries.may_with_series(viewer, BOOK, series)
        and any(
            one.booking and one.booking.state in ("confirmed", "proposed") and one.booking.begins_at > now
            for one in occurrences
        ),
        "form": forms.Reason(),
    }
    return render(request, "facilities/series.html", context)


@require_http_methods(["POST"])
def cancel_series(request: HttpRequest, public_id: UUID) -> HttpResponse:
    series = queries.series_by_id(public_id)
    if series is None:
        raise Http404
    if not queries.may_with_series(standing(request), BOOK, series):
        require(standing(request), BOOK, on=series.venue)
    form = forms.Reason(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why, in a few words that people can read."))
        return redirect("facilities:show_series", public_id=public_id)
    try:
        number = services.cancel_series(
            actor=standing(request), series=series, at=clock.now(), why=form.cleaned_data["why"]
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(number)s dates are cancelled; the room is free then.") % {"number": number})
    return redirect("facilities:show_series", public_id=public_id)
