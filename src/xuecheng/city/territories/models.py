"""Territories 行政区划: the real administrative divisions as a tree that remembers its changes."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    CITY = "city", pgettext_lazy("territory level", "city")
    DISTRICT = "district", pgettext_lazy("territory level", "district")
    STREET = "street", pgettext_lazy("territory level", "street or town")
    COMMUNITY = "community", pgettext_lazy("territory level", "community or village")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Territory(models.Model):
    """One division, known by its official 12-digit code. Names, parents and periods of validity stand in `versions`.

    `path` holds the ids of all ancestors and its own, top first, as `/1/12/190/`: "all beneath" is one index range.
    """

    code = models.CharField(_("code"), max_length=12)
    level = models.CharField(pgettext_lazy("territory", "level"), max_length=12, choices=Level)
    is_pseudo = models.BooleanField(
        default=False, help_text=_("A row of the code list that is no division (reservoir, farm); never counted")
    )
    # What holds today, kept by the services so that pages need no join; `versions` is the truth.
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(max_length=80)
    is_current = models.BooleanField(_("is current"), default=True)
    population = models.PositiveIntegerField(_("residents"), null=True)
    population_source = models.CharField(_("source of the number of residents"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("territory")
        constraints: ClassVar = [
            models.UniqueConstraint(name="territory_code_once", fields=["code"]),
            models.CheckConstraint(name="territory_code_has_12_digits", condition=Q(code__regex=r"^\d{12}$")),
            models.CheckConstraint(
                name="territory_city_is_the_only_root",
                condition=Q(level=Level.CITY, parent__isnull=True) | (~Q(level=Level.CITY) & Q(parent__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(OpClass("path", name="text_pattern_ops"), name="territory_beneath"),
            models.Index(fields=["parent", "code"], name="territory_by_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; divisions without an English name keep the Chinese one."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TerritoryVersion(models.Model):
    """What a division was called and to whom it belonged during a period `[from, to)` of dates."""

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="versions")
    during = DateRangeField()
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    parent = models.ForeignKey(Territory, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("territory version")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="territory_version_one_at_a_time",
                expressions=[
                    # The territory as a range of one: && on it is equality, and needs no extension.
                    (
                        Func(F("territory"), F("territory"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="territory_version_not_empty", condition=Q(during__isempty=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.during}"


class Succession(models.Model):
    """Which division followed which, on a date: a merger has several predecessors, a split several successors."""

    class Kind(models.TextChoices):
        MERGED = "merged", pgettext_lazy("succession", "merged into")
        SPLIT = "split", pgettext_lazy("succession", "split into")

    predecessor = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="precessions")
    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()

    class Meta:
        verbose_name = _("succession")
        constraints: ClassVar = [
            models.UniqueConstraint(name="succession_once", fields=["predecessor", "successor", "on"]),
            models.CheckConstraint(name="succession_between_two", condition=~Q(predecessor=F("successor"))),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class Installation(models.Model):
    """The city that this site serves: one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    city = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+")
    is_demonstration = models.BooleanField(
        default=False, help_text=_("People and figures are made up; every page says so")
    )
    demonstration_size = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name = _("installation")
        constraints: ClassVar = [models.CheckConstraint(name="installation_only_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.city)
