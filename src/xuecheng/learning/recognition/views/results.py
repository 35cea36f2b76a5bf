"""Recognition for registrars and officers: started, followed, and what came of it, record by record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import capacity, seen, standing
from xuecheng.city.access.services import noted
from xuecheng.city.jobs.faces import face_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.tables import csv_response
from xuecheng.learning.creditbank.rules import shown_credits
from xuecheng.learning.recognition import forms
from xuecheng.learning.recognition.models import Result
from xuecheng.learning.recognition.queries import results
from xuecheng.learning.recognition.queries.labels import label_of
from xuecheng.learning.recognition.queries.postings import standing_postings
from xuecheng.learning.recognition.queries.results import ResultLine, Wish
from xuecheng.learning.recognition.services import corrections, runs
from xuecheng.learning.records.queries.lists import visible_records
from xuecheng.web import polling
from xuecheng.web.paging import page_of

_State = Result.State
_RUNS_SHOWN = 5


@require_http_methods(["GET", "POST"])
@only_for("recognition.recognise")
def start_recognition(request: HttpRequest) -> HttpResponse:
    """Recognise what waits: at the registrar's institution, or everywhere for an officer of the city."""
    viewer = standing(request)
    organisation = _organisation(request)
    form = forms.StartForm(request.POST or None)
    if form.is_valid():
        run = runs.start_recognition(
            actor=viewer,
            public_id=form.cleaned_data["public_id"],
            at=clock.now(),
            organisation=organisation,
            is_again=form.cleaned_data["again"],
        )
        return redirect("recognition:show_run", public_id=run.public_id)
    return render(
        request,
        "recognition/start.html",
        {
            "form": form,
            "organisation": organisation,
            "waiting": results.waiting_count(organisation) if organisation else None,
            "most": results.MOST_LOOKED_AT,
            "refused": results.refused_count(organisation) if organisation else None,
            "runs": list(results.visible_runs(viewer).order_by("-id")[:_RUNS_SHOWN]),
            "may_correct": viewer.may_somewhere("recognition.reverse_posting"),
        },
        status=422 if form.errors else 200,
    )


