"""The pool: entries, hours, qualifications, and the numbers that a level sets."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    IntegerRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory

from .kinds import ClassLevel, Language, Subject, TeacherKind
from .ranges import one


class LimitsVersion(models.Model):
    """The numbers that a level sets (⚙) from a day on. The nearest division with a version counts, else the defaults.

    Only ever added to: what held when something was agreed can always be read.
    """

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    begins_on = models.DateField(_("counts from"))
    values = models.JSONField(_("numbers"))
    """Name of a field of `rules.Limits` → number; what is missing keeps its default."""
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by"))
    why = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("limits")
        constraints: ClassVar = [
            models.UniqueConstraint(name="limits_once_a_day", fields=["territory", "begins_on"]),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.territory} {self.begins_on}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["said"])
class Teacher(models.Model):
    """Somebody's place in the pool: entered by the person, approved by the unit that answers for them.

    | state    | means                                     | moved by                        |
    |----------|-------------------------------------------|---------------------------------|
    | asked    | waits for the unit                        | `keep_profile` (the person)     |
    | open     | may be found, asked and assigned          | `approve_teacher`               |
    | returned | the unit says what is to be mended        | `return_teacher`                |
    | closed   | teaches no more, for now or for good      | `close_teacher` (person or unit)|
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("teacher", "waits for the unit")
        OPEN = "open", pgettext_lazy("teacher", "in the pool")
        RETURNED = "returned", pgettext_lazy("teacher", "to be mended")
        CLOSED = "closed", pgettext_lazy("teacher", "closed")

    public_id = models.UUIDField(default=uuid7, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    kind = models.CharField(pgettext_lazy("teacher", "type"), max_length=12, choices=TeacherKind)
    home = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("home unit"))
    has_post = models.BooleanField(_("holds a post at the home unit"), default=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("starts from"))
    subjects = ArrayField(models.CharField(max_length=16, choices=Subject), verbose_name=_("subjects"))
    languages = ArrayField(models.CharField(max_length=4, choices=Language), verbose_name=_("languages"))
    travel_km = models.PositiveSmallIntegerField(_("travels up to, km"))
    sessions = models.PositiveSmallIntegerField(_("sessions a week at most"))
    is_shared = models.BooleanField(_("other units may find this entry"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    said = models.CharField(_("what the unit says"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        verbose_name = _("teacher")
        constraints: ClassVar = [
            models.UniqueConstraint(name="teacher_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="teacher_has_subject", condition=~Q(subjects=[])),
            models.CheckConstraint(name="teacher_teaches_something", condition=Q(sessions__range=(1, 40))),
            models.CheckConstraint(name="teacher_travels_within_reason", condition=Q(travel_km__lte=200)),
            models.CheckConstraint(
                name="teacher_open_was_decided",
                condition=~Q(state__in=["open", "returned"]) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="teacher_approved_by_another", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("person"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["home", "state", "-id"], name="teacher_of_unit"),
            models.Index(fields=["territory", "kind"], name="teacher_by_place"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def access_scope(self) -> Scope:
        """Its home unit, and the person whose own it is."""
        return Scope(organisation_id=self.home_id, territory_path=self.home.territory.path, person_id=self.person_id)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TeacherHours(models.Model):
    """A time of the week, in minutes from Monday 00:00: when a teacher can, or what they owe their home unit (T-04)."""

    class Use(models.TextChoices):
        FREE = "free", pgettext_lazy("hours", "can teach")
        OWED = "owed", pgettext_lazy("hours", "owed to the home unit")

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="hours", verbose_name=_("teacher"))
    use = models.CharField(_("use"), max_length=4, choices=Use)
    minutes = IntegerRangeField(_("time of the week"))

    class Meta:
        verbose_name = _("hours of a teacher")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="teacher_hours_within_a_week",
                condition=Q(minutes__contained_by=(0, 7 * 24 * 60), minutes__isempty=False),
            ),
            # What is owed and what is free never overlap, for all uses together (T-04).
            ExclusionConstraint(
                name="teacher_hours_once",
                expressions=[(one("teacher"), RangeOperators.OVERLAPS), ("minutes", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.minutes}"


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["title", "issuer", "licence_number", "finding"],
)
class Qualification(models.Model):
    """What entitles somebody to teach a subject up to a level, during `[issued, expires)` (T-02). Never edited.

    | state     | means                               | moved by                                        |
    |-----------|-------------------------------------|-------------------------------------------------|
    | claimed   | entered by the person               | `claim_qualification`                           |
    | confirmed | the unit saw the evidence           | `review_qualification`, never the person        |
    | refused   | the evidence does not show it       | the same                                        |
    | withdrawn | counts no more from now on          | `withdraw_qualification`: the person, the unit  |
    """

    class State(models.TextChoices):
        CLAIMED = "claimed", pgettext_lazy("qualification", "waits for review")
        CONFIRMED = "confirmed", pgettext_lazy("qualification", "confirmed")
        REFUSED = "refused", pgettext_lazy("qualification", "not confirmed")
        WITHDRAWN = "withdrawn", pgettext_lazy("qualification", "withdrawn")

    public_id = models.UUIDField()  # chosen by the caller, so that a form sent twice is one entry
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="qualifications")
    # The teacher's person, so that the database itself sees that nobody reviews their own.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    subject = models.CharField(_("subject"), max_length=16, choices=Subject)
    level = models.PositiveSmallIntegerField(_("up to level"), choices=ClassLevel)
    title = models.CharField(_("title"), max_length=120)
    issuer = models.CharField(_("issued by"), max_length=120)
    licence_number = models.CharField(_("licence number"), max_length=40, blank=True)
    needs_licence = models.BooleanField(default=False)
    during = DateRangeField(_("valid"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CLAIMED)
    reviewed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    finding = models.CharField(_("finding"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("qualification")
        constraints: ClassVar = [
            models.UniqueConstraint(name="qualification_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="qualification_not_empty", condition=Q(during__isempty=False)),
            models.CheckConstraint(
                name="qualification_licensed_has_number", condition=Q(needs_licence=False) | ~Q(licence_number="")
            ),
            models.CheckConstraint(
                name="qualification_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("person")),
            ),
            models.CheckConstraint(
                name="qualification_confirmed_was_reviewed",
                condition=~Q(state__in=["confirmed", "refused"])
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "level"], name="qualification_in_force", condition=Q(state="confirmed")),
        ]

    def __str__(self) -> str:
        return self.title

    def access_scope(self) -> Scope:
        return self.teacher.access_scope()
