"""Pages of readiness: the table with what is missing, and the bounds it is held against."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, only_for
from xuecheng.learning.rollout import forms, queries, services
from xuecheng.learning.rollout.models import Measure, Readiness, Threshold
from xuecheng.learning.rollout.queries import OPEN, SEE
from xuecheng.web.paging import page_of

FORMS = ["GET", "POST"]


class Cell(NamedTuple):
    """One number of a line: what, how much in words, whether it is what is missing, whether anybody counted it."""

    name: str
    said: str
    is_missing: bool
    is_known: bool


class Row(NamedTuple):
    readiness: Readiness
    cells: list[Cell]
    missing: list[str]


@never_cache
@require_GET
@only_for(SEE)
def list_readiness(request: HttpRequest) -> HttpResponse:
    """Who is ready next, with what is missing. A person decides."""
    form = forms.FilterReadiness(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    viewer = standing(request)
    rows = queries.readiness(viewer, kind=said.get("kind", ""), state=said.get("state", ""))
    page = page_of(rows, order=("-is_ready", "lacks", "id"), after=request.GET.get("after", ""))
    bounds = {one.measure: one for one in queries.thresholds()}
    context = {
        "page": page, "rows": [_row(one, bounds) for one in page], "form": form, "is_filtered": any(said.values()),
        "may_set": viewer.may(OPEN, Scope()),
    }  # fmt: skip
    return render(request, "rollout/readiness.html", context)


@never_cache
@require_GET
@only_for(SEE)
def list_thresholds(request: HttpRequest) -> HttpResponse:
    """What each measure must reach."""
    rows = [(one, amount(one.measure, one.least), amount(one.measure, one.most)) for one in queries.thresholds()]
    return render(
        request, "rollout/thresholds.html", {"rows": rows, "may_set": standing(request).may(OPEN, Scope())}
    )  # fmt: skip


@never_cache
@require_http_methods(FORMS)
@only_for(OPEN)
def set_threshold(request: HttpRequest, measure: str) -> HttpResponse:
    """Set the bounds of a measure."""
    row = next((one for one in queries.thresholds() if one.measure == measure), None)
    if row is None:
        raise Http404
    form = forms.SetThreshold(request.POST or None, row=row)
    if form.is_valid():
        try:
            services.set_threshold(
                actor=standing(request), measure=measure, why=form.cleaned_data["why"], at=clock.now(), **form.bounds()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved. The table is judged by it already."))
            return redirect("rollout:list_thresholds")
    return render(request, "rollout/threshold.html", {"form": form, "row": row}, status=422 if form.errors else 200)


def amount(measure: str, value: int | None) -> str:
    """A number of the table in words; shares as percentages. Nothing for none."""
    if value is None:
        return ""
    if measure in forms.SHARES:
        whole, rest = divmod(value, 10)
        return f"{whole}.{rest}\N{NO-BREAK SPACE}%" if rest else f"{whole}\N{NO-BREAK SPACE}%"
    return f"{value:,}"


def _row(row: Readiness, bounds: dict[str, Threshold]) -> Row:
    cells, missing = [], []
    for measure in Measure:
        value: Any = row.values.get(measure.value)
        said = amount(measure.value, value) or _("not measured yet")
        is_missing = measure.value in row.missing
        cells.append(Cell(str(measure.label), said, is_missing, value is not None))
        if is_missing:
            bound = bounds[measure.value]
            least, most = amount(measure.value, bound.least), amount(measure.value, bound.most)
            asked = _("at least %(n)s") % {"n": least} if least else _("at most %(n)s") % {"n": most}
            words = {"what": measure.label, "said": said, "asked": asked}
            missing.append(
                _("%(what)s: %(said)s, %(asked)s asked") % words
                if value is not None
                else _("%(what)s: not measured yet, %(asked)s asked") % words
            )
    return Row(row, cells, missing)
