"""Pages of learning records: the registrar's morning, list, record, entry, correction; a learner's objection."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import visible
from xuecheng.city.access.requests import capacity, seen, standing
from xuecheng.city.access.services import Denied, noted, require
from xuecheng.city.documents.queries import Shelf, shelves
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import entrusted, only_for
from xuecheng.city.tables import csv_response
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in
from xuecheng.web.templatetags import xc

from . import evidence, forms, scales, services
from .hooks import record_facts
from .models import ENTERED_ORIGINS, Dispute, DoubleReport, LearningRecord, Origin, Role, Status
from .queries import lists
from .queries.arriving import card_numbers


@require_GET
@only_for("records.enter_record")
def show_desk(request: HttpRequest) -> HttpResponse:
    """The registrar's morning: what waits, each with its act."""
    held = capacity(request)
    at = held.organisation_id if held else None
    organisation = Organisation.objects.filter(pk=at).first() if at else None
    desk = lists.desk_of(standing(request), organisation)
    waiting = record_facts.waiting(organisation) if organisation else 0
    return render(
        request,
        "records/desk.html",
        {
            "desk": desk,
            "organisation": organisation,
            "today": clock.today(),
            # What waits to be recognised is one thing to do, however much it is.
            "things": desk.disputes + desk.doubles + bool(waiting),
            "waiting": waiting,
            "refused": record_facts.refused(organisation) if organisation else 0,
        },
    )


@require_GET
@only_for("records.see_record")
def list_records(request: HttpRequest) -> HttpResponse:
    form = forms.FindRecords(request.GET)
    page = page_of(_found(request, form), order=("-id",), after=request.GET.get("after", ""))
    facts = record_facts.of([record.pk for record in page])
    rows = [(record, facts.get(record.pk)) for record in page]
    return render(
        request,
        "records/list.html",
        {
            "form": form,
            "page": page,
            "rows": rows,
            "query": request.GET.urlencode(),
            "may_enter": standing(request).may_somewhere("records.enter_record"),
        },
    )


@require_GET
@only_for("records.see_record")
def export_records(request: HttpRequest) -> HttpResponseBase:
    """The list with its filters as a file, read as it is sent."""
    form = forms.FindRecords(request.GET)
    rows = (
        (
            record.institution.code,
            record.record_key,
            record.version,
            record.learner.name,
            record.get_origin_display(),
            record.code,
            record.title,
            record.started_on.isoformat() if record.started_on else "",
            record.ended_on.isoformat(),
            record.minutes,
            record.grade,
            record.get_status_display(),
        )
        for record in noted(
            _found(request, form).iterator(chunk_size=2_000),
            person_of=lambda record: record.learner_id,
            reader=standing(request),
            what=Reading.What.EXPORT,
            at=clock.now(),
            in_role=capacity(request),
        )
    )
    header = [_("Institution"), _("Record key"), _("Version"), _("Learner"), _("Kind of record"), _("Code"), _("Title")]
    header += [_("First day"), _("Last day"), _("Minutes"), _("Grade or mark"), _("Result")]
    return csv_response(f"{_('Learning records')}.csv", [str(title) for title in header], rows)


def _found(request: HttpRequest, form: forms.FindRecords) -> QuerySet[LearningRecord]:
    wanted = form.cleaned_data if form.is_valid() else {}
    found = lists.records_of_institutions(
        standing(request),
        origin=wanted.get("origin", ""),
        year=wanted.get("year"),
        text=wanted.get("text", "").strip(),
    )
    return record_facts.narrow(found, wanted["state"]) if wanted.get("state") else found


@entrusted("records.see_record")
@require_GET
def show_record(request: HttpRequest, number: int) -> HttpResponse:
    """One record: what it says, what it brought, its versions, objections, pairs."""
    record = _record(request, number)
    viewer = standing(request)
    seen(request, person_id=record.learner_id, what=Reading.What.RECORD, thing=record.pk)
    versions = lists.versions_of(record)
    disputes = lists.disputes_of(record, [version.record for version in versions])
    dispute = next((one for one in disputes if one.state == Dispute.State.OPEN), None)
    held = capacity(request)
    is_own = record.learner_id in viewer.person_keys and held is None
    scope = record.access_scope()
    papers = _papers(request, record, versions, disputes)
    return render(
        request,
        "records/record.html",
        {
            "shelf": papers.get(evidence.RECORD),
            "base": "web/base.html" if is_own else "web/staff.html",
            "record": record,
            "is_own": is_own,
            "is_staff": held is not None,
            "latest": versions[0].record,
            "versions": [(version, _shown_changes(version, record)) for version in versions],
            "disputes": [(one, papers.get(f"{evidence.DISPUTE}/{one.pk}")) for one in disputes],
            "dispute": dispute,
            "doubles": [] if is_own else _shown_doubles([version.record for version in versions]),
            "fact": record_facts.of([record.pk]).get(record.pk),
            "may_correct": record.is_latest
            and record.origin in forms.BY_HAND
            and viewer.may("records.correct_record", scope),
            "may_withdraw": record.is_latest
            and record.status != Status.WITHDRAWN
            and viewer.may("records.withdraw_record", scope),
            "may_answer": dispute is not None and viewer.may("records.answer_dispute", scope),
            "may_dispute": is_own and record.is_latest and record.status != Status.WITHDRAWN and dispute is None,
            "evidence_is_link": record.evidence.startswith(("https://", "http://")),
        },
    )


