"""Officers' pages of issuers and rules: one proposes, another puts in force."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.foreign import forms, queries, services
from xuecheng.learning.foreign.models import ForeignIssuer, ForeignRule
from xuecheng.web import polling
from xuecheng.web.paging import page_of

_VERBS: dict[str, Callable[..., ForeignRule | ForeignIssuer]] = {
    "yes": services.put_in_force,
    "no": services.send_back,
    "end": services.end_law,
    "withdraw": partial(services.end_law, from_start=True),
}


@never_cache
@require_GET
@only_for(queries.KEEP_RULES)
def list_rules(request: HttpRequest) -> HttpResponse:
    """Every version, the newest first."""
    page = page_of(queries.keeping(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "foreign/rules.html", {"page": page})


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(queries.KEEP_RULES)
def draft_rule(request: HttpRequest) -> HttpResponse:
    """Propose a rule, or the next version of one (`?of=`)."""
    viewer = standing(request)
    initial: dict[str, Any] = {"public_id": uuid7()} | _next_of(request)
    form = forms.DraftRule(
        request.POST or None, initial=initial, units=queries.units(), issuers=queries.recognised_issuers()
    )
    body = queries.bodies(viewer).first()
    if body is None:
        raise Http404
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.draft_rule(
                actor=viewer, public_id=data["public_id"], body=body, text=form.text(), code=data["code"],
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Proposed. Another officer decides."))
            return redirect("foreign:show_rule", public_id=made.public_id)
    return render(request, "foreign/draft.html", {"form": form}, status=422 if form.errors else 200)


def _next_of(request: HttpRequest) -> dict[str, Any]:
    """What the version before said, where a next one is written."""
    try:
        before = queries.rule(standing(request), UUID(request.GET.get("of", "")))
    except ValueError:
        before = None
    if before is None:
        return {}
    plain = ("code", "issuer_class", "kind", "level", "achievement", "needs", "validity_months", "cap_per",
             "cap_period", "cap_months", "cap_policy")  # fmt: skip
    said: dict[str, Any] = {name: getattr(before, name) for name in plain}
    if before.num:
        said |= {"num": before.num / 100, "den": before.den / 100}
    issuer = before.issuer.public_id if before.issuer else None
    amounts = {name: getattr(before, name) and getattr(before, name) / 100 for name in ("most", "cap")}
    return said | amounts | {"issuer": issuer, "unit": before.unit.public_id}


@never_cache
@require_GET
@only_for(queries.KEEP_RULES)
def show_rule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One version, and who may decide on it."""
    row = queries.rule(standing(request), public_id)
    if row is None:
        raise Http404
    return _rule_page(request, row)


def _rule_page(request: HttpRequest, row: ForeignRule, wrong: forms.DecideLaw | None = None) -> HttpResponse:
    viewer = standing(request)
    versions = queries.keeping(viewer).filter(code=row.code).exclude(pk=row.pk).order_by("-version")
    trial = row.trials.order_by("-pk").first()
    trial_job = trial.job if trial and trial.finished_at is None else None
    asked = {"row": row, "trial_job": trial_job}
    if card := polling.card_of(request, "foreign/rule_working.html", asked, is_open=trial_job is not None):
        return card
    context = {
        "trial": trial, "effect": services.Effect(**trial.result) if trial and trial.finished_at else None,
        "trial_job": trial_job,
        "row": row, "is_author": row.drafted_by_id in viewer.person_keys, "form": wrong or forms.DecideLaw(),
        "withdraw": forms.DecideLaw(wrong.data if wrong else None, auto_id="id_withdraw_%s"),
        "still_applies": row.state == "in_force" or (row.state == "ended" and row.effect_to != row.effect_from),
        "versions": versions[:20], "viewer_name": viewer.person.name,
    }  # fmt: skip
    return render(request, "foreign/rule.html", context, status=422 if wrong is not None else 200)


@never_cache
@require_POST
@only_for(queries.KEEP_RULES)
def try_rule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Start a dry run; the rule's page shows how far it is, and then what the rule would do."""
    row = queries.rule(standing(request), public_id)
    if row is None:
        raise Http404
    try:
        services.try_rule(actor=standing(request), public_id=uuid7(), rule=row, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("foreign:show_rule", public_id=public_id)


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(queries.KEEP_RULES)
def keep_issuers(request: HttpRequest) -> HttpResponse:
    """Who is recognised or proposed; propose another."""
    viewer = standing(request)
    form = forms.ProposeIssuer(request.POST or None, initial={"public_id": uuid7()})
    body = queries.bodies(viewer).first()
    if body is None:
        raise Http404
    if form.is_valid():
        data = form.cleaned_data
        plain = {name: data[name] for name in ("public_id", "name_zh", "name_en", "country", "kind", "why")}
        try:
            services.propose_issuer(actor=viewer, body=body, keys=form.named(), at=clock.now(), **plain)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Proposed. Another officer decides."))
            return redirect("foreign:keep_issuers")
    return _issuers_page(request, form)


def _issuers_page(request: HttpRequest, form: forms.ProposeIssuer) -> HttpResponse:
    viewer = standing(request)
    page = page_of(queries.keeping_issuers(viewer), order=("-id",), after=request.GET.get("after", ""))
    rows = [(one, one.drafted_by_id in viewer.person_keys) for one in page]
    context = {"page": page, "rows": rows, "form": form}
    return render(request, "foreign/keep_issuers.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@only_for(queries.KEEP_RULES)
def decide_law(request: HttpRequest, what: str, public_id: UUID, verb: str) -> HttpResponse:
    """Yes or no to what another officer proposed; end what is in force."""
    viewer = standing(request)
    if verb not in _VERBS or what not in ("rule", "issuer") or (verb == "withdraw" and what != "rule"):
        raise Http404
    row: ForeignRule | ForeignIssuer | None = (
        queries.rule(viewer, public_id)
        if what == "rule"
        else queries.keeping_issuers(viewer).filter(public_id=public_id).first()
    )
    if row is None:
        raise Http404
    form = forms.DecideLaw(request.POST)
    if form.is_valid():
        try:
            _VERBS[verb](actor=viewer, law=row, reason=form.cleaned_data["reason"], at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return _there(row)
    if isinstance(row, ForeignRule):
        return _rule_page(request, row, form)
    messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return _there(row)


def _there(row: ForeignRule | ForeignIssuer) -> HttpResponse:
    if isinstance(row, ForeignRule):
        return redirect("foreign:show_rule", public_id=row.public_id)
    return redirect("foreign:keep_issuers")
