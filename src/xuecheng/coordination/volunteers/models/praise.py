"""What is said of volunteers' service and given for it (V-06): evaluations and awards, as trainings are kept."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person

from .calls import Activity
from .kinds import CHIPS
from .pool import Volunteer


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words"])
class Evaluation(models.Model):
    """How an organiser found somebody's service in one of its activities (V-06). One of an activity counts; a newer
    one takes the place of the older, which stays in the history. Told to the volunteer and shown to nobody else
    outside of the organiser.
    """

    class Mark(models.TextChoices):
        EXCELLENT = "excellent", pgettext_lazy("volunteer evaluation", "excellent")
        GOOD = "good", pgettext_lazy("volunteer evaluation", "good")
        SOUND = "sound", pgettext_lazy("volunteer evaluation", "as agreed")
        POOR = "poor", pgettext_lazy("volunteer evaluation", "not as agreed")

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="evaluations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", verbose_name=_("activity"))
    mark = models.CharField(_("evaluation"), max_length=10, choices=Mark)
    words = models.CharField(_("in words"), max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("evaluated by"))
    at = models.DateTimeField(_("evaluated"))

    class Meta:
        verbose_name = _("evaluation of a volunteer")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_evaluation_one_of_activity", fields=["volunteer", "activity"]),
            models.CheckConstraint(name="volunteer_evaluation_by_another", condition=~Q(by=F("person"))),
            # Truthful (V-06): a bad one says what was not so.
            models.CheckConstraint(name="volunteer_evaluation_poor_says_why", condition=~Q(mark="poor") | ~Q(words="")),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.mark}"

    @property
    def chip(self) -> str:
        return CHIPS[self.mark]


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["title", "given_by", "proof"]
)
class Award(models.Model):
    """An honour that was given for volunteering (V-06): entered by an organisation that saw it, never by oneself."""

    public_id = models.UUIDField(editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="awards")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded at")
    )
    title = models.CharField(_("award"), max_length=80)
    given_by = models.CharField(_("given by"), max_length=80)
    given_on = models.DateField(_("given on"))
    proof = models.CharField(_("proof"), max_length=120)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)

    class Meta:
        verbose_name = _("award of a volunteer")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_award_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="volunteer_award_is_named", condition=~Q(title="") & ~Q(given_by="") & ~Q(proof="")
            ),
            models.CheckConstraint(name="volunteer_award_recorded_by_another", condition=~Q(recorded_by=F("person"))),
        ]
        indexes: ClassVar = [models.Index(fields=["volunteer", "-given_on"], name="volunteer_award_of")]

    def __str__(self) -> str:
        return f"{self.title} {self.given_on}"
