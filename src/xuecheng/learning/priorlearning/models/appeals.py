"""Appeals against "not yet", decided by a panel of others (C-48)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .applications import Claim
from .assessing import Assignment


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words", "answer"])
class Appeal(models.Model):
    """A learner asks that others look at one unit again; once for a decision. It never ends worse than it began.

    | state      | means                                                    | moved by      |
    |------------|----------------------------------------------------------|---------------|
    | open       | a panel of three, none of whom assessed, votes           | `appeal`      |
    | upheld     | the decision stands, and why                             | `vote_appeal` |
    | changed    | the unit is recognised                                   | `vote_appeal` |
    | reassessed | others assess the unit anew                              | `vote_appeal` |
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("appeal", "open")
        UPHELD = "upheld", pgettext_lazy("prior learning appeal", "the decision stands")
        CHANGED = "changed", pgettext_lazy("prior learning appeal", "recognised after all")
        REASSESSED = "reassessed", pgettext_lazy("prior learning appeal", "assessed anew")

    class Ground(models.TextChoices):
        """The closed list of grounds."""

        PROCEDURE = "procedure", pgettext_lazy("appeal ground", "the procedure was not kept")
        EVIDENCE = "evidence", pgettext_lazy("appeal ground", "there is new evidence")
        UNREASONABLE = "unreasonable", pgettext_lazy("appeal ground", "the decision is not reasonable")

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="appeal")
    round = models.PositiveSmallIntegerField()
    ground = models.CharField(_("ground"), max_length=12, choices=Ground)
    words = models.CharField(_("what is wrong with the decision"), max_length=1000)
    lodged_at = models.DateTimeField(_("lodged"))
    due_on = models.DateField(_("to be answered by"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("appeal about prior learning")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="priorlearning_appeal_answered_whole",
                condition=Q(state="open", decided_at__isnull=True, answer="")
                | (~Q(state="open") & Q(decided_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.state}"


class Ballot(models.Model):
    """The vote of one member of the panel, before seeing the others'. Append-only."""

    class Vote(models.TextChoices):
        UPHOLD = "uphold", pgettext_lazy("ballot", "the decision stands")
        CHANGE = "change", pgettext_lazy("ballot", "recognise the unit")
        REASSESS = "reassess", pgettext_lazy("ballot", "have it assessed anew")

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="ballots")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="ballots")
    vote = models.CharField(_("vote"), max_length=8, choices=Vote)
    words = models.CharField(_("reasons"), max_length=600)
    cast_at = models.DateTimeField(_("cast"))

    class Meta:
        verbose_name = _("vote on an appeal")
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_ballot_once", fields=["appeal", "assignment"]),
            models.CheckConstraint(name="priorlearning_ballot_says_why", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return self.vote
