"""Calls for volunteers: activities with their risks, money and demands, their shifts, and who applied."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.coordination.facilities.models import Venue

from .kinds import CHIPS, Category, Funding, Skill, TrainingKind
from .pool import Volunteer


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Activity(models.Model):
    """What an organisation asks volunteers for.

    | state     | means                                                        | moved by             |
    |-----------|--------------------------------------------------------------|----------------------|
    | draft     | may be changed, nobody else sees it                          | `draft_activity`     |
    | published | verified and called for (V-02); shifts come and go           | `publish_activity`   |
    | closed    | takes nobody more; what was served stays                     | `close_activity`     |
    | cancelled | does not happen; everybody assigned was told                 | `cancel_activity`    |
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("volunteer activity", "draft")
        PUBLISHED = "published", pgettext_lazy("volunteer activity", "published")
        CLOSED = "closed", pgettext_lazy("volunteer activity", "closed")
        CANCELLED = "cancelled", pgettext_lazy("volunteer activity", "cancelled")

    public_id = models.UUIDField(editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organiser")
    )
    category = models.CharField(_("category"), max_length=2, choices=Category)
    title = models.CharField(_("title"), max_length=80)
    about = models.CharField(_("what is done"), max_length=1000)
    risks = models.CharField(_("risks"), max_length=500)
    """V-02: what can go wrong, also "none that is known"."""
    demands = models.CharField(_("what it asks of the body"), max_length=200, blank=True)
    skills = ArrayField(models.CharField(max_length=12, choices=Skill), default=list, verbose_name=_("skills"))
    trainings = ArrayField(
        models.CharField(max_length=12, choices=TrainingKind), default=list, verbose_name=_("trainings asked for first")
    )
    least_age = models.PositiveSmallIntegerField(_("from the age of"), null=True)
    most_age = models.PositiveSmallIntegerField(_("up to the age of"), null=True)
    funding = models.CharField(_("where the money comes from"), max_length=10, choices=Funding)
    funding_note = models.CharField(_("about the money"), max_length=120, blank=True)
    has_bodily_risk = models.BooleanField(_("risk for the body"), default=False)
    insurer = models.CharField(_("insurer"), max_length=80, blank=True)
    policy_number = models.CharField(_("number of the policy"), max_length=60, blank=True)
    insured_at = models.DateTimeField(_("insurance recorded"), null=True)
    insured_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("insurance recorded by")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    published_at = models.DateTimeField(_("published"), null=True)
    published_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("verified by")
    )
    cancelled_because = models.CharField(_("why it is cancelled"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("volunteer activity")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_activity_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="volunteer_activity_states_risks", condition=~Q(risks="")),
            models.CheckConstraint(
                name="volunteer_activity_published_was_verified",
                condition=~Q(state__in=["published", "closed"])
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="volunteer_activity_insured_whole",
                condition=Q(insured_at__isnull=True, insured_by__isnull=True, insurer="", policy_number="")
                | (Q(insured_at__isnull=False, insured_by__isnull=False) & ~Q(insurer="") & ~Q(policy_number="")),
            ),
            models.CheckConstraint(
                name="volunteer_activity_ages_in_order",
                condition=Q(least_age__isnull=True) | Q(most_age__isnull=True) | Q(least_age__lte=F("most_age")),
            ),
            models.CheckConstraint(
                name="volunteer_activity_cancelled_says_why",
                condition=Q(state="cancelled") & ~Q(cancelled_because="")
                | ~Q(state="cancelled") & Q(cancelled_because=""),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "state", "-id"], name="volunteer_activity_of_unit")]

    def __str__(self) -> str:
        return self.title

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)

    def lacks_insurance(self, begins: datetime) -> bool:
        """Whether nobody may serve from then on: there is a risk, and no insurance was recorded before (V-05)."""
        return self.has_bodily_risk and (self.insured_at is None or self.insured_at > begins)

    @property
    def chip(self) -> str:
        return CHIPS[self.state]

    @property
    def code(self) -> str:
        """By which rules of recognition know it: its category, and which one, such as `ZY-ln-3f2a91b0`."""
        return f"ZY-{self.category}-{self.public_id.hex[-8:]}"

    @property
    def skill_words(self) -> list[str]:
        return [str(Skill(one).label) for one in self.skills]

    @property
    def training_words(self) -> list[str]:
        return [str(TrainingKind(one).label) for one in self.trainings]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Shift(models.Model):
    """When and where an activity needs how many people."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("volunteer shift", "planned")
        CANCELLED = "cancelled", pgettext_lazy("volunteer shift", "cancelled")

    public_id = models.UUIDField(editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("activity"))
    during = DateTimeRangeField(_("period"))
    needed = models.PositiveSmallIntegerField(_("people needed"))
    venue = models.ForeignKey(
        Venue, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("place of the city")
    )
    place = models.CharField(_("where"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    cancelled_because = models.CharField(_("why it is cancelled"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("shift of volunteers")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_shift_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="volunteer_shift_not_empty", condition=Q(during__isempty=False)),
            models.CheckConstraint(name="volunteer_shift_needs_people", condition=Q(needed__range=(1, 500))),
            models.CheckConstraint(name="volunteer_shift_has_place", condition=Q(venue__isnull=False) | ~Q(place="")),
        ]
        indexes: ClassVar = [models.Index(fields=["activity", "during"], name="volunteer_shift_of_activity")]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.during}"

    @property
    def where(self) -> str:
        """The venue's name and what was typed beside it."""
        return " ".join(one for one in (self.venue.name if self.venue else "", self.place) if one)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words"])
