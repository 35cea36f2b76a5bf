"""What the pages of teaching share: finding the thing, the right to it, telling refusals."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from xuecheng.city.access.requests import standing
from xuecheng.coordination.classes.models import ClassSession, CourseClass
from xuecheng.coordination.teaching import queries
from xuecheng.coordination.teaching.queries import DECIDE, TAKE

FORMS = ["GET", "POST"]
CHIPS = {"present": "done", "late": "wait", "absent": "no", "excused": "neutral"}


def layout_of(request: HttpRequest) -> str:
    """Whoever takes attendance for a unit stands beside the rail; whoever teaches does not need it."""
    return "web/staff.html" if standing(request).may_somewhere(TAKE) else "web/base.html"


def session_or_404(request: HttpRequest, public_id: UUID) -> ClassSession:
    """A session whose attendance the viewer takes."""
    found = queries.session_by_id(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def class_or_404(request: HttpRequest, public_id: UUID) -> CourseClass:
    """A class that the viewer teaches, or at whose unit they decide who completes."""
    found = queries.class_by_id(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def may_decide(request: HttpRequest, row: CourseClass) -> bool:
    return standing(request).may(DECIDE, row.access_scope())
