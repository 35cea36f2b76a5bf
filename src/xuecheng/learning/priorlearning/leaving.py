"""What becomes of prior learning when somebody is erased: verdicts and credit stay under the pseudonym; words go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.erasing import BLANKED, STAYS, Leaver, fate, hindered_by, when_erased
from xuecheng.city.refusals import Refusal

from .models import Answer, Appeal, Application, Assignment, Ballot, Claim, Evidence, Meeting, Opinion, Witness


class RecognitionRuns(Refusal):
    message = _("A recognition of prior learning, or an appeal about one, is not decided yet.")
    remedy = _("Take it back first, or wait until it is decided.")


def _runs(keys: Sequence[int], at: datetime) -> None:
    del at
    if Application.objects.filter(learner__in=keys, state__in=Application.OPEN).exists():
        raise RecognitionRuns


def _leave(leaver: Leaver) -> None:
    """What the learner and others wrote about them goes; that a unit was recognised, when and by how many, stays."""
    mine = Application.objects.filter(learner__in=leaver.keys)
    mine.exclude(words="").update(words="—")
    mine.update(employer_name="", employer=None)
    Answer.objects.filter(claim__application__in=mine).delete()
    Claim.objects.filter(application__in=mine).exclude(words="").update(words="—", task="—")
    Opinion.objects.filter(claim__application__in=mine).update(words="—")
    Opinion.objects.filter(claim__application__in=mine, word=Opinion.Word.TASK).update(task="—")
    Ballot.objects.filter(appeal__claim__application__in=mine).update(words="—")
    Appeal.objects.filter(claim__application__in=mine).update(words="—")
    Appeal.objects.filter(claim__application__in=mine).exclude(answer="").update(answer="—")
    Meeting.objects.filter(application__in=mine).exclude(notes="").update(notes="—")
    pieces = Evidence.objects.filter(application__in=mine)
    Witness.objects.filter(evidence__in=pieces).update(sealed=b"")
    Witness.objects.filter(evidence__in=pieces).exclude(statement="").update(statement="—")
    pieces.filter(kind=Evidence.Kind.LINK).update(link="https://example.invalid/")
    pieces.update(title="—", words="—", source="—")
    # Nobody appeals any more, nor does a task: what is decided is over, and no clock looks after it.
    decided = mine.filter(state=Application.State.DECIDED)
    Claim.objects.filter(application__in=decided, state=Claim.State.TASK).update(
        state=Claim.State.NOT_YET, decided_at=leaver.at
    )
    Assignment.objects.filter(application__in=decided, ended_at=None).update(ended_at=leaver.at)
    decided.update(state=Application.State.CLOSED, due_on=None)


def declare() -> None:
    """Called from `apps.py`."""
    hindered_by(_runs)
    when_erased(_leave)
    fate("priorlearning.Application", "learner", becomes=BLANKED)
    for model, field in OWN_FIELDS:
        fate(f"priorlearning.{model}", field, becomes=STAYS)
    for model, field in IN_OFFICE_FIELDS:
        fate(f"priorlearning.{model}", field, becomes=STAYS)


OWN_FIELDS = (("Claim", "learner"), ("Member", "person"), ("Tie", "learner"))
"""What is one's own beside the application."""

IN_OFFICE_FIELDS = (
    ("Assessor", "person"),
    ("Assignment", "person"),
    ("Claim", "decided_by"),
    ("Group", "lodged_by"),
    ("Meeting", "called_by"),
    ("Tie", "declared_by"),
    ("Tie", "person"),
)
"""Who did something for a centre or an organisation."""
