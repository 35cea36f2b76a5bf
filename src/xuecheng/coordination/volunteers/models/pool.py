"""Who volunteers: the entry, the guardian's consent, trainings; and the numbers that a division sets."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory

from .kinds import CHIPS, Skill, Times, TrainingKind


class Scale(models.Model):
    """The numbers of volunteers' service (⚙, V-09) from a day on. The nearest division with a version counts, else
    the defaults. Only ever added to: what held on a day can always be read.
    """

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    begins_on = models.DateField(_("counts from"))
    values = models.JSONField(_("numbers"))
    """Name of a field of `rules.Numbers` → number or list of numbers; what is missing keeps its default."""
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by"))
    why = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("numbers of volunteering")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_scale_once_a_day", fields=["territory", "begins_on"]),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.territory} {self.begins_on}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Volunteer(models.Model):
    """Somebody who volunteers (V-01): entered by the person, or through an organisation (`via`).

    | state      | means                                              | moved by                      |
    |------------|----------------------------------------------------|-------------------------------|
    | registered | finds calls and applies                            | `register`, `register_person` |
    | left       | applies no more; what was served stays             | `leave_volunteering`          |
    """

    class State(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("volunteer", "registered")
        LEFT = "left", pgettext_lazy("volunteer", "left")

    public_id = models.UUIDField(editable=False)  # chosen by the caller, so that a form sent twice is one entry
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    via = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("registered through")
    )
    skills = ArrayField(models.CharField(max_length=12, choices=Skill), default=list, verbose_name=_("skills"))
    times = ArrayField(models.CharField(max_length=16, choices=Times), verbose_name=_("times"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REGISTERED)
    registered_at = models.DateTimeField(_("registered"))
    identity_seen_at = models.DateTimeField(_("identity seen"), null=True)
    identity_seen_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("identity seen by")
    )

    class Meta:
        verbose_name = _("volunteer")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="volunteer_has_times", condition=~Q(times=[])),
            models.CheckConstraint(
                name="volunteer_identity_seen_by_another",
                condition=Q(identity_seen_at__isnull=True, identity_seen_by__isnull=True)
                | (
                    Q(identity_seen_at__isnull=False, identity_seen_by__isnull=False) & ~Q(identity_seen_by=F("person"))
                ),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["via", "-id"], name="volunteer_of_unit")]

    def __str__(self) -> str:
        return str(self.person)

    def access_scope(self) -> Scope:
        """Of the organisation through which they came, and the person whose own it is."""
        return Scope(organisation_id=self.via_id, person_id=self.person_id)

    @property
    def chip(self) -> str:
        return CHIPS[self.state]

    @property
    def skill_words(self) -> list[str]:
        return [str(Skill(one).label) for one in self.skills]

    @property
    def times_words(self) -> list[str]:
        return [str(Times(one).label) for one in self.times]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["proof"])
class GuardianConsent(models.Model):
    """A guardian agreed that somebody under age volunteers (V-03), until they are surely of age or it is taken back.

    Seen on paper by an organisation; `proof` says which paper and where it is kept, never a number that identifies.
    """

    public_id = models.UUIDField(editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="consents")
    # The volunteer's person, so that the database itself sees that nobody records their own.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded at")
    )
    proof = models.CharField(_("proof"), max_length=120)
    until = models.DateField(_("counts until"))
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)

    class Meta:
        verbose_name = _("guardian's consent to volunteering")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_consent_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="volunteer_consent_one_counts", fields=["volunteer"], condition=Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(name="volunteer_consent_has_proof", condition=~Q(proof="")),
            models.CheckConstraint(name="volunteer_consent_recorded_by_another", condition=~Q(recorded_by=F("person"))),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.until}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["proof"])
class Training(models.Model):
    """That a volunteer completed a training (V-04): entered by the organisation that saw it, never by themselves."""

    public_id = models.UUIDField(editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="trainings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded at")
    )
    kind = models.CharField(_("training"), max_length=12, choices=TrainingKind)
    completed_on = models.DateField(_("completed on"))
    valid_until = models.DateField(_("valid until"), null=True)
    """The last day; None: for good."""
    proof = models.CharField(_("proof"), max_length=120)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)

    class Meta:
        verbose_name = _("training of a volunteer")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_training_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="volunteer_training_has_proof", condition=~Q(proof="")),
            models.CheckConstraint(
                name="volunteer_training_ends_after",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("completed_on")),
            ),
            models.CheckConstraint(
                name="volunteer_training_recorded_by_another", condition=~Q(recorded_by=F("person"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.completed_on}"
