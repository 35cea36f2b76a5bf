"""Who holds which role where: lists for pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet

from xuecheng.city.access.models import Role, RoleHolding
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import keys_of
from xuecheng.city.people.models import Person
from xuecheng.city.rights import visible
from xuecheng.city.territories.models import Territory

from .standing import Standing


def holders(organisation: Organisation, *, today: date) -> Iterable[RoleHolding]:
    """Who holds a role at an organisation on `today`, by name. One query."""
    return (
        RoleHolding.objects.filter(organisation=organisation, during__contains=today, state=RoleHolding.State.APPROVED)
        .select_related("person")
        .order_by("person__sort_key", F("id"))
    )


def holdings_at(*, organisation: Organisation | None = None, territory: Territory | None = None) -> list[RoleHolding]:
    """All holdings there, past and to come too, the newest first. One query."""
    return list(
        RoleHolding.objects.filter(organisation=organisation, territory=territory)
        .select_related("person", "granted_by", "organisation__territory", "territory")
        .order_by("-during", "-id")
    )


def holdings_of(person: Person) -> list[RoleHolding]:
    """All roles of a person under every key of theirs, past and to come too, the newest first. Two queries."""
    return list(
        RoleHolding.objects.filter(person__in=keys_of(person))
        .select_related("organisation__territory", "territory", "granted_by")
        .order_by("-during", "-id")
    )


def holdings_seen(viewer: Standing, person: Person) -> list[RoleHolding]:
    """Those of a person's roles that `viewer` may see, past and to come too, the newest first. One query."""
    return list(
        RoleHolding.objects.filter(_seen_by(viewer), person__in=keys_of(person))
        .select_related("organisation__territory", "territory", "granted_by")
        .order_by("-during", "-id")
    )


def ending_soon(viewer: Standing, *, today: date, days: int) -> QuerySet[RoleHolding]:
    """Roles that end within `days`, as far as `viewer` may see roles: somebody must prolong them or let them go."""
    return (
        RoleHolding.objects.filter(
            _seen_by(viewer),
            during__contains=today,
            during__endswith__lte=today + timedelta(days=days),
            state=RoleHolding.State.APPROVED,
        )
        .select_related("person", "organisation", "territory")
        .order_by("during__endswith", "id")
    )


def proposed(viewer: Standing) -> QuerySet[RoleHolding]:
    """Sensitive roles that were proposed and wait for a second person, where `viewer` may approve. Oldest first."""
    return (
        RoleHolding.objects.filter(_seen_by(viewer, "access.approve_holding"), state=RoleHolding.State.PROPOSED)
        .select_related("person", "organisation__territory", "territory", "granted_by")
        .order_by("id")
    )


def held_by_whom(viewer: Standing, code: str, *, today: date) -> QuerySet[RoleHolding]:
    """Who holds a role on `today`, as far as `viewer` may see roles; unordered, for a list by `id`."""
    return RoleHolding.objects.filter(
        _seen_by(viewer), role=code, during__contains=today, state=RoleHolding.State.APPROVED
    ).select_related("person", "organisation", "territory", "granted_by")


def names_of_roles(codes: Iterable[str]) -> dict[str, str]:
    """What roles are called, in the reader's language, by code. One query."""
    return {role.code: str(role) for role in Role.objects.filter(code__in=set(codes))}


def _seen_by(viewer: Standing, act: str = "access.see_roles") -> Q:
    at_organisations = visible(viewer, act, organisation="organisation", territory="organisation__territory")
    over_territories = visible(viewer, act, territory="territory")
    return (Q(organisation__isnull=False) & at_organisations) | (Q(territory__isnull=False) & over_territories)
