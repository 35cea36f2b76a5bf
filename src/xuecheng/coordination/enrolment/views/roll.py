"""Pages for the unit: the roll of a class, the counter, the numbers, the steps of its lottery."""

from __future__ import annotations

from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import capacity, seen, standing
from xuecheng.city.access.services import noted
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.coordination.enrolment import forms, queries, rules, services
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.enrolment.queries import ENROL_PERSON, KEEP, SEE
from xuecheng.coordination.enrolment.rules.lottery import USUAL_SOURCE
from xuecheng.web.paging import page_of

from .doors import CHIPS, FORMS, class_or_404


@never_cache
@require_GET
@only_for(SEE)
def list_rolls(request: HttpRequest) -> HttpResponse:
    """Classes whose rolls one sees, the newest first."""
    found = queries.classes_with_rolls(standing(request))
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    due = set(queries.lotteries_due(standing(request), at=clock.now()).values_list("course_class", flat=True))
    return render(request, "enrolment/rolls.html", {"page": page, "due": due})


@never_cache
@require_GET
def show_roll(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everybody on the roll of a class, by number; the waiting list is one of its filters."""
    return _roll_page(request, public_id)


def _roll_page(
    request: HttpRequest, public_id: UUID, *, form: django_forms.Form | None = None, verb: str = ""
) -> HttpResponse:
    row = class_or_404(public_id, act=SEE, request=request)
    viewer = standing(request)
    choice = forms.FilterRoll(request.GET)
    state = choice.cleaned_data["state"] if choice.is_valid() else ""
    found = queries.enrolments_of_class(viewer, row, states=[state] if state else [])
    order = ("queue_rank", "queue_no", "id") if state == Enrolment.State.WAITING else ("number", "id")
    within = row.access_scope()
    may_keep = viewer.may(KEEP, within)
    lottery = queries.lottery_of(row)
    steps = {
        "announce": forms.Announce(initial={"public_id": uuid7(), "beacon_source": USUAL_SOURCE}),
        "freeze": forms.JustPost(),
        "draw": forms.Draw(),
    }
    if form is not None:
        steps[verb] = form
    context = {
        "course_class": row,
        "filter": choice,
        "page": page_of(found, order=order, after=request.GET.get("after", "")),
        "numbers": queries.numbers_of(row),
        "chips": CHIPS,
        "same_person": queries.SAME_PERSON,
        "same_person_words": _(queries.SAME_PERSON),
        "lottery": lottery,
        "steps": steps,
        "next_step": queries.next_step(row, lottery, at=clock.now()) if may_keep else "",
        "may_keep": may_keep,
        "may_enrol": viewer.may(ENROL_PERSON, within) and row.state in services.GIVING,
        "errors": form if form is not None and form.errors else None,
    }
    return render(request, "enrolment/roll.html", context, status=422 if form is not None else 200)


@never_cache
@require_GET
def print_list(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everybody who has a place, on paper: for the door of the room."""
    row = class_or_404(public_id, act=SEE, request=request)
    found = queries.enrolments_of_class(standing(request), row, states=rules.HOLDING).order_by("number")
    rows = noted(
        list(found), reader=standing(request), person_of=lambda one: one.person_id, what=Reading.What.EXPORT,
        at=clock.now(), in_role=capacity(request),
    )  # fmt: skip
    context = {"course_class": row, "rows": list(rows), "today": clock.today()}
    return render(request, "enrolment/print.html", context)


@never_cache
@require_http_methods(FORMS)
def enrol_person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """At the counter, for a person who came."""
    row = class_or_404(public_id, act=ENROL_PERSON, request=request)
    form = forms.EnrolPerson(
        request.POST or None, requirement=row.version.entry_requirement, initial={"public_id": uuid7()}
    )
    if form.is_valid():
        person = form.cleaned_data["person"]
        try:
            made = services.enrol(
                actor=standing(request),
                public_id=form.cleaned_data["public_id"],
                course_class=row,
                person=person,
                at=clock.now(),
                meets_requirement=form.cleaned_data.get("meets_requirement", False),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            seen(request, person_id=person.pk, what=Reading.What.ENROLMENT, thing=made.public_id)
            messages.success(
                request,
                _("%(name)s: %(state)s.") % {"name": person.name, "state": made.get_state_display()},
            )
            return redirect("enrolment:show_roll", public_id=public_id)
    context = {"course_class": row, "form": form}
    return render(request, "enrolment/counter.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(FORMS)
def set_numbers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hours, percentages and the age of a class."""
    row = class_or_404(public_id, act=KEEP, request=request)
    form = forms.SetNumbers(request.POST or None, roll=queries.roll_of(row))
    if form.is_valid():
        try:
            services.set_numbers(
                actor=standing(request), course_class=row, numbers=form.numbers(), why=form.cleaned_data["why"]
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved. It counts for what happens from now on."))
            return redirect("enrolment:show_roll", public_id=public_id)
    context = {"course_class": row, "form": form}
    return render(request, "enrolment/numbers.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def run_lottery(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Announce, freeze, draw."""
    row = class_or_404(public_id, act=KEEP, request=request)
    kinds = {"announce": forms.Announce, "freeze": forms.JustPost, "draw": forms.Draw}
    if verb not in kinds:
        raise Http404
    lottery = queries.lottery_of(row)
    if lottery is None and verb != "announce":
        raise Http404
    form = kinds[verb](request.POST)
    if form.is_valid():
        viewer, at = standing(request), clock.now()
        try:
            if lottery is None or verb == "announce":
                services.announce_lottery(actor=viewer, course_class=row, at=at, **form.cleaned_data)
            elif verb == "freeze":
                services.freeze_lottery(actor=viewer, lottery=lottery, at=at)
            else:
                services.start_draw(actor=viewer, lottery=lottery, at=at, **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            said = {
                "announce": _("Announced. The hash of the secret is public now."),
                "freeze": _("The list is frozen, and its hash is public."),
                "draw": _("The draw is under way; the result is public in a moment."),
            }
            messages.success(request, said[verb])
            return redirect("enrolment:show_roll", public_id=public_id)
    return _roll_page(request, public_id, form=form, verb=verb)
