"""Who looked at whose records. Append-only, one row for each reader, page and hour."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory


class Reading(models.Model):
    """`reader` saw a page that belongs to `person`. Append-only by trigger and privilege.

    One look is a page within an hour: reloading and leafing back is not a new one, so a row is written once
    (`reading_once_an_hour`) and the log of a busy clerk stays as long as the people they served. As other tables with
    many rows per person it carries the book, is reached by person first and holds no enforced foreign key (0001);
    `hour` is in its unique constraint, so that it can be partitioned by time.
    """

    class What(models.TextChoices):
        PERSON = "person", pgettext_lazy("reading", "the entry in the list of people")
        ACCOUNT = "account", pgettext_lazy("reading", "the learning account")
        RECORDS = "records", pgettext_lazy("reading", "the learning records")
        RECORD = "record", pgettext_lazy("reading", "one learning record")
        RESULT = "result", pgettext_lazy("reading", "what became of a record")
        DOCUMENT = "document", pgettext_lazy("reading", "a document")
        TRANSCRIPT = "transcript", pgettext_lazy("reading", "a transcript")
        EXPORT = "export", pgettext_lazy("reading", "a list with this person, taken as a file")
        READINGS = "readings", pgettext_lazy("reading", "this log")
        HELP = "help", pgettext_lazy("reading", "who helps")
        TEACHING = "teaching", pgettext_lazy("reading", "the entry as a teacher")
        ENROLMENT = "enrolment", pgettext_lazy("reading", "an enrolment in a class")
        VOLUNTEER = "volunteer", pgettext_lazy("reading", "the entry as a volunteer")
        FAMILY = "family", pgettext_lazy("reading", "relations in the family")

    class Via(models.TextChoices):
        ROLE = "", pgettext_lazy("reading", "by a role")
        PROXY = "proxy", pgettext_lazy("reading", "as a helper")
        GUARDIAN = "guardian", pgettext_lazy("reading", "as a guardian")
        GLASS = "glass", pgettext_lazy("reading", "by an emergency access")

    book = models.SmallIntegerField()
    person = models.ForeignKey(
        Person, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    reader = models.ForeignKey(
        Person, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    what = models.CharField(max_length=12, choices=What)
    thing = models.CharField(max_length=40, blank=True)
    """Which one, by its public number: of a record, of a transcript."""
    at = models.DateTimeField()
    hour = models.DateTimeField()
    role = models.CharField(max_length=32, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    territory = models.ForeignKey(
        Territory, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    via = models.CharField(max_length=10, choices=Via, blank=True)
    via_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("reading")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="reading_once_an_hour", fields=["book", "person", "reader", "what", "thing", "via", "hour"]
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="reading_of_person"),
            models.Index(fields=["reader", "-id"], name="reading_by_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.person_id}"
