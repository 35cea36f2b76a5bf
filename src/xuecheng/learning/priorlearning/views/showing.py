"""One application: how far it is, what comes next, and every step that somebody may take with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.documents import queries as documents
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.learning.priorlearning import forms, places, queries, services
from xuecheng.learning.priorlearning.models import Appeal, Application, Assignment, Claim, Meeting
from xuecheng.web.forms import set_apart

_FORMS: dict[str, type[django_forms.Form]] = {
    "submit": django_forms.Form, "pause": django_forms.Form, "resume": django_forms.Form,
    "withdraw": django_forms.Form, "pass": django_forms.Form, "return": forms.Screen, "decline": forms.Screen,
    "appeal": forms.LodgeAppeal, "vote": forms.VoteAppeal, "conflict": forms.Conflict, "call": forms.Call,
    "minutes": forms.Minutes, "cancel": forms.CancelMeeting, "settle": forms.SettleTask, "reverse": forms.Reverse,
}  # fmt: skip
PAUSABLE = ("submitted", "screened", "assessing")


@never_cache
@require_GET
def show_application(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One application, as its learner, its centre or its assessors see it."""
    return _page(request, _row_or_404(request, public_id))


def _page(
    request: HttpRequest, row: Application, *, wrong: django_forms.Form | None = None, verb: str = ""
) -> HttpResponse:
    viewer = standing(request)
    is_own = row.learner_id in viewer.own_keys(queries.APPLY)
    if row.learner_id not in viewer.person_keys:
        seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    mine = queries.my_assignment(viewer, row)
    said = set(mine.opinions.values_list("claim_id", flat=True)) if mine is not None else set()
    appeals = {one.claim_id: one for one in queries.appeals_of(row)}
    shown = _forms_of(viewer, row, mine, is_own=is_own)
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    set_apart(shown)
    pieces = list(row.evidence.filter(removed_at=None).select_related("witness"))
    # Who a witness is and how to reach them concerns the learner, and those who assess it: not the whole centre.
    knows = is_own or mine is not None
    context = {
        "row": row,
        "is_own": is_own,
        "mine": mine,
        "claims": [
            (one, (its := appeals.get(one.pk)), _on_claim(viewer, one, its, mine, row, is_own=is_own, said=said))
            for one in row.claims.all()
        ],
        "pieces": [
            (one, services.contact_of(one.witness) if knows and hasattr(one, "witness") else None) for one in pieces
        ],
        "shelves": documents.shelves(viewer, [(places.NAME, places.thing_of(row))]),
        "meetings": [(one, one.held_at is None and one.cancelled_at is None) for one in row.meetings.all()],
        "questions": queries.questions_of(row),
        "hindrance": _hindrance(viewer, row),
        "draws": queries.draws_of(row),
        "shown": shown,
        "errors": wrong,
        "site": request.build_absolute_uri("/").rstrip("/"),
        "today": clock.today(),
        "now": clock.now(),
        "step": _STEPS.get(row.state, 5),
        "steps": [
            _("write"), _("hand in"), _("looked through"), pgettext("step", "assessed"), pgettext("step", "decided"),
        ],
        "base": "web/base.html" if is_own else "web/staff.html",
    }  # fmt: skip
    return render(request, "priorlearning/application.html", context, status=422 if wrong is not None else 200)


_STEPS = {"draft": 1, "returned": 1, "submitted": 2, "screened": 3, "assessing": 4, "appealed": 4}


def _hindrance(viewer: Standing, row: Application) -> tuple[str, str] | None:
    """What the centre can do about a draw that does not come; the learner only waits."""
    if row.state != Application.State.SCREENED or not viewer.may(queries.HANDLE, row.centre.access_scope()):
        return None
    return services.hindrance_of(row, today=clock.today())


def _forms_of(
    viewer: Standing, row: Application, mine: Assignment | None, *, is_own: bool
) -> dict[str, django_forms.Form]:
    """What the viewer may do with the whole application now, as forms by verb."""
    shown: dict[str, django_forms.Form] = {}
    empty = django_forms.Form()
    if is_own:
        if row.paused_at is not None:
            return {"resume": empty, "withdraw": empty}
        if row.state in Application.WRITABLE:
            shown["submit"] = empty
        if row.state in PAUSABLE:
            shown["pause"] = empty
        if row.state in (*Application.WRITABLE, *PAUSABLE):
            shown["withdraw"] = empty
    elif row.paused_at is not None:
        return shown
    is_handler = not is_own and viewer.may(queries.HANDLE, row.centre_scope())
    if is_handler and row.state == Application.State.SUBMITTED:
        shown |= {"pass": empty, "return": forms.Screen()}
        shown["decline"] = forms.Screen()
    works = mine is not None and mine.purpose == Assignment.Purpose.ASSESSING
    if (is_handler or works) and row.state == Application.State.ASSESSING:
        shown["call"] = forms.Call(initial={"public_id": uuid7()})
        shown["minutes"] = forms.Minutes()
        shown["cancel"] = empty
    if mine is not None and row.state in ("assessing", "appealed"):
        shown["conflict"] = forms.Conflict()
    return shown


