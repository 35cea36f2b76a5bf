"""The page of health, for operators of the whole city; and for everybody, what is promised and how far it was kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.city.access.queries import Scope
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require

from . import facts, promises, queries

CHIPS = {"warn": "wait", "fail": "no"}
KINDS = {"works": "done", "disturbed": "no", "unknown": "wait"}


@require_GET
def show_health(request: HttpRequest) -> HttpResponse:
    """What is healthy and what is not, with its remedy; queues, workers, last verification, versions."""
    require(standing(request), "operations.see_health", on=Scope())
    health = queries.health(now=clock.now())
    context = {
        "health": health,
        "troubled": [(face, CHIPS[face.row.state]) for face in health.points if face.row.state != "pass"],
        "sound": [face for face in health.points if face.row.state == "pass"],
        "facts": [(fact, reverse(fact.url_name) if fact.url_name else "") for fact in facts.all_of_them()],
    }
    return render(request, "operations/health.html", context)


@public
@require_GET
def show_standing(request: HttpRequest) -> HttpResponse:
    """Whether everything works, what is promised, and how far that was kept in the last thirty days; for everybody."""
    found = queries.service(now=clock.now())
    context = {
        "standing": found,
        "parts": [(title, state, KINDS[state]) for title, state in found.parts],
        "facts": [fact for fact in facts.all_of_them() if fact.is_public],
        "most_ms": promises.MOST_PAGES_MS,
    }
    return render(request, "operations/standing.html", context)