def _papers(
    request: HttpRequest, record: LearningRecord, versions: list[lists.Version], disputes: list[Dispute]
) -> dict[str, Shelf]:
    """The files of a record and of each of its objections, by their place. Two queries."""
    latest, first = versions[0].record, versions[-1].record
    # The same institution everywhere, and fetched with its place.
    latest.institution = record.institution
    for one in disputes:
        one.institution = record.institution
    wanted = [(evidence.RECORD, evidence.thing_of_record(latest, first_id=first.pk))]
    wanted += [(evidence.DISPUTE, evidence.thing_of_dispute(one)) for one in disputes]
    found = shelves(standing(request), wanted)
    return {
        shelf.place.name if shelf.place.name == evidence.RECORD else f"{shelf.place.name}/{shelf.thing.key}": shelf
        for shelf in found
    }


def _shown_changes(version: lists.Version, record: LearningRecord) -> list[tuple[str, str, str]]:
    """What a version changed, in the reader's words."""
    return [
        (forms.label_of(name, origin=record.origin), _shown(name, before), _shown(name, after))
        for name, before, after in version.changes
    ]


def _shown(name: str, value: object) -> str:
    if value is None or value == "":
        return "—"
    if name in {"minutes", "contact_minutes"} and isinstance(value, int):
        return str(xc.hours(value))
    if name == "credits_local" and isinstance(value, int):
        return str(xc.credits(value))
    if isinstance(value, date):
        return str(xc.date_only(value))
    return str(_WORDS.get(name, {}).get(str(value), value))


_WORDS: dict[str, dict[str, Any]] = {
    "status": dict(Status.choices),
    "role": dict(Role.choices),
    "mode": dict(forms.MODES),
    "grade_scale": dict(scales.NAMES),
}


def _shown_doubles(versions: list[LearningRecord]) -> list[tuple[DoubleReport, LearningRecord | None]]:
    """Each pair with the record on its other side."""
    numbers = {version.pk for version in versions}
    reports = lists.doubles_of(versions)
    others = {report.pk: report.second_id if report.first_id in numbers else report.first_id for report in reports}
    records = lists.latest_by_number(set(others.values())) if others else {}
    return [(report, records.get(others[report.pk])) for report in reports]


