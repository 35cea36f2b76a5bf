"""What becomes of attendance when somebody is erased: numbers stay under the pseudonym; fingerprints of devices go, and
the name on certificates."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, when_erased

from .models import Arrival, Certificate, Feedback, HandedIn


def _leave(leaver: Leaver) -> None:
    Arrival.objects.filter(learner__in=leaver.keys).update(device=b"", address=b"")
    HandedIn.objects.filter(learner__in=leaver.keys).update(text="")
    Feedback.objects.filter(learner__in=leaver.keys).update(words="")
    for row in Certificate.objects.filter(learner__in=leaver.keys).order_by("pk"):
        row.snapshot, row.holder_left_at = row.snapshot | {"holder": leaver.pseudonym}, leaver.at
        row.save(update_fields=["snapshot", "holder_left_at"])


def declare() -> None:
    """Called from `apps.py`."""
    when_erased(_leave)
    fate("teaching.Mark", "learner", becomes=STAYS)
    fate("teaching.Mark", "by", becomes=STAYS)
    fate("teaching.Arrival", "learner", becomes=BLANKED)
    fate("teaching.Arrival", "decided_by", becomes=STAYS)
    fate("teaching.CheckInKey", "opened_by", becomes=STAYS)
    fate("teaching.Certificate", "learner", becomes=BLANKED)
    fate("teaching.Decision", "learner", becomes=STAYS)
    fate("teaching.HandedIn", "learner", becomes=BLANKED)
    fate("teaching.Feedback", "learner", becomes=BLANKED)
    fate("teaching.Lesson", "by", becomes=STAYS)
    fate("teaching.Assessment", "by", becomes=STAYS)
