"""Lessons: the log and the homework of a session for whoever teaches it; a class of one's own; handing in; files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import noted
from xuecheng.city.documents.queries import shelves
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching import forms, papers, queries, services
from xuecheng.coordination.teaching.queries import OwnSession
from xuecheng.web.offline import readable_offline

from .doors import FORMS, layout_of, session_or_404


@never_cache
@require_http_methods(FORMS)
def keep_lesson(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was taught, a remark, the homework; who has handed it in; the files of the class."""
    session, viewer = session_or_404(request, public_id), standing(request)
    lesson = queries.lesson_of(session)
    names = ("taught", "remark", "homework", "due_on")
    form = forms.KeepLesson(request.POST or None, initial={name: getattr(lesson, name, None) for name in names})
    if form.is_valid():
        try:
            services.keep_lesson(actor=viewer, session=session, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("teaching:keep_lesson", public_id=public_id)
    people = queries.homework_of(lesson) if lesson is not None and lesson.homework else []
    found = [one for one in people if one.handed_in is not None]
    handed = noted(
        found, person_of=lambda one: one.enrolment.person_id, reader=viewer, what=Reading.What.ENROLMENT,
        at=clock.now(),
    )  # fmt: skip
    context = {
        "base": layout_of(request),
        "session": session,
        "course_class": session.course_class,
        "lesson": lesson,
        "form": form,
        "may_write": session.course_class.state in services.LIVE and session.state != ClassSession.State.CANCELLED,
        "people": people,
        "handed": _with_shelves(request, session, list(handed)),
        "shelf": next(iter(shelves(viewer, [(papers.MATERIALS, papers.class_as_thing(session.course_class))])), None),
    }
    return render(request, "teaching/lesson.html", context, status=422 if form.errors else 200)


def _with_shelves(
    request: HttpRequest, session: ClassSession, handed: list[queries.Homework]
) -> list[tuple[queries.Homework, object]]:
    things = [
        (papers.HOMEWORK, papers.homework_as_thing(one.handed_in, session=session))
        for one in handed
        if one.handed_in is not None
    ]
    by_key = {shelf.thing.key: shelf for shelf in shelves(standing(request), things)}
    return [(one, by_key.get(str(one.handed_in.public_id))) for one in handed if one.handed_in is not None]


@never_cache
@require_GET
@readable_offline
def show_own_class(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A class of one's own: each session, whether one was there, what was taught, homework and files."""
    one = _place_or_404(request, public_id)
    row = one.course_class
    sessions = queries.own_sessions(one)
    context = {
        "one": one,
        "course_class": row,
        "line": queries.own_line_of(one, sessions),
        "sessions": sessions,
        "today": clock.today(),
        "is_over": row.state in services.OVER,
        "shelf": next(iter(shelves(standing(request), [(papers.MATERIALS, papers.class_as_thing(row))])), None),
    }
    return render(request, "teaching/own_class.html", context)


@never_cache
@require_http_methods(FORMS)
def hand_in(request: HttpRequest, public_id: UUID, session: UUID) -> HttpResponse:
    """Homework is done: a few words, and then files if one likes."""
    one = _place_or_404(request, public_id)
    found = _own_session(one, session)
    lesson, there = found.lesson, found.handed_in
    if lesson is None or not lesson.homework:
        raise Http404
    form = forms.HandIn(request.POST or None, initial={"text": there.text if there else ""})
    if form.is_valid():
        try:
            services.hand_in(
                actor=standing(request), lesson=lesson, enrolment=one, text=form.cleaned_data["text"], at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Handed in. You can add a file now."))
            return redirect("teaching:hand_in", public_id=public_id, session=session)
    shelf = None
    if there is not None:
        there.enrolment = one
        found.session.course_class = one.course_class
        wanted = [(papers.HOMEWORK, papers.homework_as_thing(there, session=found.session))]
        shelf = next(iter(shelves(standing(request), wanted)), None)
    context = {
        "one": one, "course_class": one.course_class, "session": found.session, "lesson": lesson, "there": there,
        "form": form, "shelf": shelf, "may_hand_in": one.course_class.state in services.LIVE,
    }  # fmt: skip
    return render(request, "teaching/hand_in.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(FORMS)
def give_feedback(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How a class was that is over: one to five, and a few words."""
    one = _place_or_404(request, public_id)
    if one.course_class.state not in services.OVER:
        raise Http404
    said = queries.feedback_of(one)
    form = forms.GiveFeedback(request.POST or None, initial={"mark": said.mark, "words": said.words} if said else None)
    if form.is_valid():
        try:
            services.give_feedback(actor=standing(request), enrolment=one, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Thank you. You can change it for a month."))
            return redirect("teaching:show_own_class", public_id=public_id)
    context = {
        "one": one, "course_class": one.course_class, "form": form, "may_say": queries.may_say(one, at=clock.now()),
    }  # fmt: skip
    return render(request, "teaching/feedback.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_materials(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The files of a class, for whoever keeps, teaches or attends it."""
    row = queries.class_with_materials(public_id)
    # The shelf is there for those only who may read it.
    shelf = row and next(iter(shelves(standing(request), [(papers.MATERIALS, papers.class_as_thing(row))])), None)
    if not shelf:
        raise Http404
    context = {"base": layout_of(request), "course_class": row, "shelf": shelf}
    return render(request, "teaching/materials.html", context)


def _place_or_404(request: HttpRequest, public_id: UUID) -> Enrolment:
    found = queries.own_place(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _own_session(one: Enrolment, session: UUID) -> OwnSession:
    found = next((each for each in queries.own_sessions(one) if each.session.public_id == session), None)
    if found is None:
        raise Http404
    return found
