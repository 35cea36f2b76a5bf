"""Certificates of completion: one's own, those of a class in one print, and the public page behind their code."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import noted, require
from xuecheng.coordination.teaching import printing, queries
from xuecheng.coordination.teaching.models import Certificate
from xuecheng.coordination.teaching.queries import DECIDE, Checked, Holding
from xuecheng.learning.credentials import wrong_tries
from xuecheng.web.machines import not_for_search

from .doors import class_or_404, layout_of

_WORST = 400
"""More sheets in one print than any class has."""


@never_cache
@require_GET
def see_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """A certificate of one's own, or of a class of one's unit: what it says, whether it holds, how it is verified."""
    found, is_own = _visible(request, code)
    context = _said(found) | {
        "base": "web/base.html" if is_own else layout_of(request),
        "is_own": is_own,
        "verify_url": _verify_url(request, found.certificate),
    }
    return render(request, "teaching/certificate.html", context)


@require_GET
def download_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of paper, as PDF; only of one that holds."""
    found, _is_own = _visible(request, code)
    if found.holding != Holding.HOLDS:
        raise Http404
    return _pdf(request, [found.certificate], name=f"{_('certificate')}-{found.certificate.code}.pdf")


@require_GET
def print_certificates(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Those of a whole class that hold, as one PDF to print; for whoever decides who completes."""
    row = class_or_404(request, public_id)
    viewer = standing(request)
    require(viewer, DECIDE, on=row)
    made = queries.certificates_of(row)[:_WORST]
    if not made:
        messages.error(request, _("Nobody has a certificate of this class."))
        return redirect("teaching:completion", public_id=public_id)
    sheets = noted(made, person_of=lambda one: one.learner_id, reader=viewer, what=Reading.What.EXPORT, at=clock.now())
    return _pdf(request, list(sheets), name=f"{_('certificates')}-{row.code}.pdf")


@public
@never_cache
@not_for_search
@require_GET
def verify_certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Anybody asks what a code certifies: what is printed and whether it holds. Wrong codes are slowed down (C-83)."""
    if wrong_tries.are_too_many(request):
        response = render(request, "teaching/verify.html", {"must_wait": True}, status=429)
        response["Retry-After"] = str(wrong_tries.WINDOW_S)
        return response
    found = queries.certificate_with(code)
    if found is None:
        wrong_tries.note(request)
        return render(request, "teaching/verify.html", {"is_unknown": True}, status=404)
    return render(request, "teaching/verify.html", _said(found))


def _said(found: Checked) -> dict[str, object]:
    said = printing.said_on(found.certificate)
    return {
        "certificate": found.certificate, "said": said, "sentence": printing.sentence(said), "holding": found.holding,
        "newest": found.newest,
    }  # fmt: skip


def _visible(request: HttpRequest, code: str) -> tuple[Checked, bool]:
    """A certificate, and whether it is the viewer's own; else there is no such page."""
    there = queries.certificate_seen(standing(request), code)
    if there is None:
        raise Http404
    made = there[0].certificate
    seen(request, person_id=made.learner_id, what=Reading.What.ENROLMENT, thing=made.decision.enrolment.public_id)
    return there


def _verify_url(request: HttpRequest, certificate: Certificate) -> str:
    return request.build_absolute_uri(reverse("credentials:verify_code", args=[certificate.code]))


def _pdf(request: HttpRequest, certificates: list[Certificate], *, name: str) -> HttpResponse:
    made = printing.certificates_pdf(certificates, verify_url=lambda one: _verify_url(request, one))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
