"""What is held when and where: seasons, classes and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.facilities.models import Booking, Space
from xuecheng.coordination.staff.models import TeachingSession
from xuecheng.coordination.staff.models.ranges import one


class Priority(models.TextChoices):
    """Who comes first where wishes are more than places; a class's list is in the order in which they count."""

    LOCALS = "locals", pgettext_lazy("priority", "people of the district first")
    ELDERS = "elders", pgettext_lazy("priority", "older people first")
    FIRST_TIMERS = "first_timers", pgettext_lazy("priority", "people who have not learnt here yet first")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Season(models.Model):
    """A term 学期 of a unit, or of all units of a division: its days, when it is planned, when people enrol."""

    public_id = models.UUIDField(editable=False)  # chosen by the caller
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    """Whose season it is; none: of every unit within the territory."""
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    name_zh = models.CharField(_("Chinese name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    during = DateRangeField(_("period"))
    planning = DateRangeField(_("planned during"))
    enrolment = DateRangeField(_("enrolment during"))

    class Meta:
        verbose_name = _("season")
        constraints: ClassVar = [
            models.UniqueConstraint(name="season_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="season_name_once", fields=["territory", "organisation", "name_zh"], nulls_distinct=False
            ),
            models.CheckConstraint(name="season_has_name", condition=~Q(name_zh="")),
            *(
                models.CheckConstraint(
                    name=f"season_{field}_whole",
                    condition=Q(
                        **{
                            f"{field}__isempty": False,
                            f"{field}__startswith__isnull": False,
                            f"{field}__endswith__isnull": False,
                        }
                    ),
                )
                for field in ("during", "planning", "enrolment")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["territory", "-id"], name="season_of_territory")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    @property
    def first_day(self) -> date:
        day: date = self.during.lower
        return day

    @property
    def last_day(self) -> date:
        """The last day that belongs to it."""
        end: date = self.during.upper
        return end - timedelta(days=1)

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CourseClass(models.Model):
    """A class 班级: an approved version of a course, held by a unit in a season.

    | state     | means                                               | follows       | moved by          |
    |-----------|-----------------------------------------------------|---------------|-------------------|
    | draft     | is being planned; nobody outside the unit sees it   | nothing       | `plan_class`      |
    | open      | public; people may enrol within the enrolment times | draft         | `open_class`      |
    | running   | has begun                                           | open          | `start_class`     |
    | finished  | its last session is over                            | running       | `finish_class`    |
    | settled   | hours, learners and credits are accounted           | finished      | `settle_class`    |
    | cancelled | is not held (any more), and why                     | draft to running | `cancel_class` |

    The database keeps this order, and opens nothing that lacks sessions, rooms or teachers (`sql/classes_v1.sql`).
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("class", "being planned")
        OPEN = "open", pgettext_lazy("class", "open")
        RUNNING = "running", pgettext_lazy("class", "running")
        FINISHED = "finished", pgettext_lazy("class", "finished")
        SETTLED = "settled", pgettext_lazy("class", "settled")
        CANCELLED = "cancelled", pgettext_lazy("class", "cancelled")

    class Allocation(models.TextChoices):
        FIRST_COME = "first_come", pgettext_lazy("allocation", "first come, first served")
        LOTTERY = "lottery", pgettext_lazy("allocation", "by lot")

    public_id = models.UUIDField(editable=False)  # chosen by the caller
    code = models.CharField(_("code"), max_length=24)
    """Short name of the class for people, such as `SF-01`: unique within a season of the unit that holds it."""
    version = models.ForeignKey(
        CourseVersion, on_delete=models.PROTECT, related_name="classes", verbose_name=_("course")
    )
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("held by"))
    """Where it is held: its learners are counted here (N-04)."""
    supplier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("course supplied by")
    )
    """Whose course it is: its hours are counted there (N-04); the host itself when it is its own."""
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="classes", verbose_name=_("season"))
    seats_least = models.PositiveSmallIntegerField(_("fewest learners"))
    seats_most = models.PositiveSmallIntegerField(_("most learners"))
    fee_fen = models.PositiveIntegerField(_("fee, fen"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    cancelled_because = models.CharField(_("why cancelled"), max_length=200, blank=True)
    allocation = models.CharField(
        _("how places are given"), max_length=10, choices=Allocation, default=Allocation.FIRST_COME
    )
    enrolment_opens_at = models.DateTimeField(_("enrolment opens"), null=True)
    enrolment_closes_at = models.DateTimeField(_("enrolment closes"), null=True)
    priority = models.JSONField(_("who comes first"), default=list, blank=True)
    """List of `Priority` values, most important first; `rules.priority` reads and checks it."""
    eligibility = models.JSONField(_("who may come"), default=dict, blank=True)
    """Empty: everybody. Keys: `least_age`, `most_age` (whole years), `locals_only`, `first_timers_only` (true);
    read and checked by `rules.eligibility`."""
    note = models.CharField(_("note for learners"), max_length=300, blank=True)

    given_back: Sequence[TeachingSession] = ()
    """Within the change that cancels it: what its teachers were to teach. No column."""

    class Meta:
        verbose_name = _("class")
        constraints: ClassVar = [
            models.UniqueConstraint(name="course_class_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="course_class_code_once_in_season", fields=["host", "season", "code"]),
            models.CheckConstraint(name="course_class_has_code", condition=~Q(code="")),
            models.CheckConstraint(
                name="course_class_seats_sound",
                condition=Q(seats_least__gte=1, seats_most__gte=F("seats_least"), seats_most__lte=2000),
            ),
            models.CheckConstraint(
                name="course_class_cancelled_has_reason",
                condition=(Q(state="cancelled") & ~Q(cancelled_because=""))
                | (~Q(state="cancelled") & Q(cancelled_because="")),
            ),
            models.CheckConstraint(
                name="course_class_enrolment_in_order",
                condition=Q(enrolment_opens_at__isnull=True, enrolment_closes_at__isnull=True)
                | Q(enrolment_closes_at__gt=F("enrolment_opens_at")),
            ),
            models.CheckConstraint(
                name="course_class_open_has_enrolment",
                condition=Q(state__in=["draft", "cancelled"]) | Q(enrolment_opens_at__isnull=False),
            ),
            models.CheckConstraint(
                name="course_class_priorities_known", condition=Q(priority__contained_by=Priority.values)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["host", "season", "-id"], name="class_of_unit_in_season"),
            models.Index(fields=["supplier", "-id"], name="class_of_supplier"),
            models.Index(fields=["territory", "state", "-id"], name="class_of_territory"),
            models.Index(fields=["version", "-id"], name="class_of_version"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version.course.title}"

    @property
    def title(self) -> str:
        """The course's title in the reader's language."""
        return self.version.course.title

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it; a class that was cancelled before it opened never was."""
        return self.state in {self.State.OPEN, self.State.RUNNING, self.State.FINISHED, self.State.SETTLED}

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.host_id, territory_path=self.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ClassSession(models.Model):
    """One meeting of a class `[begins, ends)`: the room that is booked for it, and who teaches.

    | state     | means                      | follows | moved by                               |
    |-----------|----------------------------|---------|----------------------------------------|
    | planned   | is to be held              | nothing | `add_sessions`                         |
    | held      | was held                   | planned | whoever takes attendance, above        |
    | cancelled | is not held, and why       | planned | `cancel_session`, cancelling its class |
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("class session", "planned")
        HELD = "held", pgettext_lazy("class session", "held")
        CANCELLED = "cancelled", pgettext_lazy("class session", "cancelled")

    public_id = models.UUIDField(editable=False)  # chosen by the caller
    course_class = models.ForeignKey(
        CourseClass, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("class")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    """Counts the sessions of a class as they were planned; moving one does not change it."""
    during = DateTimeRangeField(_("period"))
    space = models.ForeignKey(Space, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("room"))
    booking = models.ForeignKey(
        Booking, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("booking")
    )
    teaching = models.ForeignKey(
        TeachingSession, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("session of a teacher")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    topic = models.CharField(_("topic"), max_length=120, blank=True)
    cancelled_because = models.CharField(_("why cancelled"), max_length=200, blank=True)

    given_back: TeachingSession | None = None
    """Within a change of it: by whom it was to be taught before. No column."""
    moved_from: datetime | None = None
    """Within a move of it: when it was to begin before. No column."""

    class Meta:
        verbose_name = _("session of a class")
        constraints: ClassVar = [
            models.UniqueConstraint(name="class_session_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="class_session_number_once", fields=["course_class", "number"]),
            models.UniqueConstraint(name="class_session_booking_once", fields=["booking"]),
            models.UniqueConstraint(name="class_session_teaching_once", fields=["teaching"]),
            models.CheckConstraint(
                name="class_session_period_whole",
                condition=Q(during__isempty=False, during__startswith__isnull=False, during__endswith__isnull=False),
            ),
            models.CheckConstraint(
                name="class_session_booking_is_of_a_room", condition=Q(booking__isnull=True) | Q(space__isnull=False)
            ),
            models.CheckConstraint(
                name="class_session_cancelled_has_reason",
                condition=(Q(state="cancelled") & ~Q(cancelled_because=""))
                | (~Q(state="cancelled") & Q(cancelled_because="")),
            ),
            ExclusionConstraint(
                name="class_session_one_at_a_time",
                condition=~Q(state="cancelled"),
                expressions=[
                    (one("course_class"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes: ClassVar = [
            GistIndex(fields=["during"], name="class_session_when"),
            models.Index(fields=["space", "-id"], name="class_session_of_space"),
        ]

    def __str__(self) -> str:
        return f"{self.course_class.code} {self.number}"

    @property
    def day(self) -> date:
        """On which it begins, in the city's time."""
        return clock.date_of(self.during.lower)

    def access_scope(self) -> Scope:
        return self.course_class.access_scope()
