"""How people are reached and let in. Addresses are sealed, codes are kept as hashes only."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person

from .rules.browsers import BROWSERS, DEVICES

_SEALED = ["sealed", "look_up"]


class AddressKind(models.TextChoices):
    PHONE = "phone", pgettext_lazy("address", "phone number")
    EMAIL = "email", pgettext_lazy("address", "e-mail address")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=[*_SEALED, "shown"])
class ContactPoint(models.Model):
    """A phone number or e-mail address of a person. A proved one belongs to one person; only such a one lets in.

    Without `verified_at` it was told by a list and proves nothing: several may be told to have it. `bounced_at` is when
    messages to it began to come back. `sealed` opens for this row only; `look_up` finds it; `shown` is the mask. The
    history holds none of them.
    """

    public_id = models.UUIDField(default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contact_points")
    kind = models.CharField(_("kind"), max_length=5, choices=AddressKind)
    sealed = models.BinaryField()
    look_up = models.BinaryField()
    shown = models.CharField(max_length=260)
    verified_at = models.DateTimeField(_("verified"), null=True)
    bounced_at = models.DateTimeField(_("messages come back since"), null=True)

    class Meta:
        verbose_name = _("contact point")
        constraints: ClassVar = [
            models.UniqueConstraint(name="contact_point_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="contact_point_of_one_person",
                fields=["kind", "look_up"],
                condition=Q(verified_at__isnull=False),
            ),
            models.UniqueConstraint(name="contact_point_told_once", fields=["person", "kind", "look_up"]),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "look_up"], name="contact_point_by_address")]

    def __str__(self) -> str:
        return self.shown


class Challenge(models.Model):
    """A one-time code that was asked for, and what became of it.

    | state  | is                                   | moved by                    |
    |--------|--------------------------------------|-----------------------------|
    | asked  | `proved_at` empty                    | `ask_code`                  |
    | proved | `proved_at` set: the code came back   | `check_code`, once          |
    | spent  | `spent_at` set: it opened one thing   | sign-in, sign-up, change    |

    `binding` is a hash of a secret of the session that asked: the code is worth nothing in another. Rows go after a
    day (`identity.tidy`).
    """

    class Purpose(models.TextChoices):
        ENTER = "enter", pgettext_lazy("code for", "signing in or signing up")
        ADD = "add", pgettext_lazy("code for", "a new phone number or e-mail address")
        AGAIN = "again", pgettext_lazy("code for", "an act that needs a fresh proof")
        RECOVER = "recover", pgettext_lazy("code for", "a recovery")

    public_id = models.UUIDField(default=uuid7, editable=False)
    purpose = models.CharField(max_length=8, choices=Purpose)
    kind = models.CharField(max_length=5, choices=AddressKind)
    sealed = models.BinaryField()
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    binding = models.BinaryField(max_length=32)
    code_hash = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    proved_at = models.DateTimeField(null=True)
    spent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("one-time code")
        constraints: ClassVar = [
            models.UniqueConstraint(name="challenge_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="challenge_tried_five_times", condition=Q(tries__lte=5)),
            models.CheckConstraint(
                name="challenge_spent_was_proved", condition=Q(spent_at__isnull=True) | Q(proved_at__isnull=False)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="challenge_by_age")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"


class FactorSecret(models.Model):
    """The secret of an authenticator app or of recovery codes; allauth's row names it and goes together with it."""

    public_id = models.UUIDField(default=uuid7, editable=False)
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("secret of a second factor")
        constraints: ClassVar = [models.UniqueConstraint(name="factor_secret_public_id_once", fields=["public_id"])]

    def __str__(self) -> str:
        return str(self.public_id)


class Allowance(models.Model):
    """How often something was done within a period, by the keyed hash of an address, a person or a client."""

    key = models.BinaryField(primary_key=True, max_length=32)
    ends_at = models.DateTimeField()
    used = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("allowance")

    def __str__(self) -> str:
        return f"{self.used}"


