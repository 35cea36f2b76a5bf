"""Pages for everybody: the network as a tree, one unit, who covers a street, and what is missing where."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from xuecheng.city import clock, tables, trace
from xuecheng.city.rights import public, standing_of_request
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Level, Territory
from xuecheng.coordination.colleges import crediting, forms, pictures, queries, words
from xuecheng.coordination.colleges.models import CollegeLevel
from xuecheng.coordination.colleges.queries import KEEP, KEEP_NETWORK, SEE, SET
from xuecheng.learning.network.queries import district_map
from xuecheng.web.paging import page_of

from .doors import city_or_404, college_or_404, layout_of


@public
@require_GET
def show_network(request: HttpRequest) -> HttpResponse:
    """The network from the city college down to the teaching points."""
    today = clock.today()
    viewer = standing_of_request(request)
    targets = queries.targets_on(today)
    roots = queries.tree(on=today, targets=targets)
    every = [one for root in roots for one in (root, *root.all_below())]
    may_see = viewer.may_somewhere(SEE)
    if may_see:
        states = queries.summaries(queries.kept_by(viewer, SEE, on=today), on=today, targets=targets)
        for node in every:
            node.summary = states.get(node.college.pk)
    context = {
        "layout": layout_of(request),
        "roots": roots,
        "counts": [(level.label, sum(one.college.level == level for one in every)) for level in CollegeLevel],
        "without": sum(not one.is_real for one in every),
        "find": forms.FindCovering(),
        "may_see": may_see,
        "credit": _credit_within(roots[0].college.territory.path, today.year) if roots else None,
        "year": today.year,
        "may_found": viewer.may_somewhere(KEEP_NETWORK),
        "may_set": viewer.may_somewhere(SET),
    }
    return render(request, "colleges/network.html", context)


def _credit_within(path: str, year: int) -> crediting.Credit:
    """All sessions of a year add up in it; ten minutes' delay harms nobody."""
    cache, key = caches["process"], f"colleges.credit.{path}.{year}"
    credit: crediting.Credit | None = cache.get(key)
    if credit is None:
        credit = crediting.within(path, year)
        cache.set(key, credit, 600)
    return credit


