"""Who sees what of a collective: its face everybody, its statement whom it lets, its people who belong to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from xuecheng.city.access.queries import people_who_may, scope_of
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


def representatives(row: Collective, *, on: date) -> set[int]:
    """Who may keep an organisation's account on a day; of a circle, nobody by office. At most two queries."""
    return {one.pk for one in people_who_may(REPRESENT, at=row.organisation, today=on)} if row.organisation else set()


def keeps(viewer: Standing, row: Collective, *, on: date) -> bool:
    """Whether the viewer keeps the account on a day: of an organisation, who represents it on that day."""
    if row.organisation_id is not None:
        return represents(viewer, row)
    mine = Membership.objects.filter(
        collective=row, person__in=viewer.own_keys(TAKE_PART), state=Membership.State.STANDING,
        keeps_from__lte=on, keeps_until__gt=on,
    )  # fmt: skip
    return mine.exists()


def keeping(row: Collective, members: Iterable[Membership], *, on: date) -> set[int]:
    """Which of the memberships keep the account on a day; of an organisation, only who represents it still."""
    found = [one for one in members if one.keeps_on(on)]
    in_office = representatives(row, on=on) if found else set()
    return {one.pk for one in found if row.organisation_id is None or one.person_id in in_office}


def is_in_office(viewer: Standing, row: Collective) -> bool:
    """Whether the viewer sees it in an office: who keeps accounts at its institution, or supervises."""
    return viewer.may(KEEP, row.access_scope()) or viewer.may(SEE, row.access_scope())


def sees_inside(viewer: Standing, row: Collective, mine: Membership | None) -> bool:
    """Whether the viewer sees who belongs to it: members, officers of the organisation, the office."""
    is_member = mine is not None and mine.state == Membership.State.STANDING
    return is_member or represents(viewer, row) or is_in_office(viewer, row)
