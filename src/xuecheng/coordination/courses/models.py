"""Courses 课程 (I4): what a unit can teach, in versions. A class hangs on an approved one, which never changes."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.staff.models import ClassLevel, Language, Subject
from xuecheng.learning.creditbank.models import UnitVersion


class Audience(models.TextChoices):
    """For whom a course is meant first. It keeps nobody out: what is asked of who comes is the entry requirement."""

    EVERYBODY = "everybody", pgettext_lazy("audience", "everybody")
    ELDERS = "elders", pgettext_lazy("audience", "older people")
    YOUTH = "youth", pgettext_lazy("audience", "children and young people")
    FAMILIES = "families", pgettext_lazy("audience", "families")
    WORKERS = "workers", pgettext_lazy("audience", "people at work or looking for work")
    NEWCOMERS = "newcomers", pgettext_lazy("audience", "people new to the city")
    DISABLED = "disabled", pgettext_lazy("audience", "people with a disability")


class NetworkLevel(models.TextChoices):
    """The levels of the network at which classes are held (N-03)."""

    CITY = "city", pgettext_lazy("network level", "city college")
    DISTRICT = "district", pgettext_lazy("network level", "district college")
    STREET = "street", pgettext_lazy("network level", "street or town school")
    POINT = "point", pgettext_lazy("network level", "teaching point")


class Waiver(models.TextChoices):
    """For whom a course's fee may be waived."""

    ELDER = "elder", pgettext_lazy("waiver", "older people")
    LOW_INCOME = "low_income", pgettext_lazy("waiver", "families on subsistence allowance")
    DISABLED = "disabled", pgettext_lazy("waiver", "people with a disability certificate")
    VETERAN = "veteran", pgettext_lazy("waiver", "veterans and families of martyrs")
    STUDENT = "student", pgettext_lazy("waiver", "school pupils and students")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Course(models.Model):
    """What a unit can teach, under one name. What it holds stands in its `versions`."""

    public_id = models.UUIDField(editable=False)  # chosen by the caller, so that a form sent twice is one course
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    title_zh = models.CharField(_("Chinese title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    subject = models.CharField(_("subject"), max_length=16, choices=Subject)
    audience = models.CharField(_("audience"), max_length=12, choices=Audience, default=Audience.EVERYBODY)
    languages = ArrayField(models.CharField(max_length=3, choices=Language), verbose_name=_("languages of teaching"))
    is_shared = models.BooleanField(_("shared with other colleges"), default=False, db_default=False)
    """Whether other colleges may hold and copy it 配送 (N-04)."""
    copied_from = models.ForeignKey(
        "CourseVersion", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("made after")
    )
    """The version of another college's course that this one was begun from."""

    class Meta:
        verbose_name = _("course")
        constraints: ClassVar = [
            models.UniqueConstraint(name="course_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="course_title_once_in_unit", fields=["owner", "title_zh"]),
            models.CheckConstraint(name="course_has_title", condition=~Q(title_zh="")),
            models.CheckConstraint(name="course_is_taught_in_a_language", condition=Q(languages__len__gte=1)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="course_of_unit"),
            models.Index(fields=["subject", "-id"], name="course_by_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language; without an English one the Chinese one."""
        return self.title_en if get_language() == "en" and self.title_en else self.title_zh

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.owner_id, territory_path=self.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CourseVersion(models.Model):
    """What a course is: what one can do afterwards, how long it takes, what it costs, where it may be held.

    | state     | means                                             | follows            | moved by            |
    |-----------|---------------------------------------------------|--------------------|---------------------|
    | draft     | is being written                                  | nothing            | the owner           |
    | in_review | is looked at by somebody else                     | draft, returned    | the owner           |
    | approved  | classes may be planned from it; it never changes  | in_review          | another person      |
    | returned  | sent back with a reason; may be changed           | in_review          | another person      |
    | retired   | no new class; classes that have it keep it        | approved           | a newer one, owner  |

    At most one version of a course is approved, and at most one is in work. An approved one never changes
    (`sql/approved_stays_v1.sql`): classes hang on it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("course", "draft")
        IN_REVIEW = "in_review", pgettext_lazy("course", "in review")
        APPROVED = "approved", pgettext_lazy("course", "approved")
        RETURNED = "returned", pgettext_lazy("course", "sent back")
        RETIRED = "retired", pgettext_lazy("course", "retired")

    public_id = models.UUIDField(editable=False)  # chosen by the caller
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions", verbose_name=_("course"))
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    outcome = models.CharField(_("what one can do afterwards"), max_length=1000)
    outcome_en = models.CharField(
        _("what one can do afterwards, in English"), max_length=2000, blank=True, default="", db_default=""
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=ClassLevel)
    sessions = models.PositiveSmallIntegerField(_("number of sessions"))
    minutes = models.PositiveSmallIntegerField(_("minutes of a session"))
    unit = models.ForeignKey(
        UnitVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("certification unit"),
    )
    """What completing it is worth in the credit bank; none: no credit."""
    least_attendance_percent = models.PositiveSmallIntegerField(_("least attendance, percent"), default=0)
    is_assessed = models.BooleanField(_("an assessment is required"), default=False)
    entry_requirement = models.CharField(_("entry requirement"), max_length=300, blank=True)
    entry_reason = models.CharField(_("why it is required"), max_length=300, blank=True)
    fee_fen = models.PositiveIntegerField(_("fee, fen"), default=0)
    waivers = ArrayField(
        models.CharField(max_length=12, choices=Waiver), default=list, blank=True, verbose_name=_("fee waived for")
    )
    materials = models.CharField(_("what to bring"), max_length=500, blank=True)
    levels = ArrayField(
        models.CharField(max_length=8, choices=NetworkLevel), verbose_name=_("levels of the network it is held at")
    )
    seats_least = models.PositiveSmallIntegerField(_("fewest learners"))
    seats_most = models.PositiveSmallIntegerField(_("most learners"))
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    """Who wrote or sent it last; those before stand in its history, and none of them reviews it."""
    sent_at = models.DateTimeField(_("sent to review"), null=True)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("version of a course")
        constraints: ClassVar = [
            models.UniqueConstraint(name="course_version_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="course_version_number_once", fields=["course", "number"]),
            models.UniqueConstraint(
                name="course_version_one_approved", fields=["course"], condition=Q(state="approved")
            ),
            models.UniqueConstraint(
                name="course_version_one_in_work",
                fields=["course"],
                condition=Q(state__in=["draft", "in_review", "returned"]),
            ),
            # L2: whoever wants to learn may, unless the course says what is asked and why.
            models.CheckConstraint(
                name="course_version_entry_has_reason",
                condition=Q(entry_requirement="", entry_reason="") | (~Q(entry_requirement="") & ~Q(entry_reason="")),
            ),
            models.CheckConstraint(
                name="course_version_time_sound",
                condition=Q(sessions__range=(1, 200), minutes__range=(15, 480)),
            ),
            models.CheckConstraint(
                name="course_version_attendance_is_percent", condition=Q(least_attendance_percent__lte=100)
            ),
            models.CheckConstraint(
                name="course_version_seats_sound",
                condition=Q(seats_least__gte=1, seats_most__gte=F("seats_least"), seats_most__lte=2000),
            ),
            models.CheckConstraint(name="course_version_held_somewhere", condition=Q(levels__len__gte=1)),  # N-03
            models.CheckConstraint(
                name="course_version_waives_only_a_fee", condition=Q(fee_fen__gte=1) | Q(waivers__len=0)
            ),
            models.CheckConstraint(
                name="course_version_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="course_version_decision_whole",
                condition=Q(state__in=["draft", "in_review"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="course_version_returned_has_reason", condition=~Q(state="returned") | ~Q(decision_reason="")
            ),
            models.CheckConstraint(
                name="course_version_outcome_before_review", condition=Q(state="draft") | ~Q(outcome="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-id"], name="course_version_by_state")]

    def __str__(self) -> str:
        return f"{self.course} {self.number}"

    @property
    def outcomes(self) -> list[str]:
        """What one can do afterwards, a line each, in the reader's language; without an English text in Chinese."""
        said = self.outcome_en if get_language() == "en" and self.outcome_en else self.outcome
        return [line.strip() for line in said.splitlines() if line.strip()]

    def access_scope(self) -> Scope:
        return self.course.access_scope()
