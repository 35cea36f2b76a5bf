"""Accounts: the list for everybody, one's own, an institution's desk, one of them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Territory
from xuecheng.learning.collectives.models import Collective, Membership

from .acts import KEEP, REPRESENT, SEE, TAKE_PART

_SHOWN = ("institution__territory", "organisation__territory")
_STANDING = Q(memberships__state=Membership.State.STANDING)


def open_accounts(*, kind: str = "", district: str = "", words: str = "") -> QuerySet[Collective]:
    """Open accounts, for a list by (-id): of a kind, in a district (its path), by words. No person is named."""
    rows = Collective.objects.filter(state=Collective.State.OPEN).select_related(*_SHOWN)
    rows = rows.annotate(members=Count("memberships", filter=_STANDING))
    if kind:
        rows = rows.filter(kind=kind)
    if district:
        rows = rows.filter(institution__territory__path__startswith=district)
    if said := words.strip():
        rows = rows.filter(
            Q(name_zh__icontains=said) | Q(name_en__icontains=said) | Q(institution__name_zh__icontains=said)
        )
    return rows


def districts() -> QuerySet[Territory]:
    """Districts in which an account is open. One query."""
    there = Collective.objects.filter(
        state=Collective.State.OPEN, institution__territory__path__startswith=OuterRef("path")
    )
    return Territory.objects.filter(Exists(there), level="district", is_current=True).order_by("code")


def own_accounts(viewer: Standing) -> QuerySet[Collective]:
    """What the viewer belongs to, belonged to, asks to join, or applied for. For a list by (-id)."""
    keys = viewer.own_keys(TAKE_PART)
    joined = Exists(Membership.objects.filter(collective=OuterRef("pk"), person__in=keys))
    officer = visible(viewer, REPRESENT, organisation="organisation", territory="organisation__territory")
    of_organisations = officer & Q(organisation__isnull=False)
    return Collective.objects.filter(joined | Q(applied_by__in=keys) | of_organisations).select_related(*_SHOWN)


def kept_accounts(viewer: Standing, *, state: str = "") -> QuerySet[Collective]:
    """Accounts at the viewer's institutions, in every state or in one. For a list by (-id)."""
    seen = {"organisation": "institution", "territory": "institution__territory"}
    rows = Collective.objects.filter(visible(viewer, KEEP, **seen) | visible(viewer, SEE, **seen))
    rows = rows.select_related(*_SHOWN, "applied_by")
    return rows.filter(state=state) if state else rows


def waiting(viewer: Standing) -> QuerySet[Collective]:
    """Applications that the viewer may decide: somebody else's."""
    mine = visible(viewer, KEEP, organisation="institution", territory="institution__territory")
    rows = Collective.objects.filter(mine, state=Collective.State.APPLIED)
    return rows.exclude(applied_by__in=viewer.person_keys)


def account(viewer: Standing, public_id: UUID) -> Collective | None:
    """One account: open and closed ones for everybody, an application for who applied and for the institution."""
    theirs = visible(viewer, KEEP, organisation="institution", territory="institution__territory")
    seen = visible(viewer, SEE, organisation="institution", territory="institution__territory")
    officer = visible(viewer, REPRESENT, organisation="organisation", territory="organisation__territory")
    face = Q(state__in=[Collective.State.OPEN, Collective.State.CLOSED])
    own = Q(applied_by__in=viewer.own_keys(TAKE_PART))
    rows = Collective.objects.select_related(*_SHOWN, "applied_by", "decided_by", "closed_by")
    rows = rows.filter(face | own | theirs | seen | (officer & Q(organisation__isnull=False)), public_id=public_id)
    return rows.first()


def heirs_of(row: Collective) -> QuerySet[Collective]:
    """Open accounts at the same institution, to one of which a rest can be handed on."""
    rows = Collective.objects.filter(institution=row.institution_id, state=Collective.State.OPEN)
    return rows.exclude(pk=row.pk).order_by("name_zh", "pk")


def institutions_keeping() -> QuerySet[Organisation]:
    """Where an account can be applied for: institutions at work that give credit."""
    kinds = ["community_college", "school", "university", "library", "museum"]
    return Organisation.objects.filter(is_active=True, kind__in=kinds).select_related("territory").order_by("code")


def organisations_represented(viewer: Standing) -> QuerySet[Organisation]:
    """For which organisations the viewer may apply."""
    mine = visible(viewer, REPRESENT, organisation="pk", territory="territory")
    return Organisation.objects.filter(mine, is_active=True).select_related("territory").order_by("code")
