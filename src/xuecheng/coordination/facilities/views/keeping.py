"""Pages of whoever keeps a place: the place, its rooms, hours and closures; the terms."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.territories.queries import installation
from xuecheng.coordination.facilities import forms, queries, services
from xuecheng.coordination.facilities.models import Closure, Space, Terms, Venue, WeeklyHours
from xuecheng.coordination.facilities.queries import KEEP, TERMS
from xuecheng.web.picking import found_in

from .doors import (
    FIELDS,
    FORMS,
    form_page,
    saved,
    space_or_404,
    to_keep,
    venue_or_404,
)


@require_http_methods(FORMS)
@only_for(KEEP)
def create_venue(request: HttpRequest) -> HttpResponse:
    viewer = standing(request)
    form = forms.VenueForm(request.POST or None, viewer=viewer, initial={"public_id": uuid7(), "is_public": True})
    if (answer := found_in(request, form)) is not None:
        return answer
    if form.is_valid():
        try:
            made = services.create_venue(
                actor=viewer,
                public_id=form.cleaned_data["public_id"] or uuid7(),
                owner=form.cleaned_data["owner"],
                facts=form.facts(),
                why=form.cleaned_data["why"],
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("The place is entered. Give it rooms and opening hours."))
            return redirect("facilities:show_venue", public_id=made.public_id)
    return form_page(request, form, heading=_("Enter a place"), submit=_("Enter the place"))


@require_http_methods(FORMS)
def change_venue(request: HttpRequest, public_id: UUID) -> HttpResponse:
    venue = to_keep(request, venue_or_404(public_id))
    viewer = standing(request)
    form = forms.VenueForm(request.POST or None, viewer=viewer, venue=venue, initial=forms.initial_of_venue(venue))
    if (answer := found_in(request, form)) is not None:
        return answer
    if form.is_valid():
        try:
            services.change_venue(actor=viewer, venue=venue, facts=form.facts(), why=form.cleaned_data["why"])
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            return saved(request, venue)
    return form_page(request, form, venue=venue, heading=_("Change the place"), submit=_("Save"))


@require_http_methods(FORMS)
def change_state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close a place, or open it again."""
    venue = to_keep(request, venue_or_404(public_id))
    form = forms.Reason(request.POST or None)
    is_open = venue.state == Venue.State.OPEN
    if form.is_valid():
        act = services.close_venue if is_open else services.reopen_venue
        try:
            act(actor=standing(request), venue=venue, why=form.cleaned_data["why"])
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            return saved(request, venue)
    if is_open:
        heading, submit = _("Close the place"), _("Give nothing out there any more")
        lead = _("Everybody reads the reason. Bookings that were made stay until you cancel them.")
    else:
        heading, submit, lead = _("Open the place again"), _("Open it again"), ""
    return form_page(request, form, venue=venue, heading=heading, submit=submit, lead=lead)


