"""What a role may do: data, in dated versions, each drafted by one operator and approved by another."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access import rules
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Role(models.Model):
    """A role by its code. Shipped ones take their name from the release; those made here have names of their own."""

    class HeldAt(models.TextChoices):
        ORGANISATION = "organisation", pgettext_lazy("role held", "at an organisation")
        TERRITORY = "territory", pgettext_lazy("role held", "over a territory")

    code = models.CharField(pgettext_lazy("role", "code"), max_length=32)
    name_zh = models.CharField(_("name in Chinese"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    held_at = models.CharField(pgettext_lazy("role", "held"), max_length=16, choices=HeldAt)
    shipped_acts = ArrayField(models.CharField(max_length=64), null=True, blank=True, editable=False)
    """What the last release that was installed shipped for it; None for a role made here."""

    class Meta:
        verbose_name = pgettext_lazy("role", "role")
        constraints: ClassVar = [models.UniqueConstraint(name="role_code_once", fields=["code"])]

    def __str__(self) -> str:
        return name_of(self.code, self.name_zh, self.name_en)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RoleVersion(models.Model):
    """What a role may do from `begins_on` until the next approved version begins.

    | state | moved by | counts |
    |---|---|---|
    | draft | `draft_role`, `edit_draft` | no |
    | approved | `approve_role` by another operator, `load_shipped_roles` | from `begins_on` |
    | refused | `refuse_role` by another operator, `drop_draft` by the drafter | never |
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("role version", "draft")
        APPROVED = "approved", pgettext_lazy("role version", "approved")
        REFUSED = "refused", pgettext_lazy("role version", "not approved")

    public_id = models.UUIDField(default=uuid7, editable=False)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="versions", verbose_name=_("role"))
    number = models.PositiveIntegerField(_("version"))
    acts = ArrayField(models.CharField(max_length=64), verbose_name=_("acts"))
    needs_second = models.BooleanField(_("needs two people to be granted"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    begins_on = models.DateField(_("from the day"), null=True)
    reason = models.CharField(_("reason"), max_length=200)
    drafted_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decision = models.CharField(_("decision"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("version of a role")
        constraints: ClassVar = [
            models.UniqueConstraint(name="role_version_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="role_version_number_once", fields=["role", "number"]),
            models.UniqueConstraint(name="role_version_one_draft", fields=["role"], condition=Q(state="draft")),
            models.CheckConstraint(
                name="role_version_approved_has_day", condition=~Q(state="approved") | Q(begins_on__isnull=False)
            ),
            models.CheckConstraint(
                name="role_version_approved_by_another",
                condition=~Q(state="approved")
                | Q(drafted_by__isnull=True)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("drafted_by"))),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["role", "-begins_on", "-number"], name="role_version_in_force", condition=Q(state="approved")
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} v{self.number}"

    @property
    def why(self) -> str:
        """The reason, in the reader's language where a release gives it."""
        return gettext(self.reason) if self.drafted_by_id is None else self.reason


def name_of(code: str, name_zh: str = "", name_en: str = "") -> str:
    """What a role is called, in the reader's language."""
    if code in rules.ROLES:
        return str(rules.ROLES[code].label)
    return (name_en if get_language() == "en" else name_zh) or name_zh or code
