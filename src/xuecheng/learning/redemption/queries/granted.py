"""What somebody holds: points, and exemptions and qualifications that were granted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q

from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import CreditClass, CreditKind
from xuecheng.learning.creditbank.queries import POINTS
from xuecheng.learning.redemption.models import Allocation, OfferKind, Redemption
from xuecheng.web.templatetags.xc import day_time, points


@dataclass(frozen=True, slots=True)
class Points:
    """Reward points of a person; hundredths. `held` are set aside for what is reserved."""

    free: int = 0
    held: int = 0


def points_of(keys: Sequence[int]) -> Points:
    """The points on all accounts of a person. Two queries."""
    units = set(CreditClass.objects.filter(framework_code=POINTS, kind=CreditKind.REWARD).values_list("pk", flat=True))
    free = held = 0
    for one in ledger.balances_of_all(learner_ids=list(keys)):
        if one.unit in units:
            if one.role is ledger.Role.MAIN:
                free += one.balance
            else:
                held += one.balance
    return Points(free, held)


def points_free(keys: Sequence[int], unit: int) -> int:
    """Points of a class that can be spent. One query."""
    return sum(
        one.balance
        for one in ledger.balances_of_all(learner_ids=list(keys))
        if one.unit == unit and one.role is ledger.Role.MAIN
    )


@dataclass(frozen=True, slots=True)
class Grant:
    """An exemption or qualification that stands: the unit counts as taken at an institution."""

    redemption: UUID
    kind: str
    title: str
    institution: str
    granted_at: datetime
    units: tuple[str, ...]
    is_consumed: bool


def grants_of(keys: Sequence[int]) -> list[Grant]:
    """What was granted to a person and not taken back, the newest first. Two queries."""
    rows = (
        Redemption.objects.filter(
            learner__in=keys, state=Redemption.State.FULFILLED, returned=0,
            offer__kind__in=[OfferKind.EXEMPTION, OfferKind.QUALIFICATION],
        )
        .select_related("offer", "organisation")
        .prefetch_related("allocations__unit")
        .annotate(granted_at=Max("handings__at", filter=Q(handings__way="out")))
        .order_by("-id")
    )  # fmt: skip
    return [
        Grant(
            redemption=row.public_id,
            kind=str(row.offer.get_kind_display()),
            title=row.offer.title,
            institution=row.organisation.name,
            granted_at=row.granted_at,
            units=tuple(one.unit.title for one in row.allocations.all()),
            is_consumed=row.offer.consumes,
        )
        for row in rows
    ]


def is_of(unit: Organisation, provider_id: int) -> bool:
    """Whether a unit is the provider's own, or lies right below it."""
    return provider_id in (unit.pk, unit.parent_id)


def shown_points(hundredths: int) -> str:
    """12 or 12.5, as people say points."""
    return points(hundredths)


def shown_moment(at: datetime) -> str:
    """A day and time of the city, as people say it."""
    return day_time(at)


def used_up(keys: Sequence[int]) -> set[UUID]:
    """Postings whose credit is held for an order or was used up by one. One query."""
    rows = Allocation.objects.filter(learner__in=keys, is_live=True, hold__isnull=False)
    return set(rows.values_list("posting", flat=True))
