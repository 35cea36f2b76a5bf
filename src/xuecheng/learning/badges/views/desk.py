"""The officer's desk: issued credentials, issuing for a course and by rule, keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

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
from xuecheng.city.jobs.faces import face_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.badges import forms, queries, services
from xuecheng.learning.badges.models import Badge
from xuecheng.learning.badges.queries import ISSUE, KEYS, REVOKE
from xuecheng.web import polling
from xuecheng.web.forms import set_apart
from xuecheng.web.paging import page_of

from .own import badge_or_404, badge_page


@never_cache
@require_GET
@only_for(REVOKE)
def desk(request: HttpRequest) -> HttpResponse:
    """Issued credentials: find one, see how many hold."""
    viewer = standing(request)
    form = forms.FilterIssued(request.GET or None)
    said = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    page = page_of(
        queries.issued(viewer, q=said["q"], state=said["state"]), order=("-id",), after=request.GET.get("after", "")
    )
    for one in page:
        seen(request, person_id=one.learner_id, what=Reading.What.ACCOUNT, thing=one.public_id)
    context = {
        "page": page,
        "filter": form,
        "is_narrowed": bool(said["q"] or said["state"]),
        "counts": queries.counts(viewer),
        "may_issue": viewer.may_somewhere(ISSUE),
    }
    return render(request, "badges/desk.html", context)


@never_cache
@require_POST
def move_badge(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Suspend, let hold again, revoke, issue anew."""
    row, actor = badge_or_404(request, public_id), standing(request)
    if verb not in {"suspend", "resume", "revoke", "reissue"} or row.learner_id in actor.person_keys:
        raise Http404
    form = forms.Why(request.POST)
    if verb == "resume" or form.is_valid():
        try:
            made = _act(verb, actor, row, form.cleaned_data.get("why", "") if verb != "resume" else "", clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _said(verb))
            return redirect("badges:show_badge", public_id=made.public_id)
    return badge_page(request, row, wrong=form, verb=verb)


def _said(verb: str) -> str:
    return {
        "suspend": _("Suspended; whoever verifies it sees so at once."),
        "resume": _("It holds again."),
        "revoke": _("Revoked; whoever verifies it sees so at once."),
        "reissue": _("Issued anew; the old one is revoked."),
    }[verb]


def _act(verb: str, actor: Standing, row: Badge, why: str, now: datetime) -> Badge:
    if verb == "suspend":
        return services.suspend_badge(actor=actor, badge=row, why=why, at=now)
    if verb == "resume":
        return services.resume_badge(actor=actor, badge=row, at=now)
    if verb == "revoke":
        return services.revoke_badge(actor=actor, badge=row, why=why, at=now)
    return services.reissue_badge(actor=actor, badge=row, why=why, at=now)


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(ISSUE)
def issue(request: HttpRequest) -> HttpResponse:
    """Credentials for everybody with credit of a course; what runs by rule; what was issued for whom."""
    viewer = standing(request)
    bodies = queries.issuing_bodies(viewer)
    form = forms.Issue(
        request.POST if request.method == "POST" else None, bodies=bodies, initial={"public_id": uuid7()}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.issue_for_course(
                actor=viewer, public_id=data["public_id"], organisation=data["organisation"], code=data["code"],
                at=clock.now(), **form.days(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return redirect("badges:show_batch", public_id=made.public_id)
    return _issue_page(request, form, forms.StartRule(bodies=bodies, initial={"public_id": uuid7()}))


@never_cache
@require_POST
@only_for(ISSUE)
def start_rule(request: HttpRequest) -> HttpResponse:
    """From now on credentials for a kind of credit come by themselves."""
    viewer = standing(request)
    bodies = queries.issuing_bodies(viewer)
    form = forms.StartRule(request.POST, bodies=bodies)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.start_rule(
                actor=viewer, public_id=data["public_id"], organisation=data["organisation"], kind=data["kind"],
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("From now on these credentials come by themselves."))
            return redirect("badges:issue")
    return _issue_page(request, forms.Issue(bodies=bodies, initial={"public_id": uuid7()}), form)


def _issue_page(request: HttpRequest, form: forms.Issue, rule: forms.StartRule) -> HttpResponse:
    viewer = standing(request)
    set_apart({"rule": rule})
    context = {
        "form": form,
        "rule_form": rule,
        "rules": queries.issuing_rules(viewer),
        "page": page_of(queries.batches(viewer), order=("-id",), after=request.GET.get("after", "")),
    }
    return render(request, "badges/issue.html", context, status=422 if form.errors or rule.errors else 200)


@never_cache
@require_POST
@only_for(ISSUE)
def end_rule(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Credentials do not come by themselves any more."""
    viewer = standing(request)
    row = queries.issuing_rules(viewer).filter(public_id=public_id).first()
    if row is None:
        raise Http404
    services.end_rule(actor=viewer, rule=row, at=clock.now())
    messages.success(request, _("Ended. What was issued stays."))
    return redirect("badges:issue")


@never_cache
@require_GET
def show_batch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Issuing for a course: how far it is, and what came of it."""
    row = queries.batch(standing(request), public_id)
    if row is None:
        raise Http404
    job = face_of(row.job) if row.job else None
    working = job if job is not None and job.is_open else None
    asked = {"row": row, "job": working}
    if card := polling.card_of(request, "badges/batch_working.html", asked, is_open=working is not None):
        return card
    return render(request, "badges/batch.html", {"row": row, "job": job, "working": working})


@never_cache
@require_GET
@only_for(KEYS)
def show_keys(request: HttpRequest) -> HttpResponse:
    """Keys that sign credentials, with what they signed."""
    return _keys_page(request)


def _keys_page(request: HttpRequest, *, wrong: forms.Why | None = None, of: UUID | None = None) -> HttpResponse:
    page = page_of(queries.signing_keys(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    signed = queries.signed_by(list(page))
    rows = [
        (one, signed.get(one.pk, 0), wrong if wrong is not None and one.public_id == of else forms.Why())
        for one in page
    ]
    set_apart({str(one.pk): form for one, _count, form in rows})
    context = {"page": page, "rows": rows, "errors": wrong}
    return render(request, "badges/keys.html", context, status=422 if wrong is not None else 200)


@never_cache
@require_POST
@only_for(KEYS)
def move_key(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Replace a key, or take it out because somebody else may have it."""
    actor = standing(request)
    row = queries.signing_keys(actor).filter(public_id=public_id).first()
    if row is None or verb not in {"rotate", "compromise"}:
        raise Http404
    form = forms.Why(request.POST)
    try:
        if verb == "rotate":
            services.rotate_key(actor=actor, key=row, at=clock.now())
            messages.success(request, _("Another key signs from now on. What the old one signed still verifies."))
            return redirect("badges:show_keys")
        if form.is_valid():
            services.compromise_key(actor=actor, key=row, why=form.cleaned_data["why"], at=clock.now())
            messages.success(request, _("Taken out. What it signed is issued anew in the background."))
            return redirect("badges:show_keys")
    except Refusal as refusal:
        if verb == "rotate":
            messages.error(request, str(refusal))
            return redirect("badges:show_keys")
        refusal.show_on(form)
    return _keys_page(request, wrong=form, of=row.public_id)
