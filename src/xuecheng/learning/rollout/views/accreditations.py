"""Pages of accreditation: who may issue what until when, for everybody; proposing and deciding, for officers."""

from __future__ import annotations

from collections.abc import Callable
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
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.queries import by_code
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for, public
from xuecheng.learning.rollout import forms, queries, services
from xuecheng.learning.rollout.models import Accreditation
from xuecheng.learning.rollout.queries import DECIDE, PROPOSE, SUSPEND
from xuecheng.web.forms import set_apart
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

FORMS = ["GET", "POST"]


@public
@require_GET
def list_register(request: HttpRequest) -> HttpResponse:
    """The register: accredited institutions, for everybody."""
    form = forms.FilterRegister(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = queries.register(on=clock.today(), text=said.get("q", ""), kind=said.get("kind", ""))
    page = page_of(rows, order=("code",), after=request.GET.get("after", ""))
    context = {"page": page, "form": form, "today": clock.today(), "is_filtered": any(said.values())}
    return render(request, "rollout/register.html", context)


@public
@require_GET
def show_institution(request: HttpRequest, code: str) -> HttpResponse:
    """What one institution may issue, and what was ever decided of it."""
    organisation = by_code(code)
    rows = queries.accreditations_of(organisation) if organisation is not None else []
    if not rows:
        raise Http404
    return render(
        request, "rollout/institution.html", {"organisation": organisation, "rows": rows, "today": clock.today()}
    )  # fmt: skip


@never_cache
@require_GET
@only_for(PROPOSE)
def list_accreditations(request: HttpRequest) -> HttpResponse:
    """Accreditations as officers see them: what waits, and all others."""
    form = forms.FilterKept(request.GET)
    state = form.cleaned_data.get("state", "") if form.is_valid() else ""
    page = page_of(queries.kept(standing(request), state=state), order=("-id",), after=request.GET.get("after", ""))
    ending = list(queries.ending(today=clock.today())[:6]) if not state else []
    context = {"page": page, "form": form, "ending": ending, "today": clock.today(), "is_filtered": bool(state)}
    return render(request, "rollout/accreditations.html", context)


@never_cache
@require_http_methods(FORMS)
@only_for(PROPOSE)
def propose_accreditation(request: HttpRequest) -> HttpResponse:
    """Lay an accreditation before a second officer."""
    initial = {"public_id": uuid7(), "begins_on": clock.today(), "organisation": request.GET.get("institution")}
    return _propose(request, initial=initial)


@never_cache
@require_http_methods(FORMS)
@only_for(PROPOSE)
def renew_accreditation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Propose that an accreditation goes on after its end."""
    row = _row_or_404(request, public_id)
    if row.state not in queries.DECIDED:
        raise Http404
    return _propose(request, initial=forms.initial_of(row) | {"public_id": uuid7()}, renews=row)


def _propose(request: HttpRequest, *, initial: dict[str, Any], renews: Accreditation | None = None) -> HttpResponse:
    viewer = standing(request)
    form = forms.Propose(request.POST or None, places=queries.proposers_of(viewer), initial=initial)
    if (answer := found_in(request, form)) is not None:
        return answer
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.propose_accreditation(
                actor=viewer, public_id=data["public_id"], organisation=data["organisation"], scope=form.scope(),
                why=data["why"], at=clock.now(), renews=renews,
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form, fields="fields_of_study")
        else:
            messages.success(request, _("Proposed. A second officer decides."))
            return redirect("rollout:show_accreditation", public_id=made.public_id)
    return render(
        request, "rollout/propose.html", {"form": form, "renews": renews}, status=422 if form.errors else 200
    )  # fmt: skip


@never_cache
@require_GET
@only_for(PROPOSE)
def show_accreditation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One accreditation, and what the viewer can do with it now."""
    return _page(request, _row_or_404(request, public_id))


@never_cache
@require_POST
@only_for(PROPOSE)
def move_accreditation(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Grant, refuse, suspend, lift, end."""
    row = _row_or_404(request, public_id)
    verbs: dict[str, tuple[type[django_forms.Form], Callable[..., object]]] = {
        "grant": (forms.Note, services.grant_accreditation),
        "refuse": (forms.Reason, services.refuse_accreditation),
        "suspend": (forms.FromDay, services.suspend_accreditation),
        "lift": (forms.Reason, services.lift_suspension),
        "end": (forms.FromDay, services.end_accreditation),
    }
    if verb not in verbs:
        raise Http404
    kind, act = verbs[verb]
    form = kind(request.POST)
    if form.is_valid():
        try:
            act(actor=standing(request), accreditation=row, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("rollout:show_accreditation", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


def _page(
    request: HttpRequest, row: Accreditation, *, wrong: django_forms.Form | None = None, verb: str = ""
) -> HttpResponse:
    shown = _forms_of(request, row)
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    set_apart(shown)
    is_standing = row.state in queries.DECIDED
    context = {
        "row": row, "shown": shown, "errors": wrong, "today": clock.today(),
        "may_renew": is_standing and standing(request).may(PROPOSE, row.access_scope()),
        "may_only_another": row.state == "proposed" and row.proposed_by_id in standing(request).person_keys,
    }  # fmt: skip
    return render(request, "rollout/accreditation.html", context, status=422 if wrong is not None else 200)


def _forms_of(request: HttpRequest, row: Accreditation) -> dict[str, django_forms.Form]:
    """What the viewer may do with an accreditation now, as forms by verb."""
    viewer, scope, state = standing(request), row.access_scope(), row.state
    shown: dict[str, django_forms.Form] = {}
    today = {"on": clock.today()}
    if state == "proposed" and viewer.may(DECIDE, scope) and row.proposed_by_id not in viewer.person_keys:
        shown |= {"grant": forms.Note(), "refuse": forms.Reason()}
    if state == "granted" and viewer.may(SUSPEND, scope):
        shown["suspend"] = forms.FromDay(initial=today)
    if state == "suspended" and viewer.may(SUSPEND, scope):
        last = list(row.suspensions.all())[-1]
        if last.suspended_by_id not in viewer.person_keys:
            shown["lift"] = forms.Reason()
    if state in ("granted", "suspended") and viewer.may(DECIDE, scope):
        shown["end"] = forms.FromDay(initial=today)
    return shown


def _row_or_404(request: HttpRequest, public_id: UUID) -> Accreditation:
    row = queries.accreditation(standing(request), public_id)
    if row is None:
        raise Http404
    return row
