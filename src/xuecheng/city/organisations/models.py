"""Organisations 机构: every body that takes part, with its kind, place, parent and dated status."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.ids import uuid7
from xuecheng.city.territories.models import Territory


class Kind(models.TextChoices):
    DEPARTMENT = "department", pgettext_lazy("organisation", "government department")
    COMMUNITY_COLLEGE = "community_college", pgettext_lazy("organisation", "community college")
    SCHOOL = "school", pgettext_lazy("organisation", "school")
    UNIVERSITY = "university", pgettext_lazy("organisation", "university or open university")
    LIBRARY = "library", pgettext_lazy("organisation", "library")
    MUSEUM = "museum", pgettext_lazy("organisation", "museum")
    RESEARCH_INSTITUTE = "research_institute", pgettext_lazy("organisation", "research institute")
    ENTERPRISE = "enterprise", pgettext_lazy("organisation", "enterprise")
    SOCIAL_INSTITUTION = "social_institution", pgettext_lazy("organisation", "social institution")
    CERTIFICATION_BODY = "certification_body", pgettext_lazy("organisation", "certification body")


class Tier(models.TextChoices):
    """The three levels of the community college network (I4)."""

    CITY = "city", pgettext_lazy("college tier", "city college")
    DISTRICT = "district", pgettext_lazy("college tier", "district college")
    STREET = "street", pgettext_lazy("college tier", "street or town school")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Organisation(models.Model):
    """A body that takes part. `code` is its short name in files and interfaces, such as `LW-SQXY`."""

    public_id = models.UUIDField(default=uuid7, editable=False)
    code = models.CharField(_("code"), max_length=24)
    credit_code = models.CharField(  # noqa: DJ001  # null, not "": of those who have one it is unique
        _("unified social credit code"),
        max_length=18,
        null=True,
        blank=True,
        help_text=_("GB 32100-2015, 18 characters"),
    )
    kind = models.CharField(pgettext_lazy("organisation", "kind"), max_length=24, choices=Kind)
    tier = models.CharField(pgettext_lazy("organisation", "tier"), max_length=10, choices=Tier, blank=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("territory")
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("organisation above"),
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    is_active = models.BooleanField(_("is active"), default=True)
    """What `statuses` says of today, kept by the services."""
    grade_scale = models.CharField(
        _("scale of grades"),
        max_length=24,
        default="percent",
        help_text=_("Scale of grades this institution reports (C-28)"),
    )

    class Meta:
        verbose_name = _("organisation")
        constraints: ClassVar = [
            models.UniqueConstraint(name="organisation_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="organisation_code_once", fields=["code"]),
            models.UniqueConstraint(name="organisation_credit_code_once", fields=["credit_code"]),
            models.CheckConstraint(
                name="organisation_tier_for_colleges_only",
                condition=Q(kind=Kind.COMMUNITY_COLLEGE, tier__in=Tier.values)
                | (~Q(kind=Kind.COMMUNITY_COLLEGE) & Q(tier="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; without an English name the Chinese one."""
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class OrganisationStatus(models.Model):
    """Whether an organisation was active, suspended or closed during a period `[from, to)` of dates, and why.

    | state     | means                                        | follows                    | moved by                |
    |-----------|----------------------------------------------|----------------------------|-------------------------|
    | active    | works                                        | the beginning, the others  | `create_…`, `reopen_…`  |
    | suspended | does nothing for now, may come back          | active                     | `suspend_organisation`  |
    | closed    | has ended; its records stay; may be reopened | active, suspended          | `close_organisation`    |
    """

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("organisation state", "active")
        SUSPENDED = "suspended", pgettext_lazy("organisation state", "suspended")
        CLOSED = "closed", pgettext_lazy("organisation state", "closed")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="statuses")
    state = models.CharField(pgettext_lazy("organisation", "status"), max_length=10, choices=State)
    during = DateRangeField(_("period"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("organisation status")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="organisation_status_one_at_a_time",
                expressions=[
                    (
                        Func(F("organisation"), F("organisation"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.state} {self.during}"
