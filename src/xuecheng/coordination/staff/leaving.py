"""What becomes of the pool's rows when a person is erased: what units agreed on stays, what the person said of
themselves goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.erasing import BLANKED, STAYS, WORDS_GONE, Leaver, fate, hindered_by, when_erased
from xuecheng.city.refusals import Refusal

from .models import Agreement, Qualification, Teacher, TeacherHours, TeachingSession


class TeachesStill(Refusal):
    message = _("An agreement to teach is in force, or sessions are still planned.")
    remedy = _("End the agreement first, and let somebody else take the sessions.")


def _teaches(keys: Sequence[int], at: datetime) -> None:
    bound = Agreement.objects.filter(
        person__in=keys,
        state__in=[Agreement.State.AWAITING, Agreement.State.IN_FORCE, Agreement.State.RECALLED],
        during__endswith__gt=at.date(),
    )
    planned = TeachingSession.objects.filter(
        person__in=keys, state=TeachingSession.State.PLANNED, during__endswith__gt=at
    )
    if bound.values("pk").union(planned.values("pk"), all=True).exists():
        raise TeachesStill


def _leave(leaver: Leaver) -> None:
    """The entry is closed; hours, places and licences go. Agreements and hours taught stay: they are units'."""
    entries = Teacher.objects.filter(person__in=leaver.keys)
    TeacherHours.objects.filter(teacher__in=entries).delete()
    entries.update(state=Teacher.State.CLOSED, is_shared=False, said="", languages=[], travel_km=0)
    for row in Qualification.objects.filter(person__in=leaver.keys):
        Qualification.objects.filter(pk=row.pk).update(
            title=WORDS_GONE, issuer="", finding="", licence_number="—" if row.needs_licence else "",
            state=Qualification.State.WITHDRAWN,
        )  # fmt: skip
    for agreement in Agreement.objects.filter(person__in=leaver.keys):
        Agreement.objects.filter(pk=agreement.pk).update(
            purpose=leaver.without_words(agreement.purpose)[:200],
            evaluation=leaver.without_words(agreement.evaluation)[:500],
        )


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_teaches)
    when_erased(_leave)
    fate("staff.Teacher", "person", becomes=BLANKED)
    fate("staff.Qualification", "person", becomes=BLANKED)
    fate("staff.Agreement", "person", becomes=BLANKED)
    for model in ("AgreementHours", "Consent", "TeachingSession"):
        fate(f"staff.{model}", "person", becomes=STAYS)
    fate("staff.Teacher", "decided_by", becomes=STAYS)
    fate("staff.Qualification", "reviewed_by", becomes=STAYS)
    fate("staff.Agreement", "drafted_by", becomes=STAYS)
    fate("staff.Consent", "by", becomes=STAYS)
    fate("staff.LimitsVersion", "set_by", becomes=STAYS)
