"""Applications: who asks for which units, what they answered, how far it is (C-44, C-47, C-49)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import UnitVersion

from .register import Centre

ENDED = ("closed", "withdrawn", "declined")


class Group(models.Model):
    """Recognition for many at once 团体认定: an organisation lodges, each member has a case of their own."""

    public_id = models.UUIDField(editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+", verbose_name=_("centre"))
    title = models.CharField(_("title"), max_length=120)
    statement = models.CharField(_("what all of them do"), max_length=2000)
    """What the organisation vouches for; each case shows it beside its own evidence, as one source."""
    units = models.ManyToManyField(UnitVersion, related_name="+", verbose_name=_("units"))
    lodged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("lodged by"))
    lodged_at = models.DateTimeField(_("lodged"))

    class Meta:
        verbose_name = _("group for recognition")
        constraints: ClassVar = [models.UniqueConstraint(name="priorlearning_group_id_once", fields=["public_id"])]
        indexes: ClassVar = [models.Index(fields=["organisation", "-id"], name="priorlearning_group_of_body")]

    def __str__(self) -> str:
        return self.title

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words", "employer_name"]
)
class Application(models.Model):
    """One application for the recognition of units, at one centre (C-44).

    | state     | means                                                    | moved by                                 |
    |-----------|----------------------------------------------------------|------------------------------------------|
    | draft     | being written, for as long as it takes                   | `begin_application`                      |
    | submitted | somebody looks whether it is complete and fits           | `submit_application`                     |
    | returned  | something is missing; the learner completes it           | `return_application`                     |
    | screened  | complete; waits until enough assessors are free          | `pass_screening`                         |
    | assessing | assessors were drawn: evidence, interview, test          | `pass_screening`, `tend`                 |
    | decided   | every unit is decided, and the learner was told why      | `give_opinion`, `vote_appeal`            |
    | appealed  | a panel decides again                                    | `appeal`                                 |
    | closed    | the time to appeal is over                               | `tend`                                   |
    | withdrawn | taken back by the learner; everything stays readable     | `withdraw_application`                   |
    | declined  | not for this centre or not for recognition, and why      | `decline_application`                    |
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("prior learning", "being written")
        SUBMITTED = "submitted", pgettext_lazy("prior learning", "handed in")
        RETURNED = "returned", pgettext_lazy("prior learning", "something is missing")
        SCREENED = "screened", pgettext_lazy("prior learning", "complete, waits for assessors")
        ASSESSING = "assessing", pgettext_lazy("prior learning", "being assessed")
        DECIDED = "decided", pgettext_lazy("prior learning", "decided")
        APPEALED = "appealed", pgettext_lazy("prior learning", "appeal is looked at")
        CLOSED = "closed", pgettext_lazy("prior learning", "closed")
        WITHDRAWN = "withdrawn", pgettext_lazy("prior learning", "taken back")
        DECLINED = "declined", pgettext_lazy("prior learning", "not taken on")

    class Reason(models.TextChoices):
        """Why an application is returned or not taken on: a closed list."""

        ANSWERS = "answers", pgettext_lazy("prior learning", "questions are not answered")
        EVIDENCE = "evidence", pgettext_lazy("prior learning", "evidence is missing or cannot be read")
        SOURCES = "sources", pgettext_lazy("prior learning", "everything comes from one source")
        FIELD = "field", pgettext_lazy("prior learning", "the centre does not assess this field")
        UNIT = "unit", pgettext_lazy("prior learning", "the unit asks for something else")
        HELD = "held", pgettext_lazy("prior learning", "the unit is held already")

    OPEN = ("submitted", "returned", "screened", "assessing", "appealed")
    """What somebody still works on."""
    WRITABLE = ("draft", "returned")
    TAKES_EVIDENCE = ("draft", "returned", "submitted", "screened", "assessing", "decided")

    public_id = models.UUIDField(editable=False)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+", verbose_name=_("centre"))
    group = models.ForeignKey(
        Group, null=True, on_delete=models.PROTECT, related_name="applications", verbose_name=_("group")
    )
    employer = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("works at")
    )
    employer_name = models.CharField(_("where you do it"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    round = models.PositiveSmallIntegerField(_("round of assessing"), default=1)
    begun_at = models.DateTimeField(_("begun"))
    submitted_at = models.DateTimeField(_("handed in"), null=True)
    seal_number = models.BigIntegerField(_("number of the ledger's seal"), null=True)
    seed = models.CharField(_("seed of the draw"), max_length=120, blank=True)
    """Fixed when it is handed in: the newest seal that the ledger had published by then (C-76, C-80)."""
    screened_at = models.DateTimeField(_("found complete"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    due_on = models.DateField(_("due"), null=True)
    """By when whoever has to do something next does it; empty where no clock runs."""
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    overdue_at = models.DateTimeField(_("found overdue"), null=True)
    paused_at = models.DateTimeField(_("paused"), null=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    words = models.CharField(_("reason in words"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("recognition of prior learning")
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_application_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="priorlearning_application_in_group_once",
                fields=["group", "learner"],
                condition=Q(group__isnull=False),
            ),
            models.CheckConstraint(
                name="priorlearning_application_submitted_whole",
                condition=Q(state__in=["draft", "withdrawn"])
                | (Q(submitted_at__isnull=False, seal_number__isnull=False) & ~Q(seed="")),
            ),
            models.CheckConstraint(
                name="priorlearning_application_says_why",
                condition=~Q(state__in=["returned", "declined"]) | (~Q(reason="") & ~Q(words="")),
            ),
            models.CheckConstraint(
                name="priorlearning_application_has_clock",
                condition=~Q(state__in=["submitted", "screened", "assessing", "appealed"]) | Q(due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="priorlearning_application_decided_has_time",
                condition=~Q(state__in=["decided", "closed"]) | Q(decided_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "-id"], name="priorlearning_of_learner"),
            models.Index(fields=["centre", "state", "due_on", "id"], name="priorlearning_of_centre"),
            models.Index(
                fields=["due_on", "id"],
                name="priorlearning_with_clock",
                condition=Q(state__in=["submitted", "screened", "assessing", "decided", "appealed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"

    @property
    def chip(self) -> str:
        ended = {"decided": "done", "closed": "done", "declined": "no", "withdrawn": "neutral", "draft": "neutral"}
        return ended.get(self.state, "wait")

    @property
    def title(self) -> str:
        """Its units, as people call them."""
        return "、".join(claim.unit.title for claim in self.claims.all())

    def access_scope(self) -> Scope:
        organisation = self.centre.organisation
        return Scope(
            organisation_id=organisation.pk, territory_path=organisation.territory.path, person_id=self.learner_id
        )

    def centre_scope(self) -> Scope:
        """Where those sit who handle it."""
        return self.centre.access_scope()


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words", "task"])
class Claim(models.Model):
    """One unit of an application, and what was decided about it (C-47). All of the unit's credit, or none.

    | state     | means                                                             | moved by                        |
    |-----------|-------------------------------------------------------------------|---------------------------------|
    | claimed   | asked for, not decided                                            | `choose_units`, `vote_appeal`   |
    | granted   | recognised; `posting` is the credit, empty until the ledger took it | `give_opinion`, `settle_task` |
    | task      | recognised as soon as a supplementary task is done                | `give_opinion`                  |
    | not_yet   | not yet, and what is missing                                      | `give_opinion`, `settle_task`   |
    | held      | the unit was credited in another way meanwhile: nothing twice     | `give_opinion` (C-25)           |
    | reversed  | the credit was taken back by a correction                         | `reverse_grant`, `tend`         |
    | dropped   | the application ended before a decision                           | `withdraw_application`          |
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", pgettext_lazy("claim", "not decided yet")
        GRANTED = "granted", pgettext_lazy("claim", "recognised")
        TASK = "task", pgettext_lazy("claim", "recognised after one more task")
        NOT_YET = "not_yet", pgettext_lazy("claim", "not yet")
        HELD = "held", pgettext_lazy("claim", "you hold this unit already")
        REVERSED = "reversed", pgettext_lazy("claim", "taken back")
        DROPPED = "dropped", pgettext_lazy("claim", "ended without a decision")

    LIVE = ("claimed", "granted", "task")

    public_id = models.UUIDField(editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="claims")
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    number = models.PositiveSmallIntegerField(_("number"))
    unit = models.ForeignKey(
        UnitVersion, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("credit", "unit")
    )
    identity = models.CharField(_("unit credited once"), max_length=40)
    """ "unit:CODE/generation": what a learner is credited for once, by whichever way it comes (C-25)."""
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.CLAIMED)
    words = models.CharField(_("reasons"), max_length=2000, blank=True)
    task = models.CharField(_("supplementary task"), max_length=500, blank=True)
    task_due_on = models.DateField(_("task until"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("last opinion by")
    )
    posting = models.UUIDField(_("credit in the ledger"), null=True)
    record_id = models.BigIntegerField(_("learning record"), null=True)

    class Meta:
        verbose_name = _("unit asked for")
        ordering: ClassVar = ["application_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_claim_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="priorlearning_claim_number_once", fields=["application", "number"]),
            models.UniqueConstraint(
                name="priorlearning_claim_unit_once",
                fields=["learner", "identity"],
                condition=Q(state__in=["claimed", "granted", "task"]),
            ),
            models.UniqueConstraint(
                name="priorlearning_claim_posting_once", fields=["posting"], condition=Q(posting__isnull=False)
            ),
            models.CheckConstraint(
                name="priorlearning_claim_decided_says_why",
                condition=~Q(state__in=["granted", "task", "not_yet"])
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(words="")),
            ),
            models.CheckConstraint(
                name="priorlearning_claim_task_whole",
                condition=~Q(state="task") | (Q(task_due_on__isnull=False) & ~Q(task="")),
            ),
            models.CheckConstraint(
                name="priorlearning_claim_credit_of_granted",
                condition=Q(posting__isnull=True, record_id__isnull=True)
                | Q(state__in=["granted", "reversed"], posting__isnull=False, record_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.state}"

    @property
    def chip(self) -> str:
        named = {"granted": "done", "not_yet": "no", "reversed": "no", "claimed": "wait", "task": "wait"}
        return named.get(self.state, "neutral")


class Answer(models.Model):
    """What the learner says about one outcome, saved as often as they like."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="answers")
    outcome = models.PositiveSmallIntegerField(_("number of the outcome"))
    text = models.CharField(_("answer"), max_length=3000)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("answer to a guide question")
        constraints: ClassVar = [models.UniqueConstraint(name="priorlearning_answer_once", fields=["claim", "outcome"])]

    def __str__(self) -> str:
        return f"{self.claim} {self.outcome}"


class Pause(models.Model):
    """A time in which no clock of an application ran, because the learner asked for it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="pauses")
    began_at = models.DateTimeField(_("from"))
    days_left = models.IntegerField(_("working days that were left"), null=True)
    ended_at = models.DateTimeField(_("until"), null=True)

    class Meta:
        verbose_name = _("pause")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="priorlearning_pause_one_open", fields=["application"], condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.began_at:%Y-%m-%d}"


class Member(models.Model):
    """One of a group's members, asked for their consent: without it there is no case and nothing is seen."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("group member", "asked")
        AGREED = "agreed", pgettext_lazy("group member", "agreed")
        REFUSED = "refused", pgettext_lazy("group member", "does not want it")

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    answered_at = models.DateTimeField(_("answered"), null=True)
    application = models.OneToOneField(
        Application, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("case")
    )

    class Meta:
        verbose_name = _("member of a group")
        constraints: ClassVar = [
            models.UniqueConstraint(name="priorlearning_member_once", fields=["group", "person"]),
            models.CheckConstraint(
                name="priorlearning_member_agreed_has_case",
                condition=Q(state="agreed", application__isnull=False) | ~Q(state="agreed"),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person"], name="priorlearning_member_person")]

    def __str__(self) -> str:
        return f"{self.group} {self.state}"
