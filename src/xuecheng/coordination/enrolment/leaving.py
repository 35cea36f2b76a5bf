"""What becomes of enrolments when somebody is erased: places are given back before, what was paid stays as the unit's
books, under the pseudonym; words about them go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, hindered_by, when_erased
from xuecheng.city.refusals import Refusal

from . import rules
from .models import Charge, Enrolment


class EnrolledStill(Refusal):
    message = _("There is still a place in a class, a waiting list or a lottery, or money to be paid or given back.")
    remedy = _("Leave the classes first, and settle what is owed at the cash desk.")


def _is_enrolled(keys: Sequence[int], at: datetime) -> None:
    del at
    live = Enrolment.objects.filter(person__in=keys, state__in=rules.LIVE)
    owed = Charge.objects.filter(person__in=keys).exclude(state=Charge.State.SETTLED)
    if live.exists() or owed.exists():
        raise EnrolledStill


def _leave(leaver: Leaver) -> None:
    """Which groups somebody belonged to goes, and their lottery number: nobody can look up any more whose it was."""
    for one in Enrolment.objects.filter(person__in=leaver.keys):
        Enrolment.objects.filter(pk=one.pk).update(
            because=leaver.without_words(one.because)[:200] or ("—" if one.state == "refused" else ""),
            groups=[],
            lottery_number="",
        )


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_is_enrolled)
    when_erased(_leave)
    fate("enrolment.Enrolment", "person", becomes=BLANKED)
    fate("enrolment.Charge", "person", becomes=STAYS)
    fate("enrolment.Movement", "person", becomes=STAYS)
    fate("enrolment.Movement", "by", becomes=STAYS)
    fate("enrolment.CashDay", "closed_by", becomes=STAYS)
