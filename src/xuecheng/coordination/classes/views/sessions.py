"""Pages of one session: moved, somebody else teaches, cancelled, held, taken out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.classes import forms, queries, services
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.classes.services.sessions import SessionsConflict
from xuecheng.web.templatetags.xc import day_time

from .doors import FIELDS, FORMS, form_page, session_or_404


@never_cache
@require_http_methods(FORMS)
def move_session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another time or another room."""
    session, viewer = session_or_404(request, public_id), standing(request)
    begins = session.during.lower.astimezone(clock.zone())
    minutes = int((session.during.upper - session.during.lower).total_seconds()) // 60
    initial = {
        "on": begins.date(), "begins": begins.time(), "minutes": minutes,
        "space": session.space.public_id if session.space else None,
    }  # fmt: skip
    form = forms.MoveSession(request.POST or None, initial=initial)
    host = session.course_class.host
    form.offer(rooms=queries.rooms_to_book(viewer, host), teachers=(), host=host)
    if form.is_valid():
        starts, ends = form.period()
        try:
            services.move_session(
                actor=viewer, session=session, begins_at=starts, ends_at=ends, space=form.cleaned_data["space"],
                at=clock.now(), why=form.cleaned_data["why"],
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("Moved. The old room is free again."))
            return _back(session)
    lead = _("The same teacher teaches it, if they can then. Nothing changes if the room or the teacher can't.")
    return form_page(
        request, form, heading=_heading(_("Move session %(number)d of %(title)s, %(when)s"), session),
        submit=_("Move it"), lead=lead, back=_plan(session),
    )  # fmt: skip


@never_cache
@require_http_methods(FORMS)
def substitute_teacher(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody else teaches, in one step."""
    session = session_or_404(request, public_id)
    row = session.course_class
    form = forms.Substitute(
        request.POST or None,
        initial={"teacher": session.teaching.teacher.public_id if session.teaching else None},
        first_day=session.day,
    )
    form.offer(rooms=(), teachers=queries.teachers_to_assign(row))
    problems: list[tuple[object, str]] = []
    if form.is_valid():
        try:
            services.substitute_teacher(
                actor=standing(request), session=session, teacher=form.cleaned_data["teacher"], at=clock.now(),
                why=form.cleaned_data["why"], onward=form.cleaned_data["onward"], until=form.cleaned_data["until"],
            )  # fmt: skip
        except SessionsConflict as conflict:
            problems = [(one.slot.begins_at, " ".join(one.problems)) for one in conflict.outcomes if one.problems]
            conflict.show_on(form, **FIELDS)
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("Changed. The old teacher is free then."))
            return _back(session)
    heading = _heading(_("Who teaches session %(number)d of %(title)s, %(when)s?"), session)
    lead = _("Offered are people who are qualified for the course and belong to the unit or have an agreement with it.")
    return form_page(
        request, form, heading=heading, submit=_("Let them teach"), lead=lead, back=_plan(session), problems=problems,
        search=reverse("staff:find_teachers"),
    )  # fmt: skip


@never_cache
@require_http_methods(FORMS)
def find_substitute(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who can step in, the best first, with why; one button calls one."""
    session, viewer = session_or_404(request, public_id), standing(request)
    row = session.course_class
    form = forms.CallSubstitute(request.POST or None, initial={"why": _("The teacher is away")})
    if form.is_valid():
        wanted = form.cleaned_data["teacher"]
        teacher = next((one for one in queries.teachers_to_assign(row) if one.public_id == wanted), None)
        if teacher is None:
            raise Http404
        try:
            services.substitute_teacher(
                actor=viewer, session=session, teacher=teacher, at=clock.now(), why=form.cleaned_data["why"]
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(
                request, _("%(name)s teaches this session. The old teacher is free then.") % {"name": teacher.person}
            )
            return _back(session)
    context = {
        "form": form, "row": row, "session": session, "found": queries.substitutes(viewer, session),
        "can_draft": viewer.may_somewhere("staff.draft_agreement"),
    }  # fmt: skip
    return render(request, "classes/substitute.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(FORMS)
def cancel_session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """It is not held, and why."""
    session = session_or_404(request, public_id)
    form = forms.Reason(request.POST or None)
    if form.is_valid():
        try:
            services.cancel_session(
                actor=standing(request), session=session, at=clock.now(), why=form.cleaned_data["why"]
            )
        except Refusal as refusal:
            refusal.show_on(form, **FIELDS)
        else:
            messages.success(request, _("Cancelled. Room and teacher are free again."))
            return _back(session)
    return form_page(
        request, form, heading=_heading(_("Cancel session %(number)d of %(title)s, %(when)s"), session),
        submit=_("Cancel the session"), back=_plan(session), cancel=pgettext("session", "Keep it"),
    )  # fmt: skip


@never_cache
@require_POST
def act_on_session(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Say that it is held, or take it out of a draft."""
    session = session_or_404(request, public_id)
    try:
        match verb:
            case "hold":
                services.hold_session(actor=standing(request), session=session, at=clock.now())
                messages.success(request, _("Held. Room and teacher are checked in."))
            case "remove":
                services.remove_session(actor=standing(request), session=session, at=clock.now())
                messages.success(request, _("Taken out. Room and teacher are free again."))
            case _:
                raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back(session)


def _plan(session: ClassSession) -> str:
    return reverse("classes:show_plan", args=[session.course_class.public_id])


def _back(session: ClassSession) -> HttpResponse:
    return redirect("classes:show_plan", public_id=session.course_class.public_id)


def _heading(words: str, session: ClassSession) -> str:
    return words % {
        "number": session.number,
        "title": session.course_class.title,
        "when": day_time(session.during.lower),
    }
