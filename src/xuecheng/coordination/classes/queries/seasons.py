"""Seasons: whose, which is now."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.classes.models import Season

from .acts import SEE


def _all() -> QuerySet[Season]:
    return Season.objects.select_related("organisation__territory", "territory")


def seasons_for(viewer: Standing) -> QuerySet[Season]:
    """Seasons of the units and divisions that the viewer sees classes of, for a list by (-id)."""
    return _all().filter(visible(viewer, SEE, organisation="organisation", territory="territory") | _above(viewer))


def _above(viewer: Standing) -> Q:
    """Seasons of divisions around the viewer's units: they plan within them."""
    keys: set[int] = set()
    units = Organisation.objects.filter(pk__in=viewer.organisation_ids(SEE)).values_list("territory__path", flat=True)
    for path in units:
        keys |= {int(key) for key in path.strip("/").split("/")}
    return Q(organisation__isnull=True, territory__in=keys)


def seasons_of_unit(host: Organisation) -> list[Season]:
    """Seasons in which a unit holds classes: its own, those of the divisions it lies in; newest first. One query."""
    keys = [int(key) for key in host.territory.path.strip("/").split("/")]
    found = _all().filter(Q(organisation=host) | Q(organisation__isnull=True, territory__in=keys))
    return list(found.order_by("-during", "-pk")[:40])


def season_by_id(public_id: Any) -> Season | None:
    """One season. One query."""
    return _all().filter(public_id=public_id).first()


def current_season(seasons: list[Season], today: date) -> Season | None:
    """The season that runs, else the next one to come, else the newest; the unit's own before its division's."""
    running = [one for one in seasons if today in one.during]
    coming = sorted((one for one in seasons if one.first_day > today), key=lambda one: one.first_day)
    own = sorted(running, key=lambda one: one.organisation_id is None)
    return next(iter([*own, *coming, *seasons]), None)
