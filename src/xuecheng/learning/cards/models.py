"""The lifelong-learning card 终身学习卡: its numbers, the phones that show it, where it was read (C-82 … C-87)."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import LearningAccount


class Reason(models.TextChoices):
    """Why a card was frozen, replaced or handed back."""

    LOST = "lost", pgettext_lazy("card", "lost")
    STOLEN = "stolen", pgettext_lazy("card", "stolen")
    DAMAGED = "damaged", pgettext_lazy("card", "damaged")
    FOUND = "found", pgettext_lazy("card", "found and handed in")
    OTHER = "other", pgettext_lazy("card", "another reason")


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Card(models.Model):
    """One number of somebody's learning account. The account's own `card_number` is that of the card that is not
    replaced; the database opens a card with each account and keeps the two in step (`sql/cards_v1.sql`).

    | state    | means                                                    | moved by                       |
    |----------|----------------------------------------------------------|--------------------------------|
    | active   | is read at every counter                                 | with the account; `thaw_card`  |
    | frozen   | is read nowhere, until it is thawed or replaced          | `freeze_card`                  |
    | returned | handed back for good; the account goes on without a card | `hand_back_card`               |
    | replaced | points to nothing any more; another number follows it    | `replace_card`                 |
    """

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("card", "in use")
        FROZEN = "frozen", pgettext_lazy("card", "frozen")
        RETURNED = "returned", pgettext_lazy("card", "handed back")
        REPLACED = "replaced", pgettext_lazy("card", "replaced")

    public_id = models.UUIDField(editable=False)
    account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="cards")
    number = models.CharField(_("number"), max_length=16)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE)
    newest_key = models.PositiveSmallIntegerField(
        _("newest key version"), default=0, help_text=_("Key versions of a card are never used twice")
    )
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("card", "issued by")
    )
    changed_at = models.DateTimeField(_("changed"), null=True)
    changed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    reason = models.CharField(_("reason"), max_length=8, choices=Reason, blank=True)
    kept_at = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("lies at")
    )

    class Meta:
        verbose_name = _("learning card")
        constraints: ClassVar = [
            models.UniqueConstraint(name="card_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="card_number_once", fields=["number"]),
            models.UniqueConstraint(name="card_one_per_account", fields=["account"], condition=~Q(state="replaced")),
            models.CheckConstraint(name="card_number_form", condition=Q(number__regex=r"^44\d{14}$")),
            models.CheckConstraint(
                name="card_moved_whole", condition=Q(state="active") | Q(changed_at__isnull=False, reason__gt="")
            ),
            models.CheckConstraint(
                name="card_lies_where_frozen", condition=Q(kept_at__isnull=True) | Q(state__in=["frozen", "replaced"])
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def chip(self) -> str:
        return {"active": "done", "frozen": "wait"}.get(self.state, "neutral")

    def access_scope(self) -> Scope:
        person = self.account.person
        return Scope(person_id=person.pk, territory_path=person.territory.path if person.territory else None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["sealed", "name"])
class Device(models.Model):
    """A phone that shows a card by a rotating code: one secret for this card and this device (C-84), sealed."""

    public_id = models.UUIDField(editable=False)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="devices")
    key_version = models.PositiveSmallIntegerField(_("key version"))
    sealed = models.BinaryField(help_text=_("The secret, 32 bytes as hexadecimal digits"))
    name = models.CharField(_("name of the device"), max_length=40)
    enrolled_at = models.DateTimeField(_("set up"))
    revoked_at = models.DateTimeField(_("taken off"), null=True)

    class Meta:
        verbose_name = _("device that shows a card")
        constraints: ClassVar = [
            models.UniqueConstraint(name="card_device_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="card_device_key_version_once", fields=["card", "key_version"]),
        ]

    def __str__(self) -> str:
        return f"{self.card} {self.name}"


class Use(models.Model):
    """A card was read somewhere. A step of a code is read once at a place (C-84); rows are only added, and drop off
    after `Terms.use_days`."""

    class How(models.TextChoices):
        SCANNED = "scanned", pgettext_lazy("card read", "code scanned")
        SPOKEN = "spoken", pgettext_lazy("card read", "eight digits")
        NUMBER = "number", pgettext_lazy("card read", "number of the card")

    class Confirmed(models.TextChoices):
        """How a printed number was made sure of (C-85): whoever holds paper is not yet its holder."""

        NAME = "name", pgettext_lazy("card confirmed", "they said their name")
        DOCUMENT = "document", pgettext_lazy("card confirmed", "a document with photo was looked at")
        KNOWN = "known", pgettext_lazy("card confirmed", "we know them")
        HELPER = "helper", pgettext_lazy("card confirmed", "their helper vouches")

    public_id = models.UUIDField(editable=False)
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="uses")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="uses")
    place = models.CharField(_("place"), max_length=60, help_text=_("Kind and public id, such as session:…"))
    place_name = models.CharField(_("place"), max_length=120)
    step = models.BigIntegerField(_("step"), null=True)
    how = models.CharField(_("how"), max_length=8, choices=How)
    confirmed = models.CharField(_("made sure of"), max_length=8, choices=Confirmed, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("read by"))

    class Meta:
        verbose_name = _("use of a card")
        constraints: ClassVar = [
            models.UniqueConstraint(name="card_use_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="card_use_once", fields=["card", "step", "place"]),
            models.CheckConstraint(
                name="card_use_paper_is_confirmed",
                condition=(Q(how="number", step__isnull=True, device__isnull=True) & ~Q(confirmed=""))
                | (Q(confirmed="", step__isnull=False, device__isnull=False) & ~Q(how="number")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["card", "-at"], name="card_use_of_card"),
            models.Index(fields=["at"], name="card_use_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.card} {self.place}"


class Finding(models.Model):
    """Somebody says to have found a card. Kept whether the number is anybody's or not, so that the answer and its time
    are the same (C-83); a job tells the holder, and the row goes after `Terms.found_days`."""

    public_id = models.UUIDField(editable=False)
    number = models.CharField(_("number"), max_length=16)
    lies_at = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("handed in at")
    )
    said_at = models.DateTimeField(_("said"))
    told_at = models.DateTimeField(_("looked up"), null=True)
    is_passed_on = models.BooleanField(_("passed on"), default=False)
    """Whether somebody holds that number, and was told of this finding rather than of one just before."""

    class Meta:
        verbose_name = _("card said to be found")
        constraints: ClassVar = [models.UniqueConstraint(name="card_finding_public_id_once", fields=["public_id"])]
        indexes: ClassVar = [
            models.Index(fields=["said_at"], condition=Q(told_at__isnull=True), name="card_finding_waits"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


@pghistory.track(pghistory.UpdateEvent())
class Terms(models.Model):
    """What the city has set about cards; one row."""

    most_devices = models.PositiveSmallIntegerField(_("devices of one card"), default=5)
    use_days = models.PositiveSmallIntegerField(_("days for which uses are kept"), default=180)
    found_days = models.PositiveSmallIntegerField(_("days for which findings are kept"), default=30)

    class Meta:
        verbose_name = _("terms of learning cards")
        constraints: ClassVar = [
            models.CheckConstraint(name="card_terms_one_row", condition=Q(pk=1)),
            models.CheckConstraint(
                name="card_terms_within",
                condition=Q(
                    most_devices__gte=1, most_devices__lte=20, use_days__gte=30, use_days__lte=3660, found_days__gte=7,
                    found_days__lte=365,
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
