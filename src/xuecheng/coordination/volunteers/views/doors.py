"""What the pages of volunteers' service share: finding the thing, colours of states, telling refusals."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from xuecheng.city.access.requests import standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.volunteers import queries
from xuecheng.coordination.volunteers.models import Activity, Assignment, Shift, Volunteer

FORMS = ["GET", "POST"]


def activity_or_404(request: HttpRequest, public_id: UUID) -> Activity:
    row = queries.activity(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def shift_or_404(request: HttpRequest, public_id: UUID) -> Shift:
    row = queries.shift(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def assignment_or_404(request: HttpRequest, public_id: UUID) -> Assignment:
    row = queries.assignment(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def volunteer_or_404(request: HttpRequest, public_id: UUID) -> Volunteer:
    row = queries.volunteer(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def units_of(request: HttpRequest) -> QuerySet[Organisation]:
    """The organisations in whose name the viewer calls for volunteers."""
    rows = Organisation.objects.filter(queries.organisers_of(standing(request)), is_active=True)
    return rows.select_related("territory").order_by("code")


def done(request: HttpRequest, act: Callable[[], object], said: str = "") -> None:
    """Do it, and say above the next page that it is done, or what refused it."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said or _("Saved."))
