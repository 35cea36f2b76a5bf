"""What a person asked for with their data: archives, consents, requests, to be erased."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["key_sealed"])
class Archive(models.Model):
    """Everything about a person in one file, sealed under a key of its own, for some days.

    | state  | means                                            | moved by                    |
    |--------|--------------------------------------------------|-----------------------------|
    | making | a job writes it; the job bears the same public id | `ask_archive`               |
    | ready  | it can be taken until `expires_at`                | the job                     |
    | over   | file and key are gone                            | the routine, a newer archive |
    """

    class State(models.TextChoices):
        MAKING = "making", pgettext_lazy("archive", "being made")
        READY = "ready", pgettext_lazy("archive", "ready")
        OVER = "over", pgettext_lazy("archive", "removed")

    public_id = models.UUIDField(default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    with_numbers = models.BooleanField(_("with whole identity numbers"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.MAKING)
    asked_at = models.DateTimeField(_("asked"))
    made_at = models.DateTimeField(_("made"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)
    file_name = models.CharField(max_length=80, blank=True)
    byte_count = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    key_sealed = models.BinaryField(null=True)
    taken_count = models.PositiveIntegerField(_("times taken"), default=0)
    taken_at = models.DateTimeField(_("last taken"), null=True)

    class Meta:
        verbose_name = _("archive of my data")
        constraints: ClassVar = [
            models.UniqueConstraint(name="archive_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="archive_one_is_made", fields=["person"], condition=Q(state="making")),
            models.CheckConstraint(
                name="archive_ready_has_file",
                condition=~Q(state="ready")
                | (Q(made_at__isnull=False, expires_at__gt=F("made_at"), key_sealed__isnull=False) & ~Q(file_name="")),
            ),
            models.CheckConstraint(
                name="archive_over_keeps_nothing",
                condition=~Q(state="over") | Q(file_name="", key_sealed__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="archive_of_person"),
            models.Index(fields=["expires_at"], name="archive_to_remove", condition=Q(state="ready")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class Consent(models.Model):
    """A person said yes or no to one version of one purpose. The newest row counts. Only ever added to."""

    public_id = models.UUIDField()  # chosen by the caller, so that a form sent twice is one answer
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    purpose = models.CharField(_("purpose"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version of the text"))
    is_given = models.BooleanField(_("given"))
    at = models.DateTimeField(_("said at"))
    language = models.CharField(_("language of the text"), max_length=8)

    class Meta:
        verbose_name = _("consent")
        constraints: ClassVar = [models.UniqueConstraint(name="consent_public_id_once", fields=["public_id"])]
        indexes: ClassVar = [models.Index(fields=["person", "purpose", "-id"], name="consent_of_person")]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.is_given}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["words", "answer"])
class Request(models.Model):
    """A person asks about their data what no page does by itself. An officer answers within the days of the clock.

    | state    | means                                  | moved by         |
    |----------|----------------------------------------|------------------|
    | asked    | an officer is to answer until `due_on` | `ask`            |
    | answered | `answer` says what was done, or why not | `answer_request` |
    | taken    | the person took it back                | `take_back`      |
    """

    class Kind(models.TextChoices):
        CORRECT = "correct", pgettext_lazy("request", "Correct something")
        DELETE = "delete", pgettext_lazy("request", "Delete something")
        EXPLAIN = "explain", pgettext_lazy("request", "Explain something")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("request", "waits for an answer")
        ANSWERED = "answered", pgettext_lazy("request", "answered")
        TAKEN = "taken", pgettext_lazy("request", "taken back")

    public_id = models.UUIDField()  # chosen by the caller, so that a form sent twice is one request
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    words = models.TextField(_("what it is about"), max_length=1000)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    due_on = models.DateField(_("answer due"))
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )

    class Meta:
        verbose_name = _("request about my data")
        constraints: ClassVar = [
            models.UniqueConstraint(name="data_request_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="data_request_one_of_a_kind", fields=["person", "kind"], condition=Q(state="asked")
            ),
            models.CheckConstraint(name="data_request_says_what", condition=~Q(words="")),
            models.CheckConstraint(
                name="data_request_answered_by_another",
                condition=~Q(state="answered")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                    & ~Q(answered_by=F("person"))
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="data_request_of_person"),
            models.Index(fields=["due_on", "id"], name="data_request_to_answer", condition=Q(state="asked")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    def access_scope(self) -> Scope:
        home = self.person.territory
        return Scope(territory_path=home.path if home else None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Erasure(models.Model):
    """A person, under all of their accounts, is to be erased. It waits, and can be taken back until `waits_until`.

    | state    | means                                             | moved by                            |
    |----------|---------------------------------------------------|-------------------------------------|
    | opened   | an officer opened it at a counter; a second must confirm | `open_erasure`               |
    | waiting  | it is carried out from `waits_until` on           | `ask_erasure`, `confirm_erasure`    |
    | taken    | taken back in time                                | `take_back_erasure`                 |
    | refused  | something hindered it when its time had come; `refusal_…` tells what | the routine      |
    | done     | carried out; `person` is a pseudonym              | the routine                         |
    """

    class State(models.TextChoices):
        OPENED = "opened", pgettext_lazy("erasure", "waits for a second officer")
        WAITING = "waiting", pgettext_lazy("erasure", "can still be taken back")
        TAKEN = "taken", pgettext_lazy("erasure", "taken back")
        REFUSED = "refused", pgettext_lazy("erasure", "could not be carried out")
        DONE = "done", pgettext_lazy("erasure", "carried out")

    class Way(models.TextChoices):
        ALONE = "alone", pgettext_lazy("erasure", "asked for by the person")
        COUNTER = "counter", pgettext_lazy("erasure", "asked for at the counter")

    public_id = models.UUIDField()  # chosen by the caller, so that a form sent twice is one wish
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    way = models.CharField(_("how asked for"), max_length=8, choices=Way)
    state = models.CharField(_("state"), max_length=8, choices=State)
    asked_at = models.DateTimeField(_("asked"))
    opened_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    confirmed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    waits_until = models.DateTimeField(_("can be taken back until"), null=True)
    ended_at = models.DateTimeField(pgettext_lazy("time", "ended"), null=True)
    refusal_zh = models.CharField(_("what hindered it, in Chinese"), max_length=300, blank=True)
    refusal_en = models.CharField(_("what hindered it, in English"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("erasure")
        constraints: ClassVar = [
            models.UniqueConstraint(name="erasure_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="erasure_one_at_a_time", fields=["person"], condition=Q(state__in=["opened", "waiting"])
            ),
            models.CheckConstraint(
                name="erasure_at_counter_by_two_others",
                condition=Q(way="alone", opened_by__isnull=True, confirmed_by__isnull=True)
                | (
                    Q(way="counter", opened_by__isnull=False)
                    & ~Q(opened_by=F("person"))
                    & (Q(confirmed_by__isnull=True) | (~Q(confirmed_by=F("person")) & ~Q(confirmed_by=F("opened_by"))))
                ),
            ),
            models.CheckConstraint(
                name="erasure_waits_only_when_sure",
                condition=~Q(state__in=["waiting", "refused", "done"])
                | (Q(waits_until__gt=F("asked_at")) & (Q(way="alone") | Q(confirmed_by__isnull=False))),
            ),
            models.CheckConstraint(
                name="erasure_not_before_its_time",
                condition=~Q(state__in=["refused", "done"]) | Q(ended_at__gte=F("waits_until")),
            ),
            models.CheckConstraint(
                name="erasure_refused_says_why",
                condition=Q(refusal_zh="", refusal_en="") & ~Q(state="refused")
                | (Q(state="refused") & ~Q(refusal_zh="") & ~Q(refusal_en="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="erasure_of_person"),
            models.Index(fields=["waits_until", "id"], name="erasure_due", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.OPENED, self.State.WAITING)

    @property
    def refusal(self) -> str:
        return self.refusal_en if get_language() == "en" else self.refusal_zh

    def access_scope(self) -> Scope:
        home = self.person.territory
        return Scope(territory_path=home.path if home else None)


class HistoryErased(models.Model):
    """The owner's function blanked what the history said of somebody; only it writes here. Only ever added to."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="+")
    ran_at = models.DateTimeField()
    row_counts = models.JSONField()
    """Rows that were changed, by table."""

    class Meta:
        verbose_name = _("erasure in the history")
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.erasure_id} {self.ran_at:%Y-%m-%d}"
