"""Pages of planning: the season's board, a class, its sessions, and how it moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import scope_of
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.city.workdays.rules import OFF
from xuecheng.coordination.classes import forms, queries, rules, services
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.classes.queries import PLAN, SEE
from xuecheng.coordination.classes.services.sessions import SessionsConflict
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from .doors import CHIPS, FIELDS, FORMS, class_or_404, form_page, season_or_404, unit_asked

State = CourseClass.State


@never_cache
@require_GET
@only_for(SEE)
def show_board(request: HttpRequest) -> HttpResponse:
    """Classes of a unit in a season: state, sessions, rooms, teachers, and what is wrong."""
    return _board(request, "classes/board.html", size=25)


@never_cache
@require_GET
@only_for(SEE)
def print_list(request: HttpRequest) -> HttpResponse:
    """The same as a list to print: for the wall of the college."""
    return _board(request, "classes/print.html", size=500)


def _board(request: HttpRequest, template: str, *, size: int) -> HttpResponse:
    viewer = standing(request)
    unit = unit_asked(request)
    seasons = queries.seasons_of_unit(unit) if unit else []
    asked = forms.as_uuid(request.GET.get("season", ""))
    season = next((one for one in seasons if one.public_id == asked), None)
    season = season or queries.current_season(seasons, clock.today())
    state = request.GET.get("state", "")
    state = state if state in State.values else ""
    chosen = {"unit": unit, "season": str(season.public_id) if season else "", "state": state}
    sent = request.GET if "unit" in request.GET else None
    form = forms.FilterBoard(sent, units=queries.hosts(viewer, SEE), seasons=seasons, initial=chosen)
    if (answer := found_in(request, form)) is not None:
        return answer
    context: dict[str, Any] = {"filter": form, "unit": unit, "season": season, "page": None, "faces": []}
    if unit is not None and season is not None:
        found = queries.board(viewer, host=unit, season=season, state=state)
        page = page_of(found, order=("code", "pk"), after=request.GET.get("after", ""), size=size)
        context |= {
            "page": page,
            "faces": [(face, CHIPS[State(face.row.state)]) for face in queries.faces(page)],
            "may_plan": viewer.may(PLAN, scope_of(unit)),
            "query": urlencode({"unit": unit.code, "season": season.public_id}),
        }
    return render(request, template, context)


@never_cache
@require_GET
@only_for(PLAN)
def choose_course(request: HttpRequest) -> HttpResponse:
    """Of which course: those that are approved and meant for the unit's level (N-03)."""
    viewer = standing(request)
    unit = unit_asked(request, PLAN)
    sent = request.GET if "unit" in request.GET else None
    form = forms.ChooseUnit(sent, units=queries.hosts(viewer, PLAN), initial={"unit": unit})
    if (answer := found_in(request, form)) is not None:
        return answer
    is_own = request.GET.get("whose") != "others"
    page = None
    if unit is not None:
        found = queries.courses_to_plan(unit, is_own=is_own)
        page = page_of(found, order=("-pk",), after=request.GET.get("after", ""))
    season = request.GET.get("season", "")
    query = urlencode({"unit": unit.code if unit else "", "season": season})
    context = {"form": form, "unit": unit, "page": page, "query": query, "is_own": is_own}
    return render(request, "classes/choose.html", context)


@never_cache
@require_http_methods(FORMS)
@only_for(PLAN)
def plan_class(request: HttpRequest, version: UUID) -> HttpResponse:
    """A class from one course, as a draft."""
    viewer = standing(request)
    unit = unit_asked(request, PLAN)
    of = CourseVersion.objects.select_related("course__owner", "unit").filter(public_id=version).first()
    if unit is None or of is None or of.state != CourseVersion.State.APPROVED:
        raise Http404
    seasons = queries.seasons_of_unit(unit)
    asked = forms.as_uuid(request.GET.get("season", ""))
    season = next((one for one in seasons if one.public_id == asked), None)
    season = season or queries.current_season(seasons, clock.today())
    initial = {"public_id": uuid7()} | forms.initial_of_version(of, season)
    form = forms.PlanClass(request.POST or None, seasons=seasons, initial=initial)
    if form.is_valid():
        try:
            made = services.plan_class(
                actor=viewer,
                public_id=form.cleaned_data["public_id"] or uuid7(),
                version=of,
                host=unit,
                season=season_or_404(forms.as_uuid(form.cleaned_data["season"])),
                wish=form.wish(),
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("The class is a draft. Plan its sessions now."))
            return redirect("classes:add_sessions", public_id=made.public_id)
    heading = _("Plan a class: %(title)s") % {"title": of.course.title}
    return form_page(
        request, form, heading=heading, submit=_("Save as a draft"), lead=_course_words(of, unit),
        back=f"{reverse('classes:choose_course')}?{urlencode({'unit': unit.code})}", no_season=not seasons,
    )  # fmt: skip