@require_GET
def show_learner(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A learner's records, as far as the reader may see them; somebody without any of them is not there."""
    learner = get_object_or_404(Person, public_id=public_id)
    found = lists.records_of_learner(standing(request), learner)
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    if not len(page) and not page.is_later:
        raise Http404
    seen(request, person_id=learner.pk, what=Reading.What.RECORDS)
    facts = record_facts.of([record.pk for record in page])
    return render(
        request,
        "records/learner.html",
        {
            "learner": learner,
            "card": card_numbers([learner.pk]).get(learner.pk, ""),
            "page": page,
            "rows": [(record, facts.get(record.pk)) for record in page],
        },
    )


@require_http_methods(["GET", "POST"])
@only_for("records.enter_record")
def enter_record(request: HttpRequest) -> HttpResponse:
    """One record by hand, of the kind that the address names."""
    viewer = standing(request)
    origin = request.GET.get("kind", Origin.NONFORMAL)
    if origin not in ENTERED_ORIGINS:
        raise Http404
    allowed = visible(viewer, "records.enter_record", organisation="pk", territory="territory")
    organisations = Organisation.objects.filter(allowed, is_active=True).select_related("territory").order_by("name_zh")
    first = organisations.first()
    if first is None:
        raise Denied("records.enter_record")
    initial = {"role": Role.LEARNER, "status": Status.PASSED, "grade_scale": first.grade_scale}
    form = forms.RecordForm(request.POST or None, origin=origin, organisations=organisations, initial=initial)
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        try:
            record = services.enter_record(actor=viewer, entry=form.entry, at=clock.now())
        except services.EntryRefused as refused:
            form.show(refused.refusals)
        else:
            messages.success(request, _("The record is kept."))
            return redirect("records:show_record", number=record.pk)
    return render(
        request,
        "records/enter.html",
        {"form": form, "origin": origin, "origins": [(one.value, one.label) for one in ENTERED_ORIGINS]},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def correct_record(request: HttpRequest, number: int) -> HttpResponse:
    """A new version with a reason; the old one stays to be seen."""
    record = _record(request, number)
    require(standing(request), "records.correct_record", on=record)
    if record.origin not in forms.BY_HAND:
        raise Http404
    form = forms.CorrectForm(request.POST or None, record=record)
    if form.is_valid():
        try:
            newer = services.correct_record(
                actor=standing(request),
                record=record,
                changes=form.content,
                reason=form.cleaned_data["reason"],
                at=clock.now(),
            )
        except services.EntryRefused as refused:
            form.show(refused.refusals)
        except Refusal as refusal:
            form.show((refusal,))
        else:
            messages.success(request, _("The record is corrected. What it earned is looked at again by an officer."))
            return redirect("records:show_record", number=newer.pk)
    return render(request, "records/correct.html", {"form": form, "record": record}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw_record(request: HttpRequest, number: int) -> HttpResponse:
    record = _record(request, number)
    require(standing(request), "records.withdraw_record", on=record)
    form = forms.WhyForm(request.POST or None)
    if form.is_valid():
        try:
            newer = services.withdraw_record(
                actor=standing(request), record=record, reason=form.cleaned_data["reason"], at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The record is withdrawn."))
            return redirect("records:show_record", number=newer.pk)
    return render(
        request, "records/withdraw.html", {"form": form, "record": record}, status=422 if form.errors else 200
    )


@entrusted("records.dispute_record")
@require_http_methods(["GET", "POST"])
def dispute_record(request: HttpRequest, number: int) -> HttpResponse:
    """A learner says what is wrong with a record of theirs."""
    record = _record(request, number)
    if record.learner_id not in standing(request).person_keys:
        raise Http404
    seen(request, person_id=record.learner_id, what=Reading.What.RECORD, thing=record.pk)
    form = forms.DisputeForm(request.POST or None)
    if form.is_valid():
        try:
            services.dispute_record(
                actor=standing(request), record=record, complaint=form.cleaned_data["complaint"], at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(
                request, _("Your objection is on its way. You will see the answer here, and can add files to it.")
            )
            return redirect("records:show_record", number=number)
    return render(request, "records/dispute.html", {"form": form, "record": record}, status=422 if form.errors else 200)


@entrusted("records.dispute_record")
@require_POST
def drop_dispute(request: HttpRequest, number: int) -> HttpResponse:
    dispute = get_object_or_404(Dispute, pk=number, learner__in=standing(request).person_keys)
    try:
        services.drop_dispute(actor=standing(request), dispute=dispute, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your objection is taken back."))
    return redirect("records:show_record", number=dispute.record_id)


@require_GET
@only_for("records.decide_double")
def list_pending(request: HttpRequest) -> HttpResponse:
    """What a registrar has to decide: objections with their clock, and pairs that may tell of one learning."""
    viewer = standing(request)
    disputes = page_of(
        lists.visible_disputes(viewer), order=("answer_due_on", "id"), after=request.GET.get("after", "")
    )
    doubles = list(lists.visible_doubles(viewer)[:50])
    numbers = {one.record_id for one in disputes} | {n for pair in doubles for n in (pair.first_id, pair.second_id)}
    records = lists.latest_by_number(numbers)
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
    record = lists.latest_by_number({dispute.record_id})[dispute.record_id]
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
            refusal.show_on(form)
        else:
            messages.success(request, _("The learner has your answer."))
            return redirect("records:list_pending")
    return render(
        request,
        "records/answer.html",
        {
            "form": form,
            "record": record,
            "dispute": dispute,
            "shelves": shelves(standing(request), [(evidence.DISPUTE, evidence.thing_of_dispute(dispute))]),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def decide_double(request: HttpRequest, number: int) -> HttpResponse:
    viewer = standing(request)
    report = get_object_or_404(lists.visible_doubles(viewer, only_open=False), pk=number)
    records = lists.latest_by_number({report.first_id, report.second_id})
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
            refusal.show_on(form)
        else:
            messages.success(request, _("Decided. It is kept with your reason."))
            return redirect("records:list_pending")
    pair = [records[report.first_id], records[report.second_id]]
    return render(
        request,
        "records/double.html",
        {"form": form, "report": report, "pair": pair},
        status=422 if form.errors else 200,
    )


def _record(request: HttpRequest, number: int) -> LearningRecord:
    return get_object_or_404(lists.visible_records(standing(request)), pk=number)
