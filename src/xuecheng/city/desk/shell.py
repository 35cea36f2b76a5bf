"""What the shell asks the ground: who is signed in, what they may, whose city this is."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext

from xuecheng.city.access import queries as access
from xuecheng.city.access.requests import AS_RESIDENT, capacity, everything, standing
from xuecheng.city.care import acting
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Installation as InstallationRow
from xuecheng.web import providers

_KEPT_S = 60
SIGNED_IN = "signed_in"
"""In the place of an act: a menu entry for everybody who is signed in."""


def person(request: HttpRequest) -> providers.PersonLabel | None:
    """The signed-in person as the shell shows them. One query, shared with the page's own rights."""
    user = getattr(request, "user", None)
    if not isinstance(user, Person):
        return None
    held = everything(request).holdings
    now = capacity(request)
    english = get_language() == "en"
    capacities = [
        providers.Capacity(
            key=holding.public_id,
            organisation=(holding.organisation_name_en if english else holding.organisation_name_zh)
            or (holding.territory_name_en if english else holding.territory_name_zh),
            label=holding.role_name,
            is_current=holding == now,
        )
        for holding in held
    ]
    if held and standing(request).entrusted is None:
        capacities.append(
            providers.Capacity(
                key=AS_RESIDENT, organisation=user.name, label=gettext("As a resident"), is_current=now is None
            )
        )
    return providers.PersonLabel(
        name=user.name,
        home_url=reverse("desk:home"),
        capacities=tuple(capacities),
        switch_url=reverse("desk:switch_capacity"),
        is_staff=now is not None,
        acting_for=acting.banner(request),
    )


def allowed(request: HttpRequest, act: str) -> bool:
    """Whether the capacity in which the person acts allows an act anywhere: for menus, never as the check itself."""
    if not isinstance(getattr(request, "user", None), Person):
        return False
    if standing(request).entrusted is not None:
        # Menus lead to one's own pages; whoever acts for another finds what was entrusted on the page for it.
        return False
    if act == SIGNED_IN:
        return True
    held = capacity(request)
    return held is not None and act in held.acts


def waiting(request: HttpRequest) -> list[QuerySet[Any]]:
    """What waits for a second pair of eyes: roles that were given, drafts of roles, records opened in an emergency."""
    viewer = standing(request)
    return [access.proposed(viewer), access.drafts_waiting(viewer), access.glass_to_review(viewer)]


def installation() -> providers.Installation:
    """Whose city this is. Kept for a minute: it changes once in the life of an installation."""
    cache = caches["process"]
    kept = cache.get("installation")
    if isinstance(kept, providers.Installation):
        return kept
    row = InstallationRow.objects.select_related("city").first()
    found = (
        providers.Installation(
            city_zh=row.city.name_zh, city_en=row.city.name_en, is_demonstration=row.is_demonstration
        )
        if row
        else providers.Installation()
    )
    cache.set("installation", found, _KEPT_S)
    return found
