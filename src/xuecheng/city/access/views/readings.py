"""Who looked at whose records, who can, and why; emergencies in which the glass is broken."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access import queries, services, things
from xuecheng.city.access.forms import BreakGlass, ReviewGlass
from xuecheng.city.access.models import BrokenGlass, Reading
from xuecheng.city.access.requests import GLASS, seen, standing
from xuecheng.city.access.words import word_of
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Denied
from xuecheng.web.paging import page_of

from .holdings import faces_of

EXPLAIN, REVIEW = "access.explain_access", "access.review_glass"


@never_cache
@require_GET
def list_own_readings(request: HttpRequest) -> HttpResponse:
    """Who looked at my records."""
    return _readings(request, standing(request).person, is_own=True)


@never_cache
@require_GET
def list_readings_of(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same for the data protection officer; that they looked is in the log too."""
    person = get_object_or_404(Person.objects.select_related("territory"), public_id=public_id)
    if not standing(request).may("access.see_readings", queries.scope_of(person)):
        raise Http404
    seen(request, person_id=person.pk, what=Reading.What.READINGS)
    return _readings(request, person, is_own=False)


def _readings(request: HttpRequest, person: Person, *, is_own: bool) -> HttpResponse:
    found = queries.readings_of(standing(request), person)
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    names = queries.names_of_roles(row.role for row in page)
    context = {
        "base": "web/base.html" if is_own else "web/staff.html",
        "is_own": is_own,
        "person": person,
        "page": page,
        "rows": [(row, names.get(row.role, row.role)) for row in page],
        "glass": queries.glass_of(person),
        "now": clock.now(),
    }
    return render(request, "access/readings.html", context)


@never_cache
@require_GET
def explain(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """Who can see a thing, and why: a fixed number of queries, a page at a time."""
    viewer = standing(request)
    thing = queries.explained(kind, number)
    if thing is None:
        raise Http404
    is_own = thing.person is not None and thing.person.pk in viewer.person_keys
    may = is_own or any(viewer.may(EXPLAIN, place.scope) for place in thing.places)
    if not may:
        # Whether somebody has an account at all is their own affair.
        raise Http404 if thing.person is not None else Denied(EXPLAIN)
    today, now = clock.today(), clock.now()
    found = queries.holders_who_see(thing.places, today=today)
    page = page_of(found, order=("id",), after=request.GET.get("after", ""))
    faces = faces_of(page.rows, today=today)
    acts = [[word_of(act) for act in queries.reasons_of(row, thing.places)] for row in page]
    if thing.person is not None and not is_own:
        seen(request, person_id=thing.person.pk, what=Reading.What.HELP)
    context = {
        "base": "web/base.html" if is_own else "web/staff.html",
        "thing": thing,
        "is_own": is_own,
        "page": page,
        "rows": list(zip(faces, acts, strict=True)),
        "sharers": things.sharers_of(thing.person, now) if thing.person else [],
        "glass": [one for one in queries.glass_of(thing.person) if one.ends_at > now] if thing.person else [],
    }
    return render(request, "access/explain.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def break_glass(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """Open the records of one person or organisation in an emergency."""
    viewer = standing(request)
    thing: Person | Organisation
    if kind == "person":
        thing = get_object_or_404(Person.objects.select_related("territory"), public_id=_uuid(number))
    elif kind == "organisation":
        thing = get_object_or_404(Organisation.objects.select_related("territory"), code=number)
    else:
        raise Http404
    services.require(viewer, "access.break_glass", on=thing)
    form = BreakGlass(request.POST or None, initial={"public_id": uuid7(), "hours": 2})
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.break_glass(
                actor=viewer,
                public_id=data["public_id"],
                person=thing if isinstance(thing, Person) else None,
                organisation=thing if isinstance(thing, Organisation) else None,
                reason=data["reason"],
                hours=data["hours"],
                at=clock.now(),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            request.session[GLASS] = str(made.public_id)
            messages.success(request, _("The records are open. Everything you look at is kept and reviewed."))
            return redirect("access:list_glass")
    context = {"form": form, "name": thing.name, "is_person": isinstance(thing, Person)}
    return render(request, "access/break_glass.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def list_glass(request: HttpRequest) -> HttpResponse:
    """Emergencies that one reviews, or that one called."""
    viewer = standing(request)
    page = page_of(queries.broken_glass(viewer), order=("-id",), after=request.GET.get("after", ""))
    if not len(page) and not page.is_later and not viewer.may_somewhere(REVIEW):
        raise Denied(REVIEW)
    context = {"page": page, "now": clock.now(), "today": clock.today(), "viewer": viewer.person}
    return render(request, "access/glass.html", context)


@require_POST
def close_glass(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Enough was seen."""
    glass = _glass(request, public_id)
    try:
        services.close_glass(actor=standing(request), glass=glass, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Closed. It counts at once."))
    return redirect("access:list_glass")


@never_cache
@require_http_methods(["GET", "POST"])
def review_glass(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody else looks at what was read, and says whether it was in order."""
    glass = _glass(request, public_id)
    viewer = standing(request)
    services.require(viewer, REVIEW, on=glass.person or glass.organisation)
    form = ReviewGlass(request.POST or None)
    if form.is_valid():
        try:
            services.review_glass(actor=viewer, glass=glass, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Decided. It is kept with your reason."))
            return redirect("access:list_glass")
    read = Reading.objects.filter(reader=glass.opened_by_id, via_id=glass.public_id).select_related("person")
    page = page_of(read, order=("-id",), after=request.GET.get("after", ""))
    context = {
        "form": form,
        "glass": glass,
        "page": page,
        "is_mine": glass.opened_by_id in viewer.person_keys,
        "is_open": glass.reviewed_by_id is None,
    }
    return render(request, "access/review_glass.html", context, status=422 if form.errors else 200)


def _glass(request: HttpRequest, public_id: UUID) -> BrokenGlass:
    return get_object_or_404(queries.broken_glass(standing(request)), public_id=public_id)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
