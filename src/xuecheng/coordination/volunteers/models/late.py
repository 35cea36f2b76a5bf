"""Hours that are registered afterwards (V-08): somebody served and was never checked in."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

from .calls import Assignment, Shift
from .kinds import CHIPS
from .pool import Volunteer


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["why", "words"]
)  # fmt: skip
class LateEntry(models.Model):
    """That somebody served a shift without being checked in, as its organiser says with stamped list and proof.

    | state     | means                                                                  | moved by        |
    |-----------|------------------------------------------------------------------------|-----------------|
    | waiting   | registered with its reason; counts for nothing                         | `register_late` |
    | confirmed | a second person found it so; its hours stand in a `Service`, marked    | `decide_late`   |
    | refused   | a second person did not, and why                                       | `decide_late`   |
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("volunteer late entry", "waits for a second person")
        CONFIRMED = "confirmed", pgettext_lazy("volunteer late entry", "confirmed")
        REFUSED = "refused", pgettext_lazy("volunteer late entry", "not confirmed")

    public_id = models.UUIDField(editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="late_entries", verbose_name=_("shift"))
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="late_entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    came_at = models.DateTimeField(_("came"))
    went_at = models.DateTimeField(_("went"))
    pause_minutes = models.PositiveSmallIntegerField(_("pauses and waiting, minutes"), default=0)
    why = models.CharField(_("why nobody was checked in"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    registered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("registered by")
    )
    registered_at = models.DateTimeField(_("registered"))
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    words = models.CharField(_("what was said"), max_length=200, blank=True)
    assignment = models.OneToOneField(
        Assignment, null=True, on_delete=models.PROTECT, related_name="late_entry", verbose_name=_("assignment")
    )
    """Once it is confirmed: the place on the shift that it stands for."""

    class Meta:
        verbose_name = _("service registered afterwards")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_late_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="volunteer_late_one_lives", fields=["shift", "person"], condition=~Q(state="refused")
            ),
            models.CheckConstraint(name="volunteer_late_says_why", condition=~Q(why="")),
            models.CheckConstraint(name="volunteer_late_goes_after", condition=Q(went_at__gt=F("came_at"))),
            models.CheckConstraint(
                name="volunteer_late_decided_whole",
                condition=Q(state="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(words="")),
            ),
            # V-08: two people, and neither is whose hours they are.
            models.CheckConstraint(
                name="volunteer_late_by_two_others",
                condition=~Q(registered_by=F("person"))
                & (Q(decided_by__isnull=True) | (~Q(decided_by=F("person")) & ~Q(decided_by=F("registered_by")))),
            ),
            models.CheckConstraint(
                name="volunteer_late_confirmed_has_its_place",
                condition=Q(state="confirmed", assignment__isnull=False)
                | (~Q(state="confirmed") & Q(assignment__isnull=True)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="volunteer_late_waiting", condition=Q(state="waiting")),
            models.Index(fields=["person", "-id"], name="volunteer_late_of"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="late_entry_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="late_entry_is_what_it_was",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "public_id", "shift", "volunteer", "person", "came_at", "went_at", "pause_minutes", "registered_by",
                    "registered_at",
                ),
            ),
            pgtrigger.Protect(
                name="late_entry_is_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")) & ~pgtrigger.Q(old__state="waiting"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person_id} {self.came_at}"

    def access_scope(self) -> Scope:
        within = self.shift.activity.access_scope()
        return Scope(within.organisation_id, within.territory_path, self.person_id)

    @property
    def chip(self) -> str:
        return CHIPS[self.state]
