"""One achievement from outside: what it says, how it is proven, what became of it."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import UnitVersion

from .files import Delivery
from .law import ForeignIssuer, ForeignRule


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="ForeignRecordEvent",
    fields=[
        "state",
        "wait",
        "round",
        "rule",
        "unit",
        "credits_given",
        "posting",
        "decided_by",
        "revoked_at",
        "contested_at",
    ],
)
class ForeignRecord(models.Model):
    """One achievement from outside. What it says never changes; only what became of it does.

    | state    | means                                                     | moved by                           |
    |----------|-----------------------------------------------------------|------------------------------------|
    | waiting  | no rule credits it by itself; `wait` says why             | `take_in`, `ask_again`             |
    | credited | a posting stands behind it (C-30)                         | `settle` by rule, `credit_record`  |
    | refused  | an officer refused it with reasons                        | `refuse_record`                    |
    | dropped  | taken back by its learner before it counted               | `drop_record`                      |
    | reversed | its credit was taken back by a correction or a withdrawal | `tend`                             |
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("outside record", "waits for the certification body")
        CREDITED = "credited", pgettext_lazy("outside record", "credited")
        REFUSED = "refused", pgettext_lazy("outside record", "not recognised")
        DROPPED = "dropped", pgettext_lazy("outside record", "taken back")
        REVERSED = "reversed", pgettext_lazy("outside record", "credit was taken back")

    class Waits(models.TextChoices):
        """Why it is not credited by itself; the same values as `rules.Wait`."""

        NO_RULE = "no_rule", pgettext_lazy("outside record waits", "no rule speaks of it yet")
        SEVERAL_RULES = "several", pgettext_lazy("outside record waits", "several rules speak of it")
        HOLDER_OTHER = "holder", pgettext_lazy("outside record waits", "it names another person")
        HOLDER_OPEN = "nobody", pgettext_lazy("outside record waits", "it does not show whose it is")
        PROOF_WEAK = "proof", pgettext_lazy("outside record waits", "the rule asks for a better proof")
        NO_DAY = "no_day", pgettext_lazy("outside record waits", "it does not say when it ended")
        TOO_LITTLE = "too_little", pgettext_lazy("outside record waits", "it has too few credits for the rule")
        UNIT_ENDED = "unit_ended", pgettext_lazy("outside record waits", "the unit of its rule is not given any more")
        PART = "part", pgettext_lazy("outside record waits", "the whole or a part of it is credited already")
        HELD = "held", pgettext_lazy("outside record waits", "the unit is credited already")
        CONTESTED = "contested", pgettext_lazy("outside record waits", "another person brought it too")
        REVOKED = "revoked", pgettext_lazy("outside record waits", "its issuer revoked it")
        EXPIRED = "expired", pgettext_lazy("outside record waits", "it has expired")
        CAP = "cap", pgettext_lazy("outside record waits", "the most that counts in this period is reached")
        LEDGER = "ledger", pgettext_lazy("outside record waits", "the credit cannot be posted at the moment")
        ASKED = "asked", pgettext_lazy("outside record waits", "the learner asked again")

    class Holder(models.TextChoices):
        SAME = "same", pgettext_lazy("outside holder", "names this learner")
        NAMED = "named", pgettext_lazy("outside holder", "names somebody of the learner’s name, and shows nothing more")
        OTHER = "other", pgettext_lazy("outside holder", "names another person")
        UNNAMED = "unnamed", pgettext_lazy("outside holder", "names nobody")
        UNKNOWN = "unknown", pgettext_lazy("outside holder", "names somebody in a way that cannot be compared")

    LIVE = ("waiting", "credited", "reversed")
    """What the same person brings once. Nobody else can bring it where it names its learner or counts (`CLAIMS`)."""
    CLAIMS = Q(state__in=["credited", "reversed"]) | Q(state="waiting", holder="same")
    """A copy of somebody's credential takes nothing from whom it names; it waits for an officer like theirs."""

    public_id = models.UUIDField(editable=False)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.PROTECT, related_name="records")
    stated_by = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("stated by")
    )
    import_file_id = models.BigIntegerField(null=True)
    place = models.CharField(_("place in the file"), max_length=300, blank=True)
    claim = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    identifier = models.CharField(max_length=300, blank=True)
    issuer_name = models.CharField(pgettext_lazy("credential", "issuer"), max_length=200)
    issuer_keys = models.JSONField(default=list)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    code = models.CharField(_("code"), max_length=60, blank=True)
    level = models.CharField(_("level"), max_length=40, blank=True)
    credits = models.PositiveIntegerField(_("credits there"), null=True)
    scheme = models.CharField(max_length=24, blank=True)
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    started_on = models.DateField(_("began"), null=True)
    ended_on = models.DateField(pgettext_lazy("day", "ended"), null=True)
    valid_to = models.DateField(_("valid to"), null=True)
    part_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    proof = models.CharField(_("proof"), max_length=8, choices=ForeignRule.Needs)
    findings = models.JSONField(default=list)
    signed_by = models.CharField(max_length=300, blank=True)
    has_status = models.BooleanField(default=False)
    checked_at = models.DateTimeField(_("checked"))
    tried_at = models.DateTimeField(null=True, help_text=_("When its issuer was asked last, also without an answer"))
    holder = models.CharField(_("holder"), max_length=8, choices=Holder)
    taken_in_at = models.DateTimeField(_("came in"))
    waits_since = models.DateTimeField(_("waits since"), null=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    wait = models.CharField(_("why it waits"), max_length=10, choices=Waits, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    contested_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    asked_words = models.CharField(max_length=500, blank=True)
    words = models.CharField(_("reason"), max_length=500, blank=True)
    issuer = models.ForeignKey(ForeignIssuer, null=True, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(ForeignRule, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(UnitVersion, null=True, on_delete=models.PROTECT, related_name="+")
    credits_given = models.PositiveIntegerField(null=True)
    record_id = models.BigIntegerField(null=True)
    posting = models.UUIDField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    first_decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("outside record")
        constraints: ClassVar = [
            models.UniqueConstraint(name="foreign_record_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="foreign_record_claimed_once",
                fields=["claim"],
                condition=Q(state__in=["credited", "reversed"]) | Q(state="waiting", holder="same"),
            ),
            models.UniqueConstraint(
                name="foreign_record_brought_once",
                fields=["claim", "learner"],
                condition=Q(state__in=["waiting", "credited", "reversed"]),
            ),
            models.CheckConstraint(
                name="foreign_record_has_origin",
                condition=Q(delivery__isnull=False, stated_by__isnull=True)
                | Q(stated_by__isnull=False, import_file_id__isnull=False),
            ),
            models.CheckConstraint(
                name="foreign_record_waits_with_reason",
                condition=Q(state="waiting", waits_since__isnull=False) & ~Q(wait="")
                | ~Q(state="waiting") & Q(wait=""),
            ),
            models.CheckConstraint(
                name="foreign_record_credited_whole",
                condition=~Q(state__in=["credited", "reversed"])
                | Q(
                    unit__isnull=False,
                    credits_given__gte=1,
                    record_id__isnull=False,
                    posting__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            # Nothing counts by somebody's word alone: either a rule in force says it, or an officer with reasons.
            models.CheckConstraint(
                name="foreign_record_credited_by_rule_or_officer",
                condition=~Q(state="credited") | Q(rule__isnull=False) | (Q(decided_by__isnull=False) & ~Q(words="")),
            ),
            models.CheckConstraint(
                name="foreign_record_refused_says_why",
                condition=~Q(state="refused") | (Q(decided_by__isnull=False) & ~Q(words="")),
            ),
            models.CheckConstraint(
                name="foreign_record_of_another_never_by_itself",
                condition=~Q(state="credited") | Q(holder="same") | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="foreign_record_asked_again_decided_by_another",
                condition=Q(first_decided_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(first_decided_by=F("decided_by")),
            ),
            models.CheckConstraint(name="foreign_record_asked_again_once", condition=Q(round__in=[1, 2])),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "-id"], name="foreign_record_of_learner"),
            models.Index(fields=["waits_since", "id"], name="foreign_record_waits", condition=Q(state="waiting")),
            models.Index(fields=["tried_at", "id"], name="foreign_record_to_ask", condition=Q(has_status=True)),
            models.Index(
                fields=["id"], name="foreign_record_credited", condition=Q(state__in=["credited", "reversed"])
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def claims(self) -> bool:
        """The same as `CLAIMS`, of a row that is live."""
        return self.state != self.State.WAITING or self.holder == self.Holder.SAME

    @property
    def chip(self) -> str:
        kinds = {"waiting": "wait", "credited": "done", "refused": "no", "dropped": "neutral", "reversed": "no"}
        return kinds[self.state]

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.body_id, territory_path=self.body.territory.path, person_id=self.learner_id)


class ForeignPart(models.Model):
    """That one record is part of another, as some file said: also where the part came long before the whole."""

    whole = models.ForeignKey(ForeignRecord, on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey(ForeignRecord, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("part of an outside record")
        constraints: ClassVar = [
            models.UniqueConstraint(name="foreign_part_once", fields=["whole", "part"]),
            models.CheckConstraint(name="foreign_part_of_another", condition=~Q(whole=F("part"))),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} < {self.whole_id}"