@public
@require_GET
def list_colleges(request: HttpRequest) -> HttpResponse:
    """Units by name, level and district."""
    form = forms.FilterColleges(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    found = queries.colleges(
        on=clock.today(), text=data.get("text", ""), level=data.get("level", ""), within=form.within() if data else None
    )
    context = {
        "layout": layout_of(request),
        "filter": form,
        "number": found.count(),
        "page": page_of(found, order=("territory_id", "pk"), after=request.GET.get("after", "")),
    }
    return render(request, "colleges/list.html", context)


@public
@require_GET
def show_college(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One unit: where it is, what it covers and offers, when it is open; its standard for those who keep it."""
    college = college_or_404(public_id)
    viewer = standing_of_request(request)
    scope = college.access_scope()
    today = clock.today()
    may_see = viewer.may(SEE, scope)
    targets = queries.targets_on(today)
    premises = queries.premises_by_unit(on=today, unit=college).get(college.pk, queries.NO_PREMISES)
    offers = list(queries.share_offers(on=today, college=college).order_by("side", "theme", "kind", "pk"))
    coverage = queries.coverage_of(college, on=today)
    lends, borrows = queries.lending_of(college, on=today) if may_see else ([], [])
    context = {
        "layout": layout_of(request),
        "college": college,
        "is_open": college.is_open(today),
        "begins_later": college.during.lower > today,
        "premises": premises,
        "is_real": premises.seats >= targets.least_seats,
        "houses": [(one.venue, words.opening(one.hours)) for one in queries.houses_of(college, on=today)],
        "coverage": coverage,
        "children": queries.colleges(on=today).filter(parent=college).order_by("territory__code", "pk"),
        "offered": [one for one in offers if one.side == "offers"],
        "shared": [one for one in offers if one.side != "offers"] if may_see else [],
        "today": today,
        "lines": queries.checklist(college, on=today, premises=premises, targets=targets) if may_see else [],
        "credit": None if college.is_point else crediting.of_unit(college.organisation_id, today.year),
        "year": today.year,
        "lends": [(one, words.days_lent(one)) for one in lends],
        "borrows": [(one, words.days_lent(one)) for one in borrows],
        "may_see": may_see,
        "may_keep": viewer.may(KEEP, scope),
        "may_network": viewer.may(KEEP_NETWORK, scope),
        "history": trace.history_of(college, *coverage) if may_see else None,
    }
    return render(request, "colleges/college.html", context)


@public
@require_GET
def find_covering(request: HttpRequest) -> HttpResponse:
    """Who is responsible for a street or community on a day, from the nearest up."""
    form = forms.FindCovering(request.GET if "territory" in request.GET else None)
    found: list[queries.Covering] | None = None
    place: Territory | None = None
    on = clock.today()
    if form.is_valid():
        place, on = form.cleaned_data["territory"], form.cleaned_data["on"] or on
        found = queries.who_covers(place, on=on)
    context = {"layout": layout_of(request), "form": form, "found": found, "place": place, "on": on}
    return render(request, "colleges/covering.html", context, status=422 if form.errors else 200)


def _measure(request: HttpRequest) -> str:
    measure = request.GET.get("measure", "")
    return measure if measure in queries.MEASURES else "schools"


def _sort(request: HttpRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in queries.SORTS else "code"


@public
@require_GET
def show_gaps(request: HttpRequest) -> HttpResponse:
    """What is missing where, by district: the map and the same numbers beside it (N-01)."""
    city = city_or_404()
    report = queries.gap_report(city, on=clock.today())
    measure, sort = _measure(request), _sort(request)
    drawing = district_map(city.code)
    outlines, keys = pictures.outlines(report.areas, drawing, measure) if drawing else ([], [])
    context = {
        "layout": layout_of(request),
        "report": report,
        "areas": queries.in_order(report.areas, sort),
        "drawing": drawing,
        "outlines": outlines,
        "keys": keys,
        "measure": measure,
        "measures": [(one, words.MEASURES[one]) for one in queries.MEASURES],
        "measure_word": words.MEASURES[measure],
        "sort": sort,
        "columns": [(one, words.COLUMNS[one]) for one in words.CITY_COLUMNS],
    }
    return render(request, "colleges/gaps.html", context)


@public
@require_GET
def show_district_gaps(request: HttpRequest, code: str) -> HttpResponse:
    """What is missing in a district, street by street."""
    district = _district_or_404(code)
    report = queries.gap_report(district, on=clock.today())
    sort = _sort(request)
    context = {
        "layout": layout_of(request),
        "district": district,
        "credit": _credit_within(district.path, clock.today().year),
        "year": clock.today().year,
        "report": report,
        "tiles": queries.in_order(report.areas, "schools"),
        "areas": queries.in_order(report.areas, sort),
        "sort": sort,
        "states": words.STATES,
        "columns": [(one, words.COLUMNS[one]) for one in words.DISTRICT_COLUMNS],
    }
    return render(request, "colleges/district_gaps.html", context)


@public
@require_GET
def export_gaps(request: HttpRequest, code: str) -> HttpResponseBase:
    """The numbers of the report as a file: the city's by district, a district's by street."""
    del request
    city = city_or_404()
    of = city if code == city.code else _district_or_404(code)
    report = queries.gap_report(of, on=clock.today())
    name = _("Coverage gaps %(name)s %(on)s") % {"name": of.name, "on": report.on.isoformat()}
    return tables.csv_response(f"{name}.csv", _header(), [_row(one, report.on) for one in report.areas])


def _header() -> list[str]:
    return [
        _("Day"), _("Code"), _("Division"), pgettext("number", "Residents"), _("Residents are an estimate"),
        _("Source of residents"),
        _("Coverage"), _("Covered by"), _("Streets and towns"), _("with a school of their own"),
        _("Communities and villages"), _("with a teaching point"), pgettext("places", "Places"), _("Rooms"), _("Seats"),
        _("People per seat"), _("Nearest school, km"), _("Themes on offer"),
    ]  # fmt: skip


def _row(one: queries.Area, on: date) -> list[str | int | None]:
    estimated = _("yes") if one.people_estimated else _("no")
    return [
        on.isoformat(), one.code, one.name, one.people, estimated if one.people else "",
        _(one.people_source) if one.people_source else "", str(words.STATES[one.state]),
        one.unit.name if one.unit else "", one.streets.whole, one.streets.own, one.communities.whole,
        one.communities.own, one.houses, one.rooms, one.seats, one.people_per_seat,
        f"{one.nearest_km:.1f}" if one.nearest_km is not None else None, " ".join(one.theme_words()),
    ]  # fmt: skip


def _district_or_404(code: str) -> Territory:
    found = territories.by_code(code)
    if found is None or found.level != Level.DISTRICT or not found.is_current:
        raise Http404
    return found
