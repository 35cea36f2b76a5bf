"""Who sees what of a collective: its face everybody, its statement whom it lets, its people who belong to it."""

from __future__ import annotations

from datetime import date

from xuecheng.city.access.queries import scope_of
from xuecheng.city.rights import Standing
from xuecheng.learning.collectives.models import Collective, Membership

from .acts import KEEP, REPRESENT, SEE, TAKE_PART


def membership_of(viewer: Standing, row: Collective) -> Membership | None:
    """The viewer's own membership or request, live or the newest. One query."""
    keys = viewer.own_keys(TAKE_PART)
    if not keys:
        return None
    mine = list(Membership.objects.filter(collective=row, person__in=keys).order_by("-id"))
    live = (Membership.State.ASKED, Membership.State.STANDING)
    return next((one for one in mine if one.state in live), mine[0] if mine else None)


def represents(viewer: Standing, row: Collective) -> bool:
    """Whether the viewer is an officer of the organisation whose account it is."""
    return row.organisation is not None and viewer.may(REPRESENT, scope_of(row.organisation))


def keeps(viewer: Standing, row: Collective, *, on: date) -> bool:
    """Whether the viewer keeps the account on a day, or represents its organisation."""
    if represents(viewer, row):
        return True
    mine = Membership.objects.filter(
        collective=row, person__in=viewer.own_keys(TAKE_PART), state=Membership.State.STANDING,
        keeps_from__lte=on, keeps_until__gt=on,
    )  # fmt: skip
    return mine.exists()


def is_in_office(viewer: Standing, row: Collective) -> bool:
    """Whether the viewer sees it in an office: who keeps accounts at its institution, or supervises."""
    return viewer.may(KEEP, row.access_scope()) or viewer.may(SEE, row.access_scope())


def sees_inside(viewer: Standing, row: Collective, mine: Membership | None) -> bool:
    """Whether the viewer sees who belongs to it: members, officers of the organisation, the office."""
    is_member = mine is not None and mine.state == Membership.State.STANDING
    return is_member or represents(viewer, row) or is_in_office(viewer, row)
