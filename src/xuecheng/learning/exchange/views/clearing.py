"""Pages of clearing: periods, where institutions stand, the statement of a pair row by row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.exchange import forms, queries, services
from xuecheng.learning.exchange.models import ClearingPeriod, Statement
from xuecheng.learning.exchange.queries import ACKNOWLEDGE, CLEAR
from xuecheng.web.paging import page_of

FORMS = ["GET", "POST"]


@never_cache
@require_GET
@only_for(ACKNOWLEDGE)
def list_statements(request: HttpRequest) -> HttpResponse:
    """Statements of the viewer's institutions, the newest first."""
    page = page_of(queries.statements(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "exchange/statements.html", {"page": page})


@never_cache
@require_http_methods(FORMS)
@only_for(CLEAR)
def keep_periods(request: HttpRequest) -> HttpResponse:
    """Every period, and drawing another: the form holds the days that were not cleared yet."""
    open_days = queries.uncleared(today=clock.today())
    initial: dict[str, object] = {"public_id": uuid7()}
    if open_days is not None:
        initial |= {"begins_on": open_days.begins_on, "ends_on": open_days.ends_on}
    form = forms.Draw(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            made = services.draw_period(actor=standing(request), at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Drawn. Both sides of each statement acknowledge it now."))
            return redirect("exchange:show_period", public_id=made.public_id)
    page = page_of(queries.periods(), order=("-begins_on", "-id"), after=request.GET.get("after", ""))
    context = {
        "page": page, "form": form, "open_days": open_days, "months": settings.CLEARING_MONTHS,
        "days": settings.CLEARING_WAIT_DAYS,
    }  # fmt: skip
    return render(request, "exchange/periods.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
@only_for(CLEAR)
def show_period(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where every institution stands, and the statements of the pairs."""
    row = _period_or_404(public_id)
    page = page_of(queries.statements(standing(request), row), order=("id",), after=request.GET.get("after", ""))
    context = {
        "row": row, "page": page, "positions": queries.positions(row), "unseen": queries.unacknowledged(row).count()
    }  # fmt: skip
    return render(request, "exchange/period.html", context)


@never_cache
@require_POST
@only_for(CLEAR)
def close_period(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close a period for good."""
    row = _period_or_404(public_id)
    try:
        services.close_period(actor=standing(request), period=row, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Closed for good."))
    return redirect("exchange:show_period", public_id=public_id)


@never_cache
@require_GET
def show_statement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One statement, line by line."""
    return _page(request, _statement_or_404(request, public_id))


def _page(request: HttpRequest, row: Statement, *, wrong: django_forms.Form | None = None) -> HttpResponse:
    viewer = standing(request)
    page = page_of(queries.lines_of(row), order=("id",), after=request.GET.get("after", ""))
    sides = queries.sides_of(viewer, row)
    is_open = row.period.state == ClearingPeriod.State.DRAWN
    seen_at = {row.one_id: row.one_seen_at, row.other_id: row.other_seen_at}
    context = {
        "row": row,
        "page": page,
        "is_open": is_open,
        "errors": wrong,
        "unseen": [one for one in sides if seen_at[one.pk] is None] if is_open else [],
        "speaks_for": sides[0] if sides and is_open else None,
        "may_explain": is_open and (bool(sides) or viewer.may_city_wide(CLEAR)),
    }
    return render(request, "exchange/statement.html", context, status=422 if wrong is not None else 200)


@never_cache
@require_POST
def move_statement(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Acknowledge it, doubt a line, explain one."""
    row, actor = _statement_or_404(request, public_id), standing(request)
    kinds: dict[str, type[django_forms.Form]] = {
        "acknowledge": forms.SpeakFor, "doubt": forms.DoubtLine, "explain": forms.ExplainLine,
    }  # fmt: skip
    if verb not in kinds:
        raise Http404
    form = kinds[verb](request.POST)
    if form.is_valid():
        try:
            _act(verb, actor, row, form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("exchange:show_statement", public_id=public_id)
    return _page(request, row, wrong=form)


def _act(verb: str, actor: Standing, row: Statement, data: dict[str, Any]) -> None:
    now = clock.now()
    if verb == "explain":
        line = _line_or_404(row, data["line"])
        if getattr(line, "doubt", None) is None:
            raise Http404
        services.explain_line(actor=actor, doubt=line.doubt, answer=data["answer"], at=now)
        return
    side = Organisation.objects.select_related("territory").filter(code=data["side"]).first()
    if side is None:
        raise Http404
    if verb == "acknowledge":
        services.acknowledge(actor=actor, statement=row, organisation=side, at=now)
    else:
        line = _line_or_404(row, data["line"])
        services.raise_doubt(actor=actor, line=line, organisation=side, words=data["words"], at=now)


def _line_or_404(row: Statement, number: UUID) -> Any:
    found = row.lines.select_related(
        "statement", "doubt__organisation__territory", "doubt__line__statement__one__territory",
        "doubt__line__statement__other__territory",
    ).filter(case__public_id=number).first()  # fmt: skip
    if found is None:
        raise Http404
    return found


def _period_or_404(public_id: UUID) -> ClearingPeriod:
    row = queries.periods().filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def _statement_or_404(request: HttpRequest, public_id: UUID) -> Statement:
    row = queries.statement(standing(request), public_id)
    if row is None:
        raise Http404
    return row
