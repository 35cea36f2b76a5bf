"""Agreements between units, their hours and fees, and what each party said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    DateRangeField,
    IntegerRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory

from .kinds import ClassLevel
from .pool import Teacher
from .ranges import ALL, one


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["purpose", "evaluation"]
)
class Agreement(models.Model):
    """Somebody teaches for a unit that is not their own: 借 borrow, 聘 hire, 兼 beside the post, 转岗 transfer.

    | state     | means                                           | moved by                                    |
    |-----------|-------------------------------------------------|---------------------------------------------|
    | draft     | the receiving unit writes it                    | `draft_agreement`                           |
    | awaiting  | consents are given one after the other          | `send_agreement`, `consent_to_agreement`    |
    | in_force  | all have consented; counts during its period    | the last `consent_to_agreement`             |
    | refused   | somebody said no                                | `consent_to_agreement` with a no            |
    | withdrawn | taken back before it was in force               | `withdraw_agreement`                        |
    | recalled  | the home unit called back; ends on that day     | `recall_agreement` (borrowing)              |
    | ended     | ended before its time                           | `end_agreement`                             |
    | evaluated | over and judged; of a transfer also decided     | `evaluate_agreement`                        |

    An extension keeps the state: `extends_to` is set while its consents are awaited.
    """

    class Form(models.TextChoices):
        BORROW = "borrow", pgettext_lazy("agreement", "Borrowing 借")
        HIRE = "hire", pgettext_lazy("agreement", "Hire 聘")
        CONCURRENT = "concurrent", pgettext_lazy("agreement", "Beside the post 兼")
        TRANSFER = "transfer", pgettext_lazy("agreement", "Transfer 转岗")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("agreement", "draft")
        AWAITING = "awaiting", pgettext_lazy("agreement", "awaits consents")
        IN_FORCE = "in_force", pgettext_lazy("agreement", "in force")
        REFUSED = "refused", pgettext_lazy("agreement", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("agreement", "withdrawn")
        RECALLED = "recalled", pgettext_lazy("agreement", "recalled")
        ENDED = "ended", pgettext_lazy("agreement", "ended early")
        EVALUATED = "evaluated", pgettext_lazy("agreement", "evaluated")

    class Outcome(models.TextChoices):
        GOOD = "good", pgettext_lazy("agreement", "good")
        FAIR = "fair", pgettext_lazy("agreement", "with reservations")
        POOR = "poor", pgettext_lazy("agreement", "not good")
        FINAL = "final", pgettext_lazy("agreement", "stays at the new unit")
        BACK = "back", pgettext_lazy("agreement", "goes back to the old post")

    public_id = models.UUIDField()  # chosen by the caller, so that a form sent twice is one agreement
    form = models.CharField(_("legal form"), max_length=10, choices=Form)
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="agreements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    home = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("home unit")
    )
    """The unit that lends, approves or lets go; none for a hire."""
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("receiving unit")
    )
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    during = DateRangeField(_("period"))
    is_full_time = models.BooleanField(_("full-time"), default=False)
    weekly_minutes = models.PositiveSmallIntegerField(_("minutes a week"))
    main_minutes = models.PositiveSmallIntegerField(_("weekly minutes of the main post"), default=0)
    keeps_post = models.BooleanField(_("post at the home unit is kept"), default=False)
    recall_days = models.PositiveSmallIntegerField(_("days' notice of a recall"), default=0)
    purpose = models.CharField(_("purpose"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    extends_to = models.DateField(_("asked to be extended to"), null=True)
    round = models.PositiveSmallIntegerField(_("round of consents"), default=0)
    """0: those of the agreement itself; each asked extension begins the next."""
    was_extended = models.BooleanField(_("was extended"), default=False)
    outcome = models.CharField(_("evaluation"), max_length=8, choices=Outcome, blank=True)
    evaluation = models.CharField(_("words of the evaluation"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("agreement")
        constraints: ClassVar = [
            models.UniqueConstraint(name="agreement_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="agreement_period_not_empty", condition=Q(during__isempty=False)),
            models.CheckConstraint(
                name="agreement_home_by_form",
                condition=Q(form="hire", home__isnull=True)
                | (~Q(form="hire") & Q(home__isnull=False) & ~Q(home=F("receiver"))),
            ),
            models.CheckConstraint(
                name="agreement_only_borrowing_extends",
                condition=Q(form="borrow") | Q(extends_to__isnull=True, was_extended=False),
            ),
            models.CheckConstraint(
                name="agreement_only_borrowing_is_recalled", condition=Q(form="borrow") | ~Q(state="recalled")
            ),
            models.CheckConstraint(
                name="agreement_outcome_when_evaluated",
                condition=Q(state="evaluated", outcome__gt="") | (~Q(state="evaluated") & Q(outcome="")),
            ),
            # T-08: who is borrowed full-time is nowhere else beside the post. Each agreement beside the post is a range
            # of its own, full-time borrowing the range of all: so only the two kinds exclude each other.
            ExclusionConstraint(
                name="agreement_full_time_excludes_concurrent",
                condition=Q(state__in=["in_force", "recalled", "ended", "evaluated"])
                & (Q(form="concurrent") | Q(form="borrow", is_full_time=True)),
                expressions=[
                    (one("person"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                    (
                        Case(
                            When(form="borrow", then=ALL),
                            default=one("id"),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["receiver", "-id"], name="agreement_of_receiver"),
            models.Index(fields=["home", "-id"], name="agreement_of_home"),
            models.Index(fields=["person", "-id"], name="agreement_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.person}"

    @property
    def last_day(self) -> date:
        """The last day that counts."""
        end: date = self.during.upper
        return end - timedelta(days=1)

    def access_scope(self) -> Scope:
        """The receiving unit's, and the person's own; the home unit is asked for by itself."""
        return Scope(organisation_id=self.receiver_id, territory_path=self.territory.path, person_id=self.person_id)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AgreementHours(models.Model):
    """A time of the week that an agreement takes. Once it is in force it `counts`, and excludes others (T-08)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="hours")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    during = DateRangeField(_("period"))
    minutes = IntegerRangeField(_("time of the week"))
    counts = models.BooleanField(_("counts"), default=False)

    class Meta:
        verbose_name = _("hours of an agreement")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="agreement_hours_within_a_week",
                condition=Q(minutes__contained_by=(0, 7 * 24 * 60), minutes__isempty=False, during__isempty=False),
            ),
            ExclusionConstraint(
                name="agreement_hours_one_at_a_time",
                condition=Q(counts=True),
                expressions=[
                    (one("person"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                    ("minutes", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} {self.during}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Fee(models.Model):
    """A line of an agreement's table of fees: what one checked-in session of a level costs (T-06)."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="fees")
    level = models.PositiveSmallIntegerField(_("level"), choices=ClassLevel)
    fee_fen = models.PositiveIntegerField(_("fee of a session, fen"))

    class Meta:
        verbose_name = _("fee")
        constraints: ClassVar = [
            models.UniqueConstraint(name="fee_once_a_level", fields=["agreement", "level"]),
            models.CheckConstraint(name="fee_is_something", condition=Q(fee_fen__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.fee_fen}"


class Consent(models.Model):
    """What one party said to an agreement or its extension, each in their own account. Only ever added to."""

    class Party(models.TextChoices):
        HOME = "home", pgettext_lazy("party", "Home unit")
        PERSON = "person", pgettext_lazy("party", "The person")
        RECEIVER = "receiver", pgettext_lazy("party", "Receiving unit")

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    round = models.PositiveSmallIntegerField(_("round of consents"))
    party = models.CharField(_("party"), max_length=8, choices=Party)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("said by"))
    is_given = models.BooleanField(_("given"))
    at = models.DateTimeField(_("said at"))
    words = models.CharField(_("words"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("consent")
        constraints: ClassVar = [
            models.UniqueConstraint(name="agreement_consent_once_a_party", fields=["agreement", "round", "party"]),
            models.UniqueConstraint(name="agreement_consent_one_voice_each", fields=["agreement", "round", "by"]),
            models.CheckConstraint(
                name="agreement_consent_by_the_right_one",
                condition=Q(party="person", by=F("person")) | (~Q(party="person") & ~Q(by=F("person"))),
            ),
            models.CheckConstraint(name="agreement_consent_no_has_words", condition=Q(is_given=True) | ~Q(words="")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.party} {self.is_given}"
