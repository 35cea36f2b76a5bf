"""The code that changes: on the teacher's screen, and the page behind it."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.teaching import queries, rules, services
from xuecheng.coordination.teaching.models import Arrival
from xuecheng.web.drawings.code import qr_code

from .doors import FORMS, layout_of, session_or_404

DEVICE = "xc_device"
"""A random word on the device for a day: one device that checks in several people is looked at."""
_A_DAY = 24 * 60 * 60


@never_cache
@require_http_methods(FORMS)
def show_code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The code of this half minute, large. Opened once; the page loads itself anew with each step, without scripts."""
    session, at = session_or_404(request, public_id), clock.now()
    if request.method == "POST":
        try:
            services.open_check_in(actor=standing(request), session=session, address=_address(request), at=at)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("teaching:take", public_id=public_id)
        return redirect("teaching:show_code", public_id=public_id)
    key = getattr(session, "check_in_key", None)
    if key is None or not session.during.lower - rules.EARLY <= at < session.during.upper:
        raise Http404
    address = request.build_absolute_uri(reverse("teaching:check_in", args=[public_id, services.code_now(key, at=at)]))
    context = {
        "base": layout_of(request),
        "session": session,
        "course_class": session.course_class,
        "picture": qr_code(address, label=_("QR code for checking in")),
        "waiting": queries.arrivals_waiting(session),
        "came": sum(1 for one in queries.arrivals_of(session) if one.state != Arrival.State.REFUSED),
    }
    response = render(request, "teaching/code.html", context)
    response["Refresh"] = str(rules.STEP_SECONDS - int(at.timestamp()) % rules.STEP_SECONDS)
    return response


@never_cache
@require_http_methods(FORMS)
def check_in(request: HttpRequest, public_id: UUID, code: str) -> HttpResponse:
    """The page behind the code: one button, and then whether it counts."""
    session = queries.session_to_check_in(public_id)
    viewer = standing(request)
    if session is None or session.course_class.state == CourseClass.State.DRAFT:
        raise Http404
    enrolment = queries.own_enrolment(session, viewer.person_keys)
    if enrolment is None:
        # What everybody may read of a class stands there too; whoever has the wrong account must find out which.
        context = {"session": session, "course_class": session.course_class, "is_stranger": True}
        return render(request, "teaching/check_in.html", context, status=403)
    device = request.COOKIES.get(DEVICE, "")[:64] or secrets.token_urlsafe(24)
    arrival, wrong = queries.arrival_of(enrolment, session), ""
    if request.method == "POST":
        try:
            arrival = services.check_in(
                actor=viewer, session=session, code=code, device=device, address=_address(request), at=clock.now()
            )
        except Refusal as refusal:
            wrong = str(refusal)
    context = {"session": session, "course_class": session.course_class, "arrival": arrival, "wrong": wrong}
    response = render(request, "teaching/check_in.html", context, status=422 if wrong else 200)
    response.set_cookie(
        DEVICE, device, max_age=_A_DAY, path=reverse("teaching:today"), httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip
    return response


@never_cache
@require_POST
def decide_arrival(request: HttpRequest, public_id: UUID, arrival: UUID, verb: str) -> HttpResponse:
    """The teacher has looked: here, or not."""
    session = session_or_404(request, public_id)
    found = Arrival.objects.filter(public_id=arrival, session=session.pk).select_related("session").first()
    if found is None or verb not in ("confirm", "refuse"):
        raise Http404
    try:
        services.decide_arrival(actor=standing(request), arrival=found, accept=verb == "confirm", at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Confirmed.") if verb == "confirm" else _("Refused. They can still be marked on the list.")
        )
    return redirect("teaching:take", public_id=public_id)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
