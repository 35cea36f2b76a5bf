"""Achievements, credentials and the lists that say which of them hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import LEARNING_KINDS, CreditClass, UnitVersion

from .keys import SigningKey


class Achievement(models.Model):
    """What can be achieved, as it was said when a credential first named it. Other words are another achievement."""

    class Kind(models.TextChoices):
        """Of the closed list of Open Badges those that the credit bank uses."""

        COURSE = "Course", pgettext_lazy("achievement", "course")
        CERTIFICATE = "Certificate", pgettext_lazy("achievement", "certificate")
        SERVICE = "CommunityService", pgettext_lazy("achievement", "community service")
        COMPETENCY = "Competency", pgettext_lazy("achievement", "certification unit")

    public_id = models.UUIDField(default=uuid7, editable=False)
    digest = models.CharField(max_length=64)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    creator = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("offered by")
    )
    unit = models.ForeignKey(UnitVersion, null=True, on_delete=models.PROTECT, related_name="+")
    credit_class = models.ForeignKey(CreditClass, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=60)
    title_zh = models.CharField(_("Chinese name"), max_length=200)
    title_en = models.CharField(_("English name"), max_length=200, blank=True)
    about = models.TextField(_("what it is"))
    criteria = models.TextField(_("what had to be done"))
    outcomes = models.JSONField(_("outcomes"), default=list)
    credits = models.PositiveBigIntegerField(_("credits"), help_text=_("Hundredths of a credit"))
    first_at = models.DateTimeField(_("first issued"))

    class Meta:
        verbose_name = _("achievement")
        constraints: ClassVar = [
            models.UniqueConstraint(name="badges_achievement_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="badges_achievement_once", fields=["digest"]),
        ]

    def __str__(self) -> str:
        return self.title_zh

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_zh


class StatusList(models.Model):
    """Which credentials of an issuer hold: one bit each in a list of 131,072, so that a look betrays nobody.

    `revoked` has the bit of whatever does not hold now, `suspended` of what may hold again. `version` counts changes.
    """

    issuer = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    revoked = models.BinaryField()
    suspended = models.BinaryField()
    used = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("status list")
        constraints: ClassVar = [
            models.UniqueConstraint(name="badges_status_list_number_once", fields=["number"]),
            models.CheckConstraint(name="badges_status_list_has_room", condition=Q(used__lte=65_536)),
        ]
        indexes: ClassVar = [models.Index(fields=["issuer", "-number"], name="badges_status_list_of")]

    def __str__(self) -> str:
        return str(self.number)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class IssuingRule(models.Model):
    """An institution's standing order: whoever gets credit of this kind gets a credential, from `made_at` on."""

    public_id = models.UUIDField(editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of credit"), max_length=12, choices=LEARNING_KINDS)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(pgettext_lazy("time", "ended"), null=True)

    class Meta:
        verbose_name = _("issuing rule")
        constraints: ClassVar = [
            models.UniqueConstraint(name="badges_rule_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="badges_rule_one_runs", fields=["organisation", "kind"], condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.kind}"

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Batch(models.Model):
    """Issuing for everybody who has credit of one course of an institution; the counts are the job's."""

    public_id = models.UUIDField(editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code of the course"), max_length=60)
    ended_from = models.DateField(_("ended from"))
    ended_to = models.DateField(_("ended until"), help_text=_("The first day after them"))
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    issued_count = models.PositiveIntegerField(_("issued"), default=0)
    finished_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("issuing for many")
        constraints: ClassVar = [
            models.UniqueConstraint(name="badges_batch_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="badges_batch_has_days", condition=Q(ended_to__gt=F("ended_from"))),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "-id"], name="badges_batch_of")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.code}"

    @property
    def last_day(self) -> date:
        return self.ended_to - timedelta(days=1)

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["document", "why"])),
    pghistory.DeleteEvent(),
    # Reasons stand in the row and with the change; the history keeps no words about a person.
    exclude=["document", "why"],
)
class Badge(models.Model):
    """One credential as it was signed. Its words never change: a correction is the next `version`, the old one revoked.

    `certifies` is a line of the record (record and class of credit), `postings` what it rests on. The document of a
    holder who left is emptied; what they took with them still verifies.

    | state     | means                                    | moved by                       |
    |-----------|------------------------------------------|--------------------------------|
    | valid     | holds                                    | issuing, `resume`              |
    | suspended | does not hold for now                    | `suspend`                      |
    | revoked   | does not hold any more, for ever         | `revoke`, `reissue`, withdrawal |
    """

    class State(models.TextChoices):
        VALID = "valid", pgettext_lazy("credential", "valid")
        SUSPENDED = "suspended", pgettext_lazy("credential", "suspended")
        REVOKED = "revoked", pgettext_lazy("credential", "revoked")

    class How(models.TextChoices):
        ASKED = "asked", pgettext_lazy("credential", "asked for by the learner")
        OFFICER = "officer", pgettext_lazy("credential", "issued for a class")
        RULE = "rule", pgettext_lazy("credential", "issued by rule")
        AGAIN = "again", pgettext_lazy("credential", "issued anew")

    public_id = models.UUIDField(editable=False)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    issuer = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=pgettext_lazy("credential", "issuer"), help_text=_("Empty: the platform"),
    )  # fmt: skip
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="+")
    certifies = models.UUIDField()
    record_id = models.BigIntegerField()
    postings = ArrayField(models.UUIDField(), verbose_name=_("postings"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    credits = models.PositiveBigIntegerField(_("credits"), help_text=_("Hundredths of a credit"))
    awarded_on = models.DateField(_("learnt until"))
    valid_until = models.DateField(_("valid until"), null=True)
    with_name = models.BooleanField(_("bears the name"), default=False)
    document = models.TextField(blank=True)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="+")
    status_index = models.PositiveIntegerField()
    how = models.CharField(_("how"), max_length=7, choices=How)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        Person,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("credential", "issued by"),
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.VALID)
    state_since = models.DateTimeField(_("since"))
    why = models.CharField(_("reason"), max_length=200, blank=True)
    case_id = models.UUIDField(null=True, help_text=_("Public id of the case of withdrawal that suspended it"))
    by_decision = models.BooleanField(
        _("revoked by decision"), default=False, db_default=False,
        help_text=_("Nothing takes its place until an officer issues it anew"),
    )  # fmt: skip
    holder_left_at = models.DateTimeField(_("holder left at"), null=True)

    class Meta:
        verbose_name = _("credential")
        constraints: ClassVar = [
            models.UniqueConstraint(name="badges_badge_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="badges_badge_version_once", fields=["certifies", "version"]),
            models.UniqueConstraint(name="badges_badge_one_holds", fields=["certifies"], condition=~Q(state="revoked")),
            models.UniqueConstraint(name="badges_badge_status_once", fields=["status_list", "status_index"]),
            models.CheckConstraint(name="badges_badge_status_in_list", condition=Q(status_index__lt=131_072)),
            models.CheckConstraint(name="badges_badge_says_why", condition=Q(state="valid") | ~Q(why="")),
            models.CheckConstraint(
                name="badges_badge_decided_is_revoked", condition=Q(by_decision=False) | Q(state="revoked")
            ),
            models.CheckConstraint(
                name="badges_badge_has_its_words",
                condition=(Q(holder_left_at__isnull=True) & ~Q(document=""))
                | Q(holder_left_at__isnull=False, document=""),
            ),
            models.CheckConstraint(
                name="badges_badge_follows", condition=Q(version=1, replaces__isnull=True) | Q(version__gt=1)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "-id"], name="badges_badge_of_learner"),
            models.Index(fields=["issuer", "-id"], name="badges_badge_of_issuer"),
            models.Index(fields=["key", "id"], name="badges_badge_of_key", condition=~Q(state="revoked")),
            # What does not hold is little: the bits of a list are counted without going through the rest.
            models.Index(fields=["status_list"], name="badges_badge_not_valid", condition=~Q(state="valid")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.public_id)

    def is_over(self, on: date) -> bool:
        """Whether its last day lies before a day."""
        return self.valid_until is not None and self.valid_until < on

    def holds(self, on: date) -> bool:
        """Whether it verifies on a day: its state, its last day, and the key that signed it. Needs `key`."""
        return self.state == self.State.VALID and not self.is_over(on) and not self.is_unsafe

    @property
    def is_unsafe(self) -> bool:
        """Whether somebody else may have the key that signed it: it waits to be signed anew."""
        return self.key.state == SigningKey.State.COMPROMISED

    @property
    def reason(self) -> str:
        """Why it does not hold: an officer's words, or the product's own in the reader's language."""
        return gettext(self.why) if self.why else ""

    def access_scope(self) -> Scope:
        """Where those sit who may revoke it: its issuer."""
        if self.issuer is None:
            return Scope()
        return Scope(organisation_id=self.issuer_id, territory_path=self.issuer.territory.path)
