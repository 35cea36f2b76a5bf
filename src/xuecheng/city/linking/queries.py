"""Questions of linking: keys and sites that somebody may manage, and what a person has linked."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.people.models import Person

from .models import Link, LinkedSite, ServiceKey

MANAGE_KEYS, MANAGE_SITES = "linking.manage_key", "linking.manage_site"


def visible_keys(viewer: Standing) -> QuerySet[ServiceKey]:
    """Keys that `viewer` may manage, newest first."""
    at_organisations = visible(viewer, MANAGE_KEYS, organisation="organisation", territory="organisation__territory")
    over_territories = visible(viewer, MANAGE_KEYS, territory="territory")
    allowed = (Q(organisation__isnull=False) & at_organisations) | (Q(territory__isnull=False) & over_territories)
    rows = ServiceKey.objects.filter(allowed).select_related(
        "organisation__territory", "territory", "holder", "created_by"
    )
    return rows.order_by("-id")


def visible_sites(viewer: Standing) -> QuerySet[LinkedSite]:
    """Sites that `viewer` may manage, newest first."""
    allowed = visible(viewer, MANAGE_SITES, organisation="organisation", territory="organisation__territory")
    rows = LinkedSite.objects.filter(allowed).select_related("client", "organisation__territory", "holder")
    return rows.order_by("-registered_at", "-pk")


def key_with_digest(digest: str, *, at: datetime) -> ServiceKey | None:
    """The key behind a secret, if it counts at `at`. One query."""
    return (
        ServiceKey.objects.select_related("holder", "organisation__territory", "territory")
        .filter(digest=digest, revoked_at=None, begins_at__lte=at, ends_at__gt=at)
        .first()
    )


def links_of(person: Person) -> QuerySet[Link]:
    """The sites that a person has linked now, the newest first. One query."""
    return (
        Link.objects.filter(person=person, given_at__isnull=False, ended_at=None)
        .select_related("client__linked_site__organisation")
        .order_by("-given_at")
    )


def standing_link(person: Person, client_id: str) -> Link | None:
    """What a person has granted to a site and not taken back. One query."""
    found = Link.objects.filter(person=person, client=client_id, given_at__isnull=False, ended_at=None)
    return found.select_related("client__linked_site").first()
