"""Public pages: how the security standard stands here, each requirement, and the points of law."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xuecheng.city import tables
from xuecheng.city.rights import public
from xuecheng.web.paging import CursorSpoilt, Page

from . import queries, rules
from .forms import FilterRequirements

PAGE = 20
CHIPS = {rules.HELD: "done", rules.PARTLY: "now", rules.OPEN: "wait", rules.DEVIATION: "info", rules.NONE: "neutral"}


@public
@require_GET
def show_security(request: HttpRequest) -> HttpResponse:
    """Counts by chapter and state, and the deviations with their reasons."""
    everything = queries.requirements()
    chapters = rules.by_chapter(everything)
    context = {
        "chapters": [{"face": one, "name": rules.CHAPTERS[one.id]} for one in chapters],
        "held": sum(one.held for one in chapters),
        "partly": sum(one.partly for one in chapters),
        "open": sum(one.open for one in chapters),
        "deviating": [_face(one) for one in everything if one.state == rules.DEVIATION],
        "not_applying": sum(one.not_applying for one in chapters),
        "number": len(everything),
        "contact": settings.SECURITY_CONTACT,
    }
    return render(request, "assurance/security.html", context)


@public
@require_GET
def list_requirements(request: HttpRequest) -> HttpResponse:
    """Requirements as filtered, a page at a time: each in its authors' words with our control, test and reason."""
    form = FilterRequirements(request.GET)
    found = _found(form)
    ids = [one.id for one in found]
    after = request.GET.get("after", "")
    if after and after not in ids:
        raise CursorSpoilt
    start = ids.index(after) + 1 if after else 0
    shown = found[start : start + PAGE]
    more = start + PAGE < len(found)
    context = {
        "filter": form,
        "number": len(found),
        "page": Page(rows=tuple(map(_face, shown)), next_cursor=shown[-1].id if more else "", is_later=bool(after)),
        "query": request.GET.urlencode(),
    }
    return render(request, "assurance/requirements.html", context)


@public
@require_GET
def export_requirements(request: HttpRequest) -> HttpResponseBase:
    """The list as filtered, as a CSV file: for those who audit."""
    header = [
        pgettext("requirement", "Number"),
        _("Level"),
        _("Requirement"),
        _("Status"),
        _("Control"),
        pgettext("in the code", "Where"),
        _("Test"),
        _("Why"),
    ]
    rows = (
        [
            one["id"],
            one["level"],
            one["text"],
            str(one["state_name"]),
            one["control"],
            one["where"],
            one["test"],
            one["why"],
        ]
        for one in map(_face, _found(FilterRequirements(request.GET)))
    )
    return tables.csv_response("asvs-5.0.0.csv", header, rows)


@public
@require_GET
def show_law(request: HttpRequest) -> HttpResponse:
    """Points of law that are parameters, each with how sure we are of it."""
    chinese = _is_chinese()
    points = [
        {
            "point": one.point_zh if chinese else one.point_en,
            "parameter": one.parameter_zh if chinese else one.parameter_en,
            "sure": rules.SURE[one.sure],
            "chip": "done" if one.sure == "V" else "wait",
        }
        for one in queries.legal_points()
    ]
    return render(request, "assurance/law.html", {"points": points})


def _found(form: FilterRequirements) -> list[rules.Requirement]:
    everything = queries.requirements()
    return [one for one in everything if form.takes(one)] if form.is_valid() else list(everything)


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _face(one: rules.Requirement) -> dict[str, str]:
    """A requirement as a page shows it."""
    chinese = _is_chinese()
    return {
        "id": one.id,
        "level": str(one.level),
        "section": one.section,
        "text": one.text,
        "chapter_name": str(rules.CHAPTERS[one.chapter]),
        "state_name": str(dict(rules.STATES).get(one.state, rules.DOES_NOT_APPLY)),
        "chip": CHIPS[one.state],
        "control": one.control_zh if chinese else one.control,
        "where": " ".join(one.where),
        "test": one.test,
        "why": one.why_zh if chinese else one.why_en,
    }
