"""Pages of completion: who completes and why not, what was assessed, attendance corrected afterwards."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import forms, queries, services
from xuecheng.coordination.teaching.queries import DECIDE
from xuecheng.web.paging import page_of

from .doors import FORMS, class_or_404, layout_of, may_decide


@never_cache
@require_GET
def list_classes(request: HttpRequest) -> HttpResponse:
    """Classes that run or are over, of one's unit and those one teaches."""
    page = page_of(queries.classes_seen(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "teaching/classes.html", {"base": layout_of(request), "page": page})


@never_cache
@require_GET
def completion(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everybody with a place in a class: what they attended, and whether they complete."""
    row = class_or_404(request, public_id)
    there = queries.participants(row)
    people = queries.facts_of(row, there)
    is_over = row.state in services.OVER
    context = {
        "base": layout_of(request),
        "course_class": row,
        "people": people,
        "complete": sum(1 for one in people if one.is_complete),
        "sessions": queries.sessions_of_class(row),
        "is_over": is_over,
        "sum": queries.sum_of(there) if is_over else None,
        "fewest": queries.FEWEST,
        "is_undecided": is_over and any(one.decision is None for one in people),
        "may_decide": may_decide(request, row),
        "is_settled": row.state == CourseClass.State.SETTLED,
    }
    return render(request, "teaching/completion.html", context)


def _person_in(row: CourseClass, enrolment: UUID) -> Enrolment:
    rows = Enrolment.objects.filter(course_class=row, public_id=enrolment).select_related("person")
    one = rows.first()
    if one is None:
        raise Http404
    one.course_class = row
    return one


@never_cache
@require_POST
def assess(request: HttpRequest, public_id: UUID, enrolment: UUID) -> HttpResponse:
    """Passed, or not."""
    row = class_or_404(request, public_id)
    one = _person_in(row, enrolment)
    form = forms.Assess(request.POST)
    if form.is_valid():
        try:
            services.assess(
                actor=standing(request), enrolment=one, passed=form.cleaned_data["passed"] == "yes", at=clock.now()
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Saved."))
    return redirect("teaching:completion", public_id=public_id)


@never_cache
@require_http_methods(FORMS)
def correct(request: HttpRequest, public_id: UUID, enrolment: UUID, session: UUID) -> HttpResponse:
    """One person's attendance in one session is corrected after the class is over."""
    row = class_or_404(request, public_id)
    require(standing(request), DECIDE, on=row)
    one = _person_in(row, enrolment)
    found = next((each for each in queries.sessions_of_class(row) if each.public_id == session), None)
    if found is None or row.state not in services.OVER:
        raise Http404
    seen(request, person_id=one.person_id, what=Reading.What.ENROLMENT, thing=one.public_id)
    line = next((each for each in queries.list_of(found) if each.enrolment.pk == one.pk), None)
    state = line.mark.state if line is not None and line.mark is not None else None
    form = forms.CorrectAttendance(request.POST or None, initial={"public_id": uuid7(), "state": state})
    if form.is_valid():
        try:
            services.correct_attendance(
                actor=standing(request), session=found, enrolment=one, at=clock.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Corrected. Completion and learning record follow."))
            return redirect("teaching:completion", public_id=public_id)
    context = {
        "base": layout_of(request), "course_class": row, "session": found, "one": one, "form": form, "line": line,
    }  # fmt: skip
    return render(request, "teaching/correct.html", context, status=422 if form.errors else 200)
