"""Landing after sign-in, and in which capacity one acts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from xuecheng.city.access.requests import AS_RESIDENT, CAPACITY, capacity, standing

from . import homes


def home(request: HttpRequest) -> HttpResponse:
    """To the home of the capacity in which the person acts now."""
    held = capacity(request)
    return redirect(homes.home_of(held.role if held else None))


@require_POST
def switch_capacity(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own capacities from now on; an unknown one changes nothing."""
    wanted = request.POST.get("capacity", "")
    if wanted == AS_RESIDENT or any(holding.public_id == wanted for holding in standing(request).holdings):
        request.session[CAPACITY] = wanted
    return redirect("desk:home")
