"""What the pages of places share: finding the thing, the right to it, and the page of one form."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.rights import standing_of_request
from xuecheng.coordination.facilities import queries
from xuecheng.coordination.facilities.models import Booking, Space, Venue
from xuecheng.coordination.facilities.queries import KEEP, SEE

FIELDS = {"begins_at": "begins", "ends_at": "ends", "group": "group_name", "reason": "why"}
"""What the services call otherwise than the forms."""
CHIPS = {
    Booking.State.PROPOSED: "wait",
    Booking.State.CONFIRMED: "done",
    Booking.State.CANCELLED: "neutral",
    Booking.State.RELEASED: "no",
}


FORMS = ["GET", "POST"]


def this_evening() -> dict[str, Any]:
    return {"on": clock.today() + timedelta(days=1), "begins": "19:00", "ends": "21:00", "heads": 20}


def form_page(
    request: HttpRequest,
    form: django_forms.Form,
    *,
    heading: str,
    submit: str,
    venue: Venue | None = None,
    space: Space | None = None,
    lead: str = "",
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "venue": venue, "space": space, "lead": lead} | more
    return render(request, "facilities/form.html", context, status=422 if form.errors else 200)


def layout_of(request: HttpRequest) -> str:
    """Who books or keeps places sees them beside the rail."""
    return "web/staff.html" if standing_of_request(request).may_somewhere(SEE) else "web/base.html"


def date_in(request: HttpRequest, name: str) -> date | None:
    try:
        found = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    # Weeks before and after are asked for too.
    return found if 2000 <= found.year <= 2200 else None


def venue_or_404(public_id: UUID) -> Venue:
    venue = queries.by_id(public_id)
    if venue is None:
        raise Http404
    return venue


def space_or_404(public_id: UUID) -> Space:
    space = queries.space_by_id(public_id)
    if space is None:
        raise Http404
    return space


def to_keep(request: HttpRequest, venue: Venue) -> Venue:
    require(standing(request), KEEP, on=venue)
    return venue


def booking_or_404(request: HttpRequest, public_id: UUID, *, act: str = SEE) -> Booking:
    booking = queries.booking_by_id(public_id)
    if booking is None:
        raise Http404
    if not queries.may_with(standing(request), act, booking):
        require(standing(request), act, on=booking.venue)
    return booking


def saved(request: HttpRequest, venue: Venue) -> HttpResponse:
    messages.success(request, _("Saved. The history keeps what stood here."))
    return redirect("facilities:show_venue", public_id=venue.public_id)
