"""Pages of organisations: the public register, one record, and its changes by staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock, tables, trace
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, Standing, only_for, public, require, standing_of_request
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from . import queries, rules, services
from .forms import FilterOrganisations, OrganisationForm, StatusForm, initial_of
from .models import Organisation, OrganisationStatus

CHANGE = services.ACT
SEE_ROLES = "access.see_roles"
_VERBS = {
    rules.ACTIVE: services.reopen_organisation,
    rules.SUSPENDED: services.suspend_organisation,
    rules.CLOSED: services.close_organisation,
}
CHIPS = {rules.ACTIVE: "done", rules.SUSPENDED: "wait", rules.CLOSED: "neutral"}


@public
@require_GET
def list_organisations(request: HttpRequest) -> HttpResponse:
    form = FilterOrganisations(request.GET)
    found = _found(form)
    context = {
        "layout": _layout(request),
        "filter": form,
        "number": found.count(),
        "page": page_of(found, order=("code",), after=request.GET.get("after", "")),
        "may_enter": standing_of_request(request).may_somewhere(CHANGE),
        "query": request.GET.urlencode(),
    }
    return render(request, "organisations/list.html", context)


@public
@require_GET
def export_organisations(request: HttpRequest) -> HttpResponseBase:
    """The register as filtered, as a CSV file. What is public on the page, no more."""
    found = _found(FilterOrganisations(request.GET))

    def rows() -> Iterator[list[tables.Cell]]:
        for one in found.order_by("code").iterator(chunk_size=500):
            yield [
                one.code,
                one.name_zh,
                one.name_en,
                str(one.get_kind_display()),
                one.credit_code,
                one.territory.name_zh,
                one.territory.code,
                one.parent.code if one.parent else "",
                pgettext("organisation state", "active") if one.is_active else _("not active"),
            ]

    header = [
        _("Code"),
        _("Chinese name"),
        _("English name"),
        _("Kind"),
        _("Unified social credit code"),
        _("Territory"),
        _("Code of the territory"),
        _("Code of the organisation above"),
        _("Status"),
    ]
    name = _("organisations")
    return tables.csv_response(f"{name}-{clock.today()}.csv", header, rows())


def _found(form: FilterOrganisations) -> QuerySet[Organisation]:
    if not form.is_valid():
        return queries.organisations()
    data = form.cleaned_data
    return queries.organisations(
        kind=data["kind"], within=form.within(), text=data["q"], state=data["state"], on=clock.today()
    )


@public
@require_GET
def show_organisation(request: HttpRequest, code: str) -> HttpResponse:
    organisation = _organisation(code)
    standing = standing_of_request(request)
    scope = _scope(organisation)
    statuses = queries.statuses_of(organisation)
    today = clock.today()
    now = next((one for one in statuses if _holds(one, today)), None)
    may_change = standing.may(CHANGE, scope)
    context = {
        "layout": _layout(request),
        "organisation": organisation,
        "statuses": statuses,
        "status": now,
        "chip": CHIPS[now.state] if now else "neutral",
        "today": today,
        "children": queries.children_of(organisation),
        "may_change": may_change,
        "may_see_roles": standing.may(SEE_ROLES, scope),
        "may_explain": standing.may("access.explain_access", scope),
        "may_break": standing.may("access.break_glass", scope),
        "history": trace.history_of(organisation, *statuses) if may_change else None,
    }
    return render(request, "organisations/organisation.html", context)


@require_http_methods(["GET", "POST"])
@only_for(CHANGE)
def create_organisation(request: HttpRequest) -> HttpResponse:
    standing = standing_of_request(request)
    today = clock.today()
    form = OrganisationForm(request.POST or None, initial={"public_id": uuid7(), "on": today})
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        try:
            made = services.create_organisation(
                actor=standing,
                public_id=form.chosen_id or uuid7(),
                facts=form.facts(),
                on=form.cleaned_data["on"] or today,
                today=today,
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("%(name)s is in the register.") % {"name": made.name})
            return redirect("organisations:show_organisation", code=made.code)
    return render(request, "organisations/form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change_organisation(request: HttpRequest, code: str) -> HttpResponse:
    organisation, standing = _to_change(request, code)
    form = OrganisationForm(request.POST or None, initial=initial_of(organisation), organisation=organisation)
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        try:
            changed = services.change_organisation(
                actor=standing, organisation=organisation, facts=form.facts(), reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved. The history keeps what stood here."))
            return redirect("organisations:show_organisation", code=changed.code)
    context = {"form": form, "organisation": organisation}
    return render(request, "organisations/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change_status(request: HttpRequest, code: str) -> HttpResponse:
    organisation, standing = _to_change(request, code)
    today = clock.today()
    now = queries.status_on(organisation, today)
    states = sorted(rules.FOLLOWS[now.state]) if now else [rules.ACTIVE]
    form = StatusForm(request.POST or None, initial={"on": today}, states=states)
    if form.is_valid():
        data = form.cleaned_data
        try:
            _VERBS[data["state"]](
                actor=standing, organisation=organisation, on=data["on"], today=today, reason=data["reason"]
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The status holds from its day."))
            return redirect("organisations:show_organisation", code=organisation.code)
    context = {"form": form, "organisation": organisation}
    return render(request, "organisations/status.html", context, status=422 if form.errors else 200)


def _layout(request: HttpRequest) -> str:
    """Who keeps the register sees it beside the rail."""
    return "web/staff.html" if standing_of_request(request).may_somewhere(CHANGE) else "web/base.html"


def _organisation(code: str) -> Organisation:
    organisation = queries.by_code(code)
    if organisation is None:
        raise Http404
    return organisation


def _to_change(request: HttpRequest, code: str) -> tuple[Organisation, Standing]:
    organisation, standing = _organisation(code), standing_of_request(request)
    require(standing, CHANGE, on=_scope(organisation))
    return organisation, standing


def _scope(organisation: Organisation) -> Scope:
    return Scope(organisation_id=organisation.pk, territory_path=organisation.territory.path)


def _holds(status: OrganisationStatus, on: date) -> bool:
    begins, ends = status.during.lower, status.during.upper
    return (begins is None or begins <= on) and (ends is None or on < ends)
