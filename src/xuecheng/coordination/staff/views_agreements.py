"""Pages of agreements to teach: drafting, the list, one agreement and what moves it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock, trace
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from . import forms, queries, services, words
from .models import Agreement, Teacher
from .queries import AgreementFace
from .views import base_of

DRAFT = "staff.draft_agreement"


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(DRAFT)
def draft_agreement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """An agreement with somebody of the pool."""
    viewer = standing(request)
    teacher = queries.findable(viewer, public_id)
    if teacher is None:
        raise Http404
    given = {name: request.GET[name][:10] for name in forms.DraftAgreement.LOOKED_FOR if name in request.GET}
    if (model := _model_of(request, teacher)) is not None:
        given |= forms.draft_like(model)
    form = forms.DraftAgreement(request.POST or None, viewer=viewer, initial=given | {"public_id": uuid7()})
    if (answer := found_in(request, form)) is not None:
        return answer
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft_agreement(
                actor=viewer,
                public_id=form.cleaned_data["public_id"],
                teacher=teacher,
                receiver=form.cleaned_data["receiver"],
                text=form.text(),
                at=clock.now(),
            )
        except Refusal as refusal:
            refusal.show_on(form, hours="day_1")
        else:
            messages.success(request, _("The draft is saved. Read it once more, then send it."))
            return redirect("staff:show_agreement", made.public_id)
    return render(request, "staff/draft.html", {"form": form, "teacher": teacher}, status=422 if form.errors else 200)


@never_cache
@require_GET
@only_for(DRAFT)
def list_agreements(request: HttpRequest) -> HttpResponse:
    """Agreements in which the viewer's units take part."""
    viewer = standing(request)
    form = forms.AgreementFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = page_of(queries.agreements(viewer, **wanted), order=("-id",), after=request.GET.get("after", ""))
    context = {
        "page": page,
        "filter": form,
        "waiting": queries.agreements_waiting(viewer).count(),
        "declared": queries.concurrent_of_year(viewer, clock.today().year),
        "year": clock.today().year,
    }
    return render(request, "staff/agreements.html", context)


@never_cache
@require_GET
def show_agreement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One agreement: what it says, whose consent is there, what may be done now."""
    return _agreement_page(request, _agreement(request, public_id))


@never_cache
@require_POST
def move_agreement(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Send, take back, consent, extend, recall, end, evaluate."""
    row = _agreement(request, public_id)
    if verb not in _VERBS:
        raise Http404
    form = _form_of(verb, row, request)
    if form.is_valid():
        try:
            _do(verb, request, row, form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("staff:show_agreement", public_id)
    return _agreement_page(request, row, bound={verb: form})


_VERBS = ("send", "withdraw", "consent", "extend", "recall", "end", "evaluate")


def _form_of(verb: str, row: Agreement, request: HttpRequest | None = None) -> django_forms.Form:
    sent = request.POST if request is not None else None
    if verb == "evaluate":
        return forms.Evaluate(sent, agreement=row, prefix=verb)
    kinds: dict[str, type[django_forms.Form]] = {
        "send": forms.JustPost,
        "consent": forms.Say,
        "extend": forms.Extend,
        "recall": forms.OnDay,
        "end": forms.OnDay,
        "withdraw": forms.Words,
    }
    return kinds[verb](sent, prefix=verb)


def _do(verb: str, request: HttpRequest, row: Agreement, data: dict[str, Any]) -> None:
    actor, at = standing(request), clock.now()
    match verb:
        case "send":
            services.send_agreement(actor=actor, agreement=row, at=at)
        case "withdraw":
            services.withdraw_agreement(actor=actor, agreement=row, **data)
        case "consent":
            services.consent_to_agreement(
                actor=actor,
                agreement=row,
                party=queries.face_of(actor, row, today=clock.date_of(at)).turn,
                is_given=request.POST.get("answer") == "yes",
                at=at,
                **data,
            )
        case "extend":
            services.ask_extension(actor=actor, agreement=row, at=at, **data)
        case "recall":
            services.recall_agreement(actor=actor, agreement=row, at=at, **data)
        case "end":
            services.end_agreement(actor=actor, agreement=row, at=at, **data)
        case _:
            services.evaluate_agreement(actor=actor, agreement=row, at=at, **data)


def _agreement(request: HttpRequest, public_id: UUID) -> Agreement:
    found = queries.agreement(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _model_of(request: HttpRequest, teacher: Teacher) -> Agreement | None:
    """The agreement with the same person that `like` names, if it is of a unit for which the viewer drafts."""
    try:
        found = queries.agreement(standing(request), UUID(request.GET.get("like", "")))
    except ValueError:
        return None
    if found is None or found.teacher_id != teacher.pk or not standing(request).may(DRAFT, scope_of(found.receiver)):
        return None
    return found


def _agreement_page(
    request: HttpRequest, row: Agreement, *, bound: dict[str, django_forms.Form] | None = None
) -> HttpResponse:
    viewer, today = standing(request), clock.today()
    face = queries.face_of(viewer, row, today=today)
    seen(request, person_id=row.person_id, what=Reading.What.TEACHING, thing=row.public_id)
    open_verbs = _open_verbs(request, row, face, today)
    bound = bound or {}
    context = {
        "base": base_of(request),
        "face": face,
        "row": row,
        "hours": words.hours_words(face.hours),
        "meaning": words.FORM_MEANING[row.form],
        "history": trace.history_of(row),
        "acts": {verb: bound.get(verb) or _form_of(verb, row) for verb in open_verbs},
        "errors": next((form for form in bound.values() if form.errors), None),
        "can_draft_again": row.state != Agreement.State.AWAITING
        and viewer.may(DRAFT, scope_of(row.receiver))
        and queries.findable(viewer, row.teacher.public_id) is not None,
    }
    return render(request, "staff/agreement.html", context, status=422 if context["errors"] else 200)


def _open_verbs(request: HttpRequest, row: Agreement, face: AgreementFace, today: date) -> list[str]:
    """What the viewer may do now; everything else has no form on the page."""
    state, runs = Agreement.State, row.state == Agreement.State.IN_FORCE and not face.is_over
    may_draft = standing(request).may(DRAFT, scope_of(row.receiver))
    is_borrowing = row.form == Agreement.Form.BORROW
    is_over = row.state in (state.IN_FORCE, state.RECALLED, state.ENDED) and face.is_over
    offered = {
        "send": may_draft and row.state == state.DRAFT,
        "consent": face.may_consent,
        "withdraw": may_draft and row.state in (state.DRAFT, state.AWAITING),
        "extend": may_draft and runs and is_borrowing and not row.was_extended and row.extends_to is None,
        "recall": face.is_home and not face.is_person and runs and is_borrowing,
        "end": face.is_receiver and not face.is_person and runs and row.form != Agreement.Form.TRANSFER
        and row.during.lower < today,
        "evaluate": face.is_receiver and not face.is_person and is_over,
    }  # fmt: skip
    return [verb for verb, is_open in offered.items() if is_open]
