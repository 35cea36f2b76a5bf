"""Pages of the pool: one's own teaching, and for units the pool, the search, agreements and structure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock, trace
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import require
from xuecheng.city.documents.queries import shelves
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.territories.models import Territory
from xuecheng.city.territories.queries import installation
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from . import evidence, forms, queries, services, words
from .models import Qualification, Teacher, TeacherHours, spans_of

KEEP, APPROVE, DRAFT, FIND, LIMITS = (
    "staff.keep_profile", "staff.approve_teacher", "staff.draft_agreement", "staff.find_teacher", "staff.set_limits",
)  # fmt: skip


@never_cache
@require_GET
def show_own(request: HttpRequest) -> HttpResponse:
    """My teaching: entry, qualifications, agreements, sessions."""
    me = standing(request).person
    entry = queries.own_entry(me)
    context: dict[str, Any] = {"agreements": queries.own_agreements(me), "entry": entry, "today": clock.today()}
    if entry is not None:
        context |= _entry_facts(entry) | {
            "qualifications": queries.qualifications_of(entry),
            **_sessions(request, entry),
        }
    return render(request, "staff/own.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def keep_profile(request: HttpRequest) -> HttpResponse:
    """Enter oneself, or change the entry."""
    viewer = standing(request)
    require(viewer, KEEP, on=viewer.person)
    entry = queries.own_entry(viewer.person)
    form = forms.EnterProfile(request.POST or None, initial=forms.initial_of(entry) if entry else {})
    if (answer := found_in(request, form)) is not None:
        return answer
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_profile(actor=viewer, profile=form.profile(), at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form, hours="free_0")
        else:
            messages.success(request, _("Your entry is with your unit, which approves it."))
            return redirect("staff:show_own")
    return render(request, "staff/profile.html", {"form": form, "entry": entry}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def close_own(request: HttpRequest) -> HttpResponse:
    """Teach no more, for now or for good."""
    viewer = standing(request)
    entry = queries.own_entry(viewer.person)
    if entry is None:
        raise Http404
    form = forms.Words(request.POST or None)
    if form.is_valid():
        try:
            services.close_teacher(actor=viewer, teacher=entry, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Your entry is closed. Enter yourself anew at any time."))
            return redirect("staff:show_own")
    return render(request, "staff/close.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def claim_qualification(request: HttpRequest) -> HttpResponse:
    """Enter a qualification; its evidence is added on the next page."""
    viewer = standing(request)
    entry = queries.own_entry(viewer.person)
    if entry is None:
        return redirect("staff:keep_profile")
    form = forms.ClaimQualification(request.POST or None, initial={"public_id": uuid7()})
    if form.is_valid():
        try:
            made = services.claim_qualification(actor=viewer, teacher=entry, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Entered. Add a copy of the certificate now."))
            return redirect("staff:show_qualification", made.public_id)
    return render(request, "staff/claim.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_qualification(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One qualification with its evidence: the person's own, or for the unit that reviews it."""
    return _qualification_page(request, _qualification(request, public_id))


