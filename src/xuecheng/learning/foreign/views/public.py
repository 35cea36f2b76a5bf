"""Whose word counts, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xuecheng.city.rights import public
from xuecheng.learning.foreign import queries
from xuecheng.web.paging import page_of


@public
@require_GET
def list_issuers(request: HttpRequest) -> HttpResponse:
    """The recognised issuers outside the city, and by which identifiers."""
    page = page_of(queries.recognised_issuers(), order=("name_en", "id"), after=request.GET.get("after", ""))
    return render(request, "foreign/issuers.html", {"page": page})