class SignInTry(models.Model):
    """A sign-in that worked or failed, as the person sees it. No address, no network address, no version.

    Tries for names that nobody has are kept too, without a person, so that both take the same work.
    """

    class Way(models.TextChoices):
        PASSWORD = "password", pgettext_lazy("way to sign in", "password")
        CODE = "code", pgettext_lazy("way to sign in", "one-time code")
        PASSKEY = "passkey", pgettext_lazy("way to sign in", "passkey")
        START_CODE = "start_code", pgettext_lazy("way to sign in", "start code from a counter")
        SECOND_FACTOR = "second_factor", pgettext_lazy("way to sign in", "password and second factor")
        OTHER = "other", pgettext_lazy("way to sign in", "another way")

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=16, choices=Way)
    worked = models.BooleanField()
    browser = models.CharField(max_length=10, choices=BROWSERS.items())
    device = models.CharField(max_length=10, choices=DEVICES.items())

    class Meta:
        verbose_name = _("sign-in")
        indexes: ClassVar = [models.Index(fields=["person", "-at"], name="sign_in_try_of_person")]

    def __str__(self) -> str:
        return f"{self.way} {self.at:%Y-%m-%d}"


class OpenSession(models.Model):
    """A session in which somebody is signed in, to be seen and ended by them. `key` is Django's session key."""

    public_id = models.UUIDField(default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    way = models.CharField(max_length=16, choices=SignInTry.Way)
    browser = models.CharField(max_length=10, choices=BROWSERS.items())
    device = models.CharField(max_length=10, choices=DEVICES.items())
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("session")
        constraints: ClassVar = [
            models.UniqueConstraint(name="open_session_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="open_session_key_once", fields=["key"]),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-seen_at"], name="open_session_of_person")]

    def __str__(self) -> str:
        return f"{self.browser} {self.device}"


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["code_hash", "tries"]
)
class StartCode(models.Model):
    """The code on a slip that staff hand over at a counter: it lets in once, to choose a password or a passkey."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="start_code")
    code_hash = models.BinaryField(max_length=32)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(pgettext_lazy("time", "made"))
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        verbose_name = _("start code")
        constraints: ClassVar = [
            models.CheckConstraint(name="start_code_not_for_oneself", condition=~Q(made_by=F("person")))
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.made_at:%Y-%m-%d}"


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["claim_hash", "tries"]
)
class Recovery(models.Model):
    """Somebody says that they lost every way into their account. It opens after a wait in which its owner may stop it.

    | state     | means                                             | moved by                     |
    |-----------|---------------------------------------------------|------------------------------|
    | asked     | one of the staff saw a document; a second must look | `ask_at_counter`             |
    | waiting   | notices are out, the wait runs                     | `ask_…`, `confirm_at_counter` |
    | cancelled | its owner stopped it                               | `cancel_recovery`            |
    | done      | a new password was set, second factors are gone    | `finish_recovery`            |
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("recovery", "waits for a second member of staff")
        WAITING = "waiting", pgettext_lazy("recovery", "waiting")
        CANCELLED = "cancelled", pgettext_lazy("recovery", "stopped")
        DONE = "done", pgettext_lazy("recovery", "done")

    class Way(models.TextChoices):
        CONTACT = "contact", pgettext_lazy("recovery by", "another phone number or e-mail address")
        RECOVERY_CODE = "recovery_code", pgettext_lazy("recovery by", "a recovery code")
        COUNTER = "counter", pgettext_lazy("recovery by", "a document shown at a counter")

    public_id = models.UUIDField(default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recoveries")
    way = models.CharField(_("by"), max_length=16, choices=Way)
    state = models.CharField(_("state"), max_length=10, choices=State)
    asked_at = models.DateTimeField(_("asked"))
    opens_at = models.DateTimeField(_("opens"), null=True)
    closes_at = models.DateTimeField(_("closes"), null=True)
    asked_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    confirmed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    claim_hash = models.BinaryField(max_length=32, null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("recovery")
        constraints: ClassVar = [
            models.UniqueConstraint(name="recovery_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="recovery_one_at_a_time", fields=["person"], condition=Q(state__in=["asked", "waiting"])
            ),
            models.CheckConstraint(
                name="recovery_by_two_others",
                condition=Q(asked_by__isnull=True)
                | (~Q(asked_by=F("person")) & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")))),
            ),
            models.CheckConstraint(
                name="recovery_at_counter_needs_two",
                condition=~Q(way="counter", state__in=["waiting", "done"]) | Q(confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="recovery_waiting_has_times",
                condition=~Q(state__in=["waiting", "done"])
                | Q(opens_at__isnull=False, closes_at__isnull=False, claim_hash__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.asked_at:%Y-%m-%d}"
