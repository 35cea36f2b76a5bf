"""Notices 消息: what was told to whom in the site, what goes out of the house, and how each person wants it."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

from . import rules


class Notice(models.Model):
    """Something told to a person in the site. The words are made when somebody reads them; here are kind and values.

    A table with many rows per person: it carries `book` and holds no enforced foreign key (decision 0001).
    """

    message_id = models.UUIDField(help_text=_("Made of kind, key and person: the same event is told once"))
    book = models.IntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    kind = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    about = models.JSONField(default=list, help_text=_("Where it leads: name of the page and its arguments"))
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        constraints: ClassVar = [models.UniqueConstraint(name="notice_told_once", fields=["book", "message_id"])]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            # Asked by every page for the number beside the bell.
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class Urgency(models.IntegerChoices):
    """What goes first. `NOW` passes quiet hours and has a queue of its own (REL-23)."""

    BULK = 0, pgettext_lazy("urgency", "when there is time")
    NORMAL = 1, pgettext_lazy("urgency", "soon")
    NOW = 2, pgettext_lazy("urgency", "at once")


@pghistory.track(
    # Only who had a message sent again, and why it had failed; what the errand does leaves no history.
    pghistory.UpdateEvent(
        "sent_again", condition=pgtrigger.Q(old__state__in=["failed", "bounced"], new__state="waiting")
    ),
    fields=["id", "message_id", "state", "error", "attempts"],
    model_name="MessageEvent",
)
class Message(models.Model):
    """One message that leaves the house by one channel, the row of the outbox (REL-02).

    | state   | means                                                          | moved by                         |
    |---------|----------------------------------------------------------------|----------------------------------|
    | held    | waits for the person's digest                                  | `tell`                           |
    | bundled | went into a digest                                             | the digest routine               |
    | waiting | to be sent at `due_at`                                         | `tell`, `send`, after a failure  |
    | sending | handed to the provider; after `due_at` taken for lost          | the errand                       |
    | sent    | the provider took it                                           | the errand                       |
    | failed  | given up, `error` tells why                                    | the errand                       |
    | bounced | the provider said later that it did not arrive                 | `record_bounce`                  |
    | dropped | no longer wanted, or no address for it                         | the errand                       |

    `due_at` is when anybody may take the row: a taken one is leased by moving it on. `attempts` counts who took it; one
    who comes back late with an older number marks nothing.
    """

    class State(models.TextChoices):
        HELD = "held", pgettext_lazy("message", "kept for the digest")
        BUNDLED = "bundled", pgettext_lazy("message", "in a digest")
        WAITING = "waiting", pgettext_lazy("message", "waiting")
        SENDING = "sending", pgettext_lazy("message", "being sent")
        SENT = "sent", pgettext_lazy("message", "sent")
        FAILED = "failed", pgettext_lazy("message", "could not be sent")
        BOUNCED = "bounced", pgettext_lazy("message", "did not arrive")
        DROPPED = "dropped", pgettext_lazy("message", "not wanted any more")

    message_id = models.UUIDField(help_text=_("The id by which the provider knows a second try from a second message"))
    channel = models.CharField(max_length=8)
    kind = models.CharField(max_length=60)
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    notice = models.ForeignKey(
        Notice, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    bundle = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="bundled")
    language = models.CharField(max_length=8, blank=True, help_text=_("Empty: the person's own when it is sent"))
    sealed = models.BinaryField(
        null=True, help_text=_("Address and values of a message to a bare address; gone when it has ended")
    )
    address_hash = models.BinaryField(null=True, help_text=_("Keyed: tells the same address again, and nothing else"))
    state = models.CharField(max_length=8, choices=State)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=60, blank=True)
    reference = models.CharField(max_length=100, blank=True, help_text=_("What the provider calls it"))

    class Meta:
        verbose_name = _("message")
        constraints: ClassVar = [
            models.UniqueConstraint(name="message_id_once", fields=["message_id"]),
            models.CheckConstraint(
                name="message_ended_has_time",
                condition=Q(state__in=["held", "waiting", "sending"], ended_at__isnull=True)
                | Q(state__in=["bundled", "sent", "failed", "bounced", "dropped"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_ended_keeps_no_secret", condition=Q(ended_at__isnull=True) | Q(sealed__isnull=True)
            ),
            models.CheckConstraint(
                name="message_goes_somewhere", condition=Q(person__isnull=False) | Q(address_hash__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                F("urgency").desc(), F("due_at"), F("id"),
                name="message_due", condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["due_at"], name="message_held", condition=Q(state="held")),
            models.Index(fields=["state", "-id"], name="message_by_state"),
            models.Index(fields=["person", "channel", "-id"], name="message_of_person"),
            models.Index(
                fields=["address_hash", "created_at"], name="message_to_address",
                condition=Q(address_hash__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"

    def access_scope(self) -> Scope:
        """A message belongs where its person lives; one to a bare address to the city as a whole."""
        home = self.person.territory if self.person else None
        return Scope(territory_path=home.path if home else None)


class BouncedAddress(models.Model):
    """An address at which nothing arrives any more: nothing is sent there until it is verified anew."""

    address_hash = models.BinaryField()
    bounced_at = models.DateTimeField()
    error = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("address that bounces")
        constraints: ClassVar = [models.UniqueConstraint(name="bounced_address_once", fields=["address_hash"])]

    def __str__(self) -> str:
        return f"{self.error} {self.bounced_at:%Y-%m-%d}"


class Preference(models.Model):
    """How a person wants to be told things. Who has no row has the defaults."""

    class Digest(models.TextChoices):
        OFF = "off", pgettext_lazy("digest", "each by itself")
        DAILY = "daily", pgettext_lazy("digest", "together, once a day")
        WEEKLY = "weekly", pgettext_lazy("digest", "together, once a week")

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=6, choices=Digest, default=Digest.OFF)
    quiet_from = models.TimeField(default=rules.QUIET_FROM)
    quiet_until = models.TimeField(default=rules.QUIET_UNTIL)
    language = models.CharField(max_length=8, blank=True, help_text=_("Empty: the account's"))

    class Meta:
        verbose_name = _("wish about notices")
        constraints: ClassVar = [
            models.CheckConstraint(name="notice_quiet_hours_end", condition=~Q(quiet_from=F("quiet_until")))
        ]

    def __str__(self) -> str:
        return self.digest


class ChannelChoice(models.Model):
    """A person wants a kind of notice by a channel, or does not. Who has no row has the kind's default."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_index=False, related_name="+")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=8)
    is_wanted = models.BooleanField()

    class Meta:
        verbose_name = _("choice of a channel")
        constraints: ClassVar = [
            models.UniqueConstraint(name="channel_choice_once", fields=["kind", "person", "channel"])
        ]
        indexes: ClassVar = [models.Index(fields=["person"], name="channel_choice_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.is_wanted}"