@require_GET
def show_run(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A recognition: its progress, then what came of it."""
    run = get_object_or_404(results.visible_runs(standing(request)), public_id=public_id)
    job = face_of(run.job) if run.job else None
    is_working = job is not None and job.is_open
    if card := polling.card_of(request, "recognition/working.html", {"run": run, "job": job}, is_open=is_working):
        return card
    counts = [
        {"kind": "done", "label": _("credited"), "count": run.credited_count},
        {"kind": "info", "label": _("kept for later"), "count": run.carried_count},
        {"kind": "no", "label": _("not credited"), "count": run.refused_count},
    ]
    reasons = sorted(run.reasons.items(), key=lambda pair: -pair[1])
    return render(
        request,
        "recognition/run.html",
        {
            "run": run,
            "job": job,
            "is_working": is_working,
            "counts": counts,
            "sums": results.sums_of(run.credits),
            "reasons": [(code, label_of(code), number) for code, number in reasons],
        },
    )


@require_GET
@only_for("recognition.see_result")
def list_refused(request: HttpRequest) -> HttpResponse:
    """Records that got no credit, each with the reason and what can be done."""
    viewer = standing(request)
    form = forms.FindRefused(request.GET, reasons=results.reasons_by_number(viewer))
    found = results.visible_results(viewer, _wish(form, _State.REFUSED, _State.REVERSED))
    return _list(request, "recognition/refused.html", form, found)


@require_GET
@only_for("recognition.see_result")
def export_refused(request: HttpRequest) -> HttpResponseBase:
    """The same list, filtered the same, as a file."""
    viewer = standing(request)
    form = forms.FindRefused(request.GET, reasons=results.reasons_by_number(viewer))
    found = results.visible_results(viewer, _wish(form, _State.REFUSED, _State.REVERSED))
    header = [*_record_header(), gettext("Reason"), gettext("Why not"), gettext("What to do")]
    rows = (
        [*_record_cells(line), label_of(line.result.reason), line.why, line.remedy]
        for line in _noted(request, results.all_lines(found))
    )
    return csv_response(f"{gettext('records without credit')}.csv", header, rows)


@require_GET
@only_for("recognition.see_result")
def list_credited(request: HttpRequest) -> HttpResponse:
    """Records that were credited, with what they brought and under which rule."""
    form = forms.FindResults(request.GET)
    found = results.visible_results(standing(request), _wish(form, _State.CREDITED, _State.CARRIED))
    return _list(request, "recognition/credited.html", form, found)


@require_GET
@only_for("recognition.see_result")
def export_credited(request: HttpRequest) -> HttpResponseBase:
    """The same list, filtered the same, as a file: a line for each class of credit."""
    form = forms.FindResults(request.GET)
    found = results.visible_results(standing(request), _wish(form, _State.CREDITED, _State.CARRIED))
    header = [
        *_record_header(),
        gettext("Credits"),
        gettext("Framework"),
        gettext("Kind of credit"),
        gettext("Level"),
        gettext("Rule"),
    ]
    rows = (
        [
            *_record_cells(line),
            shown_credits(gift.credits),
            gift.of.framework,
            gift.of.kind_name,
            gift.of.level_label,
            f"{gift.rule_code} v{gift.rule_version}" if gift.rule_code else "",
        ]
        for line in _noted(request, results.all_lines(found))
        for gift in line.gifts
    )
    return csv_response(f"{gettext('credited records')}.csv", header, rows)


@require_GET
@only_for("recognition.reverse_posting")
def list_corrections(request: HttpRequest) -> HttpResponse:
    """Records whose credit no longer fits: corrected since, or bettered by a higher level. An officer decides."""
    found = results.corrections_waiting(standing(request))
    return _list(request, "recognition/corrections.html", None, found)


@require_http_methods(["GET", "POST"])
@only_for("recognition.reverse_posting")
def correct_record(request: HttpRequest, number: int) -> HttpResponse:
    """Take back what a record earned, or recognise it anew: an officer's decision, with a reason."""
    viewer = standing(request)
    record = get_object_or_404(visible_records(viewer), pk=number)
    seen(request, person_id=record.learner_id, what=Reading.What.RESULT, thing=record.pk)
    form = forms.CorrectForm(request.POST or None)
    if form.is_valid():
        anew = form.cleaned_data["act"] == "again"
        act = corrections.rerecognise_record if anew else corrections.reverse_postings
        try:
            act(actor=viewer, record=record, why=form.cleaned_data["why"], at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done. Every step stands in the ledger, with your reason."))
            return redirect("records:show_record", number=number)
    answer = Result.objects.filter(record_id=record.pk, book=record.book).first()
    return render(
        request,
        "recognition/correct.html",
        {
            "form": form,
            "record": record,
            "line": results.lines_of([answer])[0] if answer else None,
            "standing": list(standing_postings(record).select_related("rule")),
        },
        status=422 if form.errors else 200,
    )


def _organisation(request: HttpRequest) -> Organisation | None:
    """The institution for which the person acts; none for somebody who acts over a territory."""
    held = capacity(request)
    if held is None or held.organisation_id is None:
        return None
    return Organisation.objects.select_related("territory").get(pk=held.organisation_id)


def _wish(form: Any, *states: str) -> Wish:
    if not form.is_valid():
        return Wish(states=states)
    data = form.cleaned_data
    reason = data.get("reason", "")
    return Wish(states=states, reasons=(reason,) if reason else (), origin=data["origin"], text=data["text"])


def _list(request: HttpRequest, template: str, form: Any, found: Any) -> HttpResponse:
    page = page_of(found, order=("-record_id",), after=request.GET.get("after", ""))
    export = request.GET.copy()
    export.pop("after", None)
    return render(
        request,
        template,
        {
            "form": form,
            "page": page,
            "lines": results.lines_of(page.rows),
            "export_query": export.urlencode(),
            "may_correct": standing(request).may_somewhere("recognition.reverse_posting"),
        },
    )


def _noted(request: HttpRequest, lines: Iterable[ResultLine]) -> Iterator[ResultLine]:
    """Lines of an export, each slice kept in the log of readings before it leaves."""
    return noted(
        lines,
        person_of=lambda line: line.record.learner_id,
        reader=standing(request),
        what=Reading.What.EXPORT,
        at=clock.now(),
        in_role=capacity(request),
    )


def _record_header() -> list[str]:
    return [
        gettext("Institution"),
        gettext("Record key"),
        gettext("Name"),
        gettext("Code"),
        gettext("Title"),
        gettext("Ended on"),
        gettext("Minutes"),
    ]


def _record_cells(line: ResultLine) -> list[str | int]:
    record = line.record
    return [
        record.institution.code,
        record.record_key,
        record.learner.name,
        record.code,
        record.title,
        record.ended_on.isoformat(),
        record.minutes,
    ]
