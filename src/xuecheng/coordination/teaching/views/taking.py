"""Pages for whoever takes attendance: the sessions of today, the list of one, the card, marks made without network."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.teaching import forms, queries, rules, services
from xuecheng.learning.cards import tries
from xuecheng.learning.cards.services import WRONG
from xuecheng.web.offline import readable_offline
from xuecheng.web.paging import page_of

from .doors import CHIPS, FORMS, layout_of, may_decide, session_or_404

_MOST_MARKS = 2000


@never_cache
@require_GET
@readable_offline
def today(request: HttpRequest) -> HttpResponse:
    """The sessions of a day whose attendance one takes: those one teaches, and those of one's unit."""
    day = _day(request)
    found = queries.sessions_on(standing(request), day)
    context = {
        "base": layout_of(request),
        "page": page_of(found, order=("during", "id"), after=request.GET.get("after", "")),
        "day": day,
        "is_today": day == clock.today(),
        "before": day - timedelta(days=1),
        "next": day + timedelta(days=1),
        "by": standing(request).person.public_id,
    }
    return render(request, "teaching/today.html", context)


def _day(request: HttpRequest) -> Any:
    try:
        found = datetime.fromisoformat(request.GET.get("day", "")).date()
    except ValueError:
        return clock.today()
    return found if 2000 <= found.year <= 2200 else clock.today()


@never_cache
@require_http_methods(FORMS)
@readable_offline
def take(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The list of a session with large switches."""
    session = session_or_404(request, public_id)
    lines = queries.list_of(session)
    stands = {f"state-{line.enrolment.public_id}": line.mark.state for line in lines if line.mark}
    form = forms.TakeAttendance(
        request.POST or None, enrolments=[line.enrolment for line in lines], initial={"public_id": uuid7(), **stands}
    )
    if form.is_valid():
        try:
            services.take_attendance(
                actor=standing(request), public_id=form.cleaned_data["public_id"], session=session,
                states=form.states(), at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved. The session is held."))
            return redirect("teaching:take", public_id=public_id)
    return list_page(request, session, form=form)


def list_page(
    request: HttpRequest,
    session: ClassSession,
    *,
    form: forms.TakeAttendance | None = None,
    by_card: forms.ByCard | None = None,
) -> HttpResponse:
    """The page of a session, with whichever form came back."""
    lines = queries.list_of(session)
    if form is None:
        stands = {f"state-{line.enrolment.public_id}": line.mark.state for line in lines if line.mark}
        form = forms.TakeAttendance(
            enrolments=[line.enrolment for line in lines], initial={"public_id": uuid7(), **stands}
        )
    wrong = form if form.errors else by_card if by_card is not None and by_card.errors else None
    now, row = clock.now(), session.course_class
    is_live = row.state in services.LIVE and session.state != ClassSession.State.CANCELLED
    # Whoever was marked on the list meanwhile is looked at already.
    marked = {line.enrolment.pk for line in lines if line.mark}
    came = sum(1 for line in lines if line.mark and line.mark.state in rules.ATTENDED)
    context = {
        "base": layout_of(request),
        "session": session,
        "course_class": row,
        "form": form,
        "lines": [(line, form[f"state-{line.enrolment.public_id}"]) for line in lines],
        "chips": CHIPS,
        "came": came,
        "by_card": by_card or forms.ByCard(initial={"public_id": uuid7()}, auto_id="id_card_%s"),
        "waiting": [one for one in queries.arrivals_waiting(session) if one.enrolment_id not in marked],
        "may_mark": is_live and now >= session.during.lower - rules.EARLY,
        "may_show_code": is_live and session.during.lower - rules.EARLY <= now < session.during.upper,
        "may_decide": may_decide(request, row),
        "errors": wrong,
        "by": standing(request).person.public_id,
        "own_keys": standing(request).person_keys,
    }
    return render(request, "teaching/take.html", context, status=422 if wrong else 200)


@never_cache
@require_POST
def mark_by_card(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody shows the learning card at the teacher's device."""
    session = session_or_404(request, public_id)
    form = forms.ByCard(request.POST, auto_id="id_card_%s")
    if form.is_valid():
        try:
            tries.check(request)
            kept = services.mark_by_card(
                actor=standing(request), public_id=form.cleaned_data["public_id"], session=session,
                card=form.cleaned_data["card"], confirmed=form.cleaned_data["confirmed"], at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            if isinstance(refusal, WRONG):
                tries.note(request)
            refusal.show_on(form)
        else:
            said = {"name": kept.mark.enrolment.person.name, "state": kept.mark.get_state_display()}
            messages.success(request, _("%(name)s: %(state)s.") % said)
            return redirect("teaching:take", public_id=public_id)
    return list_page(request, session, by_card=form)


@never_cache
@require_POST
def sync(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Marks that the page kept while there was no network, as JSON; answers how many came and what is to be said."""
    session = session_or_404(request, public_id)
    try:
        wishes = _wishes(request.body)
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": _("These marks cannot be read.")}, status=422)
    try:
        kept = services.sync_marks(actor=standing(request), session=session, wishes=wishes, at=clock.now())
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    others = sum(1 for one in kept if not one.counts)
    said = ngettext("%(n)d mark was sent.", "%(n)d marks were sent.", len(kept)) % {"n": len(kept)}
    if others:
        said = f"{said} {_('Some were marked otherwise later: that counts, both are kept.')}"
    return JsonResponse({"kept": [str(one.mark.public_id) for one in kept], "message": said})


def _wishes(body: bytes) -> list[services.Wish]:
    """Raises `ValueError`, `KeyError`, `TypeError` for what is no list of marks."""
    found = json.loads(body)["marks"]
    if not isinstance(found, list) or not 0 < len(found) <= _MOST_MARKS:
        raise ValueError("no list of marks")
    wishes = [
        services.Wish(
            UUID(str(one["id"])), UUID(str(one["enrolment"])), str(one["state"]), datetime.fromisoformat(one["at"])
        )
        for one in found
    ]
    if any(one.marked_at.tzinfo is None for one in wishes):
        raise ValueError("a time without its zone")
    return wishes
