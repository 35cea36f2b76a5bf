"""Pages of exchange: where one's credits count, one's requests, the registrar's desk, appeals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.creditbank.queries.frameworks import ClassNames, names_of_classes
from xuecheng.learning.exchange import forms, queries, services
from xuecheng.learning.exchange.models import Appeal, Case
from xuecheng.learning.exchange.queries import APPEALS, DECIDE
from xuecheng.web.forms import set_apart
from xuecheng.web.paging import page_of


@never_cache
@require_GET
def show_wallet(request: HttpRequest) -> HttpResponse:
    """For every institution that takes any of one's credits: which count there as what, and why others do not."""
    viewer, now = standing(request), clock.now()
    context = {
        "wallet": queries.wallet_of(viewer.person_keys, at=now),
        "open": list(queries.own_cases(viewer).filter(state__in=Case.OPEN).order_by("-id")[:20]),
    }
    return render(request, "exchange/wallet.html", context)


@never_cache
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask, in one tap."""
    form = forms.Ask(request.POST)
    if not form.is_valid():
        messages.error(request, _("This page is out of date. Look at it anew."))
        return redirect("exchange:show_wallet")
    data = form.cleaned_data
    target = Organisation.objects.select_related("territory").filter(code=data["target"]).first()
    if target is None:
        raise Http404
    try:
        made = services.ask_exchange(
            actor=standing(request), public_id=data["public_id"], posting=data["posting"], target=target, at=clock.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("exchange:show_wallet")
    is_done = made.state == Case.State.SETTLED
    messages.success(request, _("Exchanged.") if is_done else _("Asked. The credits are held until it is answered."))
    return redirect("exchange:show_case", public_id=made.public_id)


@never_cache
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """One's own requests."""
    page = page_of(queries.own_cases(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "exchange/own.html", {"page": page})


@never_cache
@require_GET
@only_for(DECIDE)
def list_cases(request: HttpRequest) -> HttpResponse:
    """What waits at the viewer's institutions, the oldest clock first."""
    form = forms.FilterCases(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = queries.cases_to_decide(standing(request), state=state)
    page = page_of(rows, order=("due_on", "id"), after=request.GET.get("after", ""))
    return render(request, "exchange/cases.html", {"page": page, "filter": form, "today": clock.today()})


@never_cache
@require_GET
@only_for(APPEALS)
def list_appeals(request: HttpRequest) -> HttpResponse:
    """Appeals that wait for the viewer, and requests that nobody answered."""
    viewer = standing(request)
    page = page_of(queries.appeals_waiting(viewer), order=("due_on", "id"), after=request.GET.get("after", ""))
    raised = list(queries.cases_raised(viewer).order_by("due_on", "id")[:50])
    return render(request, "exchange/appeals.html", {"page": page, "raised": raised, "today": clock.today()})


@never_cache
@require_GET
def show_case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One request: what it is about, how far it is, and what can be done."""
    return _page(request, _case_or_404(request, public_id))


def _page(request: HttpRequest, row: Case, *, wrong: django_forms.Form | None = None, verb: str = "") -> HttpResponse:
    viewer = standing(request)
    is_own = row.learner_id in viewer.person_keys
    if not is_own:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    shown = _forms_of(viewer, row)
    names = names_of_classes([row.source_class_id, row.target_class_id])
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    set_apart(shown)
    context = {
        "row": row,
        "record": queries.record_behind(row),
        "appeal": _appeal_of(row),
        "appeal_until": services.appeal_until(row) if "appeal" in shown else None,
        "answers_late": row.state == Case.State.EARMARKED and not viewer.may(DECIDE, row.target_scope()),
        "was": _said(names.get(row.source_class_id)),
        "becomes": _said(names.get(row.target_class_id)),
        "stands": row.state in Case.LIVE,
        "is_desk": viewer.may_somewhere(DECIDE),
        "granted": getattr(row, "granted_as", None),
        "is_own": is_own,
        "shown": shown,
        "errors": wrong,
        "today": clock.today(),
        "base": "web/base.html" if is_own else "web/staff.html",
    }
    return render(request, "exchange/case.html", context, status=422 if wrong is not None else 200)


def _said(one: ClassNames | None) -> str:
    """A class of credit as the wallet says it: whoever decides about the level has to read it."""
    return "" if one is None else _("%(kind)s, level %(level)s") % {"kind": one.kind_name, "level": one.level_label}


def _forms_of(viewer: Standing, row: Case) -> dict[str, django_forms.Form]:
    """What the viewer may do with a request now, as forms by verb."""
    shown: dict[str, django_forms.Form] = {}
    is_own = row.learner_id in viewer.person_keys
    appeal = _appeal_of(row)
    if is_own and row.state == Case.State.EARMARKED:
        shown["withdraw"] = django_forms.Form()
    until = services.appeal_until(row)
    if is_own and appeal is None and row.after_appeal is None and until is not None and clock.today() <= until:
        shown["appeal"] = forms.LodgeAppeal()
    scope = row.target_scope()
    if not is_own and row.state == Case.State.EARMARKED and queries.may_answer(viewer, row):
        shown |= {"accept": django_forms.Form(), "refuse": forms.Refuse()}
    is_open = appeal is not None and appeal.state == Appeal.State.OPEN
    if not is_own and is_open and row.decided_by_id not in viewer.person_keys and viewer.may(APPEALS, scope):
        shown["answer"] = forms.DecideAppeal()
    return shown


@never_cache
@require_POST
def move_case(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Withdraw, appeal, accept, refuse, answer an appeal."""
    row, actor, now = _case_or_404(request, public_id), standing(request), clock.now()
    kinds: dict[str, type[django_forms.Form]] = {
        "withdraw": django_forms.Form, "appeal": forms.LodgeAppeal, "accept": django_forms.Form,
        "refuse": forms.Refuse, "answer": forms.DecideAppeal,
    }  # fmt: skip
    if verb not in kinds:
        raise Http404
    form = kinds[verb](request.POST)
    if form.is_valid():
        try:
            _act(verb, actor, row, form.cleaned_data, now)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("exchange:show_case", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


def _act(verb: str, actor: Standing, row: Case, data: dict[str, Any], now: Any) -> None:
    if verb == "withdraw":
        services.withdraw_case(actor=actor, case=row, at=now)
    elif verb == "appeal":
        services.appeal(actor=actor, case=row, words=data["words"], at=now)
    elif verb == "accept":
        services.accept_case(actor=actor, case=row, at=now)
    elif verb == "refuse":
        services.refuse_case(actor=actor, case=row, difference=data["difference"], words=data["words"], at=now)
    else:
        appeal = _appeal_of(row)
        if appeal is None:
            raise Http404
        appeal.case = row
        services.decide_appeal(
            actor=actor, appeal=appeal, grants=data["grants"] == "yes", answer=data["answer"], at=now
        )


def _case_or_404(request: HttpRequest, public_id: UUID) -> Case:
    row = queries.case(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _appeal_of(row: Case) -> Appeal | None:
    return getattr(row, "appeal", None)
