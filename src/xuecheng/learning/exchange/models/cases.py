"""Cases of exchange: what a learner asked, which credits are held for it, how it ended (C-33, C-34, C-36)."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import CreditClass

from .agreements import Agreement, Term


class Difference(models.TextChoices):
    """The substantial differences for which alone an exchange is refused (C-36). "Not our teacher" is none."""

    LEVEL = "level", pgettext_lazy("substantial difference", "level")
    WORKLOAD = "workload", pgettext_lazy("substantial difference", "amount of learning")
    OUTCOMES = "outcomes", pgettext_lazy("substantial difference", "learning outcomes")
    QUALITY = "quality", pgettext_lazy("substantial difference", "quality assurance")
    CURRENCY = "currency", pgettext_lazy("substantial difference", "too long ago")


class Lot(models.Model):
    """The credits of one posting of recognition, as exchange counts them: hundredths 0 up to `credits`. Never changes.

    Made when the posting is first asked for; `posting` is the key of its transfer in the ledger.
    """

    posting = models.UUIDField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    credit_class = models.ForeignKey(CreditClass, on_delete=models.PROTECT, related_name="+")
    credits = models.PositiveBigIntegerField(help_text=_("Hundredths of a credit"))
    title = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("credits of one posting")
        constraints: ClassVar = [
            models.UniqueConstraint(name="exchange_lot_once", fields=["posting", "learner"]),
            models.CheckConstraint(name="exchange_lot_has_credit", condition=Q(credits__gte=1)),
        ]

    def __str__(self) -> str:
        return self.title


# Words stand in the row only, where the erasure of a person reaches them.
@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words", "target_unit"]
)
class Case(models.Model):
    """One request of a learner that credits of one institution count at another (C-34).

    | state     | means                                                        | moved by                              |
    |-----------|--------------------------------------------------------------|---------------------------------------|
    | asked     | written; in the same transaction the credits are held        | `ask_exchange`                        |
    | earmarked | the source credits are held in the ledger; somebody decides  | `ask_exchange`                        |
    | accepted  | counts; the credits are about to be posted                   | `accept_case`, an automatic agreement |
    | settled   | source taken, target given, in one transaction               | `accept_case`, `tend`                 |
    | refused   | given back; a substantial difference was named (C-36)        | `refuse_case`                         |
    | lapsed    | given back; nobody answered in time                          | `tend`                                |
    | withdrawn | given back; the learner took the request back                | `withdraw_case`                       |
    | voided    | given back; the source credit was withdrawn by its issuer's  | `void_case`, for a decision on the    |
    |           | certification body (C-72)                                    | source                                |
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("exchange", "asked")
        EARMARKED = "earmarked", pgettext_lazy("exchange", "being looked at")
        ACCEPTED = "accepted", pgettext_lazy("exchange", "accepted")
        SETTLED = "settled", pgettext_lazy("exchange", "exchanged")
        REFUSED = "refused", pgettext_lazy("exchange", "refused")
        LAPSED = "lapsed", pgettext_lazy("exchange", "lapsed")
        WITHDRAWN = "withdrawn", pgettext_lazy("exchange", "taken back")
        VOIDED = "voided", pgettext_lazy("exchange", "ended: the credit was withdrawn")

    OPEN = ("earmarked", "accepted")
    LIVE = ("asked", "earmarked", "accepted", "settled")

    public_id = models.UUIDField(editable=False)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", verbose_name=_("term of the agreement"))
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="+", verbose_name=_("exchange agreement")
    )
    source = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("giving"))
    target = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("receiving"))
    source_class = models.ForeignKey(CreditClass, on_delete=models.PROTECT, related_name="+")
    target_class = models.ForeignKey(CreditClass, on_delete=models.PROTECT, related_name="+")
    source_credits = models.PositiveBigIntegerField(_("credits held"), help_text=_("Hundredths of a credit"))
    target_credits = models.PositiveBigIntegerField(_("credits given"), help_text=_("Hundredths of a credit"))
    target_unit = models.CharField(_("unit given"), max_length=40, blank=True)
    """What it is at the receiving side, once for a learner: "unit:CODE/generation"; empty for a ratio."""
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    due_on = models.DateField(_("to be answered by"))
    escalated_at = models.DateTimeField(_("raised to the certification body"), null=True)
    ends_on = models.DateField(_("ends without an answer after"), null=True)
    hold = models.UUIDField(_("set-aside in the ledger"), null=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    difference = models.CharField(_("substantial difference"), max_length=8, choices=Difference, blank=True)
    words = models.CharField(_("reason"), max_length=500, blank=True)
    settled_at = models.DateTimeField(_("exchanged"), null=True)
    after_appeal = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="granted_as",
        verbose_name=_("after an appeal against"),
    )

    class Meta:
        verbose_name = _("exchange of credits")
        constraints: ClassVar = [
            models.UniqueConstraint(name="exchange_case_public_id_once", fields=["public_id"]),
            # One unit is credited once for a learner, by whichever way it came (C-25).
            models.UniqueConstraint(
                name="exchange_case_unit_once",
                fields=["learner", "target_unit"],
                condition=Q(state__in=["asked", "earmarked", "accepted", "settled"]) & ~Q(target_unit=""),
            ),
            models.CheckConstraint(
                name="exchange_case_has_credit", condition=Q(source_credits__gte=1, target_credits__gte=1)
            ),
            models.CheckConstraint(name="exchange_case_held", condition=Q(state="asked") | Q(hold__isnull=False)),
            models.CheckConstraint(
                name="exchange_case_settled_has_time",
                condition=Q(state="settled", settled_at__isnull=False)
                | (~Q(state="settled") & Q(settled_at__isnull=True)),
            ),
            # C-36: no refusal without a substantial difference and its reason.
            models.CheckConstraint(
                name="exchange_case_refused_says_why",
                condition=(Q(state="refused", decided_by__isnull=False) & ~Q(difference="") & ~Q(words=""))
                | (~Q(state="refused") & Q(difference="")),
            ),
            models.CheckConstraint(
                name="exchange_case_escalated_ends",
                condition=Q(escalated_at__isnull=True, ends_on__isnull=True)
                | Q(escalated_at__isnull=False, ends_on__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "-id"], name="exchange_case_of_learner"),
            models.Index(fields=["target", "state", "due_on", "id"], name="exchange_case_of_target"),
            models.Index(fields=["due_on", "id"], name="exchange_case_open", condition=Q(state="earmarked")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"

    @property
    def book(self) -> int:
        """The book of the ledger in which all of it stands."""
        return self.learner_id % 256

    @property
    def chip(self) -> str:
        ended = {"settled": "done", "accepted": "done", "refused": "no", "voided": "no"}
        ended |= {"lapsed": "neutral", "withdrawn": "neutral"}
        return ended.get(self.state, "wait")

    def access_scope(self) -> Scope:
        return Scope(
            organisation_id=self.target_id, territory_path=self.target.territory.path, person_id=self.learner_id
        )

    def target_scope(self) -> Scope:
        """Where those sit who decide: the receiving institution."""
        return Scope(organisation_id=self.target_id, territory_path=self.target.territory.path)

    @property
    def number(self) -> str:
        """What two institutions call it when they talk about it: no name, nothing of the learner."""
        return self.public_id.hex[-8:]

    @cached_property
    def title(self) -> str:
        """What is exchanged, as its record is called. Two queries, unless its uses were fetched before."""
        use = self.use
        return use.lot.title if use is not None else ""

    @property
    def use(self) -> Use | None:
        """What it rests on: where other credit took the place of withdrawn one, the other (C-72)."""
        uses = sorted(self.uses.all(), key=lambda one: (not one.is_live, one.pk))
        return uses[0] if uses else None


class Use(models.Model):
    """Which hundredths of a lot a case uses, `[from, to)`. Of what is live, no hundredth is used twice (C-34)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="uses")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    span = BigIntegerRangeField()
    is_live = models.BooleanField(default=True)
    """Until the case ends without being settled; then what it held is free again."""

    class Meta:
        verbose_name = _("use of credits")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="exchange_use_no_hundredth_twice",
                condition=Q(is_live=True),
                expressions=[
                    # The lot as a range of one: && on it is equality, and needs no extension.
                    (Func(F("lot"), F("lot"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("span", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="exchange_use_not_empty", condition=Q(span__isempty=False)),
        ]
        indexes: ClassVar = [models.Index(fields=["case"], name="exchange_use_of_case")]

    def __str__(self) -> str:
        return f"{self.lot} {self.span}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words", "answer"])
class Appeal(models.Model):
    """A learner asks that somebody else looks at a refusal again; once (C-36).

    | state   | means                                                          | moved by        |
    |---------|----------------------------------------------------------------|-----------------|
    | open    | waits for an officer of the certification body                 | `appeal`        |
    | upheld  | the refusal stands, and why                                    | `decide_appeal` |
    | granted | the exchange was made after all: a case of its own             | `decide_appeal` |
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("appeal", "open")
        UPHELD = "upheld", pgettext_lazy("appeal", "the refusal stands")
        GRANTED = "granted", pgettext_lazy("appeal", "granted")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="appeal")
    words = models.CharField(_("what is wrong with the refusal"), max_length=500)
    lodged_at = models.DateTimeField(_("lodged"))
    due_on = models.DateField(_("to be answered by"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("appeal against a refused exchange")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="exchange_appeal_answered_whole",
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True, answer="")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(state="open") & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.state}"
