"""Who sees an application: its learner, the centre once it is handed in, and whoever it was drawn to."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from xuecheng.city.people.groups import keys_of
from xuecheng.city.rights import Standing, visible
from xuecheng.learning.priorlearning.models import Application, Assignment, Witness

from .acts import APPLY, HANDLE


def seen_by(viewer: Standing) -> Q:
    """The same as a condition on applications."""
    own = visible(viewer, APPLY, person="learner")
    # What was never handed in is nobody's but the learner's, also when it was taken back.
    theirs = visible(
        viewer, HANDLE, organisation="centre__organisation", territory="centre__organisation__territory"
    ) & Q(submitted_at__isnull=False)
    drawn = Assignment.objects.filter(application=OuterRef("pk"), person__in=viewer.person_keys, ended_at=None)
    return own | theirs | Q(Exists(drawn))


def may_see(viewer: Standing, row: Application) -> bool:
    return Application.objects.filter(seen_by(viewer), pk=row.pk).exists()


def is_learner_of(witness: Witness, keys: Collection[int]) -> bool:
    """Whether one of these accounts is the learner's for whom the witness speaks."""
    if not keys:
        return False
    learner: int = Application.objects.values_list("learner_id", flat=True).get(evidence__witness=witness)
    return not set(keys_of(learner)).isdisjoint(keys)
