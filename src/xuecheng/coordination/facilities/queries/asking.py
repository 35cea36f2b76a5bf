"""Which units ask for which rooms, and who may answer."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from xuecheng.city.rights import Scope, Standing, visible
from xuecheng.coordination.facilities.models import LoanRequest

from .acts import BOOK, KEEP, SEE


def whole_requests() -> QuerySet[LoanRequest]:
    return LoanRequest.objects.select_related(
        "venue__owner", "venue__territory", "space", "unit__territory", "owner", "loan", "answered_by"
    )


def loan_requests(viewer: Standing) -> QuerySet[LoanRequest]:
    """Requests for rooms of places that the viewer sees into, and those of their units; for a list by (-id)."""
    there = visible(viewer, SEE, organisation="venue__owner", territory="venue__territory")
    own = visible(viewer, SEE, organisation="unit", territory="unit__territory")
    return whole_requests().filter(there | own)


def loan_request(viewer: Standing, public_id: Any) -> LoanRequest | None:
    """One of them. One query."""
    return loan_requests(viewer).filter(public_id=public_id).first()


def requests_to_answer(viewer: Standing) -> QuerySet[LoanRequest]:
    """Open requests that the viewer may answer, for the number in the menu."""
    mine: Q = visible(viewer, KEEP, organisation="venue__owner", territory="venue__territory")
    return LoanRequest.objects.filter(mine, state=LoanRequest.State.ASKED)


def may_answer_request(viewer: Standing, row: LoanRequest) -> bool:
    """Whether the viewer speaks for the owner of an open request. No query."""
    return row.state == LoanRequest.State.ASKED and viewer.may(KEEP, row.venue.access_scope())


def may_take_back(viewer: Standing, row: LoanRequest) -> bool:
    """Whether the viewer speaks for the unit that asked, and nobody has answered. No query."""
    scope = Scope(organisation_id=row.unit_id, territory_path=row.unit.territory.path)
    return row.state == LoanRequest.State.ASKED and viewer.may(BOOK, scope)
