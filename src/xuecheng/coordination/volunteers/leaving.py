"""What becomes of volunteers' rows when somebody is erased: minutes stay under the pseudonym; words and papers go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.erasing import BLANKED, GOES, STAYS, WORDS_GONE, Leaver, fate, hindered_by, when_erased
from xuecheng.city.refusals import Refusal

from .models import (
    Assignment,
    Award,
    Certificate,
    Evaluation,
    GuardianConsent,
    LateEntry,
    Service,
    Training,
    Volunteer,
)


class ServesStill(Refusal):
    message = _("There are shifts to come as a volunteer, or a service is being looked at.")
    remedy = _("Give the shifts back first, or wait until it is decided.")


def _serves(keys: Sequence[int], at: datetime) -> None:
    coming = Assignment.objects.filter(
        person__in=keys, state__in=["applied", "assigned", "serving"], shift__during__endswith__gt=at
    )
    looked_at = Service.objects.filter(person__in=keys, state=Service.State.REVIEW)
    registered = LateEntry.objects.filter(person__in=keys, state=LateEntry.State.WAITING)
    if coming.values("pk").union(looked_at.values("pk"), registered.values("pk"), all=True).exists():
        raise ServesStill


def _leave(leaver: Leaver) -> None:
    """The entry is closed; skills and proofs go, evaluations, awards and certificates too. What was served stays: it is
    the organisers'.
    """
    Volunteer.objects.filter(person__in=leaver.keys).update(state=Volunteer.State.LEFT, skills=[])
    GuardianConsent.objects.filter(person__in=leaver.keys).update(proof=WORDS_GONE)
    Training.objects.filter(person__in=leaver.keys).update(proof=WORDS_GONE)
    for gone in (Certificate, Evaluation, Award):
        gone.objects.filter(person__in=leaver.keys).delete()
    for model, field in ((Assignment, "words"), (Service, "why"), (LateEntry, "why"), (LateEntry, "words")):
        for key, words in model.objects.filter(person__in=leaver.keys).exclude(**{field: ""}).values_list("pk", field):
            model.objects.filter(pk=key).update(**{field: leaver.without_words(words)[:200]})


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_serves)
    when_erased(_leave)
    for model in ("Volunteer", "GuardianConsent", "Training", "Assignment", "Service", "LateEntry"):
        fate(f"volunteers.{model}", "person", becomes=BLANKED)
    for model in ("Certificate", "Evaluation", "Award"):
        fate(f"volunteers.{model}", "person", becomes=GOES)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"volunteers.{model}", field, becomes=STAYS)


IN_OFFICE_FIELDS = (
    ("Volunteer", "identity_seen_by"),
    ("GuardianConsent", "recorded_by"),
    ("Training", "recorded_by"),
    ("Activity", "drafted_by"),
    ("Activity", "published_by"),
    ("Activity", "insured_by"),
    ("Assignment", "decided_by"),
    ("Assignment", "checked_in_by"),
    ("Assignment", "checked_out_by"),
    ("Service", "decided_by"),
    ("LateEntry", "registered_by"),
    ("LateEntry", "decided_by"),
    ("Evaluation", "by"),
    ("Award", "recorded_by"),
    ("Scale", "set_by"),
)
"""Who did something for an organisation."""
