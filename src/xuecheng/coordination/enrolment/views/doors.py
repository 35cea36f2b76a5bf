"""What the pages of enrolment share: finding the thing, the right to it, telling refusals."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import require
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment import queries
from xuecheng.coordination.enrolment.models import Charge, Enrolment

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
