"""Pages for everybody: what is where, the week of a place, what is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from xuecheng.city import clock, trace
from xuecheng.city.rights import public, standing_of_request
from xuecheng.coordination.facilities import forms, queries, rules
from xuecheng.coordination.facilities.models import RoomLoan, Venue, WeeklyHours
from xuecheng.coordination.facilities.queries import BOOK, KEEP, SEE, TERMS
from xuecheng.web.paging import page_of

from .doors import (
    date_in,
    layout_of,
    this_evening,
    venue_or_404,
)


@public
@require_GET
def list_venues(request: HttpRequest) -> HttpResponse:
    """What is where."""
    form = forms.FilterVenues(request.GET)
    if form.is_valid():
        data = form.cleaned_data
        found = queries.venues(
            text=data["text"],
            kind=data["kind"],
            within=form.within(),
            accessibility=filter(None, [data["accessibility"]]),
        )
    else:
        found = queries.venues()
    viewer = standing_of_request(request)
    context = {
        "layout": layout_of(request),
        "filter": form,
        "number": found.count(),
        "page": page_of(queries.with_rooms(found), order=("territory_id", "pk"), after=request.GET.get("after", "")),
        "may_keep": viewer.may_somewhere(KEEP),
        "may_see": viewer.may_somewhere(SEE),
        "may_set_terms": viewer.may_somewhere(TERMS),
    }
    return render(request, "facilities/venues.html", context)


@public
@require_GET
def show_venue(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One place: what it is, its rooms, and the week."""
    venue = venue_or_404(public_id)
    viewer = standing_of_request(request)
    scope = venue.access_scope()
    today = clock.today()
    week = rules.week_of(date_in(request, "week") or today)
    spaces = queries.spaces_of(venue)
    hours = queries.hours_of(venue)
    days = [week + timedelta(days=number) for number in range(7)]
    may_keep = viewer.may(KEEP, scope)
    may_book = viewer.may(BOOK, scope)
    loans = queries.loans_of(venue, viewer, on=today) if viewer.may_somewhere(SEE) else []
    mine = [one for one in loans if viewer.may(BOOK, queries.scope_of_borrower(one))]
    weekdays = dict(forms.WEEKDAYS)
    context = {
        "layout": layout_of(request),
        "venue": venue,
        "spaces": spaces,
        "opening": _told(hours, "open", today),
        "teaching": _told(hours, "teaching", today),
        "hours_to_come": min(
            (one.during.lower for one in hours if one.during.lower and one.during.lower > today), default=None
        ),
        "makeup": weekdays.get(venue.makeup_weekday) if venue.makeup_weekday is not None else None,
        "closures": queries.closures_of(venue, at=clock.now()),
        "week": week,
        "days": [(on, forms.SHORT[number]) for number, on in enumerate(days)],
        "last": days[-1],
        "today": today,
        "before": week - timedelta(days=7),
        "after": week + timedelta(days=7),
        "table": queries.timetable(venue, week=week, viewer=viewer, spaces=spaces),
        "may_keep": may_keep,
        "may_book": may_book,
        "bookable": {one.pk for one in spaces if may_book or any(loan.holds(one) for loan in mine)},
        "loans": [(one, told_of_loan(one)) for one in loans],
        "may_ask": venue.state == Venue.State.OPEN and not may_book and viewer.may_somewhere(BOOK),
        "may_end": may_keep or bool(mine),
        "may_see": viewer.may(SEE, scope),
        "history": trace.history_of(venue) if may_keep else None,
    }
    return render(request, "facilities/venue.html", context)


def _told(hours: list[WeeklyHours], use: str, on: date) -> list[tuple[str, str]]:
    """Days and their hours, as people say them: Monday to Friday 09:00–21:00."""
    return _days_told(queries.days_together(queries.week_in_words(hours, use=use, on=on)))


def _days_told(days: list[tuple[int, int, str]]) -> list[tuple[str, str]]:
    names = dict(forms.WEEKDAYS)
    return [
        (
            str(names[first])
            if first == last
            else _("%(first)s to %(last)s") % {"first": names[first], "last": names[last]},
            words,
        )
        for first, last, words in days
    ]


def told_of_loan(row: RoomLoan) -> list[str]:
    """Days and hours of what is lent, as people say them."""
    return days_and_hours(row.weekdays, row.minutes.lower, row.minutes.upper)


def days_and_hours(weekdays: Sequence[int], begins: int, ends: int) -> list[str]:
    """The same hours on some weekdays, as people say them."""
    hours = f"{rules.clock_of(begins)}–{rules.clock_of(ends)}"
    days = queries.days_together([(weekday, hours) for weekday in sorted(weekdays)])
    return [f"{day} {words}" for day, words in _days_told(days)]


@public
@require_GET
def find_free(request: HttpRequest) -> HttpResponse:
    """Rooms that are free then, the smallest that fits first."""
    form = forms.FindFree(request.GET if "on" in request.GET else None, initial=this_evening())
    found = None
    if form.is_valid():
        found = queries.free_spaces(form.search())
    context = {
        "layout": layout_of(request),
        "form": form,
        "found": found,
        "is_cut": found is not None and len(found) == queries.Search(periods=()).limit,
        "may_book": standing_of_request(request).may_somewhere(BOOK),
        "query": request.GET.urlencode(),
    }
    return render(request, "facilities/free.html", context, status=422 if form.errors else 200)
