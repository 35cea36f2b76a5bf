"""The certification officer's morning."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import standing
from xuecheng.city.rights import only_for
from xuecheng.learning.creditbank.queries.health import health
from xuecheng.learning.creditbank.queries.units import drafts_waiting
from xuecheng.learning.recognition.queries import results, rule_pages
from xuecheng.learning.recognition.queries.labels import label_of

_KEPT_S = 300
_REASONS_SHOWN = 5


@require_GET
@only_for("recognition.decide_rule")
def show_desk(request: HttpRequest) -> HttpResponse:
    """Rules that wait, corrections, the ledger's health, and what the rules leave out most."""
    viewer = standing(request)
    return render(
        request,
        "recognition/desk.html",
        {
            "desk": rule_pages.officers_desk(viewer),
            "most": rule_pages.MOST_CORRECTIONS_COUNTED,
            "units": drafts_waiting(viewer),
            "health": health(now=clock.now()),
            "today": clock.today(),
            "reasons": [(code, label_of(code), number) for code, number in _reasons(viewer)],
        },
    )


def _reasons(viewer: Standing) -> list[tuple[str, int]]:
    """Counting takes a moment, and it changes slowly: kept for five minutes."""
    key = f"recognition.reasons:{viewer.person.pk}"
    kept = cache.get(key)
    if kept is None:
        kept = results.reasons_by_number(viewer)[:_REASONS_SHOWN]
        cache.set(key, kept, _KEPT_S)
    return [(code, number) for code, number in kept]
