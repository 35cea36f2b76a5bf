"""Pages of help: my helpers, whom I help, and the counter."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.people import queries as people
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import entrusted
from xuecheng.web.paging import page_of

from . import acting, queries, rules, services
from .forms import LENGTHS, RecordGuardian, RecordProxy, Sure, Until, What, Who, last_day
from .models import Guardianship, Proxy
from .words import PAGES, plain_words, task_words

DRAFT = "chosen_helper"
"""Session key: the answers given so far."""
STEPS = ("who", "what", "until", "check")


@never_cache
@require_GET
def list_helpers(request: HttpRequest) -> HttpResponse:
    """Who helps me, and what was done for me."""
    me = standing(request).person
    now = clock.now()
    faces = queries.helpers_of(me, at=now)
    context = {
        "open": [face for face in faces if face.is_open],
        "over": [face for face in faces if not face.is_open],
        "asked": queries.waits_for_answer(me, at=now),
        "page": page_of(queries.deeds_of(me), order=("-id",), after=request.GET.get("after", ""), size=10),
        "may_choose": not any(face.is_guardian and face.is_open for face in faces),
    }
    return render(request, "care/helpers.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def choose_helper(request: HttpRequest, step: str) -> HttpResponse:
    """One question a page; the answers are kept until the last button."""
    if step not in STEPS:
        raise Http404
    viewer = standing(request)
    require(viewer, "care.grant_proxy", on=viewer.person)
    kept: dict[str, Any] = request.session.get(DRAFT, {})
    helper = people.by_sign_in_name(kept.get("helper", "")) if kept.get("helper") else None
    for needed, before in (("what", helper), ("until", kept.get("tasks")), ("check", kept.get("days"))):
        if STEPS.index(step) >= STEPS.index(needed) and not before:
            return redirect("care:choose_helper", STEPS[STEPS.index(needed) - 1])
    form = _step_form(request, step, kept)
    if form.is_valid():
        if step != "check":
            request.session[DRAFT] = kept | _answer(form, step)
            return redirect("care:choose_helper", STEPS[STEPS.index(step) + 1])
        try:
            services.grant_proxy(
                actor=viewer,
                public_id=form.cleaned_data["public_id"],
                helper=helper or Person(),
                tasks=kept["tasks"],
                ends_on=last_day(kept["days"], today=clock.today()),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session.pop(DRAFT, None)
            told = {"name": helper.name if helper else ""}
            messages.success(request, _("%(name)s is your helper now. You can end it here at any time.") % told)
            return redirect("care:list_helpers")
    context = {
        "form": form,
        "step": step,
        "number": STEPS.index(step) + 1,
        "steps": [_("Who"), _("What"), _("How long"), _("Check")],
        "back": reverse("care:list_helpers")
        if step == "who"
        else reverse("care:choose_helper", args=[STEPS[STEPS.index(step) - 1]]),
        "helper": _masked(helper.name) if helper else "",
        "tasks": task_words([rules.Task(task) for task in kept.get("tasks", [])]),
        "last_day": last_day(kept["days"], today=clock.today()) if kept.get("days") else None,
    }
    return render(request, "care/choose.html", context, status=422 if form.errors else 200)


def _step_form(request: HttpRequest, step: str, kept: dict[str, Any]) -> django_forms.Form:
    sent = request.POST if request.method == "POST" else None
    if step == "who":
        return Who(sent, initial={"helper": kept.get("helper", "") or request.GET.get("helper", "")})
    if step == "what":
        return What(sent, initial={"tasks": kept.get("tasks", [])})
    if step == "until":
        return Until(sent, initial={"days": kept.get("days", LENGTHS[0][0])})
    return Sure(sent, initial={"public_id": uuid7()})


def _answer(form: django_forms.Form, step: str) -> dict[str, Any]:
    data = form.cleaned_data
    if step == "who":
        return {"helper": data["helper"].sign_in_name}
    return {"tasks": data["tasks"]} if step == "what" else {"days": data["days"]}


def _masked(name: str) -> str:
    """Enough to know whom one means, too little to learn names by trying: 陈*敏."""
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


@never_cache
@require_http_methods(["GET", "POST"])
def end_help(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Either side ends it, at once."""
    proxy = get_object_or_404(Proxy.objects.select_related("person__territory", "helper"), public_id=public_id)
    viewer = standing(request)
    if not {proxy.person_id, proxy.helper_id} & {*viewer.person_keys} and not viewer.may(
        "care.end_help", queries.counter_scope(proxy.person)
    ):
        raise Http404
    if request.method == "POST":
        try:
            services.end_proxy(actor=viewer, proxy=proxy, at=clock.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Ended. It counts at once."))
        return redirect(_after(viewer.person, proxy))
    context = {"proxy": proxy, "is_mine": proxy.person_id in viewer.person_keys, "back": _after(viewer.person, proxy)}
    return render(request, "care/end.html", context)


def _after(person: Person, proxy: Proxy) -> str:
    if person.pk == proxy.person_id:
        return reverse("care:list_helpers")
    if person.pk == proxy.helper_id:
        return reverse("care:list_helped")
    return reverse("care:show_counter", args=[proxy.person.public_id])


@require_POST
def end_guardianship(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The guardian or staff end it before the birthday."""
    one = get_object_or_404(Guardianship.objects.select_related("child__territory", "guardian"), public_id=public_id)
    viewer = standing(request)
    try:
        services.end_guardianship(actor=viewer, guardianship=one, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Ended. It counts at once."))
    if one.guardian_id in viewer.person_keys:
        return redirect("care:list_helped")
    return redirect("care:show_counter", one.child.public_id)


@require_POST
def answer_anew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """After the birthday the young person decides."""
    viewer = standing(request)
    one = get_object_or_404(
        Guardianship.objects.select_related("guardian"), public_id=public_id, child__in=viewer.person_keys
    )
    goes_on = request.POST.get("answer") == "goes_on"
    try:
        services.answer_anew(actor=viewer, guardianship=one, goes_on=goes_on, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("care:list_helpers")
    if goes_on:
        request.session[DRAFT] = {"helper": one.guardian.sign_in_name}
        return redirect("care:choose_helper", "what")
    messages.success(request, _("From now on you decide alone."))
    return redirect("care:list_helpers")


@never_cache
@require_GET
def list_helped(request: HttpRequest) -> HttpResponse:
    """Whom I help."""
    faces = queries.helped_by(standing(request).person, at=clock.now())
    context = {
        "open": [face for face in faces if face.is_open],
        "over": [face for face in faces if not face.is_open],
    }
    return render(request, "care/helped.html", context)


@require_POST
def start_acting(request: HttpRequest, via: str, public_id: UUID) -> HttpResponse:
    """Act for somebody from now on."""
    if via not in (queries.PROXY, queries.GUARDIAN) or not acting.begin(request, via, str(public_id)):
        raise Http404
    return redirect("care:show_entrusted")


@entrusted()
@require_POST
def stop_acting(request: HttpRequest) -> HttpResponse:
    """Act for oneself again."""
    acting.leave(request)
    return redirect("care:list_helped")


@entrusted()
@never_cache
@require_GET
def show_entrusted(request: HttpRequest) -> HttpResponse:
    """What may be done now for whom one acts."""
    viewer = standing(request)
    if viewer.entrusted is None:
        return redirect("care:list_helped")
    tasks = rules.tasks_in(viewer.entrusted.acts)
    doors = [(words, reverse(PAGES[task])) for task, words in zip(tasks, plain_words(tasks), strict=True)]
    return render(request, "care/entrusted.html", {"person": viewer.person, "doors": doors})


@never_cache
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The guardian agrees, or leaves it."""
    viewer = standing(request)
    one = get_object_or_404(
        Guardianship.objects.select_related("child"), public_id=public_id, guardian__in=viewer.person_keys
    )
    if request.method == "POST":
        try:
            services.consent_as_guardian(actor=viewer, guardianship=one, at=clock.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Thank you. You can act for %(name)s now.") % {"name": one.child.name})
        return redirect("care:list_helped")
    return render(request, "care/consent.html", {"one": one, "last": one.during.upper})


@never_cache
@require_GET
def show_counter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who helps the person at the counter."""
    person = _at_counter(request, public_id)
    faces = queries.for_counter(standing(request), person, at=clock.now())
    seen(request, person_id=person.pk, what=Reading.What.HELP)
    context = {
        "person": person,
        "open": [face for face in faces if face.is_open],
        "over": [face for face in faces if not face.is_open],
    }
    return render(request, "care/counter.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def record_proxy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """At the counter, in the person's presence."""
    person = _at_counter(request, public_id)
    form = RecordProxy(request.POST or None, initial={"public_id": uuid7(), "ends_on": _in_a_year(clock.today())})
    if form.is_valid():
        try:
            services.record_proxy(actor=standing(request), person=person, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Recorded. Both can see it, and either can end it."))
            return redirect("care:show_counter", person.public_id)
    context = {"form": form, "person": person, "heading": _("A helper for %(name)s") % {"name": person.name}}
    return render(request, "care/record.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def record_guardian(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """At the counter: who acts for a child."""
    person = _at_counter(request, public_id, "care.record_guardian")
    form = RecordGuardian(request.POST or None, initial={"public_id": uuid7()})
    if form.is_valid():
        try:
            services.record_guardian(actor=standing(request), child=person, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form, helper="guardian")
        else:
            messages.success(request, _("Recorded. It counts once the guardian has agreed on their own page."))
            return redirect("care:show_counter", person.public_id)
    context = {"form": form, "person": person, "heading": _("A guardian for %(name)s") % {"name": person.name}}
    return render(request, "care/record.html", context, status=422 if form.errors else 200)


def _at_counter(request: HttpRequest, public_id: UUID, act: str = "care.record_proxy") -> Person:
    person = people.person(standing(request), public_id)
    if person is None:
        raise Http404
    require(standing(request), act, on=queries.counter_scope(person))
    return person


def _in_a_year(today: date) -> date:
    return last_day(LENGTHS[-1][0], today=today)
