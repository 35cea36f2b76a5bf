"""Cases of withdrawal 撤销: notice, hearing, decision, reversal, and what rests on the credit (C-71 … C-74)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import CreditClass
from xuecheng.learning.exchange.models import Case as ExchangeCase

from .suspicions import Suspicion


class Ground(models.TextChoices):
    """Why credit is to be withdrawn: what statistics count by."""

    DOUBLE = "double", pgettext_lazy("ground of withdrawal", "credited twice")
    IMPOSSIBLE = "impossible", pgettext_lazy("ground of withdrawal", "cannot have happened as reported")
    FALSE = "false", pgettext_lazy("ground of withdrawal", "certificate or record is not genuine")
    MISTAKE = "mistake", pgettext_lazy("ground of withdrawal", "the institution's mistake")
    RULE = "rule", pgettext_lazy("ground of withdrawal", "no rule gives it")


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
    exclude=["title", "reason", "decision_words"],
)  # fmt: skip
class Withdrawal(models.Model):
    """One case about the credit of one record. From its opening to its decision the credit is frozen (C-71).

    | state     | means                                                       | moved by                            |
    |-----------|-------------------------------------------------------------|-------------------------------------|
    | opened    | the credit is frozen; nobody was told yet                   | `open_withdrawal`                   |
    | noticed   | learner and issuer know; they may state or ask for a hearing | `give_notice`                      |
    | heard     | a hearing was held                                          | `hold_hearing`                      |
    | withdrawn | decided: the credit was taken back by a posting             | `decide_withdrawal`, another person |
    | closed    | decided: nothing was wrong; the credit is free again        | `decide_withdrawal`, another person |
    | restored  | an appeal was granted; the credit was given anew            | `decide_appeal`, a third person     |
    """

    class State(models.TextChoices):
        OPENED = "opened", pgettext_lazy("withdrawal", "opened")
        NOTICED = "noticed", pgettext_lazy("withdrawal", "may be answered")
        HEARD = "heard", pgettext_lazy("withdrawal", "heard")
        WITHDRAWN = "withdrawn", pgettext_lazy("withdrawal", "withdrawn")
        CLOSED = "closed", pgettext_lazy("withdrawal", "nothing wrong, closed")
        RESTORED = "restored", pgettext_lazy("withdrawal", "given back after an appeal")

    OPEN = ("opened", "noticed", "heard")

    public_id = models.UUIDField(editable=False)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    institution = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("issuer"))
    record_id = models.BigIntegerField()
    book = models.IntegerField()
    title = models.CharField(max_length=200)
    suspicion = models.ForeignKey(
        Suspicion, null=True, on_delete=models.PROTECT, related_name="withdrawals", verbose_name=_("suspicion")
    )
    ground = models.CharField(_("ground"), max_length=10, choices=Ground)
    reason = models.CharField(_("reason"), max_length=1000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPENED)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by"))
    opened_at = models.DateTimeField(_("opened"))
    noticed_at = models.DateTimeField(_("notice given"), null=True)
    due_on = models.DateField(_("may be answered until"), null=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_words = models.CharField(_("reasons of the decision"), max_length=1000, blank=True)
    appeal_until = models.DateField(_("appeal until"), null=True)

    class Meta:
        verbose_name = _("withdrawal of credit")
        constraints: ClassVar = [
            models.UniqueConstraint(name="withdrawal_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="withdrawal_one_open_per_record",
                fields=["record_id", "book"],
                condition=Q(state__in=["opened", "noticed", "heard"]),
            ),
            # C-71: who decides did not open.
            models.CheckConstraint(
                name="withdrawal_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("opened_by")),
            ),
            models.CheckConstraint(
                name="withdrawal_decided_whole",
                condition=Q(state__in=["opened", "noticed", "heard"], decided_by__isnull=True, decided_at__isnull=True)
                | (
                    Q(state__in=["withdrawn", "closed", "restored"], decided_by__isnull=False)
                    & Q(decided_at__isnull=False) & ~Q(decision_words="")
                ),
            ),
            models.CheckConstraint(
                name="withdrawal_noticed_has_clock",
                condition=Q(state="opened", noticed_at__isnull=True)
                | (~Q(state="opened") & Q(noticed_at__isnull=False, due_on__isnull=False)),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["learner", "-id"], name="withdrawal_of_learner"),
            models.Index(fields=["institution", "state", "-id"], name="withdrawal_of_institution"),
            models.Index(fields=["suspicion"], name="withdrawal_of_suspicion"),
            models.Index(fields=["record_id"], name="withdrawal_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"

    def access_scope(self) -> Scope:
        return Scope(
            organisation_id=self.institution_id,
            territory_path=self.institution.territory.path,
            person_id=self.learner_id,
        )

    def place_scope(self) -> Scope:
        """Where the issuer sits, without the learner."""
        return Scope(organisation_id=self.institution_id, territory_path=self.institution.territory.path)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def chip(self) -> str:
        ended = {"withdrawn": "no", "closed": "done", "restored": "done"}
        return ended.get(self.state, "wait")


class Item(models.Model):
    """One posting of a case: what it came to, what of it was used when the case was decided, and what was taken back.

    Credits in hundredths. `used` was in exchanges that stand, `recovered` went back to the issuer at the decision; what
    is missing between them is the shortfall (C-73).
    """

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="items")
    posting = models.UUIDField()
    credit_class = models.ForeignKey(CreditClass, on_delete=models.PROTECT, related_name="+")
    credits = models.PositiveBigIntegerField()
    used = models.PositiveBigIntegerField(default=0)
    recovered = models.PositiveBigIntegerField(null=True)

    class Meta:
        verbose_name = _("credit in a withdrawal")
        constraints: ClassVar = [
            models.UniqueConstraint(name="withdrawal_item_once", fields=["withdrawal", "posting"]),
            models.CheckConstraint(
                name="withdrawal_item_amounts",
                condition=Q(credits__gte=1, used__lte=F("credits"))
                & (Q(recovered__isnull=True) | Q(recovered__lte=F("credits"))),
            ),
        ]

    def __str__(self) -> str:
        return str(self.posting)


class Statement(models.Model):
    """What the learner, or the issuer, says to a notice. Stays as it was written."""

    class Side(models.TextChoices):
        LEARNER = "learner", pgettext_lazy("side of a withdrawal", "learner")
        ISSUER = "issuer", pgettext_lazy("side of a withdrawal", "institution")

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="statements")
    side = models.CharField(max_length=8, choices=Side)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.CharField(_("what you say to it"), max_length=2000)
    wants_hearing = models.BooleanField(_("asks for a hearing"), default=False)

    class Meta:
        verbose_name = _("statement in a withdrawal")
        constraints: ClassVar = [models.CheckConstraint(name="withdrawal_statement_has_words", condition=~Q(words=""))]
        indexes: ClassVar = [models.Index(fields=["withdrawal", "id"], name="withdrawal_statement_of")]

    def __str__(self) -> str:
        return f"{self.withdrawal} {self.side}"


class Hearing(models.Model):
    """A hearing that was held, and what was said at it. There may be several; each stays as it was written."""

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="hearings")
    held_at = models.DateTimeField(_("hearing held"))
    words = models.CharField(_("what was said at the hearing"), max_length=2000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("written down by"))
    at = models.DateTimeField(_("written down"))

    class Meta:
        verbose_name = _("hearing in a withdrawal")
        constraints: ClassVar = [
            models.UniqueConstraint(name="withdrawal_hearing_once", fields=["withdrawal", "held_at"]),
            models.CheckConstraint(name="withdrawal_hearing_has_words", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return f"{self.withdrawal} {self.held_at}"


class Dependent(models.Model):
    """An exchange that rests on withdrawn credit; it stands until its own decision (C-72).

    | state    | means                                                              | moved by           |
    |----------|--------------------------------------------------------------------|--------------------|
    | open     | to be decided                                                      | `decide_withdrawal` |
    | replaced | other credit of the learner took the place                         | `replace_dependent` |
    | stands   | it stands, and what is missing stays a shortfall or is written off | `let_stand`         |
    | voided   | it was not settled yet, and ended with the withdrawal              | `decide_withdrawal` |
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("dependent", "to be decided")
        REPLACED = "replaced", pgettext_lazy("dependent", "holds by other credit")
        STANDS = "stands", pgettext_lazy("dependent", "stands")
        VOIDED = "voided", pgettext_lazy("dependent", "ended")

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="dependents")
    exchange = models.ForeignKey(ExchangeCase, on_delete=models.PROTECT, related_name="+")
    posting = models.UUIDField()
    credits = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    replaced_by = models.UUIDField(null=True)
    replaced_beside = ArrayField(models.UUIDField(), default=list, db_default=[])
    """Where one posting was not enough: those that took the place together with it."""
    words = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("exchange that rests on withdrawn credit")
        constraints: ClassVar = [
            models.UniqueConstraint(name="withdrawal_dependent_once", fields=["withdrawal", "exchange", "posting"]),
            models.CheckConstraint(
                name="withdrawal_dependent_decided_whole",
                condition=Q(state="open", decided_at__isnull=True)
                | Q(state="replaced", decided_at__isnull=False, replaced_by__isnull=False)
                | (Q(state="stands", decided_at__isnull=False) & ~Q(words=""))
                | Q(state="voided", decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.withdrawal} {self.state}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words"])
class Shortfall(models.Model):
    """What could not be taken back because it was used: filled first by later credit of the same class (C-73)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("shortfall", "to be filled")
        FILLED = "filled", pgettext_lazy("shortfall", "filled")
        WRITTEN_OFF = "written_off", pgettext_lazy("shortfall", "written off")

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="shortfall")
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    credit_class = models.ForeignKey(CreditClass, on_delete=models.PROTECT, related_name="+")
    credits = models.PositiveBigIntegerField(_("missing"))
    filled = models.PositiveBigIntegerField(_("filled"), default=0)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    since = models.DateTimeField(_("since"))
    words = models.CharField(_("why it is written off"), max_length=500, blank=True)
    ended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("written off by")
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("shortfall of credit")
        constraints: ClassVar = [
            models.CheckConstraint(name="shortfall_amounts", condition=Q(credits__gte=1, filled__lte=F("credits"))),
            models.CheckConstraint(
                name="shortfall_ends_whole",
                condition=(Q(state="open", ended_at__isnull=True) & Q(filled__lt=F("credits")))
                | Q(state="filled", filled=F("credits"), ended_at__isnull=False)
                | (Q(state="written_off", ended_at__isnull=False, ended_by__isnull=False) & ~Q(words="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "id"], name="shortfall_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.state}"

    @property
    def left(self) -> int:
        return self.credits - self.filled if self.state == self.State.OPEN else 0


class Fill(models.Model):
    """What filled a shortfall: so much of a posting went to the issuer of the withdrawn one. Append-only.

    One posting may fill it in several steps: behind several exchanges it takes the place of, or as more comes free.
    """

    shortfall = models.ForeignKey(Shortfall, on_delete=models.PROTECT, related_name="fills")
    posting = models.UUIDField()
    key = models.UUIDField(help_text=_("Key of the transfer in the ledger"))
    credits = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("part that filled a shortfall")
        constraints: ClassVar = [
            models.UniqueConstraint(name="shortfall_fill_key_once", fields=["key"]),
            models.CheckConstraint(name="shortfall_fill_has_credit", condition=Q(credits__gte=1)),
        ]

    def __str__(self) -> str:
        return str(self.key)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words", "answer"])
class Appeal(models.Model):
    """The learner, or the issuer, asks that somebody else looks at a decision again; each of them once.

    Where one is granted, what the other asked for is granted with it.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("appeal", "open")
        UPHELD = "upheld", pgettext_lazy("appeal", "the withdrawal stands")
        GRANTED = "granted", pgettext_lazy("appeal", "granted")

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="appeals")
    side = models.CharField(max_length=8, choices=Statement.Side)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(_("what is wrong with the decision"), max_length=1000)
    lodged_at = models.DateTimeField(_("lodged"))
    due_on = models.DateField(_("to be answered by"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("appeal against a withdrawal")
        constraints: ClassVar = [
            models.UniqueConstraint(name="withdrawal_appeal_once_a_side", fields=["withdrawal", "side"]),
            models.CheckConstraint(
                name="withdrawal_appeal_answered_whole",
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True, answer="")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(state="open") & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.withdrawal} {self.state}"
