"""Keys of programs, linked sites, and what a person has granted to a site."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from allauth.idp.oidc.models import Client
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory

_NOT_TRACED = ["digest", "last_used_at"]


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=_NOT_TRACED)),
    exclude=_NOT_TRACED,
)
class ServiceKey(models.Model):
    """A program's key 服务密钥: acts for its holder, at one organisation or over one territory, within its scopes.

    Kept is a keyed hash of the secret and its first signs; the secret itself is shown once.
    """

    public_id = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=80, help_text=_("Which program uses it"))
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("acts for"))
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    territory = models.ForeignKey(
        Territory, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    scopes = models.JSONField(_("scopes"))
    prefix = models.CharField(_("begins with"), max_length=16)
    digest = models.CharField(max_length=64)
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    follows = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("service key")
        constraints: ClassVar = [
            models.UniqueConstraint(name="service_key_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="service_key_digest_once", fields=["digest"]),
            models.CheckConstraint(
                name="service_key_at_one_place",
                condition=Q(organisation__isnull=False, territory__isnull=True)
                | Q(organisation__isnull=True, territory__isnull=False),
            ),
            models.CheckConstraint(name="service_key_period", condition=Q(ends_at__gt=F("begins_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}…"

    def access_scope(self) -> Scope:
        place = self.organisation.territory if self.organisation else self.territory
        return Scope(organisation_id=self.organisation_id, territory_path=place.path if place else None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class LinkedSite(models.Model):
    """Another site 连接的网站 that people may link to their account, or whose program acts for its holder."""

    client = models.OneToOneField(Client, primary_key=True, on_delete=models.PROTECT, related_name="linked_site")
    public_id = models.UUIDField(default=uuid7, editable=False)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    purpose_zh = models.CharField(_("purpose in Chinese"), max_length=200)
    purpose_en = models.CharField(_("purpose in English"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    holder = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("acts for")
    )
    """Whose roles at the organisation the site's own program has (client credentials); nobody: it has none."""
    registered_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("registered by")
    )
    registered_at = models.DateTimeField(_("registered"))
    ended_at = models.DateTimeField(pgettext_lazy("time", "ended"), null=True)

    class Meta:
        verbose_name = _("linked site")
        constraints: ClassVar = [models.UniqueConstraint(name="linked_site_public_id_once", fields=["public_id"])]

    def __str__(self) -> str:
        return self.name_zh

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Link(models.Model):
    """What a person granted to a site. `subject` is how this site, and no other, knows the person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40)
    scopes = models.JSONField(default=list)
    given_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("link to a site")
        constraints: ClassVar = [
            models.UniqueConstraint(name="link_once", fields=["person", "client"]),
            models.UniqueConstraint(name="link_subject_once", fields=["subject"]),
        ]

    def __str__(self) -> str:
        return self.subject


class SpentGrant(models.Model):
    """A code or refresh token that was redeemed: shown again, everything that came of it ends (RFC 6819 §5.2.1.1)."""

    digest = models.CharField(max_length=64, primary_key=True)
    client_id = models.CharField(max_length=100)
    family = models.UUIDField()
    began_at = models.DateTimeField()
    spent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("spent grant")
        indexes: ClassVar = [models.Index(fields=["spent_at"], name="spent_grant_by_age")]

    def __str__(self) -> str:
        return self.digest[:12]
