"""Pages of one's own data, and the officers' list of requests."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import require
from xuecheng.city.identity.recent import recently, require_recent
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.faces import face_of
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.web.paging import page_of

from . import queries, services
from .forms import AnswerRequest, AskArchive, AskOfficer, FilterRequests, SayConsent


def _me(request: HttpRequest) -> Person:
    viewer = standing(request)
    require(viewer, "mydata.take_archive", on=queries.scope_of(viewer.person))
    return viewer.person


@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Everything about one's own data in one place."""
    me = _me(request)
    archive, job = queries.archive_of(me)
    face = face_of(job) if job is not None else None
    context = {
        "held": queries.held_of(me),
        "archive": archive,
        "face": face,
        "is_making": archive is not None
        and archive.state == archive.State.MAKING
        and face is not None
        and face.is_open,
        "has_failed": face is not None and face.can_be_retried and archive is not None and archive.state != "ready",
        "choices": queries.choices_of(me),
        "requests": queries.requests_of(me),
        "erasure": queries.erasure_of(standing(request).person_keys),
        "today": clock.today(),
        "person": me,
    }
    return render(request, "mydata/show.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def ask_archive(request: HttpRequest) -> HttpResponse:
    """Everything about me in one file: what it will hold, and one tick."""
    _me(request)
    form = AskArchive(request.POST or None, initial={"public_id": uuid7()})
    if form.is_valid():
        if form.cleaned_data["with_numbers"]:
            require_recent(request)
        try:
            services.ask_archive(actor=standing(request), at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Your archive is being made. You get a notice when it is ready."))
            return redirect("mydata:show")
    return render(request, "mydata/ask_archive.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
@recently()
def take_archive(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The archive itself, opened while it is sent; asks for a fresh proof."""
    try:
        archive, content = services.take_archive(actor=standing(request), public_id=public_id, at=clock.now())
    except Refusal as refusal:
        raise Http404 from refusal
    response = StreamingHttpResponse(content, content_type="application/zip")
    response["Content-Length"] = str(archive.byte_count)
    response["Content-Disposition"] = f'attachment; filename="my-data-{clock.date_of(archive.asked_at)}.zip"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """What I agree to: one button for yes, the same for no."""
    me = _me(request)
    status = 200
    if request.method == "POST":
        form = SayConsent(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.say_consent(
                    actor=standing(request),
                    public_id=data["public_id"],
                    purpose=data["purpose"],
                    version=data["version"],
                    is_given=data["say"] == "yes",
                    at=clock.now(),
                    language=get_language() or "zh-hans",
                )
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                said = _("You agree. You can withdraw it here at any time.")
                messages.success(request, said if data["say"] == "yes" else _("Withdrawn. From now on it is not done."))
            return redirect("mydata:consents")
        status = 422
    choices = queries.choices_of(me)
    labels = {choice.purpose.name: choice.purpose.label for choice in choices}
    page = page_of(queries.consents_of(me), order=("-id",), after=request.GET.get("after", ""), size=20)
    context = {
        "choices": [(choice, uuid7()) for choice in choices],
        "page": page,
        "said": [(row, labels.get(row.purpose, row.purpose)) for row in page],
    }
    return render(request, "mydata/consents.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    _me(request)
    form = AskOfficer(request.POST or None, initial={"public_id": uuid7(), "kind": request.GET.get("kind", "")})
    if form.is_valid():
        try:
            made = services.ask(actor=standing(request), at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            told = {"count": (made.due_on - clock.date_of(made.asked_at)).days}
            messages.success(
                request, _("It is with the data protection officer. You get an answer within %(count)s days.") % told
            )
            return redirect("mydata:show")
    return render(request, "mydata/ask.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    me = _me(request)
    one = next((row for row in queries.requests_of(me) if row.public_id == public_id), None)
    if one is None:
        raise Http404
    try:
        services.take_back(actor=standing(request), request=one)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is taken back."))
    return redirect("mydata:show")


@never_cache
@require_GET
@only_for("mydata.answer_request")
def list_requests(request: HttpRequest) -> HttpResponse:
    """Requests by the day on which the answer is due; what is overdue comes first by itself."""
    viewer = standing(request)
    form = FilterRequests(request.GET)
    show_all = form.is_valid() and form.cleaned_data["show"] == "all"
    found = queries.visible_requests(viewer, only_open=not show_all)
    order = ("-id",) if show_all else ("due_on", "id")
    context = {
        "filter": form,
        "page": page_of(found, order=order, after=request.GET.get("after", "")),
        "today": clock.today(),
        "overdue": queries.overdue(viewer, today=clock.today()).count(),
    }
    return render(request, "mydata/requests.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def answer_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    viewer = standing(request)
    one = get_object_or_404(queries.visible_requests(viewer, only_open=False), public_id=public_id)
    seen(request, person_id=one.person_id, what="person", thing=one.public_id)
    form = AnswerRequest(request.POST or None)
    if form.is_valid():
        try:
            services.answer_request(actor=viewer, request=one, answer=form.cleaned_data["answer"], at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Answered. The person is told."))
            return redirect("mydata:list_requests")
    context = {"form": form, "one": one, "today": clock.today()}
    return render(request, "mydata/answer.html", context, status=422 if form.errors else 200)
