"""A learner's pages: begin, answer in one's own words, add evidence, take everything along."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.learning.priorlearning import forms, places, portfolio, queries, services
from xuecheng.learning.priorlearning.models import Application, Evidence, Member
from xuecheng.learning.records.models import LearningRecord, Status
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

KINDS: dict[str, type[django_forms.Form]] = {
    "file": forms.AddFile,
    "link": forms.AddLink,
    "witness": forms.NameWitness,
    "record": forms.AddRecord,
    "statement": forms.AddStatement,
}


@never_cache
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """One's own applications, and groups that ask."""
    viewer = standing(request)
    page = page_of(queries.own_applications(viewer), order=("-id",), after=request.GET.get("after", ""))
    asked = list(queries.own_memberships(viewer).filter(state=Member.State.ASKED)[:20])
    return render(request, "priorlearning/own.html", {"page": page, "asked": asked})


@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Where, and which units; everything else can wait."""
    viewer = standing(request)
    units = queries.units_found("", on=clock.today()).order_by("code")
    initial = {"public_id": uuid7(), "units": request.GET.getlist("unit")}
    form = forms.Begin(request.POST or None, initial=initial, centres=queries.centres(), units=_few(units, request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.begin_application(
                actor=viewer, public_id=data["public_id"], centre=data["centre"], units=list(data["units"]),
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("priorlearning:answer_questions", public_id=made.public_id)
    context = {"form": form, "can_begin": form.has_choices()}
    return render(request, "priorlearning/begin.html", context, status=422 if form.errors else 200)


def _few(units: Any, request: HttpRequest) -> Any:
    """The units that were chosen on the page before, or all: nobody scrolls through hundreds twice."""
    wanted = request.POST.getlist("offered") or request.GET.getlist("unit")
    return units.filter(code__in=wanted) if wanted else units


@never_cache
@require_http_methods(["GET", "POST"])
def answer_questions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What one does, in one's own words; saved as often as one likes."""
    viewer, row = standing(request), _own_or_404(request, public_id)
    if row.state not in Application.WRITABLE:
        return redirect("priorlearning:show_application", public_id=public_id)
    questions = queries.questions_of(row)
    initial = {"employer_name": row.employer_name, "employer": row.employer}
    form = forms.Answers(request.POST or None, questions=questions, initial=initial)
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.save_answers(
                actor=viewer, application=row, answers=form.answers(), employer_name=data["employer_name"],
                employer=data["employer"], at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved. You can stop here and go on another day."))
            there = "keep_evidence" if "next" in request.POST else "answer_questions"
            return redirect(f"priorlearning:{there}", public_id=public_id)
    groups = [(claim, [form[one.name] for one in questions if one.unit == claim.number]) for claim in row.claims.all()]
    context = {"row": row, "form": form, "groups": groups}
    return render(request, "priorlearning/answers.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def keep_evidence(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What shows it, of any kind."""
    return _evidence_page(request, _own_or_404(request, public_id))


def _evidence_page(
    request: HttpRequest, row: Application, *, wrong: django_forms.Form | None = None, kind: str = ""
) -> HttpResponse:
    shown = {name: _form(name, request, row) for name in KINDS}
    if wrong is not None:
        shown[kind] = wrong
    pieces = list(row.evidence.filter(removed_at=None).select_related("witness"))
    context = {
        "row": row,
        "pieces": [(one, _contact(one)) for one in pieces],
        "shown": shown,
        "errors": wrong,
        "is_writable": row.state in Application.WRITABLE,
        "site": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "priorlearning/evidence.html", context, status=422 if wrong is not None else 200)


def _contact(piece: Evidence) -> services.Contact | None:
    witness = getattr(piece, "witness", None)
    return services.contact_of(witness) if witness is not None else None


def _form(kind: str, request: HttpRequest, row: Application, data: Any = None, files: Any = None) -> django_forms.Form:
    more: dict[str, Any] = {"initial": {"public_id": uuid7()}, "auto_id": f"id_{kind}_%s"}
    if kind == "file":
        more["place"] = places.PLACE
    if kind == "record":
        keys = standing(request).person_keys if row.learner_id in standing(request).person_keys else (row.learner_id,)
        records = LearningRecord.objects.filter(learner_id__in=keys, is_latest=True).exclude(status=Status.WITHDRAWN)
        more["records"] = [(str(one.pk), f"{one.title} {one.ended_on}") for one in records.order_by("-ended_on")[:50]]
    return KINDS[kind](data, files, **more)


@never_cache
@require_POST
def add_evidence(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """Add a piece, or take one out."""
    actor, row, now = standing(request), _own_or_404(request, public_id), clock.now()
    if kind == "remove":
        return _remove(request, actor, row)
    if kind not in KINDS:
        raise Http404
    form = _form(kind, request, row, request.POST, request.FILES)
    if form.is_valid():
        try:
            _add(kind, actor, row, form, now)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Added."))
            return redirect("priorlearning:keep_evidence", public_id=public_id)
    return _evidence_page(request, row, wrong=form, kind=kind)


def _add(kind: str, actor: Standing, row: Application, form: Any, now: Any) -> None:
    data: dict[str, Any] = form.cleaned_data
    one: dict[str, Any] = {"actor": actor, "application": row, "public_id": data["public_id"], "at": now}
    if kind == "record":
        services.add_record(record_id=int(data["record"]), words=data["words"], **one)
        return
    one["piece"] = form.piece()
    if kind == "file":
        services.add_file(file_name=data["file"].name, chunks=data["file"].chunks(), **one)
    elif kind == "link":
        services.add_link(link=data["link"], **one)
    elif kind == "witness":
        services.name_witness(contact=form.contact(), **one)
    else:
        services.add_statement(**one)


def _remove(request: HttpRequest, actor: Standing, row: Application) -> HttpResponse:
    form = forms.RemoveEvidence(request.POST)
    piece = row.evidence.filter(number=form.cleaned_data["number"]).first() if form.is_valid() else None
    if piece is None:
        raise Http404
    try:
        services.remove_evidence(actor=actor, application=row, evidence=piece, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken out."))
    return redirect("priorlearning:keep_evidence", public_id=row.public_id)


@never_cache
@require_GET
def take_portfolio(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Everything of an application in one archive: what was written, the files, what was decided."""
    viewer = standing(request)
    row = queries.application(viewer, public_id)
    if row is None:
        raise Http404
    if row.learner_id not in viewer.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    name = f"{_('portfolio')}-{row.public_id.hex[-8:]}.zip"
    answer = FileResponse(portfolio.archive_of(row), as_attachment=True, filename=name, content_type="application/zip")
    answer["Cache-Control"] = "no-store"
    return answer


def _own_or_404(request: HttpRequest, public_id: UUID) -> Application:
    row = queries.own_application(standing(request), public_id)
    if row is None:
        raise Http404
    return row
