"""Who has booked what: bookings, series with each of their dates, what they hold, and the terms."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateTimeRangeField,
    RangeOperators,
)
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.coordination.facilities import rules

from .places import Space, Venue, one_row


class _Use(models.Model):
    """What bookings and series have in common: who comes, for what, and from where it was asked."""

    public_id = models.UUIDField(editable=False)
    heads = models.PositiveIntegerField(_("people"))
    group_organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    group_name = models.CharField(_("group"), max_length=80, blank=True)
    """Who comes, where it is no organisation; a group's name and never a person's."""
    purpose = models.CharField(_("purpose"), max_length=200)
    is_seasonal = models.BooleanField(_("season's allocation"), default=False)
    # What asked for it, above this floor: plain data, (kind, public id).
    origin_kind = models.CharField(max_length=32, blank=True)
    origin_id = models.UUIDField(null=True)
    booked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("booked by"))
    made_at = models.DateTimeField(pgettext_lazy("time", "made"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.purpose

    @property
    def is_kept(self) -> bool:
        """Whether something above holds the room and says by itself whether it was used: no minutes run out (B-07)."""
        return bool(self.origin_kind)

    @property
    def group(self) -> str:
        """Who comes."""
        return self.group_organisation.name if self.group_organisation else self.group_name


def _use_constraints(noun: str) -> list[Any]:
    return [
        models.UniqueConstraint(name=f"{noun}_public_id_once", fields=["public_id"]),
        models.CheckConstraint(name=f"{noun}_somebody_comes", condition=Q(heads__gte=1)),
        models.CheckConstraint(name=f"{noun}_has_purpose", condition=~Q(purpose="")),
        models.CheckConstraint(
            name=f"{noun}_group_is_one",
            condition=Q(group_organisation__isnull=False, group_name="")
            | (Q(group_organisation__isnull=True) & ~Q(group_name="")),
        ),
        models.CheckConstraint(
            name=f"{noun}_origin_whole",
            condition=Q(origin_kind="", origin_id__isnull=True) | (~Q(origin_kind="") & Q(origin_id__isnull=False)),
        ),
    ]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class BookingSeries(_Use):
    """The same time of a weekday over a season. Each of its dates is kept as an `Occurrence` (B-04)."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="series")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    weekday = models.SmallIntegerField(help_text=_("Monday is 0"))
    every_weeks = models.PositiveSmallIntegerField(default=1)
    begins_minute = models.SmallIntegerField()
    length_minutes = models.PositiveSmallIntegerField()
    exceptions = ArrayField(models.DateField(), default=list, blank=True)

    class Meta:
        verbose_name = _("booking series")
        constraints: ClassVar = [
            *_use_constraints("booking_series"),
            models.CheckConstraint(name="booking_series_days_in_order", condition=Q(begins_on__lte=F("ends_on"))),
            models.CheckConstraint(
                name="booking_series_time_of_a_day",
                condition=Q(weekday__range=(0, 6))
                & Q(begins_minute__range=(0, rules.DAY - 1), length_minutes__range=(1, rules.DAY), every_weeks__gte=1),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["venue", "-id"], name="booking_series_of_venue")]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Booking(_Use):
    """A room for one period `[begins, ends)`.

    | state     | means                                            | follows   | moved by               |
    |-----------|--------------------------------------------------|-----------|------------------------|
    | proposed  | wished for in spite of a conflict; holds nothing | nothing   | `book_space`, a series |
    | confirmed | the room is held                                 | nothing   | `book_space`, a series |
    |           |                                                  | proposed  | `confirm_booking`      |
    | cancelled | given back                                       | both      | `cancel_booking`       |
    | released  | nobody came in time (B-07)                       | confirmed | `release_missed`       |
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("booking", "proposed")
        CONFIRMED = "confirmed", pgettext_lazy("booking", "confirmed")
        CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled")
        RELEASED = "released", pgettext_lazy("booking", "released: nobody came")

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="bookings")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(
        BookingSeries, null=True, on_delete=models.PROTECT, related_name="bookings", db_index=False
    )
    during = DateTimeRangeField(_("period"))
    state = models.CharField(_("state"), max_length=10, choices=State)
    said = models.JSONField(default=list)
    """Conflicts that did not stop it (B-09): list of {reason, conflict, values}."""
    checked_in_at = models.DateTimeField(_("checked in"), null=True)
    is_excused = models.BooleanField(_("no-show excused"), default=False)
    ended_because = models.CharField(_("why cancelled"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("booking")
        constraints: ClassVar = [
            *_use_constraints("booking"),
            models.CheckConstraint(
                name="booking_period_whole",
                condition=Q(during__isempty=False, during__startswith__isnull=False, during__endswith__isnull=False),
            ),
            models.CheckConstraint(
                name="booking_checked_in_was_confirmed",
                condition=Q(checked_in_at__isnull=True) | Q(state__in=["confirmed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="booking_excused_was_missed", condition=Q(is_excused=False) | Q(state="released")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["venue", "-id"], name="booking_of_venue"),
            GistIndex(one_row("space"), "during", name="booking_of_space_when"),
            models.Index(fields=["series"], name="booking_of_series", condition=Q(series__isnull=False)),
            models.Index(fields=["origin_kind", "origin_id"], name="booking_by_origin", condition=~Q(origin_kind="")),
            models.Index(fields=["group_name", "state"], name="booking_of_group"),
            # What may have to be released soon: only bookings that nobody has come to yet.
            GistIndex(
                fields=["during"],
                name="booking_to_check_in",
                condition=Q(state="confirmed", checked_in_at__isnull=True),
            ),
        ]

    @property
    def begins_at(self) -> Any:
        return self.during.lower

    @property
    def ends_at(self) -> Any:
        return self.during.upper

    def warnings(self) -> list[str]:
        """Conflicts that did not stop it, in the reader's language."""
        return [rules.told(one["conflict"], one["values"]) for one in self.said]


