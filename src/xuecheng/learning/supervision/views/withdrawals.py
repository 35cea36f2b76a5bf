"""Pages of withdrawal: the officers' list, one's own, and one case as learner, issuer and officers see it."""

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
from xuecheng.city.documents.queries import shelves
from xuecheng.city.people.groups import keys_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.exchange.queries import CLEAR
from xuecheng.learning.supervision import evidence, forms, queries, services
from xuecheng.learning.supervision.models import Appeal, Dependent, Shortfall, Statement, Withdrawal
from xuecheng.learning.supervision.queries import ANSWER, APPEALS, DECIDE, INVESTIGATE
from xuecheng.web.forms import set_apart
from xuecheng.web.paging import page_of


@never_cache
@require_GET
@only_for(INVESTIGATE)
def list_withdrawals(request: HttpRequest) -> HttpResponse:
    """Cases of the officer's territory; those that the officer may decide now stand first."""
    viewer = standing(request)
    form = forms.FilterWithdrawals(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    page = page_of(queries.withdrawals(viewer, state=state), order=("-id",), after=request.GET.get("after", ""))
    due = queries.withdrawals_to_decide(viewer, today=clock.today()).select_related("learner", "institution")
    context = {"page": page, "filter": form, "due": list(due.order_by("due_on", "id")[:20]), "today": clock.today()}
    return render(request, "supervision/withdrawals.html", context)


@never_cache
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """Cases about one's own credit."""
    page = page_of(queries.own_withdrawals(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "supervision/own.html", {"page": page, "today": clock.today()})


@never_cache
@require_GET
def show_withdrawal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One case: what it is about, how far it is, what rests on the credit, and what the viewer can do."""
    return _page(request, _case_or_404(request, public_id))


def _page(
    request: HttpRequest, row: Withdrawal, *, wrong: django_forms.BaseForm | None = None, verb: str = ""
) -> HttpResponse:
    viewer = standing(request)
    is_own = row.learner_id in viewer.person_keys
    is_officer = not is_own and viewer.may(INVESTIGATE, row.place_scope())
    if not is_own:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    shown = _forms_of(viewer, row, is_own=is_own, is_officer=is_officer)
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    set_apart(shown)
    decides = is_officer and viewer.may(DECIDE, row.place_scope())
    keys = [one.posting for one in row.items.all()]
    people = keys_of(row.learner_id) if is_own or is_officer else ()
    is_early = row.due_on is not None and clock.today() <= row.due_on
    context = {
        "row": row,
        "appeals": list(row.appeals.all()),
        "granted": next((one for one in row.appeals.all() if one.state == Appeal.State.GRANTED), None),
        "has_appealed": _side(is_own=is_own) in {one.side for one in row.appeals.all()},
        "statements": list(row.statements.all()),
        "resting": queries.resting_on(row, at=clock.now(), with_fit=decides) if is_own or is_officer else [],
        "foreseen": queries.foreseen(row, people, at=clock.now(), with_fit=decides) if row.is_open and people else [],
        "redeemed": queries.redeemed_with(people, keys) if people else [],
        "certificates": queries.certificates_with(people, keys) if people else [],
        "grants": queries.grants_with(people, keys) if is_officer else [],
        "shortfalls": queries.shortfalls_of(row) if is_own or is_officer else [],
        "transcripts": queries.transcripts_with(people, keys) if is_own or is_officer else [],
        "shelf": next(iter(shelves(viewer, [(evidence.STATEMENT, evidence.thing_of(row))])), None),
        "total": sum(one.credits for one in row.items.all()),
        "is_own": is_own,
        "is_officer": is_officer,
        "decides": decides,
        "sees_clearing": viewer.may_city_wide(CLEAR),
        "is_opener": row.opened_by_id in viewer.person_keys,
        "is_involved": decides and "decide" not in shown,
        "is_early": is_early,
        "shown": shown,
        "errors": wrong,
        "today": clock.today(),
        "base": "web/base.html" if is_own else "web/staff.html",
    }
    return render(request, "supervision/withdrawal.html", context, status=422 if wrong is not None else 200)


def _forms_of(viewer: Standing, row: Withdrawal, *, is_own: bool, is_officer: bool) -> dict[str, django_forms.BaseForm]:
    """What the viewer may do with a case now, as forms by verb."""
    shown: dict[str, django_forms.BaseForm] = {}
    is_party = is_own or viewer.may(ANSWER, row.place_scope())
    appeals = list(row.appeals.all())
    is_told = row.is_open and row.state != Withdrawal.State.OPENED
    if is_party and is_told:
        shown["state"] = forms.MakeStatement()
    in_time = row.appeal_until is not None and clock.today() <= row.appeal_until
    has_appealed = _side(is_own=is_own) in {one.side for one in appeals}
    if is_party and row.state == Withdrawal.State.WITHDRAWN and not has_appealed and in_time:
        shown["appeal"] = forms.LodgeAppeal()
    if not is_officer:
        return shown
    is_opener = row.opened_by_id in viewer.person_keys
    if row.state == Withdrawal.State.OPENED:
        shown["notice"] = django_forms.Form()
    if is_told:
        shown["hear"] = forms.HoldHearing(initial={"held_at": clock.now().replace(second=0, microsecond=0)})
    may_decide = is_told and not is_opener and viewer.may(DECIDE, row.place_scope())
    # Nobody is led to write a decision that is then refused.
    if may_decide and queries.involved_in(row).isdisjoint(viewer.person_keys):
        shown["decide"] = forms.DecideWithdrawal()
    waiting = next((one for one in appeals if one.state == Appeal.State.OPEN), None)
    decided = row.decided_by_id in viewer.person_keys
    if waiting is not None and not is_opener and not decided and viewer.may(APPEALS, row.place_scope()):
        shown["answer"] = forms.DecideAppeal(initial={"appeal": waiting.pk})
    return shown


def _side(*, is_own: bool) -> str:
    return Statement.Side.LEARNER if is_own else Statement.Side.ISSUER


_KINDS: dict[str, type[django_forms.Form]] = {
    "notice": django_forms.Form, "state": forms.MakeStatement, "hear": forms.HoldHearing,
    "decide": forms.DecideWithdrawal, "appeal": forms.LodgeAppeal, "answer": forms.DecideAppeal,
    "replace": forms.Replace, "stand": forms.LetStand, "write-off": forms.WriteOff,
}  # fmt: skip


@never_cache
@require_POST
def move_withdrawal(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Give notice, state, hear, decide, appeal, answer it; replace, let stand, write off."""
    row, actor = _case_or_404(request, public_id), standing(request)
    if verb not in _KINDS:
        raise Http404
    form = _KINDS[verb](request.POST)
    if form.is_valid():
        try:
            _act(verb, actor, row, form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("supervision:show_withdrawal", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


def _act(verb: str, actor: Standing, row: Withdrawal, data: dict[str, Any]) -> None:  # a line per verb
    now = clock.now()
    if verb == "notice":
        services.give_notice(actor=actor, case=row, at=now)
    elif verb == "state":
        services.make_statement(actor=actor, case=row, words=data["words"], wants_hearing=data["wants_hearing"], at=now)
    elif verb == "hear":
        services.hold_hearing(actor=actor, case=row, held_at=data["held_at"], words=data["words"], at=now)
    elif verb == "decide":
        services.decide_withdrawal(
            actor=actor, case=row, withdraws=data["withdraws"] == "yes", words=data["words"], at=now
        )
    elif verb == "appeal":
        services.lodge_appeal(actor=actor, case=row, words=data["words"], at=now)
    elif verb == "answer":
        appeal = _one(Appeal.objects.filter(withdrawal=row, pk=data["appeal"]))
        appeal.withdrawal = row
        services.decide_appeal(
            actor=actor, appeal=appeal, grants=data["grants"] == "yes", answer=data["answer"], at=now
        )
    elif verb == "write-off":
        short = _one(Shortfall.objects.filter(item__withdrawal=row, pk=data["shortfall"]).select_related("item"))
        short.item.withdrawal = row
        services.write_off(actor=actor, shortfall=short, words=data["words"], at=now)
    else:
        resting = _one(Dependent.objects.filter(withdrawal=row, pk=data["dependent"]))
        resting.withdrawal = row
        if verb == "replace":
            services.replace_dependent(actor=actor, dependent=resting, postings=data["posting"], at=now)
        else:
            services.let_stand(actor=actor, dependent=resting, words=data["words"], at=now)


def _one(rows: Any) -> Any:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def _case_or_404(request: HttpRequest, public_id: UUID) -> Withdrawal:
    row = queries.withdrawal(standing(request), public_id)
    if row is None:
        raise Http404
    return row
