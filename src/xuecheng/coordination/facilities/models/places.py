"""What is where: venues, their rooms as a tree, when they are open and when not."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateRangeField,
    DateTimeRangeField,
    IntegerRangeField,
    RangeOperators,
)
from django.contrib.postgres.indexes import GistIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.facilities import rules


def one_row(name: str) -> Func:
    """A row as a range of one: && on it is equality, and needs no extension."""
    return Func(F(name), F(name), Value("[]"), function="int8range")


class VenueKind(models.TextChoices):
    COLLEGE = "college", pgettext_lazy("venue", "community college or school")
    SCHOOL = "school", pgettext_lazy("venue", "school premises")
    UNIVERSITY = "university", pgettext_lazy("venue", "university premises")
    LIBRARY = "library", pgettext_lazy("venue", "library")
    MUSEUM = "museum", pgettext_lazy("venue", "museum")
    CULTURE = "culture", pgettext_lazy("venue", "cultural centre")
    NEIGHBOURHOOD = "neighbourhood", pgettext_lazy("venue", "neighbourhood centre")
    ENTERPRISE = "enterprise", pgettext_lazy("venue", "company premises")


class Equipment(models.TextChoices):
    """What a room has; classes ask for it."""

    PROJECTOR = "projector", pgettext_lazy("equipment", "projector or large screen")
    SOUND = "sound", pgettext_lazy("equipment", "microphone and loudspeakers")
    COMPUTERS = "computers", pgettext_lazy("equipment", "computers")
    NETWORK = "network", pgettext_lazy("equipment", "wireless network")
    PIANO = "piano", pgettext_lazy("equipment", "piano")
    MIRRORS = "mirrors", pgettext_lazy("equipment", "mirrors and dance floor")
    KITCHEN = "kitchen", pgettext_lazy("equipment", "kitchen")
    DESKS = "desks", pgettext_lazy("equipment", "large desks, for calligraphy and painting")
    WATER = "water", pgettext_lazy("equipment", "water and sink")
    STAGE = "stage", pgettext_lazy("equipment", "stage")


class Accessibility(models.TextChoices):
    """What helps somebody who walks, sees or hears badly; of the whole place, or of one room."""

    STEP_FREE = "step_free", pgettext_lazy("accessibility", "no steps")
    LIFT = "lift", pgettext_lazy("accessibility", "lift")
    TOILET = "toilet", pgettext_lazy("accessibility", "accessible toilet")
    HEARING = "hearing", pgettext_lazy("accessibility", "hearing loop")
    TACTILE = "tactile", pgettext_lazy("accessibility", "tactile paving")
    PARKING = "parking", pgettext_lazy("accessibility", "accessible parking")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Venue(models.Model):
    """A place with rooms: where it is, whose it is, how to get in, and whether it is open at all."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("venue", "open")
        CLOSED = "closed", pgettext_lazy("venue", "closed")

    public_id = models.UUIDField(default=uuid7, editable=False)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    kind = models.CharField(pgettext_lazy("venue", "kind"), max_length=16, choices=VenueKind)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    address = models.CharField(_("address"), max_length=200)
    # Exact decimals of WGS 84: a point that is written and read again stays where it was.
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    way_in = models.CharField(_("how to get in"), max_length=300, blank=True)
    accessibility = ArrayField(
        models.CharField(max_length=12, choices=Accessibility),
        default=list,
        blank=True,
        verbose_name=_("accessibility"),
    )
    is_public = models.BooleanField(
        _("public place"), default=True, help_text=_("A part of each week stays free for short notice (B-08)")
    )
    has_consent = models.BooleanField(_("the school agrees"), default=False)
    """B-06: whether the school lets others use its rooms; of other kinds without meaning."""
    opens_on_holidays = models.BooleanField(_("open on statutory holidays"), default=False)
    makeup_weekday = models.SmallIntegerField(
        _("hours on make-up working days"), null=True, help_text=_("The weekday whose hours hold then; Monday is 0")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    closed_because = models.CharField(_("why closed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("venue")
        constraints: ClassVar = [
            models.UniqueConstraint(name="venue_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="venue_has_name", condition=~Q(name_zh="")),
            models.CheckConstraint(
                name="venue_point_whole_and_on_earth",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
            models.CheckConstraint(
                name="venue_makeup_weekday_is_one",
                condition=Q(makeup_weekday__isnull=True) | Q(makeup_weekday__range=(0, 6)),
            ),
            models.CheckConstraint(
                name="venue_closed_has_reason",
                condition=Q(state="open", closed_because="") | (Q(state="closed") & ~Q(closed_because="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["territory", "id"], name="venue_by_territory")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; without an English name the Chinese one."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.owner_id, territory_path=self.territory.path)

    @property
    def is_school(self) -> bool:
        return self.kind == VenueKind.SCHOOL

    def accessibility_words(self) -> list[str]:
        return [str(Accessibility(one).label) for one in Accessibility if one in self.accessibility]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Space(models.Model):
    """A room, or a part of one. Booking it takes all rooms within it, and they take it (B-02).

    `path` holds the ids of all rooms around it and its own, outermost first, as `/3/17/`. Where a room lies never
    changes: its bookings' holds stand on all of its line.
    """

    class Sharing(models.TextChoices):
        WHOLE = "whole", pgettext_lazy("space", "for one group at a time")
        SHARED = "shared", pgettext_lazy("space", "shared, by places")

    public_id = models.UUIDField(default=uuid7, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="spaces", verbose_name=_("venue"))
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts", verbose_name=_("part of")
    )
    path = models.CharField(max_length=80, editable=False)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    sharing = models.CharField(_("used"), max_length=8, choices=Sharing, default=Sharing.WHOLE)
    capacity = models.PositiveIntegerField(_("places"))
    equipment = ArrayField(
        models.CharField(max_length=12, choices=Equipment), default=list, blank=True, verbose_name=_("equipment")
    )
    accessibility = ArrayField(
        models.CharField(max_length=12, choices=Accessibility),
        default=list,
        blank=True,
        verbose_name=_("accessibility"),
    )
    buffer_before = models.PositiveSmallIntegerField(_("minutes before"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("minutes after"), default=0)
    closed_because = models.CharField(
        _("why not given out"), max_length=200, blank=True, help_text=_("Empty: it is given out")
    )

    class Meta:
        verbose_name = _("space")
        constraints: ClassVar = [
            models.UniqueConstraint(name="space_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="space_name_once_in_venue", fields=["venue", "name_zh"]),
            models.CheckConstraint(name="space_has_name", condition=~Q(name_zh="")),
            models.CheckConstraint(name="space_has_places", condition=Q(capacity__range=(1, 10_000))),
            models.CheckConstraint(
                name="space_buffers_short",
                condition=Q(buffer_before__lte=rules.MOST_BUFFER_MINUTES, buffer_after__lte=rules.MOST_BUFFER_MINUTES),
            ),
            models.CheckConstraint(name="space_not_within_itself", condition=~Q(parent=F("id"))),
        ]
        indexes: ClassVar = [models.Index(OpClass("path", name="text_pattern_ops"), name="space_within")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    @property
    def is_shared(self) -> bool:
        return self.sharing == self.Sharing.SHARED

    @property
    def depth(self) -> int:
        """How many rooms lie around it."""
        return self.path.count("/") - 2

    def line_ids(self) -> list[int]:
        """The ids of the rooms around it and its own, outermost first."""
        return [int(part) for part in self.path.strip("/").split("/") if part]

    def equipment_words(self) -> list[str]:
        return [str(Equipment(one).label) for one in Equipment if one in self.equipment]

    def accessibility_words(self) -> list[str]:
        return [str(Accessibility(one).label) for one in Accessibility if one in self.accessibility]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class WeeklyHours(models.Model):
    """A place is open, or a school teaches, on a weekday between two minutes of the day, during `[from, to)`."""

    class Use(models.TextChoices):
        OPEN = "open", pgettext_lazy("hours", "opening hours")
        TEACHING = "teaching", pgettext_lazy("hours", "teaching hours")

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="hours")
    use = models.CharField(max_length=8, choices=Use)
    weekday = models.SmallIntegerField(help_text=_("Monday is 0"))
    minutes = IntegerRangeField(help_text=_("Minutes of the day, [from, to)"))
    during = DateRangeField(_("period"))

    class Meta:
        verbose_name = _("weekly hours")
        constraints: ClassVar = [
            models.CheckConstraint(name="weekly_hours_weekday_is_one", condition=Q(weekday__range=(0, 6))),
            models.CheckConstraint(
                name="weekly_hours_within_a_day",
                condition=Q(minutes__contained_by=(0, rules.DAY), minutes__isempty=False),
            ),
            models.CheckConstraint(name="weekly_hours_hold_a_day", condition=Q(during__isempty=False)),
            *(
                ExclusionConstraint(
                    name=f"weekly_hours_{use}_once",
                    condition=Q(use=use),
                    expressions=[
                        (one_row("venue"), RangeOperators.OVERLAPS),
                        (
                            Func(F("weekday"), F("weekday"), Value("[]"), function="int4range"),
                            RangeOperators.OVERLAPS,
                        ),
                        ("minutes", RangeOperators.OVERLAPS),
                        ("during", RangeOperators.OVERLAPS),
                    ],
                )
                for use in ("open", "teaching")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.minutes}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Closure(models.Model):
    """A time in which a place, or one room with what is in it, is not given out, and why. A defect has no end yet."""

    class Kind(models.TextChoices):
        CLOSURE = "closure", pgettext_lazy("closure", "closed for a time")
        DEFECT = "defect", pgettext_lazy("closure", "defect: not safe to use")

    public_id = models.UUIDField(default=uuid7, editable=False)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="closures")
    space = models.ForeignKey(Space, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    during = DateTimeRangeField(_("period"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("closure")
        constraints: ClassVar = [
            models.UniqueConstraint(name="closure_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="closure_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="closure_begins", condition=Q(during__startswith__isnull=False, during__isempty=False)
            ),
            models.CheckConstraint(
                name="closure_ends_unless_defect", condition=Q(kind="defect") | Q(during__endswith__isnull=False)
            ),
        ]
        indexes: ClassVar = [GistIndex(fields=["during"], name="closure_when")]

    def __str__(self) -> str:
        return self.reason