def _on_claim(
    viewer: Standing, claim: Claim, appeal: Appeal | None, mine: Assignment | None, row: Application, *, is_own: bool,
    said: Collection[int],
) -> dict[str, Any]:  # fmt: skip
    """What the viewer may do with one unit, as forms by verb; and an appeal's votes as far as they may be seen.

    `said` are the units about which the viewer gave an opinion already.
    """
    on: dict[str, Any] = {}
    initial = {"number": claim.number}
    ids = f"id_u{claim.number}_%s"
    if is_own and claim.state == Claim.State.NOT_YET and appeal is None and row.state in ("decided", "appealed"):
        on["appeal"] = forms.LodgeAppeal(initial=initial, auto_id=ids)
    if mine is None:
        if (
            not is_own
            and claim.state == Claim.State.GRANTED
            and viewer.may("recognition.reverse_posting", row.centre_scope())
        ):
            on["reverse"] = forms.Reverse(initial=initial, auto_id=ids)
        return on
    assesses = mine.purpose == Assignment.Purpose.ASSESSING
    if assesses and mine.round == row.round and row.state == Application.State.ASSESSING:
        on["assess"] = claim.state == Claim.State.CLAIMED
        on["said"] = on["assess"] and claim.pk in said
    if assesses and claim.state == Claim.State.TASK:
        on["settle"] = forms.SettleTask(initial=initial, auto_id=ids)
    is_open = not assesses and appeal is not None and appeal.state == Appeal.State.OPEN
    if is_open and appeal is not None and mine.pk not in {one.assignment_id for one in appeal.ballots.all()}:
        on["vote"] = forms.VoteAppeal(initial=initial, auto_id=ids)
    return on


@never_cache
@require_POST
def move_application(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Every step of an application that is one form."""
    row, actor = _row_or_404(request, public_id), standing(request)
    if verb not in _FORMS:
        raise Http404
    form = _FORMS[verb](request.POST)
    if form.is_valid():
        try:
            _ACTS[verb](actor, row, form, clock.now())
        except Refusal as refusal:
            refusal.show_on(form, begins_at="starts")
        else:
            messages.success(request, _("Done."))
            # Whoever is released sees the case no more.
            if verb == "conflict":
                return redirect("priorlearning:list_work")
            return redirect("priorlearning:show_application", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


def _claim(row: Application, form: django_forms.Form) -> Claim:
    found = queries.claim_of(row, form.cleaned_data["number"])
    if found is None:
        raise Http404
    return found


def _mine(actor: Standing, row: Application) -> Assignment:
    found = queries.my_assignment(actor, row)
    if found is None:
        raise Http404
    return found


def _meeting(row: Application, form: django_forms.Form) -> Meeting:
    found = row.meetings.filter(public_id=form.cleaned_data["meeting"]).first()
    if found is None:
        raise Http404
    found.application = row
    return found


def _appeal(actor: Standing, row: Application, form: Any, now: Any) -> None:
    data = form.cleaned_data
    services.appeal(actor=actor, claim=_claim(row, form), ground=data["ground"], words=data["words"], at=now)


def _vote(actor: Standing, row: Application, form: Any, now: Any) -> None:
    data, claim = form.cleaned_data, _claim(row, form)
    appeal = Appeal.objects.filter(claim=claim).first()
    if appeal is None:
        raise Http404
    services.vote_appeal(
        actor=actor, assignment=_mine(actor, row), appeal=appeal, vote=data["vote"], words=data["words"], at=now
    )


def _call(actor: Standing, row: Application, form: Any, now: Any) -> None:
    data = form.cleaned_data
    services.call_meeting(
        actor=actor, application=row, public_id=data["public_id"], kind=data["kind"], begins_at=form.begins_at(),
        minutes=data["minutes"], place=data["place"], at=now,
    )  # fmt: skip


def _settle(actor: Standing, row: Application, form: Any, now: Any) -> None:
    data = form.cleaned_data
    services.settle_task(
        actor=actor, assignment=_mine(actor, row), claim=_claim(row, form), is_done=data["is_done"] == "yes",
        words=data["words"], at=now,
    )  # fmt: skip


def _screen(verb: Callable[..., None]) -> Callable[[Standing, Application, Any, Any], None]:
    def act(actor: Standing, row: Application, form: Any, now: Any) -> None:
        data = form.cleaned_data
        verb(actor=actor, application=row, reason=data["reason"], words=data["words"], at=now)

    return act


def _plain(verb: Callable[..., object]) -> Callable[[Standing, Application, Any, Any], None]:
    def act(actor: Standing, row: Application, form: Any, now: Any) -> None:
        del form
        verb(actor=actor, application=row, at=now)

    return act


def _wrote(actor: Standing, row: Application, form: Any, now: Any) -> None:
    services.write_minutes(actor=actor, meeting=_meeting(row, form), notes=form.cleaned_data["notes"], at=now)


def _reversed(actor: Standing, row: Application, form: Any, now: Any) -> None:
    services.reverse_grant(actor=actor, claim=_claim(row, form), why=form.cleaned_data["why"], at=now)


_ACTS: dict[str, Callable[[Standing, Application, Any, Any], None]] = {
    "submit": _plain(services.submit_application),
    "pause": _plain(services.pause_application),
    "resume": _plain(services.resume_application),
    "withdraw": _plain(services.withdraw_application),
    "pass": _plain(services.pass_screening),
    "return": _screen(services.return_application),
    "decline": _screen(services.decline_application),
    "appeal": _appeal,
    "vote": _vote,
    "conflict": lambda actor, row, form, now: services.declare_conflict(
        actor=actor, assignment=_mine(actor, row), kind=form.cleaned_data["kind"], at=now
    ),
    "call": _call,
    "minutes": _wrote,
    "cancel": lambda actor, row, form, now: services.cancel_meeting(actor=actor, meeting=_meeting(row, form), at=now),
    "settle": _settle,
    "reverse": _reversed,
}


def _row_or_404(request: HttpRequest, public_id: UUID) -> Application:
    row = queries.application(standing(request), public_id)
    if row is None:
        raise Http404
    return row
