"""The page of health: for operators of the whole city."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from xuecheng.city import clock
from xuecheng.city.access.queries import Scope
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require

from . import facts, queries

CHIPS = {"warn": "wait", "fail": "no"}


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
