"""Who wants to be told, and what is to be told to whom."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

_NOT_TRACED = ["secret", "previous_secret"]


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=_NOT_TRACED)),
    exclude=_NOT_TRACED,
)
class Subscription(models.Model):
    """An organisation's wish to be told at an address. Secrets are encrypted: each message is signed with them."""

    public_id = models.UUIDField(default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    url = models.CharField(_("address"), max_length=500)
    topics = ArrayField(models.CharField(max_length=40), verbose_name=_("events"))
    secret = models.BinaryField()
    previous_secret = models.BinaryField(null=True)
    previous_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(pgettext_lazy("time", "ended"), null=True)

    class Meta:
        verbose_name = _("webhook")
        constraints: ClassVar = [models.UniqueConstraint(name="webhook_public_id_once", fields=["public_id"])]
        indexes: ClassVar = [
            models.Index(fields=["organisation"], name="webhook_open", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.url

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


class Delivery(models.Model):
    """One message to one subscription: the outbox. `message_id` stays the same however often it is sent.

    | state     | means                                              | moved by                        |
    |-----------|----------------------------------------------------|---------------------------------|
    | waiting   | to be sent at `due_at`, for the first time or again | the event, a failed try, `replay` |
    | delivered | the receiver answered 2xx                          | the job                         |
    | dead      | given up after three days                          | the job                         |
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "waiting")
        DELIVERED = "delivered", pgettext_lazy("delivery", "delivered")
        DEAD = "dead", pgettext_lazy("delivery", "given up")

    message_id = models.UUIDField()
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")
    event = models.CharField(max_length=40)
    data = models.JSONField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=80, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        constraints: ClassVar = [models.UniqueConstraint(name="delivery_message_once", fields=["message_id"])]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["subscription", "-id"], name="delivery_of_subscription"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"