class Assignment(models.Model):
    """Somebody and a shift, from the application to the last minute served.

    | state     | means                                              | moved by              |
    |-----------|----------------------------------------------------|-----------------------|
    | applied   | waits for the organiser, until `due_at` (V-02)     | `apply`               |
    | assigned  | has a place on the shift                           | `assign`              |
    | refused   | the organiser said no, and why                     | `refuse_application`  |
    | withdrawn | the volunteer took it back                         | `withdraw`            |
    | released  | the organiser took it back, and why                | `release`, cancelling |
    | serving   | checked in                                         | `check_in`            |
    | served    | checked out; hours stand in a `Service` (V-07)     | `check_out`           |
    | absent    | did not come                                       | `mark_absent`         |
    """

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("volunteer assignment", "waits for the organiser")
        ASSIGNED = "assigned", pgettext_lazy("volunteer assignment", "assigned")
        REFUSED = "refused", pgettext_lazy("volunteer assignment", "not taken")
        WITHDRAWN = "withdrawn", pgettext_lazy("volunteer assignment", "taken back")
        RELEASED = "released", pgettext_lazy("volunteer assignment", "called off")
        SERVING = "serving", pgettext_lazy("volunteer assignment", "serving")
        SERVED = "served", pgettext_lazy("volunteer assignment", "served")
        ABSENT = "absent", pgettext_lazy("volunteer assignment", "did not come")

    LIVE: ClassVar = ("applied", "assigned", "serving", "served", "absent")
    SEATED: ClassVar = ("assigned", "serving", "served", "absent")

    public_id = models.UUIDField(editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("shift"))
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPLIED)
    applied_at = models.DateTimeField(_("applied"))
    due_at = models.DateTimeField(_("to be answered until"))
    is_able = models.BooleanField(_("said to be able"), default=False)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    decided_at = models.DateTimeField(_("answered"), null=True)
    words = models.CharField(_("what was said"), max_length=200, blank=True)
    checked_in_at = models.DateTimeField(_("checked in"), null=True)
    checked_in_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("checked in by")
    )
    checked_out_at = models.DateTimeField(_("checked out"), null=True)
    checked_out_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("checked out by")
    )

    class Meta:
        verbose_name = _("volunteer on a shift")
        constraints: ClassVar = [
            models.UniqueConstraint(name="volunteer_assignment_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="volunteer_assignment_one_lives",
                fields=["shift", "person"],
                condition=Q(state__in=["applied", "assigned", "serving", "served", "absent"]),
            ),
            models.CheckConstraint(
                name="volunteer_assignment_answered_by_another",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("person"))),
            ),
            models.CheckConstraint(
                name="volunteer_assignment_no_says_why",
                condition=~Q(state__in=["refused", "released"]) | ~Q(words=""),
            ),
            # V-07: hours come from checking in and out, and nobody checks themselves in or out.
            models.CheckConstraint(
                name="volunteer_assignment_checked_whole",
                condition=(
                    Q(state="serving", checked_in_at__isnull=False, checked_in_by__isnull=False)
                    & Q(checked_out_at__isnull=True, checked_out_by__isnull=True)
                )
                | (
                    Q(state="served", checked_in_at__isnull=False, checked_in_by__isnull=False)
                    & Q(checked_out_at__gt=F("checked_in_at"), checked_out_by__isnull=False)
                )
                | (
                    ~Q(state__in=["serving", "served"])
                    & Q(checked_in_at__isnull=True, checked_in_by__isnull=True)
                    & Q(checked_out_at__isnull=True, checked_out_by__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="volunteer_assignment_checked_by_another",
                condition=(Q(checked_in_by__isnull=True) | ~Q(checked_in_by=F("person")))
                & (Q(checked_out_by__isnull=True) | ~Q(checked_out_by=F("person"))),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="volunteer_assignment_of"),
            models.Index(fields=["due_at"], name="volunteer_assignment_due", condition=Q(state="applied")),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.state}"

    def access_scope(self) -> Scope:
        within = self.shift.activity.access_scope()
        return Scope(within.organisation_id, within.territory_path, self.person_id)

    @property
    def chip(self) -> str:
        return CHIPS[self.state]

    @property
    def words_shown(self) -> str:
        """Words of a rule in the reader's language; words of people as they stand."""
        return gettext(self.words) if self.words else ""
