"""Pages of divisions: the city, one division with what lies beneath and how it was called, and its changes by staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock, trace
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, Standing, public, require, standing_of_request
from xuecheng.web.picking import found_in

from . import queries, services
from .forms import (
    MOST_PARTS,
    AsOf,
    FindDivision,
    MergeDivision,
    MergeDivisions,
    MoveDivision,
    RenameDivision,
    SplitDivision,
)
from .models import Territory

CHANGE = "territories.change_territory"


@public
@require_GET
def show_city(request: HttpRequest) -> HttpResponse:
    """The city that this site serves, its districts, and a search over all divisions."""
    installation = queries.installation()
    if installation is None:
        return render(request, "territories/none.html")
    form = FindDivision(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    if text.strip():
        found = queries.search(text, limit=50)
        return render(request, "territories/found.html", {"find": form, "found": found, "layout": _layout(request)})
    return _show(request, installation.city, form)


@public
@require_GET
def show_division(request: HttpRequest, code: str) -> HttpResponse:
    return _show(request, _division(code), AsOf(request.GET))


def _show(request: HttpRequest, territory: Territory, form: AsOf) -> HttpResponse:
    on: date | None = form.cleaned_data["on"] if form.is_valid() else None
    standing = standing_of_request(request)
    may_change = standing.may(CHANGE, Scope(territory_path=territory.path))
    context = {
        "territory": territory,
        "layout": _layout(request),
        "find": form,
        "on": on,
        "today": clock.today(),
        "line": queries.line_of(territory),
        "periods": queries.periods_of(territory),
        "successions": queries.successions_of(territory),
        "may_change": may_change,
        "history": trace.history_of(territory, *territory.versions.all()) if may_change else (),
    }
    if on is not None:
        tree = queries.tree_as_of(on, root=territory)
        node = tree[0] if tree else None
        context |= {
            "then": queries.as_of(territory.code, on),
            "nodes": [(child, child.count()) for child in node.children] if node else [],
            "counts": node.count() if node else {},
        }
    else:
        children = queries.children(territory)
        known = [one.territory.population for one in children if one.territory.population]
        context |= {
            "children": children,
            "counts": queries.counts(territory),
            "residents": territory.population or (sum(known) if len(known) == len(children) else None),
            "sources": sorted({one.territory.population_source for one in children} - {""}),
        }
        if not territory.is_current:
            context["successors"] = queries.successors(territory)
    return render(request, "territories/division.html", context)


@require_http_methods(["GET", "POST"])
def rename_division(request: HttpRequest, code: str) -> HttpResponse:
    territory = _division(code)

    def rename(data: dict[str, Any], standing: Standing) -> None:
        services.rename(
            actor=standing,
            territory=territory,
            name_zh=data["name_zh"],
            name_en=data["name_en"],
            on=data["on"],
            today=clock.today(),
            reason=data["reason"],
        )

    initial = {"name_zh": territory.name_zh, "name_en": territory.name_en}
    form = RenameDivision(request.POST or None, initial=initial | {"on": clock.today()})
    return _change(request, territory, form, rename, heading=_("Rename %(name)s") % {"name": territory.name})


@require_http_methods(["GET", "POST"])
def move_division(request: HttpRequest, code: str) -> HttpResponse:
    territory = _division(code)

    def move(data: dict[str, Any], standing: Standing) -> None:
        services.move(
            actor=standing,
            territory=territory,
            parent=data["parent"],
            on=data["on"],
            today=clock.today(),
            reason=data["reason"],
        )

    above = territory.parent.level if territory.parent else territory.level
    form = MoveDivision(request.POST or None, level=above, initial={"on": clock.today()})
    heading = _("Put %(name)s under another division") % {"name": territory.name}
    return _change(request, territory, form, move, heading=heading)


@require_http_methods(["GET", "POST"])
def merge_division(request: HttpRequest, code: str) -> HttpResponse:
    territory = _division(code)

    def merge(data: dict[str, Any], standing: Standing) -> None:
        services.merge(
            actor=standing,
            merged=[territory],
            into=data["into"],
            on=data["on"],
            today=clock.today(),
            reason=data["reason"],
        )

    form = MergeDivision(request.POST or None, level=territory.level, initial={"on": clock.today()})
    return _change(request, territory, form, merge, heading=_("Merge %(name)s into another") % {"name": territory.name})


@require_http_methods(["GET", "POST"])
def merge_divisions(request: HttpRequest, code: str) -> HttpResponse:
    """Merge a division, alone or with its neighbours, into one that comes to be."""
    territory = _division(code)
    neighbours = {one.code: one for one in queries.siblings(territory)}

    def merge(data: dict[str, Any], standing: Standing) -> None:
        services.merge(
            actor=standing,
            merged=[territory, *(neighbours[chosen] for chosen in data.get("merged", ()))],
            into=services.NewDivision(code=data["code"], name_zh=data["name_zh"], name_en=data["name_en"]),
            on=data["on"],
            today=clock.today(),
            reason=data["reason"],
        )

    form = MergeDivisions(
        request.POST or None,
        siblings=[(one.code, one.name) for one in neighbours.values()],
        initial={"on": clock.today()},
    )
    heading = _("Merge %(name)s into a new division") % {"name": territory.name}
    return _change(request, territory, form, merge, heading=heading)


@require_http_methods(["GET", "POST"])
def split_division(request: HttpRequest, code: str) -> HttpResponse:
    """Split a division into as many new ones as the address says, two where it says nothing."""
    territory = _division(code)
    asked = request.GET.get("parts", "")
    part_count = min(max(int(asked), 1), MOST_PARTS) if asked.isascii() and asked.isdigit() else 2

    def split(data: dict[str, Any], standing: Standing) -> None:
        services.split(
            actor=standing,
            territory=territory,
            parts=[
                services.Part(
                    services.NewDivision(
                        code=data[f"code_{number}"],
                        name_zh=data[f"name_zh_{number}"],
                        name_en=data[f"name_en_{number}"],
                    ),
                    takes=form.taken_by(number),
                )
                for number in form.numbers
            ],
            remains=bool(data["remains"]),
            on=data["on"],
            today=clock.today(),
            reason=data["reason"],
        )

    form = SplitDivision(
        request.POST or None,
        beneath=[(one.territory.code, one.territory.name) for one in queries.children(territory)],
        part_count=part_count,
        initial={"on": clock.today(), "remains": "" if part_count > 1 else "yes"},
    )
    heading = _("Split %(name)s") % {"name": territory.name}
    counts = range(1, MOST_PARTS + 1)
    return _change(request, territory, form, split, heading=heading, part_counts=counts, part_count=part_count)


def _layout(request: HttpRequest) -> str:
    """Who keeps the divisions sees them beside the rail."""
    return "web/staff.html" if standing_of_request(request).may_somewhere(CHANGE) else "web/base.html"


def _change(
    request: HttpRequest,
    territory: Territory,
    form: forms.Form,
    do: Callable[[dict[str, Any], Standing], None],
    *,
    heading: str,
    **more: Any,
) -> HttpResponse:
    standing = standing_of_request(request)
    require(standing, CHANGE, on=Scope(territory_path=territory.path))
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        try:
            do(form.cleaned_data, standing)
        except Refusal as refusal:
            form.add_error(_field_of(form, refusal), str(refusal))
        else:
            messages.success(request, _("The change holds from its day."))
            return redirect("territories:show_division", code=territory.code)
    context = {"territory": territory, "form": form, "heading": heading, **more}
    return render(request, "territories/change.html", context, status=422 if form.errors else 200)


def _field_of(form: forms.Form, refusal: Refusal) -> str | None:
    if isinstance(form, SplitDivision):
        return form.field_of(refusal)
    return refusal.field if refusal.field in form.fields else None


def _division(code: str) -> Territory:
    territory = queries.by_code(code)
    if territory is None:
        raise Http404
    return territory
