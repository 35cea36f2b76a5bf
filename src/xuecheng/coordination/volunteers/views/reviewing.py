"""Pages for officers: services that overlap, and the numbers of volunteers' service."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.volunteers import forms, queries, services
from xuecheng.coordination.volunteers.models import Service
from xuecheng.coordination.volunteers.queries import NUMBERS, REVIEW
from xuecheng.web.paging import page_of

from .doors import FORMS


@never_cache
@require_GET
@only_for(REVIEW)
def list_reviews(request: HttpRequest) -> HttpResponse:
    """Services that overlap with another of the same person."""
    page = page_of(queries.reviews(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "volunteers/reviews.html", {"page": page})


@never_cache
@require_http_methods(FORMS)
def decide_service(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Whether it counts, in which times."""
    row = queries.service_to_review(standing(request), public_id)
    if row is None:
        raise Http404
    seen(request, person_id=row.person_id, what=Reading.What.VOLUNTEER, thing=row.public_id)
    is_open = row.state == Service.State.REVIEW
    initial = {"begins_at": row.during.lower, "ends_at": row.during.upper}
    form = forms.Decide(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        # The browser's clock has no seconds: who left the minute as it stands means the second as it stands.
        begins = _as_it_stands(data["begins_at"], row.during.lower)
        ends = _as_it_stands(data["ends_at"], row.during.upper)
        try:
            services.decide_service(
                actor=standing(request), service=row, counts=data["counts"] == "yes", begins_at=begins, ends_at=ends,
                why=data["why"], at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Decided. The person was told."))
            return redirect("volunteers:list_reviews")
    context = {
        "row": row,
        "others": queries.others_beside(row),
        "form": form if is_open else None,
    }
    return render(request, "volunteers/decide.html", context, status=422 if form.errors else 200)


def _as_it_stands(typed: datetime | None, stood: datetime) -> datetime | None:
    return stood if typed is not None and typed == stood.replace(second=0, microsecond=0) else typed


@never_cache
@require_http_methods(FORMS)
@only_for(NUMBERS)
def set_numbers(request: HttpRequest) -> HttpResponse:
    """The numbers of the place where the viewer's role is held."""
    viewer = standing(request)
    path = viewer.territory_paths(NUMBERS)[0]
    territory = Territory.objects.get(path=path)
    form = forms.SetNumbers(request.POST or None, numbers=queries.numbers_at(path, on=clock.today()))
    if form.is_valid():
        try:
            services.set_numbers(
                actor=viewer, territory=territory, begins_on=form.cleaned_data["begins_on"], numbers=form.numbers(),
                why=form.cleaned_data["why"], today=clock.today(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("They count from that day on."))
            return redirect("volunteers:set_numbers")
    context = {"form": form, "territory": territory, "known": queries.scales_of(territory.pk)}
    return render(request, "volunteers/numbers.html", context, status=422 if form.errors else 200)