@never_cache
@require_POST
def review_qualification(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Confirm it, or not."""
    row = _qualification(request, public_id)
    form = forms.Review(request.POST)
    if form.is_valid():
        try:
            services.review_qualification(
                actor=standing(request),
                qualification=row,
                is_confirmed=request.POST.get("verdict") == "yes",
                at=clock.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Reviewed."))
            return redirect("staff:show_qualification", public_id)
    return _qualification_page(request, row, form=form)


@never_cache
@require_POST
def withdraw_qualification(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let it count no more."""
    row = _qualification(request, public_id)
    form = forms.Words(request.POST)
    if form.is_valid():
        try:
            services.withdraw_qualification(actor=standing(request), qualification=row, **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("It counts no more."))
            return redirect("staff:show_qualification", public_id)
    return _qualification_page(request, row, withdrawing=form)


@never_cache
@require_GET
@only_for(APPROVE)
def list_teachers(request: HttpRequest) -> HttpResponse:
    """The pool of the viewer's units."""
    viewer = standing(request)
    form = forms.PoolFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = page_of(queries.teachers(viewer, **wanted), order=("-id",), after=request.GET.get("after", ""))
    rows = [(one, words.subject_words(one.subjects)) for one in page]
    context = {"page": page, "rows": rows, "filter": form, "waiting": queries.teachers_waiting(viewer).count()}
    return render(request, "staff/teachers.html", context)


@never_cache
@require_GET
def show_teacher(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One entry, for the unit that answers for it."""
    return _teacher_page(request, _teacher(request, public_id))


@never_cache
@require_POST
def decide_teacher(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take somebody into the pool, send the entry back, or close it."""
    row, actor = _teacher(request, public_id), standing(request)
    form = forms.Decide(request.POST)
    if form.is_valid():
        said = form.cleaned_data["words"]
        try:
            match request.POST.get("verdict"):
                case "open":
                    services.approve_teacher(actor=actor, teacher=row, words=said)
                case "close":
                    services.close_teacher(actor=actor, teacher=row, words=said, at=clock.now())
                case _:
                    services.return_teacher(actor=actor, teacher=row, words=said)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Decided."))
            return redirect("staff:show_teacher", public_id)
    return _teacher_page(request, row, form=form)


@never_cache
@require_GET
@only_for(FIND)
def find_teachers(request: HttpRequest) -> HttpResponse:
    """Who can teach what, where and when; also who steps in."""
    form = forms.FindTeacher(request.GET or None, initial={"on": clock.today(), "level": 1})
    if (answer := found_in(request, form)) is not None:
        return answer
    found = queries.who_can_teach(standing(request), form.wanted()) if form.is_valid() else None
    context = {
        "form": form,
        "found": found,
        "can_draft": standing(request).may_somewhere(DRAFT),
        # The agreement begins with the time that was looked for.
        "times": urlencode(form.times()) if found else "",
    }
    return render(request, "staff/find.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
@only_for(FIND)
def show_structure(request: HttpRequest) -> HttpResponse:
    """Who teaches, by type, against the mix that is aimed at (T-01)."""
    viewer = standing(request)
    form = forms.StructureFilter(request.GET or None)
    if (answer := found_in(request, form)) is not None:
        return answer
    place: Territory | Organisation | None = form.cleaned_data["place"] if form.is_valid() else None
    if place is None:
        ids = viewer.organisation_ids(FIND)
        place = Organisation.objects.select_related("territory").filter(pk__in=ids).first() if ids else None
    if place is None:
        found = installation()
        if found is None:
            raise Http404
        place = found.city
    mix = queries.mix_of(viewer, place, today=clock.today())
    return render(request, "staff/structure.html", {"form": form, "place": place, "mix": mix})


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(LIMITS)
def set_limits(request: HttpRequest) -> HttpResponse:
    """The numbers of the place where the viewer's role is held."""
    viewer = standing(request)
    path = viewer.territory_paths(LIMITS)[0]
    territory = Territory.objects.get(path=path)
    limits = queries.limits_at(path, on=clock.today())
    form = forms.SetLimits(request.POST or None, limits=limits)
    if form.is_valid():
        try:
            services.set_limits(
                actor=viewer,
                territory=territory,
                begins_on=form.cleaned_data["begins_on"],
                values=form.values(),
                why=form.cleaned_data["why"],
                today=clock.today(),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved. They count from that day."))
            return redirect("staff:set_limits")
    context = {"form": form, "territory": territory, "versions": queries.limits_of(territory)}
    return render(request, "staff/limits.html", context, status=422 if form.errors else 200)


def base_of(request: HttpRequest) -> str:
    """Staff keep their rail where residents read the same page."""
    return "web/staff.html" if standing(request).holdings else "web/base.html"


def _teacher(request: HttpRequest, public_id: UUID) -> Teacher:
    found = queries.teacher(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _qualification(request: HttpRequest, public_id: UUID) -> Qualification:
    found = queries.qualification(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _entry_facts(entry: Teacher) -> dict[str, Any]:
    hours = list(entry.hours.all())
    return {
        "subjects": words.subject_words(entry.subjects),
        "languages": words.language_words(entry.languages),
        "free": words.hours_words(spans_of(row for row in hours if row.use == TeacherHours.Use.FREE)),
        "owed": words.hours_words(spans_of(row for row in hours if row.use == TeacherHours.Use.OWED)),
    }


def _sessions(request: HttpRequest, entry: Teacher) -> dict[str, Any]:
    """What is to be taught, soonest first; with `over` what was taught, released or left, newest first."""
    is_over = "over" in request.GET
    rows = queries.sessions_of(entry, at=clock.now(), is_over=is_over)
    order = ("-during", "-id") if is_over else ("during", "id")
    return {"is_over": is_over, "page": page_of(rows, order=order, after=request.GET.get("after", ""), size=10)}


def _teacher_page(request: HttpRequest, row: Teacher, *, form: forms.Decide | None = None) -> HttpResponse:
    viewer = standing(request)
    seen(request, person_id=row.person_id, what=Reading.What.TEACHING, thing=row.public_id)
    is_own = row.person_id in viewer.person_keys
    may_decide = viewer.may(APPROVE, scope_of(row.home)) and not is_own
    context = {
        "teacher": row,
        **_entry_facts(row),
        "qualifications": queries.qualifications_of(row),
        **_sessions(request, row),
        "history": trace.history_of(row),
        "can_open": may_decide and row.state in (Teacher.State.ASKED, Teacher.State.CLOSED),
        "can_return": may_decide and row.state == Teacher.State.ASKED,
        "can_close": may_decide and row.state == Teacher.State.OPEN,
        "form": form or forms.Decide(),
    }
    return render(request, "staff/teacher.html", context, status=422 if form and form.errors else 200)


def _qualification_page(
    request: HttpRequest,
    row: Qualification,
    *,
    form: forms.Review | None = None,
    withdrawing: forms.Words | None = None,
) -> HttpResponse:
    viewer = standing(request)
    seen(request, person_id=row.person_id, what=Reading.What.TEACHING, thing=row.public_id)
    is_own = row.person_id in viewer.person_keys
    may_review = viewer.may(APPROVE, scope_of(row.teacher.home)) and not is_own
    counts = row.state in (Qualification.State.CLAIMED, Qualification.State.CONFIRMED)
    bad = bool((form and form.errors) or (withdrawing and withdrawing.errors))
    context = {
        "base": base_of(request),
        "row": row,
        "is_own": is_own,
        "is_over": row.during.upper is not None and row.during.upper <= clock.today(),
        "shelves": shelves(viewer, [(evidence.QUALIFICATION, evidence.thing_of(row))]),
        "can_review": may_review and row.state == Qualification.State.CLAIMED,
        "can_withdraw": counts and (is_own or may_review),
        "form": form or forms.Review(),
        "withdrawing": withdrawing or forms.Words(),
    }
    return render(request, "staff/qualification.html", context, status=422 if bad else 200)
