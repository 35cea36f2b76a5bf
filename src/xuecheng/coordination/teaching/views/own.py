"""One's own attendance."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from xuecheng.city.access.requests import standing
from xuecheng.coordination.teaching import queries
from xuecheng.web.paging import page_of


@never_cache
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """The classes one is in: how often one came, and whether one completed."""
    page = page_of(queries.own_attendance(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "teaching/own.html", {"page": page, "rows": queries.own_lines(list(page))})
