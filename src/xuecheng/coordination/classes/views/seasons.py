"""Pages of seasons: which there are, and a season planned from another one."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.classes import forms, queries, services
from xuecheng.coordination.classes.queries import KEEP_SEASON, PLAN, SEE
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from .doors import FIELDS, FORMS, form_page, season_or_404, unit_asked


@never_cache
@require_GET
@only_for(SEE)
def list_seasons(request: HttpRequest) -> HttpResponse:
    """Seasons of one's units and of the divisions around them."""
    viewer = standing(request)
    page = page_of(queries.seasons_for(viewer), order=("-pk",), after=request.GET.get("after", ""))
    rows = [(one, viewer.may(KEEP_SEASON, one.access_scope())) for one in page]
    context = {
        "page": page, "rows": rows, "may_keep": viewer.may_somewhere(KEEP_SEASON), "today": clock.today(),
        "may_plan": viewer.may_somewhere(PLAN),
    }  # fmt: skip
    return render(request, "classes/seasons.html", context)


@never_cache
@require_http_methods(FORMS)
@only_for(KEEP_SEASON)
def create_season(request: HttpRequest) -> HttpResponse:
    viewer = standing(request)
    paths = viewer.territory_paths(KEEP_SEASON)
    units = queries.hosts(viewer, KEEP_SEASON)
    today = clock.today()
    initial = {
        "public_id": uuid7(), "planning_from": today, "enrolment_from": today + timedelta(days=30),
        "unit": units.first() if not paths else None,
    }  # fmt: skip
    form = forms.SeasonForm(request.POST or None, units=units, may_be_wide=bool(paths), initial=initial)
    if (answer := found_in(request, form)) is not None:
        return answer
    if form.is_valid():
        unit = form.cleaned_data["unit"]
        wide = Territory.objects.filter(path__in=paths).order_by("path").first()
        where = unit.territory if unit else wide
        if where is None:
            raise Http404
        try:
            services.create_season(
                actor=viewer, public_id=form.cleaned_data["public_id"] or uuid7(), organisation=unit, territory=where,
                wish=form.wish(), why=form.cleaned_data["why"],
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("The season is made."))
            return redirect("classes:list_seasons")
    return form_page(
        request, form, heading=_("Make a season"), submit=_("Make the season"), back=reverse("classes:list_seasons")
    )


@never_cache
@require_http_methods(FORMS)
def change_season(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Its name and its days."""
    season, viewer = season_or_404(public_id), standing(request)
    require(viewer, KEEP_SEASON, on=season)
    form = forms.SeasonForm(request.POST or None, initial=forms.initial_of_season(season))
    if form.is_valid():
        try:
            services.change_season(actor=viewer, season=season, wish=form.wish(), why=form.cleaned_data["why"])
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("Saved. Classes that were planned keep their own days."))
            return redirect("classes:list_seasons")
    heading = _("Change the season “%(name)s”") % {"name": season.name}
    return form_page(request, form, heading=heading, submit=_("Save"), back=reverse("classes:list_seasons"))


@never_cache
@require_http_methods(FORMS)
@only_for(PLAN)
def clone_season(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All classes of a unit in this season, planned anew in another one; the answer says what could not be had."""
    viewer, old = standing(request), season_or_404(public_id)
    unit = unit_asked(request, PLAN)
    if unit is None or old.public_id not in {one.public_id for one in queries.seasons_of_unit(unit)}:
        raise Http404
    others = [one for one in queries.seasons_of_unit(unit) if one.pk != old.pk]
    form = forms.CloneSeason(request.POST or None, seasons=others)
    found = None
    if form.is_valid():
        new = season_or_404(forms.as_uuid(form.cleaned_data["into"]))
        try:
            found = services.clone_season(actor=viewer, host=unit, old=old, new=new, at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
    there = urlencode({"unit": unit.code, "season": form["into"].value() or ""})
    context = {
        "form": form, "unit": unit, "old": old, "found": found, "has_others": bool(others),
        "board": f"{reverse('classes:show_board')}?{there}",
    }  # fmt: skip
    return render(request, "classes/clone.html", context, status=422 if form.errors else 200)
