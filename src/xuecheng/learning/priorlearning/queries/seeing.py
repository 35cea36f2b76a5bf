"""Who sees an application: its learner, the centre once it is handed in, and whoever it was drawn to."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from xuecheng.city.rights import Standing, visible
from xuecheng.learning.priorlearning.models import Application, Assignment

from .acts import APPLY, HANDLE


def seen_by(viewer: Standing) -> Q:
    """The same as a condition on applications."""
    own = visible(viewer, APPLY, person="learner")
    theirs = visible(
        viewer, HANDLE, organisation="centre__organisation", territory="centre__organisation__territory"
    ) & ~Q(state=Application.State.DRAFT)
    drawn = Assignment.objects.filter(application=OuterRef("pk"), person__in=viewer.person_keys, ended_at=None)
    return own | theirs | Q(Exists(drawn))


def may_see(viewer: Standing, row: Application) -> bool:
    return Application.objects.filter(seen_by(viewer), pk=row.pk).exists()
