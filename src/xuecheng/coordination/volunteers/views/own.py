"""Pages for residents: calls, applying, one's own shifts and service."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import public
from xuecheng.coordination.volunteers import forms, printing, queries, services
from xuecheng.coordination.volunteers.models import Activity, Certificate, Volunteer
from xuecheng.web.paging import page_of

from .doors import FORMS, done


@public
@require_GET
def list_calls(request: HttpRequest) -> HttpResponse:
    """Who is called for, near by and about what."""
    form = forms.FindCall(request.GET)
    wish = {}
    if form.is_valid():
        wish = {"text": form.cleaned_data["text"], "category": form.cleaned_data["category"], "within": form.within()}
    found = queries.calls(at=clock.now(), **wish)
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    return render(request, "volunteers/calls.html", {"filter": form, "page": page})


@public
@require_GET
def show_call(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is done, what can go wrong, when and where; who served."""
    row = queries.call(public_id)
    if row is None:
        raise Http404
    is_open = row.state == Activity.State.PUBLISHED
    shifts = queries.shifts_of(row, after=clock.now()) if is_open else []
    if shifts and isinstance(request.user, Person):
        queries.with_own(shifts, standing(request))
    served, names = queries.thanked(row)
    context: dict[str, Any] = {
        "row": row,
        "shifts": shifts,
        "served": served,
        "names": names,
    }
    return render(request, "volunteers/call.html", context)


def _own_or_none(request: HttpRequest) -> Volunteer | None:
    return queries.own_volunteer(standing(request).person)


@never_cache
@require_http_methods(FORMS)
def apply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Apply for a shift; what stands against it is said first."""
    shift = queries.open_shift(public_id)
    if shift is None:
        raise Http404
    row, activity, now = _own_or_none(request), shift.activity, clock.now()
    if row is None or row.state != Volunteer.State.REGISTERED:
        messages.info(request, _("Register as a volunteer first; it takes a minute."))
        return redirect("volunteers:keep_entry")
    form = forms.Apply(request.POST or None, demands=activity.demands, initial={"public_id": uuid7()})
    if form.is_valid():
        try:
            services.apply(
                actor=standing(request), public_id=form.cleaned_data["public_id"], shift=shift, volunteer=row,
                is_able=form.cleaned_data.get("is_able", False), at=now,
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("You applied. The organiser answers you."))
            return redirect("volunteers:show_own")
    numbers = queries.numbers_at(activity.organisation.territory.path, on=clock.date_of(now))
    (against,) = queries.why_not([queries.Pair(row, shift, is_able=True)], numbers=numbers)
    context = {"shift": shift, "row": activity, "form": form, "against": against, "days": numbers.answer_days}
    return render(request, "volunteers/apply.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_own(request: HttpRequest) -> HttpResponse:
    """My volunteering: shifts, service, star, certificates."""
    viewer, now = standing(request), clock.now()
    row = _own_or_none(request)
    shifts = list(queries.own_assignments(viewer).order_by("-shift__during")[:50])
    page = page_of(queries.own_services(viewer), order=("-id",), after=request.GET.get("after", ""))
    context: dict[str, Any] = {
        "row": row,
        "coming": [one for one in reversed(shifts) if one.shift.during.upper > now],
        "past": [one for one in shifts if one.shift.during.upper <= now],
        "page": page,
        "now": now,
        "public_id": uuid7(),
    }
    if row is not None:
        context |= {
            "account": queries.account_of(row, at=now),
            "is_identified": queries.is_identified(row),
            "trainings": queries.trainings_of(row),
            "awards": queries.awards_of(row),
            "evaluations": queries.evaluations_of(row),
            "late": queries.own_late_waiting(viewer),
            "certificates": list(queries.own_certificates(viewer).order_by("-id")[:10]),
        }
    return render(request, "volunteers/own.html", context)


@never_cache
@require_http_methods(FORMS)
def keep_entry(request: HttpRequest) -> HttpResponse:
    """Register, or change what one can do and when."""
    row = _own_or_none(request)
    initial: dict[str, Any] = {"public_id": row.public_id if row else uuid7()}
    if row is not None:
        initial |= {"skills": row.skills, "times": row.times}
    form = forms.Entry(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.register(actor=standing(request), at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved. You can apply now."))
            return redirect("volunteers:show_own")
    return render(request, "volunteers/entry.html", {"form": form, "row": row}, status=422 if form.errors else 200)


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Volunteer no more, for now or for good."""
    row = _own_or_none(request)
    if row is None:
        raise Http404
    done(
        request,
        lambda: services.leave_volunteering(actor=standing(request), volunteer=row, at=clock.now()),
        _("You left. Register anew at any time; what you served stays."),
    )
    return redirect("volunteers:show_own")


@never_cache
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an application or a place back."""
    one = queries.own_assignment(standing(request), public_id)
    if one is None:
        raise Http404
    done(
        request,
        lambda: services.withdraw(actor=standing(request), assignment=one, at=clock.now()),
        _("Taken back. The organiser knows."),
    )
    return redirect("volunteers:show_own")


@never_cache
@require_POST
def issue_certificate(request: HttpRequest) -> HttpResponse:
    """A certificate of everything that counts now."""
    row = _own_or_none(request)
    if row is None:
        raise Http404
    try:
        number = UUID(request.POST.get("public_id", ""))
    except ValueError:
        number = uuid7()
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    done(
        request,
        lambda: services.issue_certificate(
            actor=standing(request), public_id=number, volunteer=row, language=language, at=clock.now()
        ),
        _("The certificate is there."),
    )
    return redirect("volunteers:show_own")


def verify_url(request: HttpRequest, certificate: Certificate) -> str:
    """Where anybody verifies it; nothing for one without a code."""
    code = certificate.code
    return request.build_absolute_uri(reverse("credentials:verify_code", args=[code])) if code else ""


@never_cache
@require_GET
def take_certificate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The certificate as PDF."""
    found = queries.own_certificates(standing(request)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    response = HttpResponse(
        printing.certificate_pdf(found, verify_url=verify_url(request, found)), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return response
