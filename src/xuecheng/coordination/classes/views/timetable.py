"""Timetables: of a unit by week or month, and one's own with its secret address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.rights import only_for
from xuecheng.coordination.classes import forms, queries, services
from xuecheng.coordination.classes.queries import SEE
from xuecheng.coordination.facilities.forms import SHORT
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from .doors import day_in, unit_asked


@never_cache
@require_GET
@only_for(SEE)
def show_timetable(request: HttpRequest) -> HttpResponse:
    """A unit's week by rooms, teachers or classes, or its month."""
    viewer, today = standing(request), clock.today()
    unit = unit_asked(request)
    view = request.GET.get("view", "")
    view = view if view in dict(forms.VIEWS) else "rooms"
    sent = request.GET if "unit" in request.GET else None
    form = forms.FilterTimetable(sent, units=queries.hosts(viewer, SEE), initial={"unit": unit, "view": view})
    if (answer := found_in(request, form)) is not None:
        return answer
    on = day_in(request, "on") or today
    context: dict[str, Any] = {"filter": form, "unit": unit, "view": view, "today": today}
    if unit is not None:
        context |= _month(viewer, unit, on) if view == "month" else _week(viewer, unit, on, view)
        same = {"unit": unit.code, "view": view}
        context |= {
            "before_url": f"?{urlencode(same | {'on': context['before'].isoformat()})}",
            "after_url": f"?{urlencode(same | {'on': context['after'].isoformat()})}",
        }
    return render(request, "classes/timetable.html", context)


def _week(viewer: Any, unit: Any, on: date, view: str) -> dict[str, Any]:
    monday = on - timedelta(days=on.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    return {
        "lines": queries.by_week(viewer, host=unit, monday=monday, by=view),
        "days": [(day, SHORT[number]) for number, day in enumerate(days)],
        "first": monday,
        "last": days[-1],
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
    }


def _month(viewer: Any, unit: Any, on: date) -> dict[str, Any]:
    first = on.replace(day=1)
    return {
        "weeks": queries.by_month(viewer, host=unit, first=first),
        "weekdays": SHORT,
        "first": first,
        "before": first - timedelta(days=1),
        "after": first + timedelta(days=31),
    }


@never_cache
@require_GET
def show_own(request: HttpRequest) -> HttpResponse:
    """My timetable: what I teach and learn from today on."""
    return _own(request)


def _own(request: HttpRequest, *, address: str = "") -> HttpResponse:
    viewer = standing(request)
    me = viewer.person
    found = queries.own_sessions(me, from_at=clock.now())
    page = page_of(found, order=("during", "pk"), after=request.GET.get("after", ""))
    context = {
        "page": page,
        "rows": [(one, one.teaching is not None and one.teaching.person_id in viewer.person_keys) for one in page],
        "feed": queries.feed_of(me),
        "address": address,
        "today": clock.today(),
    }
    return render(request, "classes/own.html", context)


@never_cache
@require_POST
def make_own_feed(request: HttpRequest) -> HttpResponse:
    """A secret address for one's own timetable; it is shown once, and the one before leads nowhere any more."""
    viewer = standing(request)
    if request.POST.get("act") == "end":
        services.end_feed(actor=viewer, of=viewer.person, at=clock.now())
        messages.success(request, _("The address leads nowhere any more."))
        return redirect("classes:show_own")
    _feed, secret = services.make_feed(actor=viewer, public_id=uuid7(), of=viewer.person, at=clock.now())
    return _own(request, address=request.build_absolute_uri(reverse("classes:read_feed", args=[secret])))