class Occurrence(models.Model):
    """One date of a series: booked, refused with its reason, or taken out by whoever made the series (B-04)."""

    class Result(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("occurrence", "booked")
        REFUSED = "refused", pgettext_lazy("occurrence", "refused")
        EXCEPTED = "excepted", pgettext_lazy("occurrence", "left out")

    series = models.ForeignKey(BookingSeries, on_delete=models.PROTECT, related_name="occurrences")
    on = models.DateField()
    during = DateTimeRangeField()
    result = models.CharField(max_length=8, choices=Result)
    reason = models.CharField(
        max_length=8, choices=[(one.value, rules.REASONS[one]) for one in rules.Reason], blank=True
    )
    conflict = models.CharField(max_length=40, blank=True)
    values = models.JSONField(default=dict)
    booking = models.OneToOneField(Booking, null=True, on_delete=models.PROTECT, related_name="occurrence")

    class Meta:
        verbose_name = _("occurrence")
        constraints: ClassVar = [
            models.UniqueConstraint(name="occurrence_date_once", fields=["series", "on"]),
            models.CheckConstraint(
                name="occurrence_accepted_or_has_reason",
                condition=Q(result="accepted", booking__isnull=False, reason="")
                | (Q(result="refused", booking__isnull=True) & ~Q(reason=""))
                | Q(result="excepted", booking__isnull=True, reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.result}"

    def why(self) -> str:
        """Why it was refused, in the reader's language."""
        return rules.told(self.conflict, self.values) if self.conflict else ""


class Hold(models.Model):
    """A room is taken by a confirmed booking of itself or of what it is part of. Written by a trigger only.

    `heads` is null where all of the room is taken, else how many of its places.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="holds")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="holds", db_index=False)
    period = DateTimeRangeField()
    heads = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("hold")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="hold_one_at_a_time",
                condition=Q(heads__isnull=True),
                expressions=[(one_row("space"), RangeOperators.OVERLAPS), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="hold_period_not_empty", condition=Q(period__isempty=False)),
        ]
        indexes: ClassVar = [
            # The exclusion's index has whole holds only; the places of shared rooms are counted by this one.
            GistIndex(one_row("space"), "period", name="hold_shared_when", condition=Q(heads__isnull=False)),
            GistIndex(fields=["period"], name="hold_when"),
        ]

    def __str__(self) -> str:
        return f"{self.space_id} {self.period}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Terms(models.Model):
    """The numbers of bookings at one level of the network, from a day on (⚙). What counted before stays beside it."""

    class NetworkLevel(models.TextChoices):
        CITY = "city", pgettext_lazy("network level", "city")
        DISTRICT = "district", pgettext_lazy("network level", "district")
        STREET = "street", pgettext_lazy("network level", "street or town")

    level = models.CharField(max_length=8, choices=NetworkLevel)
    begins_on = models.DateField()
    check_in_minutes = models.PositiveSmallIntegerField(default=15)
    no_shows = models.PositiveSmallIntegerField(default=3)
    suspension_days = models.PositiveSmallIntegerField(default=30)
    season_days = models.PositiveSmallIntegerField(default=120)
    reserve_percent = models.PositiveSmallIntegerField(default=10)
    days_ahead = models.PositiveSmallIntegerField(default=90)
    open_bookings = models.PositiveSmallIntegerField(default=20)
    levels = models.JSONField(default=dict, help_text=_("Reason → how hard it is (B-09); what is missing blocks"))

    class Meta:
        verbose_name = _("terms of booking")
        constraints: ClassVar = [
            models.UniqueConstraint(name="terms_once_a_day", fields=["level", "begins_on"]),
            models.CheckConstraint(
                name="terms_numbers_sound",
                condition=Q(check_in_minutes__range=(1, 240), no_shows__gte=1, suspension_days__gte=1)
                & Q(season_days__gte=1, reserve_percent__lte=100, days_ahead__gte=1, open_bookings__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.begins_on}"

    def numbers(self) -> rules.Terms:
        """As the rules take them."""
        return rules.Terms(**{name: getattr(self, name) for name in rules.Terms.__dataclass_fields__})
