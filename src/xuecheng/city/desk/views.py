"""Landing after sign-in, in which capacity one acts, and the days of operators and of the counter."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import AS_RESIDENT, CAPACITY, capacity, everything, standing
from xuecheng.city.jobs.faces import face_of
from xuecheng.city.organisations.models import OrganisationStatus
from xuecheng.city.rights import entrusted, only_for
from xuecheng.web.counting import MOST

from . import homes, queries

_LANDED = "desk.landed"
"""In the session, once its person was led to what waits for them: "Home" leads home from then on."""


@entrusted()
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To the home of the capacity in which the person acts now; once after signing in, to a duty that waits."""
    if standing(request).entrusted is not None:
        return redirect("care:show_entrusted")
    held = capacity(request)
    if held is None and _LANDED not in request.session:
        request.session[_LANDED] = True
        if there := homes.duty_of(request):
            return redirect(there)
    return redirect(homes.home_of(held.role if held else None))


@require_POST
def switch_capacity(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own capacities from now on; an unknown one changes nothing."""
    wanted = request.POST.get("capacity", "")
    if wanted == AS_RESIDENT or any(holding.public_id == wanted for holding in everything(request).holdings):
        request.session[CAPACITY] = wanted
    return redirect("desk:home")


@require_GET
@only_for("access.see_roles")
def show_today(request: HttpRequest) -> HttpResponse:
    """The home of operators and of who protects data: what waits for them today."""
    viewer = standing(request)
    now = clock.now()
    waiting = queries.waiting_for_operator(viewer, at=now)
    context = {
        "waiting": waiting,
        "failed": [face_of(job) for job in waiting.failed_jobs],
        "coming": [(one, isinstance(one, OrganisationStatus)) for one in waiting.coming],
        "today": clock.today(),
        "person": viewer.person,
    }
    return render(request, "desk/today.html", context)


@require_GET
@only_for("realname.verify_document")
def show_counter(request: HttpRequest) -> HttpResponse:
    """The home of the counter: what waits, and what people come for."""
    viewer = standing(request)
    context = {
        "waiting": queries.waiting_at_counter(viewer),
        "most": MOST,
        "today": clock.today(),
        "person": viewer.person,
    }
    return render(request, "desk/counter.html", context)
