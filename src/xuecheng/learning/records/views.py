"""Pages of learning records: the registrar's morning, list, record, entry, correction; a learner's objection."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.queries import visible
from xuecheng.city.access.requests import capacity, standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.web.paging import page_of

from . import forms, services
from .entries import Entry
from .hooks import record_facts
from .models import Dispute, DoubleReport, LearningRecord
from .queries import lists
from .services.arrivals import EntryRefused


@require_GET
def show_desk(request: HttpRequest) -> HttpResponse:
    """The registrar's morning: what waits, each with its act."""
    held = capacity(request)
    at = held.organisation_id if held else None
    organisation = Organisation.objects.filter(pk=at).first() if at else None
    return render(
        request,
        "records/desk.html",
        {
            "desk": lists.desk_of(standing(request), organisation),
            "organisation": organisation,
            "today": clock.today(),
            "waiting": record_facts.waiting(organisation) if organisation else 0,
            "refused": record_facts.refused(organisation) if organisation else 0,
        },
    )


@require_GET
def list_records(request: HttpRequest) -> HttpResponse:
    form = forms.FindRecords(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = lists.records_of_institutions(
        standing(request),
        origin=wanted.get("origin", ""),
        year=wanted.get("year"),
        text=wanted.get("text", "").strip(),
    )
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    facts = record_facts.of([record.pk for record in page])
    rows = [(record, facts.get(record.pk)) for record in page]
    return render(request, "records/list.html", {"form": form, "page": page, "rows": rows})


@require_GET
def show_record(request: HttpRequest, number: int) -> HttpResponse:
    """One record: what it says, what it brought, its versions, objections."""
    record = _record(request, number)
    viewer = standing(request)
    dispute = Dispute.objects.filter(record_id=record.pk, book=record.book).order_by("-id").first()
    is_own = record.learner_id == viewer.person.pk and not viewer.may_somewhere("records.correct_record")
    return render(
        request,
        "records/record.html",
        {
            "base": "web/base.html" if is_own else "web/staff.html",
            "record": record,
            "is_own": is_own,
            "versions": lists.versions_of(record),
            "dispute": dispute,
            "fact": record_facts.of([record.pk]).get(record.pk),
            "may_correct": viewer.may("records.correct_record", record.access_scope()) and record.is_latest,
            "may_answer": dispute is not None
            and dispute.state == Dispute.State.OPEN
            and viewer.may("records.answer_dispute", record.access_scope()),
        },
    )


@require_http_methods(["GET", "POST"])
def enter_record(request: HttpRequest) -> HttpResponse:
    """One record by hand."""
    viewer = standing(request)
    allowed = visible(viewer, "records.enter_record", organisation="pk", territory="territory")
    organisations = Organisation.objects.filter(allowed, is_active=True).order_by("name_zh")
    form = forms.RecordForm(request.POST or None, organisations=organisations, initial={"origin": "nonformal"})
    if form.is_valid():
        try:
            record = services.enter_record(actor=viewer, entry=_entry(form), at=clock.now())
        except EntryRefused as refusal:
            _show(form, refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The record is kept."))
            return redirect("records:show_record", number=record.pk)
    return render(request, "records/enter.html", {"form": form}, status=422 if form.errors else 200)


def _entry(form: forms.RecordForm) -> Entry:
    data = form.cleaned_data
    institution: Organisation = data["institution"]
    grade = data["grade"].strip()
    return Entry(
        institution_code=institution.code,
        record_key=data["record_key"].strip(),
        person_ref=data["person_ref"].strip(),
        name=data["name"].strip(),
        origin=data["origin"],
        grade_scale=institution.grade_scale if grade else "",
        **_content(form, grade),
    )


def _content(form: forms.RecordForm, grade: str) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "code": data["code"].strip(),
        "title": data["title"].strip(),
        "started_on": data["started_on"],
        "ended_on": data["ended_on"],
        "minutes": form.minutes,
        "status": data["status"],
        "grade": grade,
        "role": data["role"] or "learner",
        "attended_sessions": data["attended_sessions"],
        "held_sessions": data["held_sessions"],
        "evidence": data["evidence"].strip(),
    }


def _show(form: django_forms.Form, refused: EntryRefused) -> None:
    """Every refusal at its field; those of fields the form does not have stand above it."""
    for refusal in refused.refusals:
        field = {"minutes": "hours", "institution_code": "institution"}.get(refusal.field, refusal.field)
        form.add_error(field if field in form.fields else None, str(refusal))


@require_http_methods(["GET", "POST"])
def correct_record(request: HttpRequest, number: int) -> HttpResponse:
    """A new version with a reason; the old one stays to be seen."""
    record = _record(request, number)
    initial = {
        name: getattr(record, name)
        for name in ("code", "title", "started_on", "ended_on", "status", "grade", "role", "evidence")
    } | {
        "hours": record.minutes / 60 if record.minutes else None,
        "attended_sessions": record.attended_sessions,
        "held_sessions": record.held_sessions,
    }
    form = forms.CorrectForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            newer = services.correct_record(
                actor=standing(request),
                record=record,
                changes=_content(form, form.cleaned_data["grade"].strip()),
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
        except EntryRefused as refusal:
            _show(form, refusal)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The record is corrected. What it earned is looked at again by an officer."))
            return redirect("records:show_record", number=newer.pk)
    return render(request, "records/correct.html", {"form": form, "record": record}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw_record(request: HttpRequest, number: int) -> HttpResponse:
    record = _record(request, number)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        try:
            newer = services.withdraw_record(
                actor=standing(request), record=record, reason=form.cleaned_data["reason"], at=clock.now()
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The record is withdrawn."))
            return redirect("records:show_record", number=newer.pk)
    return render(
        request, "records/withdraw.html", {"form": form, "record": record}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def dispute_record(request: HttpRequest, number: int) -> HttpResponse:
    """A learner says what is wrong with a record of theirs."""
    record = _record(request, number)
    if record.learner_id != standing(request).person.pk:
        raise Http404
    form = forms.DisputeForm(request.POST or None)
    if form.is_valid():
        try:
            services.dispute_record(
                actor=standing(request), record=record, complaint=form.cleaned_data["complaint"], at=clock.now()
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Your objection is on its way. You will see the answer here."))
            return redirect("records:show_record", number=number)
    return render(request, "records/dispute.html", {"form": form, "record": record}, status=422 if form.errors else 200)


@require_POST
def drop_dispute(request: HttpRequest, number: int) -> HttpResponse:
    dispute = get_object_or_404(Dispute, pk=number, learner_id=standing(request).person.pk)
    try:
        services.drop_dispute(actor=standing(request), dispute=dispute, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your objection is taken back."))
    return redirect("records:show_record", number=dispute.record_id)


@require_GET
def list_pending(request: HttpRequest) -> HttpResponse:
    """What a registrar has to decide: objections with their clock, and pairs that may tell of one learning."""
    viewer = standing(request)
    disputes = page_of(
        lists.visible_disputes(viewer), order=("answer_due_on", "id"), after=request.GET.get("after", "")
    )
    doubles = list(lists.visible_doubles(viewer)[:50])
    numbers = {one.record_id for one in disputes} | {n for pair in doubles for n in (pair.first_id, pair.second_id)}
    records = lists.records_by_number(numbers)
    return render(
        request,
        "records/pending.html",
        {
            "page": disputes,
            "disputes": [(one, records.get(one.record_id)) for one in disputes],
            "doubles": [(one, records.get(one.first_id), records.get(one.second_id)) for one in doubles],
            "today": clock.today(),
        },
    )


@require_http_methods(["GET", "POST"])
def answer_dispute(request: HttpRequest, number: int) -> HttpResponse:
    dispute = get_object_or_404(lists.visible_disputes(standing(request), only_open=False), pk=number)
    record = lists.records_by_number({dispute.record_id})[dispute.record_id]
    form = forms.AnswerForm(request.POST or None)
    if form.is_valid():
        try:
            services.answer_dispute(
                actor=standing(request),
                dispute=dispute,
                state=form.cleaned_data["state"],
                answer=form.cleaned_data["answer"],
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("The learner has your answer."))
            return redirect("records:list_pending")
    return render(
        request,
        "records/answer.html",
        {"form": form, "record": record, "dispute": dispute},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def decide_double(request: HttpRequest, number: int) -> HttpResponse:
    report = get_object_or_404(DoubleReport.objects.select_related("learner"), pk=number)
    records = lists.records_by_number({report.first_id, report.second_id})
    viewer = standing(request)
    if not any(viewer.may("records.decide_double", one.access_scope()) for one in records.values()):
        raise Http404
    form = forms.DoubleForm(request.POST or None)
    if form.is_valid():
        try:
            services.decide_double(
                actor=viewer,
                report=report,
                state=form.cleaned_data["state"],
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Decided. It is kept with your reason."))
            return redirect("records:list_pending")
    pair = [records[report.first_id], records[report.second_id]]
    return render(request, "records/double.html", {"form": form, "pair": pair}, status=422 if form.errors else 200)


def _record(request: HttpRequest, number: int) -> LearningRecord:
    return get_object_or_404(lists.visible_records(standing(request)), pk=number)
