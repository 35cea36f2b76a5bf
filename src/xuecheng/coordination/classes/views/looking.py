"""Pages for everybody: find a class, one class, a timetable under its secret address."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from xuecheng.city import clock
from xuecheng.city.rights import public, standing_of_request
from xuecheng.coordination.classes import forms, ical, places, queries, rules, words
from xuecheng.coordination.classes.models import ClassSession, CourseClass, Priority
from xuecheng.coordination.classes.queries import SEE
from xuecheng.coordination.courses.models import Waiver
from xuecheng.coordination.staff.models import Language
from xuecheng.web.machines import not_for_search
from xuecheng.web.paging import page_of

from .doors import CHIPS, layout_of


@public
@require_GET
def find_classes(request: HttpRequest) -> HttpResponse:
    """Classes for which one may enrol, and those that run."""
    form = forms.FindClass(request.GET)
    wish, street = (form.wish(), form.street_chosen()) if form.is_valid() else (queries.Find(), None)
    found = queries.find(wish)
    page = page_of(found, order=("-pk",), after=request.GET.get("after", ""))
    # What is near stands below the end of what is there; both are told by the same queries.
    near = queries.near(replace(wish, within=None), street) if street and not page.next_cursor else None
    neighbours = near.nearest() if near else []
    faces = queries.faces([*page, *neighbours])
    context = {
        "layout": layout_of(request),
        "filter": form,
        "number": found.count(),
        "page": page,
        "faces": faces[: len(page)],
        "near": [near.told(one) for one in faces[len(page) :]] if near else [],
        "is_measured": near is not None and near.is_measured,
        "within": wish.within,
        "may_plan": standing_of_request(request).may_somewhere(SEE),
        "now": clock.now(),
    }
    return render(request, "classes/find.html", context)


@public
@require_GET
def show_class(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One class: what one learns, when and where, for whom, what it costs. Who teaches is no matter of the public."""
    row = queries.public_class(public_id)
    if row is None:
        raise Http404
    (face,) = queries.faces([row])
    if row.state == CourseClass.State.CANCELLED and not any(face.sessions):
        # It was never more than a draft.
        raise Http404
    now = clock.now()
    enrols = row.state in (CourseClass.State.OPEN, CourseClass.State.RUNNING)
    viewer = standing_of_request(request)
    context = {
        "layout": layout_of(request),
        "row": row,
        "course": row.version.course,
        "version": row.version,
        "face": face,
        "chip": CHIPS[CourseClass.State(row.state)],
        "coming": [one for one in face.sessions if one.during.upper > now],
        "past": sum(one.state != ClassSession.State.CANCELLED and one.during.upper <= now for one in face.sessions),
        "enrol_address": places.enrol_address(row) if enrols else "",
        "is_line_only": enrols and places.is_line_only(row, left=face.left),
        "in_draw": places.in_draw(row) if enrols else None,
        "has_opened": row.enrolment_opens_at is not None and row.enrolment_opens_at <= now,
        "has_closed": row.enrolment_closes_at is not None and row.enrolment_closes_at <= now,
        "may_plan": viewer.may(SEE, row.access_scope()),
        "outcomes": row.version.outcomes,
        "languages": [str(Language(one).label) for one in row.version.course.languages],
        "waivers": [str(Waiver(one).label) for one in row.version.waivers],
        "priorities": [str(Priority(one).label) for one in row.priority],
        "conditions": words.conditions(rules.eligibility(row.eligibility)),
    }
    return render(request, "classes/class.html", context)


@public
@never_cache
@not_for_search
@require_GET
def read_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """A timetable for a calendar, by whoever knows the address. No other page leads here."""
    feed = queries.feed_by_secret(secret)
    if feed is None:
        raise Http404
    now = clock.now()
    name = feed.person.name if feed.person else str(feed.course_class)
    text = ical.calendar_of(name, queries.feed_sessions(feed, at=now), at=now, host=request.get_host())
    return HttpResponse(text, content_type=ical.TYPE)