def _course_words(version: CourseVersion, unit: Organisation) -> str:
    said = _("%(unit)s holds it. %(sessions)d sessions of %(minutes)d minutes.") % {
        "unit": unit.name, "sessions": version.sessions, "minutes": version.minutes,
    }  # fmt: skip
    if version.course.owner_id == unit.pk:
        return said
    supplied = _("The course is supplied by %(owner)s: its hours count there, its learners here (N-04).")
    return f"{said} {supplied % {'owner': version.course.owner.name}}"


@never_cache
@require_GET
def show_history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who moved which session when; of one session with its number in the address."""
    row = class_or_404(request, public_id)
    asked = request.GET.get("session", "")
    session = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else None
    context = {"row": row, "session": session, "steps": queries.session_history(row, session=session)}
    return render(request, "classes/history.html", context)


@never_cache
@require_GET
def show_plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One class for those who plan it: sessions with room and teacher, what is missing, the next step."""
    return _plan_page(request, class_or_404(request, public_id))


def _plan_page(
    request: HttpRequest, row: CourseClass, *, form: django_forms.Form | None = None, address: str = ""
) -> HttpResponse:
    viewer, now = standing(request), clock.now()
    (face,) = queries.faces([row])
    may_plan = viewer.may(PLAN, row.access_scope())
    live = row.state in (State.OPEN, State.RUNNING)
    context = {
        "row": row,
        "version": row.version,
        "face": face,
        "chip": CHIPS[State(row.state)],
        "may_plan": may_plan,
        "may_add": may_plan and row.state in (State.DRAFT, State.OPEN, State.RUNNING),
        "can_find": viewer.may_somewhere("staff.find_teacher"),
        "may_change": may_plan and row.state in (State.DRAFT, State.OPEN, State.RUNNING),
        "may_cancel": may_plan and row.state in (State.DRAFT, State.OPEN, State.RUNNING),
        "next": _next_step(row, face, now) if may_plan else None,
        "today": clock.today(),
        "is_live": live,
        "cancel_form": form or forms.Reason(),
        "feed": queries.feed_of(row) if may_plan else None,
        "address": address,
        "history": trace.history_of(row),
    }
    return render(request, "classes/plan.html", context, status=422 if form and form.errors else 200)


def _next_step(row: CourseClass, face: queries.Face, now: Any) -> tuple[str, str] | None:
    """The verb that moves the class on, and its words; none while something is missing or too early."""
    if row.state == State.DRAFT:
        return None if face.problems else ("open", _("Open it for enrolment"))
    if row.state == State.OPEN:
        begun = face.first_day is not None and face.first_day <= clock.date_of(now)
        return ("start", _("Start the class")) if begun else None
    if row.state == State.RUNNING:
        left = any(one.state == "planned" for one in face.sessions)
        return None if left else ("finish", _("The class is over"))
    return ("settle", _("All is accounted")) if row.state == State.FINISHED else None


