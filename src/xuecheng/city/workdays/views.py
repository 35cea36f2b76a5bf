"""The public page of a year: which days work, and a calculator of deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xuecheng.city import clock, tables
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import public, standing_of_request

from . import queries, rules, services
from .forms import CountDays


@public
@require_GET
def show_today(request: HttpRequest) -> HttpResponse:
    """To the page of this year."""
    del request
    return redirect("workdays:show_year", year=clock.today().year)


@dataclass(frozen=True)
class Answer:
    """What the calculator found, or why it could not."""

    begins_on: date
    days: int
    ends_on: date | None = None
    refusal: str = ""


@public
@require_GET
def show_year(request: HttpRequest, year: int) -> HttpResponse:
    if not rules.FIRST_YEAR <= year <= rules.LAST_YEAR:
        raise Http404
    today = clock.today()
    form = CountDays(request.GET if "days" in request.GET else None, initial={"begins": today, "days": 10})
    known = queries.years()
    shown = queries.year_shown(year, today=today)
    return render(
        request,
        "workdays/year.html",
        {
            "shown": shown,
            "form": form,
            "answer": _answer(form),
            "years": sorted({*known, today.year, today.year + 1, year}),
            "may_bring": standing_of_request(request).may_city_wide(services.ACT),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _answer(form: CountDays) -> Answer | None:
    if not form.is_valid():
        return None
    begins_on, days = form.cleaned_data["begins"], form.cleaned_data["days"]
    try:
        ends_on = rules.add_working_days(queries.calendar(), begins_on, days)
    except Refusal as refusal:
        return Answer(begins_on, days, refusal=str(refusal))
    return Answer(begins_on, days, ends_on)


@public
@require_GET
def export_year(request: HttpRequest, year: int) -> HttpResponseBase:
    """The special days of a year as a file, in the columns in which they are brought."""
    del request
    rows = [
        [row.on.isoformat(), row.get_kind_display(), row.get_holiday_display(), row.get_state_display(), row.source]
        for row in queries.special_days(year)
    ]
    header = [_("Date"), _("Kind"), _("Holiday"), _("State"), _("Source")]
    return tables.csv_response(_("Working days %(year)s") % {"year": year} + ".csv", header, rows)
