"""Pages of the desk: the queue, one suspicion with all that can be done, and an institution's questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.records.models import LearningRecord
from xuecheng.learning.supervision import forms, queries, services, words
from xuecheng.learning.supervision.models import Suspicion
from xuecheng.learning.supervision.queries import ANSWER, INVESTIGATE, Concerned
from xuecheng.web.forms import set_apart
from xuecheng.web.paging import page_of


@never_cache
@require_GET
@only_for(INVESTIGATE)
def list_suspicions(request: HttpRequest) -> HttpResponse:
    """What looks wrong, the gravest or the oldest first."""
    form = forms.FilterSuspicions(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {"kind": "", "state": "", "by": ""}
    rows = queries.suspicions(standing(request), kind=wanted["kind"], state=wanted["state"])
    order = ("id",) if wanted["by"] == "age" else ("-risk", "id")
    page = page_of(rows, order=order, after=request.GET.get("after", ""))
    context = {"page": page, "filter": form, "grave": queries.grave_suspicions(standing(request))[:100].count()}
    return render(request, "supervision/suspicions.html", context)


@never_cache
@require_GET
def show_suspicion(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One suspicion: why it looks wrong, the records side by side, what was done, and what can be done."""
    return _page(request, _suspicion_or_404(request, public_id))


def _page(
    request: HttpRequest, row: Suspicion, *, wrong: django_forms.BaseForm | None = None, verb: str = ""
) -> HttpResponse:
    viewer = standing(request)
    concerned = queries.records_concerned(row)
    for one in {one.record.learner_id for one in concerned} - set(viewer.person_keys):
        seen(request, person_id=one, what=Reading.What.RECORDS, thing=str(row.public_id))
    shown = _forms_of(viewer, row, concerned)
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    set_apart(shown)
    context = {
        "row": row,
        "concerned": concerned,
        "more": max(0, len(row.record_ids) - len(concerned)),
        "points": words.points_of(row.points),
        "facts": words.facts_of(row.facts),
        "shown": shown,
        "errors": wrong,
        "today": clock.today(),
    }
    return render(request, "supervision/suspicion.html", context, status=422 if wrong is not None else 200)


def _forms_of(viewer: Standing, row: Suspicion, concerned: list[Concerned]) -> dict[str, django_forms.BaseForm]:
    """What the viewer may do with it now, as forms by verb."""
    is_own = any(one.record.learner_id in viewer.person_keys for one in concerned)
    if is_own or not row.is_open:
        return {}
    if row.state == Suspicion.State.FOUND:
        return {"take": django_forms.Form()}
    if row.taken_by_id not in viewer.person_keys:
        return {}
    return {
        "note": forms.AddNote(),
        "ask": forms.AskInstitution(initial={"public_id": uuid7()}, institutions=_institutions(concerned)),
        "open": forms.OpenWithdrawal(initial={"public_id": uuid7()}, records=_records(concerned)),
        "dismiss": forms.Dismiss(),
        "back": django_forms.Form(),
    }


def _institutions(concerned: list[Concerned]) -> list[tuple[str, str]]:
    return list({one.record.institution.code: one.record.institution.name for one in concerned}.items())


def _records(concerned: list[Concerned]) -> list[tuple[str, str]]:
    """Records for which credit stands and no case is open."""
    return [
        (
            str(one.record.pk),
            _("%(title)s, %(institution)s, %(name)s")
            % {
                "title": one.record.title,
                "institution": one.record.institution.name,
                "name": one.record.learner.name,
            },
        )
        for one in concerned
        if one.credits and (one.case is None or not one.case.is_open)
    ]


@never_cache
@require_POST
def move_suspicion(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Take, note, ask, dismiss, open a withdrawal, hand back."""
    row, actor = _suspicion_or_404(request, public_id), standing(request)
    concerned = queries.records_concerned(row)
    form: django_forms.BaseForm
    if verb == "ask":
        form = forms.AskInstitution(request.POST, institutions=_institutions(concerned))
    elif verb == "open":
        form = forms.OpenWithdrawal(request.POST, records=_records(concerned))
    else:
        plain: dict[str, type[django_forms.Form]] = {
            "take": django_forms.Form, "back": django_forms.Form, "note": forms.AddNote, "dismiss": forms.Dismiss,
        }  # fmt: skip
        if verb not in plain:
            raise Http404
        form = plain[verb](request.POST)
    if form.is_valid():
        try:
            there = _act(verb, actor, row, form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return there or redirect("supervision:show_suspicion", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


def _act(verb: str, actor: Standing, row: Suspicion, data: dict[str, Any]) -> HttpResponse | None:
    now = clock.now()
    if verb == "take":
        services.take_suspicion(actor=actor, suspicion=row, at=now)
    elif verb == "back":
        services.hand_back(actor=actor, suspicion=row)
    elif verb == "note":
        services.add_note(actor=actor, suspicion=row, words=data["words"], at=now)
    elif verb == "ask":
        services.ask_institution(
            actor=actor, suspicion=row, public_id=data["public_id"],
            institution=Organisation.objects.select_related("territory").get(code=data["institution"]),
            words=data["words"], at=now,
        )  # fmt: skip
    elif verb == "dismiss":
        services.dismiss_suspicion(actor=actor, suspicion=row, words=data["words"], at=now)
    else:
        record = LearningRecord.objects.select_related("institution__territory", "learner").get(pk=data["record"])
        made = services.open_withdrawal(
            actor=actor, public_id=data["public_id"], record=record, ground=data["ground"], reason=data["reason"],
            suspicion=row, at=now,
        )  # fmt: skip
        return redirect("supervision:show_withdrawal", public_id=made.public_id)
    return None


@never_cache
@require_GET
@only_for(ANSWER)
def list_questions(request: HttpRequest) -> HttpResponse:
    """What the certification body asks the viewer's institutions, and cases about their credit."""
    viewer = standing(request)
    page = page_of(queries.questions_of(viewer), order=("due_on", "id"), after=request.GET.get("after", ""))
    cases = list(queries.withdrawals_of_issuer(viewer).order_by("-id")[:20])
    context = {"page": page, "cases": cases, "today": clock.today()}
    return render(request, "supervision/questions.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def show_question(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One question with the institution's own records, and its answer."""
    viewer = standing(request)
    row = queries.question(viewer, public_id)
    if row is None:
        raise Http404
    records = queries.records_asked_about(row)
    for one in {one.learner_id for one in records}:
        seen(request, person_id=one, what=Reading.What.RECORD, thing=str(public_id))
    form = forms.AnswerQuestion(request.POST or None) if row.answered_at is None else None
    if request.method == "POST":
        form = forms.AnswerQuestion(request.POST)
        if form.is_valid():
            try:
                services.answer_question(actor=viewer, question=row, answer=form.cleaned_data["answer"], at=clock.now())
            except Refusal as refusal:
                refusal.show_on(form)
            else:
                messages.success(request, _("Answered."))
                return redirect("supervision:list_questions")
    context = {"row": row, "records": records, "form": form, "today": clock.today()}
    return render(request, "supervision/question.html", context, status=422 if form and form.errors else 200)


def _suspicion_or_404(request: HttpRequest, public_id: UUID) -> Suspicion:
    row = queries.suspicion(standing(request), public_id)
    if row is None:
        raise Http404
    return row
