"""Pages of background jobs: the list, one job with its progress, cancel and try again."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from xuecheng.city import clock
from xuecheng.city.access.queries import Scope, Standing
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal
from xuecheng.web.paging import page_of

from . import services
from .faces import Face, face_of
from .models import Job
from .queries import routines, visible_jobs
from .registry import KINDS


class FilterJobs(forms.Form):
    """Which jobs the list shows."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", pgettext_lazy("filter", "all")), *Job.State.choices]
    )


@require_GET
def list_jobs(request: HttpRequest) -> HttpResponse:
    viewer = standing(request)
    form = FilterJobs(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    page = page_of(visible_jobs(viewer, state=state), order=("-id",), after=request.GET.get("after", ""))
    context = {
        "filter": form,
        "page": page,
        "jobs": [face_of(job) for job in page],
        "may_see_routines": viewer.may_somewhere("jobs.see_routines"),
    }
    return render(request, "jobs/list.html", context)


@require_GET
def list_routines(request: HttpRequest) -> HttpResponse:
    """What recurs by the clock, when it last ran, and what troubles it."""
    require(standing(request), "jobs.see_routines", on=Scope())
    return render(request, "jobs/routines.html", {"routines": routines(at=clock.now())})


@require_GET
def show_job(request: HttpRequest, public_id: str) -> HttpResponse:
    """One job. Asked by htmx, only the card with the progress is answered."""
    job = get_object_or_404(visible_jobs(standing(request)), public_id=public_id)
    face = face_of(job)
    template = "jobs/card.html" if request.headers.get("HX-Request") else "jobs/job.html"
    return render(request, template, {"job": job, "face": face, "may": _may(request, job, face)})


def _may(request: HttpRequest, job: Job, face: Face) -> dict[str, bool]:
    scope = services.scope_of_job(job)
    viewer = standing(request)
    return {
        "cancel": face.is_open and not job.cancel_asked and viewer.may("jobs.cancel_job", scope),
        "retry": face.can_be_retried and viewer.may("jobs.retry_job", scope),
        "see": bool(face.result_url) and _may_see(viewer, job.kind),
    }


def _may_see(viewer: Standing, kind: str) -> bool:
    """Whether the page of what a job made opens for the viewer: nobody is led to a closed door."""
    known = KINDS.get(kind)
    return known is None or not known.seen_by or viewer.may_somewhere(known.seen_by)


@require_POST
def cancel_job(request: HttpRequest, public_id: str) -> HttpResponse:
    job = get_object_or_404(visible_jobs(standing(request)), public_id=public_id)
    try:
        services.ask_to_cancel(actor=standing(request), job=job, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It stops at the next step. What is done stays done."))
    return redirect("jobs:show_job", public_id=public_id)


@require_POST
def retry_job(request: HttpRequest, public_id: str) -> HttpResponse:
    job = get_object_or_404(visible_jobs(standing(request)), public_id=public_id)
    try:
        services.retry(actor=standing(request), job=job)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It goes on where it stopped."))
    return redirect("jobs:show_job", public_id=public_id)
