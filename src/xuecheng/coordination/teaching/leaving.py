"""What becomes of attendance when somebody is erased: numbers stay under the pseudonym; fingerprints of devices go."""

from __future__ import annotations

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, when_erased

from .models import Arrival


def _leave(leaver: Leaver) -> None:
    Arrival.objects.filter(learner__in=leaver.keys).update(device=b"", address=b"")


def declare() -> None:
    """Called from `apps.py`."""
    when_erased(_leave)
    fate("teaching.Mark", "learner", becomes=STAYS)
    fate("teaching.Mark", "by", becomes=STAYS)
    fate("teaching.Arrival", "learner", becomes=BLANKED)
    fate("teaching.Arrival", "decided_by", becomes=STAYS)
    fate("teaching.CheckInKey", "opened_by", becomes=STAYS)
    fate("teaching.Decision", "learner", becomes=STAYS)
    fate("teaching.Assessment", "by", becomes=STAYS)
