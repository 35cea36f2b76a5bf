"""What the pages of the network share: finding the thing, the right to it, and the page of one form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.rights import standing_of_request
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.colleges import queries
from xuecheng.coordination.colleges.models import College
from xuecheng.coordination.colleges.queries import SEE

FORMS = ["GET", "POST"]


def layout_of(request: HttpRequest) -> str:
    """Whoever works with the network sees it beside the rail."""
    return "web/staff.html" if standing_of_request(request).may_somewhere(SEE) else "web/base.html"


def college_or_404(public_id: UUID) -> College:
    found = queries.by_id(public_id)
    if found is None:
        raise Http404
    return found


def college_to(request: HttpRequest, public_id: UUID, act: str) -> College:
    """The unit, for somebody who may do `act` there."""
    found = college_or_404(public_id)
    require(standing(request), act, on=found)
    return found


def city_or_404() -> Territory:
    here = territories.installation()
    if here is None:
        raise Http404
    return here.city


def form_page(
    request: HttpRequest,
    form: django_forms.Form,
    *,
    heading: str,
    submit: str,
    college: College | None = None,
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "college": college} | more
    return render(request, "colleges/form.html", context, status=422 if form.errors else 200)


def saved(request: HttpRequest, college: College) -> HttpResponse:
    messages.success(request, _("Saved. The history keeps what stood here."))
    return redirect("colleges:show_college", public_id=college.public_id)
