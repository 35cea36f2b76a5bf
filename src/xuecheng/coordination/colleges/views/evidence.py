"""Pages of standards: what waits, evidence given and reviewed, the standards and targets themselves."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.documents.queries import shelves
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.coordination.colleges import evidence, forms, queries, services, shipped, words
from xuecheng.coordination.colleges.models import CollegeLevel, StandardEvidence
from xuecheng.coordination.colleges.queries import KEEP, REVIEW, SEE, SET
from xuecheng.web.paging import page_of

from .doors import FORMS, city_or_404, college_to, form_page

MOST_SHOWN = 60
"""Units in one list of the to-do; beyond that the first are enough to begin with."""


@never_cache
@require_GET
@only_for(SEE)
def show_todo(request: HttpRequest) -> HttpResponse:
    """What the reader has to do: evidence to review, evidence that ends, units without premises, requirements open."""
    viewer = standing(request)
    today = clock.today()
    targets = queries.targets_on(today)
    units = list(queries.kept_by(viewer, SEE, on=today).order_by("territory__code", "pk"))
    states = queries.summaries(units, on=today, targets=targets)
    premises = queries.premises_by_unit(on=today)
    lacking = [one for one in units if premises.get(one.pk, queries.NO_PREMISES).seats < targets.least_seats]
    not_whole = [(one, states[one.pk]) for one in units if one.pk in states and not states[one.pk].is_whole]
    waiting = queries.evidence_waiting(viewer)
    ending = queries.evidence_ending(viewer, on=today, days=targets.remind_days)
    may_review = viewer.may_somewhere(REVIEW)
    counts = {"ending": ending.count(), "premises": len(lacking), "open": len(not_whole)}
    if may_review:
        counts = {"review": waiting.count()} | counts
    what = request.GET.get("what", "")
    if what not in counts:
        what = next((one for one, count in counts.items() if count), next(iter(counts)))
    after = request.GET.get("after", "")
    page = None
    if what == "review":
        page = page_of(waiting, order=("pk",), after=after)
    elif what == "ending":
        page = page_of(ending, order=("valid_until", "pk"), after=after)
    context = {
        "today": today,
        "what": what,
        "tabs": [(one, words.TODO[one], count) for one, count in counts.items()],
        "page": page,
        "lacking": lacking[:MOST_SHOWN] if what == "premises" else [],
        "open": not_whole[:MOST_SHOWN] if what == "open" else [],
        "is_cut": what in ("premises", "open") and counts[what] > MOST_SHOWN,
        "units": len(units),
        "whole": sum(one.is_whole for one in states.values()),
        "may_set": viewer.may_somewhere(SET),
        "only": units[0] if len(units) == 1 else None,
    }
    return render(request, "colleges/todo.html", context)


@never_cache
@require_http_methods(FORMS)
def give_evidence(request: HttpRequest, public_id: UUID, code: str) -> HttpResponse:
    """Show that a requirement is met, or renew it; files are added on the next page."""
    college = college_to(request, public_id, KEEP)
    item = queries.item_of(college, code, on=clock.today())
    if item is None or item.shown_by == item.Shown.PREMISES:
        raise Http404
    form = forms.EvidenceForm(request.POST or None, item=item, initial={"public_id": uuid7()})
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.give_evidence(
                actor=standing(request), public_id=data["public_id"] or uuid7(), college=college, code=code,
                words=data["words"], valid_until=data["valid_until"], at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            if item.shown_by == item.Shown.DOCUMENT:
                messages.success(request, _("Given. Add the file now: without it nobody can accept it."))
            else:
                messages.success(request, _("Given. Somebody else reviews it."))
            return redirect("colleges:show_evidence", made.public_id)
    return form_page(
        request, form, college=college, heading=_("Show that it is met"), submit=_("Give it"), lead=item.text
    )


@never_cache
@require_GET
def show_evidence(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One piece of evidence with its files, and the review for whoever may."""
    return _evidence_page(request, _evidence(request, public_id))


@never_cache
@require_POST
def review_evidence(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _evidence(request, public_id)
    require(standing(request), REVIEW, on=row)
    form = forms.ReviewForm(request.POST)
    if form.is_valid():
        try:
            services.review_evidence(
                actor=standing(request), row=row, is_accepted=request.POST.get("verdict") == "yes",
                finding=form.cleaned_data["finding"], at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Reviewed."))
            return redirect("colleges:show_evidence", public_id)
    return _evidence_page(request, row, form=form)


def _evidence(request: HttpRequest, public_id: UUID) -> StandardEvidence:
    row = queries.evidence_by_id(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _evidence_page(
    request: HttpRequest, row: StandardEvidence, *, form: forms.ReviewForm | None = None
) -> HttpResponse:
    viewer = standing(request)
    is_own = row.given_by_id in viewer.person_keys
    waits = row.state == StandardEvidence.State.GIVEN
    context = {
        "row": row,
        "college": row.college,
        "is_over": row.is_over(clock.today()),
        "is_own": is_own,
        "may_review": waits and not is_own and viewer.may(REVIEW, row.access_scope()),
        "form": form or forms.ReviewForm(),
        "shelves": shelves(viewer, [(evidence.EVIDENCE, evidence.thing_of(row))]),
    }
    return render(request, "colleges/evidence.html", context, status=422 if form and form.errors else 200)


@never_cache
@require_http_methods(FORMS)
@only_for(SET)
def set_standard(request: HttpRequest) -> HttpResponse:
    """The standard of a level, from a day on; before there is one, what the house proposes."""
    city = city_or_404()
    viewer = standing(request)
    require(viewer, SET, on=city)
    today = clock.today()
    level = request.GET.get("level", "")
    level = level if level in CollegeLevel.values else CollegeLevel.STREET
    standing_now = queries.standard_of(level, today)
    items = sorted(standing_now.items.all(), key=lambda one: one.place) if standing_now else shipped.STANDARDS[level]
    initial = {
        "begins_on": today,
        "source": standing_now.source if standing_now else shipped.SOURCE,
        "items": forms.written(items),
    }
    form = forms.StandardForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.set_standard(
                actor=viewer, city=city, level=level, items=data["items"], begins_on=data["begins_on"], today=today,
                source=data["source"], why=data["why"],
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("It holds from its day."))
            return redirect(f"{request.path}?level={level}")
    context = {
        "form": form, "level": level, "levels": CollegeLevel.choices, "is_proposed": standing_now is None,
        "known": queries.standards_known(),
    }  # fmt: skip
    return render(request, "colleges/standard.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(FORMS)
@only_for(SET)
def set_targets(request: HttpRequest) -> HttpResponse:
    """What the network aims at [K], from a day on."""
    city = city_or_404()
    viewer = standing(request)
    require(viewer, SET, on=city)
    today = clock.today()
    form = forms.TargetsForm(request.POST or None, initial={"begins_on": today} | asdict(queries.targets_on(today)))
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.set_targets(
                actor=viewer,
                city=city,
                numbers=form.numbers(),
                begins_on=data["begins_on"],
                today=today,
                why=data["why"],
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("They hold from their day."))
            return redirect("colleges:set_targets")
    context = {"form": form, "known": queries.targets_known()}
    return render(request, "colleges/targets.html", context, status=422 if form.errors else 200)
