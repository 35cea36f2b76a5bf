"""The public page behind the code of a certificate of service (V-06)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from xuecheng.city.rights import public
from xuecheng.coordination.volunteers import printing, queries
from xuecheng.learning.credentials import wrong_tries
from xuecheng.web.machines import not_for_search


@public
@never_cache
@not_for_search
@require_GET
def verify_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Anybody asks what a code certifies: what is printed, and whether its hours still count. Wrong codes are slowed
    down (C-83).
    """
    if wrong_tries.are_too_many(request):
        response = render(request, "volunteers/verify.html", {"must_wait": True}, status=429)
        response["Retry-After"] = str(wrong_tries.WINDOW_S)
        return response
    found = queries.certificate_with(code)
    if found is None:
        wrong_tries.note(request)
        return render(request, "volunteers/verify.html", {"is_unknown": True}, status=404)
    context = {"certificate": found.certificate, "found": found, "lines": printing.lines_of(found.certificate)}
    return render(request, "volunteers/verify.html", context)
