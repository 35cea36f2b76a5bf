"""What the pages of enrolment share: finding the thing, the right to it, telling refusals."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.people.groups import keys_of
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import queries
from xuecheng.coordination.enrolment.models import Charge, Enrolment
from xuecheng.learning.redemption.models import Redemption
from xuecheng.learning.redemption.queries import fee_vouchers
from xuecheng.learning.redemption.rules import shown_voucher

FORMS = ["GET", "POST"]
CHIPS = {
    "applied": "info", "waiting": "wait", "offered": "now", "enrolled": "done", "paused": "neutral",
    "completed": "done", "refused": "no", "withdrawn": "neutral", "lapsed": "no", "transferred": "neutral",
    "cancelled": "no", "due": "wait", "settled": "done", "refund_due": "info",
}  # fmt: skip


def class_or_404(public_id: UUID, *, act: str = "", request: HttpRequest | None = None) -> CourseClass:
    """A class that is no draft; with an act, one at which the viewer may do it."""
    row = queries.class_by_id(public_id)
    if row is None:
        raise Http404
    if act and request is not None:
        require(standing(request), act, on=row)
    return row


def enrolment_or_404(request: HttpRequest, public_id: UUID) -> Enrolment:
    """One's own, or one of a class whose roll one sees; looking at somebody else's is kept."""
    one = queries.enrolment(standing(request), public_id)
    if one is None:
        raise Http404
    seen(request, person_id=one.person_id, what=Reading.What.ENROLMENT, thing=one.public_id)
    return one


def charge_or_404(request: HttpRequest, public_id: UUID) -> Charge:
    """The same for a charge."""
    found = queries.charge_by_id(standing(request), public_id)
    if found is None:
        raise Http404
    seen(request, person_id=found.person_id, what=Reading.What.ENROLMENT, thing=found.public_id)
    return found


def number_of(request: HttpRequest) -> UUID:
    """The number of a payment as the page gave it, so that it counts once; a new one where it is spoilt."""
    try:
        return UUID(request.POST.get("public_id", ""))
    except ValueError:
        return uuid7()


def vouchers_for(charge: Charge | None) -> list[tuple[Redemption, str]]:
    """Vouchers that its person has ready for what is still to be paid, with their numbers as people say them."""
    if charge is None or charge.owed_fen <= 0:
        return []
    return [(one, shown_voucher(one.code)) for one in fee_vouchers(keys_of(charge.person_id))]
