"""One record from outside, and every step that its learner or an officer may take with it."""

from __future__ import annotations

from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.foreign import forms, queries, services
from xuecheng.learning.foreign.models import ForeignRecord
from xuecheng.web.paging import page_of

OUTCOME_CHIPS = {"proven": "done", "unproven": "wait", "failed": "no"}
_VERBS = ("drop", "ask", "credit", "refuse", "settle")


@never_cache
@require_GET
@only_for(queries.DECIDE)
def list_desk(request: HttpRequest) -> HttpResponse:
    """What waits at the officer's desk, the oldest first."""
    form = forms.FilterDesk(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    order = ("waits_since", "id") if state == "" else ("-id",)
    page = page_of(queries.desk(standing(request), state=state), order=order, after=request.GET.get("after", ""))
    now = clock.now()
    lines = [(one, (now - one.waits_since).days if one.waits_since else None) for one in page]
    return render(request, "foreign/desk.html", {"page": page, "lines": lines, "filter": form})


@never_cache
@require_GET
def show_record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What it says, how it is proven, what it counts and why."""
    return _page(request, _row_or_404(request, public_id))


def _row_or_404(request: HttpRequest, public_id: UUID) -> ForeignRecord:
    row = queries.record(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _page(
    request: HttpRequest, row: ForeignRecord, *, wrong: django_forms.Form | None = None, verb: str = ""
) -> HttpResponse:
    viewer = standing(request)
    is_own = row.learner_id in viewer.own_keys(queries.BRING)
    if row.learner_id not in viewer.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    shown = _forms_of(viewer, row, is_own=is_own)
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    key = "en" if get_language() == "en" else "zh"
    context = {
        "row": row,
        "is_own": is_own,
        "findings": [(one[key], OUTCOME_CHIPS[one["outcome"]]) for one in row.findings],
        "parts": row.parts.order_by("pk")[:100] if is_own else [],
        "shown": shown,
        "errors": wrong,
        "days": (clock.now() - row.waits_since).days if row.waits_since else 0,
        "base": "web/base.html" if is_own else "web/staff.html",
    }
    return render(request, "foreign/record.html", context, status=422 if wrong is not None else 200)


def _forms_of(viewer: Standing, row: ForeignRecord, *, is_own: bool) -> dict[str, django_forms.Form]:
    """What the viewer may do with it now, as forms by verb."""
    waits = row.state == ForeignRecord.State.WAITING
    if is_own:
        if waits and row.round == 1:
            return {"drop": django_forms.Form()}
        if row.state == ForeignRecord.State.REFUSED and row.round == 1:
            return {"ask": forms.AskAgain()}
        return {}
    decides = viewer.may(queries.DECIDE, row.access_scope()) and row.learner_id not in viewer.person_keys
    contested = decides and row.contested_at is not None and row.state in ("waiting", "credited")
    settle: dict[str, django_forms.Form] = {"settle": forms.ClearContest(auto_id="id_settle_%s")} if contested else {}
    if not decides or not waits or row.first_decided_by_id in viewer.person_keys:
        return settle
    return settle | {
        "credit": forms.CreditRecord(units=queries.units(), auto_id="id_credit_%s"),
        "refuse": forms.RefuseRecord(auto_id="id_refuse_%s"),
    }


@never_cache
@require_POST
def move_record(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Take it back, ask again; credit it, refuse it."""
    row, actor, now = _row_or_404(request, public_id), standing(request), clock.now()
    if verb not in _VERBS:
        raise Http404
    form = _form_for(verb, request)
    if form.is_valid():
        data = form.cleaned_data
        try:
            if verb == "drop":
                services.drop_record(actor=actor, record=row, at=now)
            elif verb == "ask":
                services.ask_again(actor=actor, record=row, words=data["words"], at=now)
            elif isinstance(form, forms.CreditRecord):
                services.credit_record(
                    actor=actor, record=row, unit=data["unit"], amount=form.hundredths(), words=data["words"], at=now
                )
            elif verb == "settle":
                services.clear_contest(actor=actor, record=row, words=data["words"], at=now)
            else:
                services.refuse_record(actor=actor, record=row, words=data["words"], at=now)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("foreign:show_record", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


def _form_for(verb: str, request: HttpRequest) -> django_forms.Form:
    if verb == "credit":
        return forms.CreditRecord(request.POST, units=queries.units(), auto_id="id_credit_%s")
    if verb == "settle":
        return forms.ClearContest(request.POST, auto_id="id_settle_%s")
    if verb == "refuse":
        return forms.RefuseRecord(request.POST, auto_id="id_refuse_%s")
    return forms.AskAgain(request.POST) if verb == "ask" else django_forms.Form(request.POST)
