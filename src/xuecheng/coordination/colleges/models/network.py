"""The units of the network, what each covers over which period, and what they offer one another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.colleges import rules
from xuecheng.coordination.staff.models import Subject


def one(name: str) -> Func:
    """A row as a range of one: && on it is equality, and needs no extension."""
    return Func(F(name), F(name), Value("[]"), function="int8range")


class CollegeLevel(models.TextChoices):
    CITY = rules.CITY, pgettext_lazy("college level", "city college")
    DISTRICT = rules.DISTRICT, pgettext_lazy("college level", "district college")
    STREET = rules.STREET, pgettext_lazy("college level", "street or town school")
    POINT = rules.POINT, pgettext_lazy("college level", "teaching point")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class College(models.Model):
    """A unit of the network during `[from, to)`: an organisation in its place in the tree, or a point that one runs.

    What the register of organisations says of a body (name, code, address) stands there alone. A teaching point is no
    body: it has a name and a place of its own, and its organisation is who runs it. The level never changes
    (`sql/tree_v1.sql`), so that no ring can close (N-05).
    """

    public_id = models.UUIDField()  # chosen by the caller, so that a form sent twice is one unit
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    level = models.CharField(pgettext_lazy("college", "level"), max_length=8, choices=CollegeLevel)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("belongs to")
    )
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("place"))
    """Where it is: of a college or school its organisation's division, of a point its own."""
    name_zh = models.CharField(_("Chinese name"), max_length=80, blank=True)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    during = DateRangeField(_("period"))
    closed_because = models.CharField(_("why closed"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("network", "unit of the network")
        constraints: ClassVar = [
            models.UniqueConstraint(name="college_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="college_not_its_own_parent", condition=~Q(parent=F("id"))),
            models.CheckConstraint(
                name="college_parent_by_level",
                condition=Q(level="city", parent__isnull=True)
                | Q(level="district")
                | Q(level__in=["street", "point"], parent__isnull=False),
            ),
            models.CheckConstraint(
                name="college_name_only_of_points",
                condition=(Q(level="point") & ~Q(name_zh="")) | (~Q(level="point") & Q(name_zh="", name_en="")),
            ),
            models.CheckConstraint(
                name="college_begins", condition=Q(during__startswith__isnull=False, during__isempty=False)
            ),
            models.CheckConstraint(
                name="college_closed_has_reason",
                condition=Q(during__endswith__isnull=True, closed_because="")
                | (Q(during__endswith__isnull=False) & ~Q(closed_because="")),
            ),
            ExclusionConstraint(
                name="college_one_of_an_organisation",
                condition=~Q(level="point"),
                expressions=[(one("organisation"), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["territory", "level"], name="college_by_territory"),
            models.Index(fields=["organisation", "level"], name="college_of_organisation"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The point's own name, else the organisation's, in the reader's language."""
        if not self.name_zh:
            return self.organisation.name
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    @property
    def is_point(self) -> bool:
        return self.level == CollegeLevel.POINT

    def is_open(self, on: date) -> bool:
        return bool(on in self.during)

    def access_scope(self) -> Scope:
        """Who keeps the organisation keeps its units, and whoever has the division where it lies."""
        return Scope(organisation_id=self.organisation_id, territory_path=self.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Coverage(models.Model):
    """A unit covers a division during `[from, to)`. Of each level one unit covers a division on a day.

    `level` is its unit's, written by a trigger: the exclusions need it in the row.
    """

    college = models.ForeignKey(College, on_delete=models.PROTECT, related_name="coverages")
    level = models.CharField(max_length=8, choices=CollegeLevel, blank=True, editable=False)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory"))
    during = DateRangeField(_("period"))

    class Meta:
        verbose_name = _("coverage")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="coverage_begins", condition=Q(during__startswith__isnull=False, during__isempty=False)
            ),
            *(
                ExclusionConstraint(
                    name=f"coverage_one_{level}_a_day",
                    condition=Q(level=level),
                    expressions=[(one("territory"), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
                )
                for level in rules.LEVELS
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["territory", "level"], name="coverage_of_territory")]

    def __str__(self) -> str:
        return f"{self.college_id} {self.territory_id} {self.during}"

    @property
    def last_on(self) -> date | None:
        """The last day that counts; None: no end is set."""
        end: date | None = self.during.upper
        return end - timedelta(days=1) if end else None


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ShareOffer(models.Model):
    """What a unit offers residents, shares with other units, or lacks: a room, a teacher, a course, on a theme."""

    class Side(models.TextChoices):
        OFFERS = "offers", pgettext_lazy("sharing", "offers residents")
        SHARES = "shares", pgettext_lazy("sharing", "shares with others")
        LACKS = "lacks", pgettext_lazy("sharing", "lacks")

    class Kind(models.TextChoices):
        ROOM = "room", pgettext_lazy("sharing", "room")
        TEACHER = "teacher", pgettext_lazy("sharing", "teacher")
        COURSE = "course", pgettext_lazy("sharing", "course")

    public_id = models.UUIDField()
    college = models.ForeignKey(College, on_delete=models.PROTECT, related_name="share_offers")
    side = models.CharField(pgettext_lazy("sharing", "what it is"), max_length=8, choices=Side)
    kind = models.CharField(pgettext_lazy("sharing", "kind"), max_length=8, choices=Kind)
    theme = models.CharField(pgettext_lazy("sharing", "theme"), max_length=16, choices=Subject)
    words = models.CharField(_("in words"), max_length=200, blank=True)
    during = DateRangeField(_("period"))
    declared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("declared by"))

    class Meta:
        verbose_name = pgettext_lazy("network", "sharing")
        constraints: ClassVar = [
            models.UniqueConstraint(name="share_offer_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="share_offer_period_whole",
                condition=Q(during__startswith__isnull=False, during__endswith__isnull=False, during__isempty=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "theme", "side"], name="share_offer_by_theme"),
            GistIndex(fields=["during"], name="share_offer_when"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.kind} {self.theme}"

    @property
    def last_on(self) -> date:
        """The last day that counts."""
        end: date = self.during.upper
        return end - timedelta(days=1)

    def access_scope(self) -> Any:
        return self.college.access_scope()