@require_http_methods(FORMS)
def set_hours(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The hours of a week, from a day on."""
    venue = to_keep(request, venue_or_404(public_id))
    today = clock.today()
    use = WeeklyHours.Use.TEACHING if request.GET.get("use") == "teaching" else WeeklyHours.Use.OPEN
    known = dict(queries.week_in_words(queries.hours_of(venue), use=use, on=today))
    initial = {"use": use, "from_on": today} | {f"day_{number}": words for number, words in known.items()}
    form = forms.HoursForm(request.POST or None, is_school=venue.is_school, initial=initial)
    if form.is_valid():
        try:
            services.set_hours(
                actor=standing(request),
                venue=venue,
                use=form.cleaned_data["use"],
                week=form.week,
                from_on=form.cleaned_data["from_on"],
                why=form.cleaned_data["why"],
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            return saved(request, venue)
    lead = _("Bookings that were made stay, also where the place will be closed then.")
    return form_page(request, form, venue=venue, heading=_("Hours of the week"), submit=_("Let them hold"), lead=lead)


@require_http_methods(FORMS)
def add_closure(request: HttpRequest, public_id: UUID) -> HttpResponse:
    venue = to_keep(request, venue_or_404(public_id))
    form = forms.ClosureForm(
        request.POST or None, venue=venue, initial={"public_id": uuid7(), "kind": Closure.Kind.CLOSURE}
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.add_closure(
                actor=standing(request), venue=venue, public_id=data["public_id"] or uuid7(), space=data["space"],
                kind=data["kind"], begins_at=data["begins_at"], ends_at=data["ends_at"], reason=data["reason"],
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            return saved(request, venue)
    lead = _("Nothing new is booked then. Bookings that were made stay until you cancel them.")
    return form_page(request, form, venue=venue, heading=_("Close for a time"), submit=_("Close it"), lead=lead)


@require_http_methods(FORMS)
def end_closure(request: HttpRequest, public_id: UUID) -> HttpResponse:
    closure = (
        Closure.objects.select_related("venue__owner", "venue__territory", "space").filter(public_id=public_id).first()
    )
    if closure is None:
        raise Http404
    venue = to_keep(request, closure.venue)
    form = forms.EndClosure(request.POST or None)
    if form.is_valid():
        try:
            services.end_closure(actor=standing(request), closure=closure, at=clock.now(), why=form.cleaned_data["why"])
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            return saved(request, venue)
    heading, submit = _("End the closure"), _("It is over now")
    return form_page(request, form, venue=venue, heading=heading, submit=submit, lead=closure.reason)


@require_http_methods(FORMS)
def add_space(request: HttpRequest, public_id: UUID) -> HttpResponse:
    venue = to_keep(request, venue_or_404(public_id))
    form = forms.SpaceForm(
        request.POST or None, venue=venue, initial={"public_id": uuid7(), "sharing": Space.Sharing.WHOLE}
    )
    if form.is_valid():
        try:
            services.add_space(
                actor=standing(request),
                public_id=form.cleaned_data["public_id"] or uuid7(),
                venue=venue,
                parent=form.cleaned_data["parent"],
                facts=form.facts(),
                why=form.cleaned_data["why"],
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            return saved(request, venue)
    return form_page(request, form, venue=venue, heading=_("Enter a room"), submit=_("Enter the room"))


@require_http_methods(FORMS)
def change_space(request: HttpRequest, public_id: UUID) -> HttpResponse:
    space = space_or_404(public_id)
    venue = to_keep(request, space.venue)
    form = forms.SpaceForm(request.POST or None, venue=venue, space=space, initial=forms.initial_of_space(space))
    if form.is_valid():
        try:
            services.change_space(
                actor=standing(request), space=space, facts=form.facts(), why=form.cleaned_data["why"]
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            return saved(request, venue)
    heading = _("Change %(name)s") % {"name": space.name}
    return form_page(request, form, venue=venue, heading=heading, submit=_("Save"))


@require_http_methods(FORMS)
@only_for(TERMS)
def set_terms(request: HttpRequest) -> HttpResponse:
    """The numbers of bookings, by level of the network."""
    here = installation()
    if here is None:
        raise Http404
    viewer = standing(request)
    require(viewer, TERMS, on=here.city)
    today = clock.today()
    level = request.GET.get("level", "")
    level = level if level in Terms.NetworkLevel.values else Terms.NetworkLevel.DISTRICT
    initial = {"level": level, "begins_on": today} | forms.initial_of_terms(queries.terms_on(level, today))
    form = forms.TermsForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.set_terms(
                actor=viewer, city=here.city, level=data["level"], numbers=form.numbers(),
                begins_on=data["begins_on"], today=today, why=data["why"],
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("They hold from their day."))
            return redirect("facilities:set_terms")
    context = {"form": form, "level": level, "levels": Terms.NetworkLevel.choices, "known": queries.terms_known()}
    return render(request, "facilities/terms.html", context, status=422 if form.errors else 200)
