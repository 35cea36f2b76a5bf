"""What the pages of classes share: finding the thing, the right to it, the page of one form."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import standing_of_request
from xuecheng.coordination.classes import queries
from xuecheng.coordination.classes.models import ClassSession, CourseClass, Season
from xuecheng.coordination.classes.queries import PLAN, SEE

State = CourseClass.State
CHIPS = {
    State.DRAFT: "wait",
    State.OPEN: "info",
    State.RUNNING: "now",
    State.FINISHED: "done",
    State.SETTLED: "done",
    State.CANCELLED: "no",
}
FORMS = ["GET", "POST"]


def layout_of(request: HttpRequest) -> str:
    """Who plans classes sees them beside the rail."""
    return "web/staff.html" if standing_of_request(request).may_somewhere(SEE) else "web/base.html"


def class_or_404(request: HttpRequest, public_id: UUID, *, act: str = SEE) -> CourseClass:
    """A class whose unit's classes the viewer sees; with `act`, one at which they may do it."""
    found = queries.course_class(standing(request), public_id)
    if found is None:
        raise Http404
    if act != SEE:
        require(standing(request), act, on=found)
    return found


def session_or_404(request: HttpRequest, public_id: UUID) -> ClassSession:
    found = queries.session_by_id(standing(request), public_id)
    if found is None:
        raise Http404
    require(standing(request), PLAN, on=found)
    return found


def season_or_404(public_id: UUID | None) -> Season:
    found = queries.season_by_id(public_id) if public_id else None
    if found is None:
        raise Http404
    return found


def unit_asked(request: HttpRequest, act: str = SEE) -> Organisation | None:
    """The unit that the address names, or the viewer's own; none where neither is."""
    units = queries.hosts(standing(request), act)
    asked = request.GET.get("unit", "")
    if not asked:
        own = standing(request).organisation_ids(act)
        return units.filter(pk__in=own).first() if own else units.first()
    # A name that was typed comes with the code of the one that was chosen.
    code = request.GET.get("unit_key", "") or asked
    return units.filter(code=code.strip().upper()).first()


def day_in(request: HttpRequest, name: str) -> date | None:
    try:
        found = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def form_page(
    request: HttpRequest,
    form: django_forms.Form,
    *,
    heading: str,
    submit: str,
    back: str,
    lead: str = "",
    cancel: str = "",
    **more: Any,
) -> HttpResponse:
    """`cancel`: what the link back says where the act itself is to cancel something."""
    given = {"form": form, "heading": heading, "submit": submit, "back": back, "lead": lead, "cancel": cancel}
    context = given | more
    return render(request, "classes/form.html", context, status=422 if form.errors else 200)


FIELDS = {
    "begins_at": "begins", "ends_at": "minutes", "host": "season", "eligibility": "least_age", "fee_fen": "fee",
    "season": "into",
}  # fmt: skip
