"""Pages of whoever keeps the network: found, move, close, what a unit covers, what it shares."""

from __future__ import annotations

from uuid import UUID

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
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.coordination.colleges import forms, hindrances, queries, rules, services
from xuecheng.coordination.colleges.queries import KEEP, KEEP_NETWORK, SEE
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from .doors import FORMS, college_to, form_page, saved


@never_cache
@require_http_methods(FORMS)
@only_for(KEEP_NETWORK)
def found_college(request: HttpRequest) -> HttpResponse:
    form = forms.FoundForm(request.POST or None, initial={"public_id": uuid7(), "on": clock.today(), "level": "point"})
    if (answer := found_in(request, form)) is not None:
        return answer
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.found_college(
                actor=standing(request), public_id=data["public_id"] or uuid7(), founding=form.founding(),
                on=data["on"], today=clock.today(), why=data["why"],
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("It stands in the network. Say what it covers, and give its evidence."))
            return redirect("colleges:show_college", public_id=made.public_id)
    lead = _("Colleges and schools are in the register of organisations first; a teaching point needs no register.")
    return form_page(request, form, heading=_("Found a unit"), submit=_("Found it"), lead=lead)


@never_cache
@require_http_methods(FORMS)
def move_college(request: HttpRequest, public_id: UUID) -> HttpResponse:
    college = college_to(request, public_id, KEEP_NETWORK)
    form = forms.MoveForm(request.POST or None, initial={"parent": college.parent})
    if (answer := found_in(request, form)) is not None:
        return answer
    if form.is_valid():
        try:
            services.move_college(
                actor=standing(request),
                college=college,
                parent=form.cleaned_data["parent"],
                why=form.cleaned_data["why"],
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return saved(request, college)
    lead = _("All units below it come along.")
    return form_page(request, form, college=college, heading=_("Put it under another"), submit=_("Move it"), lead=lead)


@never_cache
@require_http_methods(FORMS)
def close_college(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is in the way stands above the form."""
    college = college_to(request, public_id, KEEP_NETWORK)
    today = clock.today()
    form = forms.CloseForm(request.POST or None, initial={"on": today})
    on = today
    if form.is_valid():
        on = form.cleaned_data["on"]
        try:
            services.close_college(
                actor=standing(request), college=college, on=on, today=today, why=form.cleaned_data["why"]
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return saved(request, college)
    lead = _("It covers and shares nothing from that day on. Its records stay.")
    in_the_way = hindrances.of(college, on=rules.nearer(on, today))
    return form_page(
        request, form, college=college, heading=_("Close the unit"), submit=_("Close it"), lead=lead,
        in_the_way=in_the_way,
    )  # fmt: skip


@never_cache
@require_http_methods(FORMS)
def set_coverage(request: HttpRequest, public_id: UUID) -> HttpResponse:
    college = college_to(request, public_id, KEEP_NETWORK)
    today = clock.today()
    now = [one.territory.code for one in queries.coverage_of(college, on=today) if today in one.during]
    form = forms.CoverageForm(request.POST or None, college=college, initial={"from_on": today, "territories": now})
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.set_coverage(
                actor=standing(request), college=college, territories=list(data["territories"]),
                from_on=data["from_on"], today=today, why=data["why"],
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return saved(request, college)
    lead = _("Of each level one unit covers a division on a day. Whether it is a real one is counted from its rooms.")
    return form_page(request, form, college=college, heading=_("What it covers"), submit=_("Let it hold"), lead=lead)


@never_cache
@require_http_methods(FORMS)
def declare_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    college = college_to(request, public_id, KEEP)
    today = clock.today()
    form = forms.OfferForm(request.POST or None, initial={"public_id": uuid7(), "first_on": today})
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.declare_offer(
                actor=standing(request), college=college, today=today,
                **(data | {"public_id": data["public_id"] or uuid7()}),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return saved(request, college)
    lead = _("What it offers everybody reads; what it shares and lacks the other units read.")
    return form_page(
        request, form, college=college, heading=_("Declare what it offers, shares or lacks"), submit=_("Declare it"),
        lead=lead,
    )  # fmt: skip


@never_cache
@require_POST
def end_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    offer = queries.share_offer_by_id(public_id)
    if offer is None:
        raise Http404
    require(standing(request), KEEP, on=offer.college)
    try:
        services.end_offer(actor=standing(request), offer=offer, today=clock.today())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It counts no more."))
    return redirect("colleges:show_college", public_id=offer.college.public_id)


@never_cache
@require_GET
@only_for(SEE)
def list_sharing(request: HttpRequest) -> HttpResponse:
    """What units share and lack, each with whether another says the other half."""
    form = forms.FilterSharing(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    found = queries.share_offers(on=clock.today(), **data)
    context = {
        "filter": form,
        "number": found.count(),
        "page": page_of(
            queries.with_answers(found), order=("side", "kind", "theme", "pk"), after=request.GET.get("after", "")
        ),
    }
    return render(request, "colleges/sharing.html", context)
