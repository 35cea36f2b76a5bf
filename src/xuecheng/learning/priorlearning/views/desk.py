"""Pages of centres and of the certification body: what waits, assessors, centres, guide questions."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for, visible
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.priorlearning import forms, queries, services
from xuecheng.learning.priorlearning.models import Centre
from xuecheng.learning.priorlearning.queries.units import guides_of
from xuecheng.web.forms import codes_in
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in


@never_cache
@require_GET
@only_for(queries.HANDLE)
def list_cases(request: HttpRequest) -> HttpResponse:
    """What waits at the viewer's centres, the oldest clock first."""
    form = forms.FilterCases(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = queries.applications_to_handle(standing(request), state=state)
    order = ("due_on", "id") if state in ("", "open") else ("-id",)
    if order[0] == "due_on":
        rows = rows.filter(due_on__isnull=False) if state == "" else rows
    page = page_of(rows, order=order if state == "" else ("-id",), after=request.GET.get("after", ""))
    return render(request, "priorlearning/cases.html", {"page": page, "filter": form, "today": clock.today()})


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(queries.KEEP_ASSESSORS)
def keep_assessors(request: HttpRequest) -> HttpResponse:
    """Who assesses, in which fields, how much they have in hand."""
    viewer = standing(request)
    mine = visible(viewer, queries.KEEP_ASSESSORS, organisation="organisation", territory="organisation__territory")
    centres = Centre.objects.filter(mine).select_related("organisation__territory").order_by("organisation__code")
    form = forms.KeepAssessor(request.POST or None, centres=centres)
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        data = form.cleaned_data
        person = Person.objects.filter(sign_in_name=data["person"], is_active=True).first()
        if person is None:
            form.add_error("person", _("Nobody signs in under this name."))
        else:
            try:
                services.keep_assessor(
                    actor=viewer, centre=data["centre"], person=person,
                    fields=codes_in(data["fields_of_study"]), capacity=data["capacity"],
                    employer=data["employer"], is_active=data["is_active"], at=clock.now(),
                )  # fmt: skip
            except Refusal as refusal:
                refusal.show_on(form, fields="fields_of_study")
            else:
                messages.success(request, _("Done."))
                return redirect("priorlearning:keep_assessors")
    page = page_of(queries.assessors_of(viewer), order=("-is_active", "id"), after=request.GET.get("after", ""))
    load = queries.load_of([one.pk for one in page])
    context = {
        "form": form, "page": page, "rows": [(one, load.get(one.pk, 0)) for one in page],
        "has_centre": centres.exists(),
    }  # fmt: skip
    return render(request, "priorlearning/assessors.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(queries.KEEP_CENTRES)
def keep_centres(request: HttpRequest) -> HttpResponse:
    """Which institutions recognise prior learning, and by which clocks."""
    viewer = standing(request)
    form = forms.KeepCentre(request.POST or None)
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.open_centre(
                actor=viewer, organisation=data["organisation"], is_open=data["is_open"], numbers=form.numbers()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("priorlearning:keep_centres")
    rows = Centre.objects.select_related("organisation").order_by("organisation__code")
    units = UnitVersion.objects.filter(
        visible(viewer, queries.KEEP_CENTRES, organisation="keeper", territory="keeper__territory"),
        state=UnitVersion.State.PUBLISHED,
    )
    page = page_of(units, order=("code", "id"), after=request.GET.get("after", ""))
    context = {"form": form, "rows": rows, "page": page}
    return render(request, "priorlearning/centres.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(queries.KEEP_CENTRES)
def write_guide(request: HttpRequest, code: str) -> HttpResponse:
    """How each outcome of a unit is asked about in plain words."""
    viewer = standing(request)
    rows = UnitVersion.objects.filter(
        visible(viewer, queries.KEEP_CENTRES, organisation="keeper", territory="keeper__territory"),
        state=UnitVersion.State.PUBLISHED,
        code=code,
    )
    unit = rows.select_related("keeper__territory").order_by("-version").first()
    if unit is None:
        raise Http404
    wrong: forms.WriteGuide | None = None
    if request.method == "POST":
        wrong = forms.WriteGuide(request.POST)
        if wrong.is_valid():
            try:
                services.write_guide(actor=viewer, unit=unit, **wrong.cleaned_data)
            except Refusal as refusal:
                refusal.show_on(wrong)
            else:
                messages.success(request, _("Saved."))
                return redirect("priorlearning:write_guide", code=code)
    guides = guides_of({unit.code})
    asked = []
    for number, outcome in enumerate(unit.outcomes, start=1):
        guide = guides.get((unit.code, number))
        said = {"question_zh": guide.question_zh, "question_en": guide.question_en} if guide is not None else {}
        asked.append((outcome, forms.WriteGuide(initial=said | {"outcome": number}, auto_id=f"id_o{number}_%s")))
    context = {"unit": unit, "asked": asked, "errors": wrong}
    return render(request, "priorlearning/guide.html", context, status=422 if wrong is not None else 200)