@never_cache
@require_http_methods(FORMS)
def change_class(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = class_or_404(request, public_id, act=PLAN)
    form = forms.ChangeClass(request.POST or None, course_class=row, initial=forms.initial_of_class(row))
    if form.is_valid():
        try:
            services.change_class(
                actor=standing(request), course_class=row, wish=form.wish(), why=form.cleaned_data["why"]
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("Saved."))
            return redirect("classes:show_plan", public_id=public_id)
    heading = _("Change %(code)s %(title)s") % {"code": row.code, "title": row.title}
    return form_page(
        request, form, heading=heading, submit=_("Save"), back=reverse("classes:show_plan", args=[public_id])
    )


@never_cache
@require_http_methods(FORMS)
def add_sessions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A series or one date: looked at first, with every reason against each date; then saved, all or none."""
    row = class_or_404(request, public_id, act=PLAN)
    viewer = standing(request)
    missing = max(1, row.version.sessions - row.sessions.exclude(state="cancelled").count())
    initial = {
        "base": uuid7(), "first_day": max(row.season.first_day, clock.today() + timedelta(days=1)), "begins": "19:00",
        "minutes": row.version.minutes, "count": min(missing, rules.MOST_SESSIONS), "every_weeks": 1,
    }  # fmt: skip
    form = forms.AddSessions(request.POST or None, initial=initial)
    form.offer(rooms=queries.rooms_to_book(viewer, row.host), teachers=queries.teachers_to_assign(row), host=row.host)
    outcomes: Sequence[services.Outcome] = ()
    left_out: dict[Any, rules.LeftOut] = {}
    if form.is_valid():
        try:
            wish, left_out = _slots(form)
            more: dict[str, Any] = {
                "actor": viewer, "course_class": row, "slots": wish, "at": clock.now(),
                "space": form.cleaned_data["space"], "teacher": form.cleaned_data["teacher"],
            }  # fmt: skip
            if request.POST.get("act") == "save":
                made = services.add_sessions(**more)
                said = ngettext("%(n)d session is planned.", "%(n)d sessions are planned.", len(made))
                messages.success(request, said % {"n": len(made)})
                return redirect("classes:show_plan", public_id=public_id)
            outcomes = services.try_sessions(**more)
        except SessionsConflict as conflict:
            outcomes = conflict.outcomes
            conflict.show_on(form, **FIELDS)
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
    context = {
        "row": row,
        "form": form,
        "outcomes": outcomes,
        "wrong": sum(bool(one.problems) for one in outcomes),
        "left_out": [(on, why.value) for on, why in sorted(left_out.items())],
        "ticked": form.ticked() if form.is_bound else [],
    }
    return render(request, "classes/sessions.html", context, status=422 if form.errors else 200)


def _slots(form: forms.AddSessions) -> tuple[list[services.Slot], dict[Any, rules.LeftOut]]:
    """The dates of a form, and those that are left out. Raises `SeriesUnsound`."""
    data = form.cleaned_data
    calendar = queries.calendar()

    def is_holiday(on: Any) -> bool:
        special = calendar.special(on)
        return special is not None and special.kind == OFF

    days, out = rules.weekly(
        data["first_day"], data["count"], every_weeks=data["every_weeks"], without=data["without"],
        is_holiday=is_holiday,
    )  # fmt: skip
    return services.slots_of(data["base"], days, data["begins"], data["minutes"]), out


_VERBS = {
    "open": (services.open_class, gettext_lazy("The class is open. Everybody can find it now.")),
    "start": (services.start_class, gettext_lazy("The class runs.")),
    "finish": (services.finish_class, gettext_lazy("The class is finished.")),
    "settle": (services.settle_class, gettext_lazy("The class is settled.")),
}


@never_cache
@require_POST
def move_class(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Open, start, finish, settle."""
    if verb not in _VERBS:
        raise Http404
    row = class_or_404(request, public_id, act=PLAN)
    act, said = _VERBS[verb]
    try:
        act(actor=standing(request), course_class=row, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("classes:show_plan", public_id=public_id)


@never_cache
@require_POST
def cancel_class(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = class_or_404(request, public_id, act=PLAN)
    form = forms.Reason(request.POST)
    if form.is_valid():
        try:
            services.cancel_class(
                actor=standing(request), course_class=row, at=clock.now(), why=form.cleaned_data["why"]
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("Cancelled. Rooms and teachers are free again."))
            return redirect("classes:show_plan", public_id=public_id)
    return _plan_page(request, row, form=form)


@never_cache
@require_POST
def make_feed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A secret address for the timetable of a class; it is shown once."""
    row = class_or_404(request, public_id, act=PLAN)
    if request.POST.get("act") == "end":
        services.end_feed(actor=standing(request), of=row, at=clock.now())
        messages.success(request, _("The address leads nowhere any more."))
        return redirect("classes:show_plan", public_id=public_id)
    _feed, secret = services.make_feed(actor=standing(request), public_id=uuid7(), of=row, at=clock.now())
    address = request.build_absolute_uri(reverse("classes:read_feed", args=[secret]))
    return _plan_page(request, row, address=address)
