"""Learning records 学习记录: what was learnt, where, when, how much, as an institution says it (C-11).

These are bulk tables of learners: they carry `book` in every unique constraint, hold no database foreign key to
Django's tables, and are append-only; a correction is a new version that names the old one (`scale-out.md` §4).
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope


class Origin(models.TextChoices):
    FORMAL = "formal", pgettext_lazy("record origin", "course")
    CERTIFICATE = "certificate", pgettext_lazy("record origin", "certificate")
    NONFORMAL = "nonformal", pgettext_lazy("record origin", "activity")
    RPL = "rpl", pgettext_lazy("record origin", "recognised prior learning")
    FOREIGN = "foreign", pgettext_lazy("record origin", "learnt elsewhere")


ENTERED_ORIGINS = (Origin.FORMAL, Origin.CERTIFICATE, Origin.NONFORMAL)
"""What institutions report. Prior learning is recognised by assessors, and keeps that origin for ever (C-49)."""
DECIDED_ORIGINS = (Origin.RPL, Origin.FOREIGN)
"""What people decided on evidence: no rule of recognition counts it; what was taken back is given again as it was."""


class Status(models.TextChoices):
    PASSED = "passed", pgettext_lazy("record status", "passed")
    FAILED = "failed", pgettext_lazy("record status", "not passed")
    WITHDRAWN = "withdrawn", pgettext_lazy("record status", "withdrawn")


class Role(models.TextChoices):
    LEARNER = "learner", pgettext_lazy("record role", "learner")
    VOLUNTEER = "volunteer", pgettext_lazy("record role", "volunteer")
    TEACHER = "teacher", pgettext_lazy("record role", "teacher")


class Source(models.TextChoices):
    """How a record came to us."""

    IMPORT = "import", pgettext_lazy("record source", "imported file")
    ENTERED = "entered", pgettext_lazy("record source", "entered by hand")
    CLASS = "class", pgettext_lazy("record source", "class on this platform")
    SERVICE = "service", pgettext_lazy("record source", "volunteer service on this platform")
    RPL = "rpl", pgettext_lazy("record source", "recognition of prior learning on this platform")
    FOREIGN = "foreign", pgettext_lazy("record source", "credential from outside")


def _in_book() -> Q:
    """The book is the learner's, for ever: learner_id % 256."""
    return Q(book=Func(F("learner_id"), Value(256), function="mod", output_field=models.BigIntegerField()))


class SourceKey(models.Model):
    """Binds an institution's own record key to one learner, once in the whole city (C-11).

    A plain local table: the record itself is unique in its book only, and the same record sent again for another
    learner would otherwise count twice (`ledger.md` §4.1 "Keys").
    """

    institution = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    record_key = models.CharField(max_length=80)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+")

    class Meta:
        verbose_name = _("source key")
        constraints: ClassVar = [
            models.UniqueConstraint(name="source_key_once", fields=["institution", "record_key"]),
        ]

    def __str__(self) -> str:
        return self.record_key


class LearningRecord(models.Model):
    """One version of one learning record. Times are minutes, credits hundredths, dates the city's.

    `digest` is SHA-256 over the content: the same key with the same digest is "already there", with another one a
    conflict (C-11). What counts is the highest version of a key; a version with status `withdrawn` counts nothing.
    """

    book = models.IntegerField()
    # The indexes below begin with the learner and with the institution: each one more costs an import 4 µs a row.
    learner = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="learning_records"
    )
    institution = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    record_key = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    replaces_id = models.BigIntegerField(null=True)
    is_latest = models.BooleanField(default=True)
    """Cleared by trigger when a newer version arrives; the only column that ever changes."""
    origin = models.CharField(max_length=12, choices=Origin)
    code = models.CharField(max_length=60, help_text=_("Course, certificate type or activity code"))
    title = models.CharField(max_length=200)
    term = models.CharField(max_length=40, blank=True)
    started_on = models.DateField(null=True)
    ended_on = models.DateField()
    minutes = models.PositiveIntegerField(default=0)
    contact_minutes = models.PositiveIntegerField(null=True)
    credits_local = models.PositiveIntegerField(null=True)
    level = models.CharField(
        max_length=8, blank=True, help_text=_("Label of the level as the institution says it (C-01)")
    )
    grade = models.CharField(max_length=20, blank=True)
    grade_scale = models.CharField(max_length=24, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PASSED)
    role = models.CharField(max_length=10, choices=Role, default=Role.LEARNER)
    mode = models.CharField(max_length=20, blank=True)
    attended_sessions = models.PositiveSmallIntegerField(null=True)
    held_sessions = models.PositiveSmallIntegerField(null=True)
    territory_code = models.CharField(max_length=12, blank=True)
    valid_to = models.DateField(null=True)
    evidence = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)
    digest = models.BinaryField(max_length=32)
    source = models.CharField(max_length=8, choices=Source)
    import_file_id = models.BigIntegerField(null=True)
    entered_by_id = models.BigIntegerField()
    entered_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True, help_text=_("Why it was corrected or withdrawn"))

    class Meta:
        verbose_name = _("learning record")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="learning_record_version_once", fields=["institution", "record_key", "version", "book"]
            ),
            models.CheckConstraint(name="learning_record_in_its_book", condition=_in_book()),
            models.CheckConstraint(
                name="learning_record_correction_has_reason",
                condition=Q(version=1, replaces_id__isnull=True)
                | (Q(version__gt=1, replaces_id__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="learning_record_dates_in_order",
                condition=Q(started_on__isnull=True) | Q(started_on__lte=F("ended_on")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "ended_on", "id"], name="learning_record_of_learner"),
            models.Index(fields=["institution", "-id"], name="learning_record_of_institution"),
            # A file's rows lie together: block ranges find them at no cost for the import.
            BrinIndex(fields=["import_file_id"], name="learning_record_of_file", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.record_key} v{self.version}"

    def access_scope(self) -> Scope:
        return Scope(
            organisation_id=self.institution_id,
            territory_path=self.institution.territory.path,
            person_id=self.learner_id,
        )


class Dispute(models.Model):
    """A learner says that a record is wrong (C-15). While open, the record earns nothing new; what was posted stays."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("dispute", "open")
        UPHELD = "upheld", pgettext_lazy("dispute", "record is right")
        CORRECTED = "corrected", pgettext_lazy("dispute", "record was corrected")
        DROPPED = "dropped", pgettext_lazy("dispute", "taken back by the learner")

    record_id = models.BigIntegerField()
    book = models.IntegerField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    institution = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    opened_at = models.DateTimeField()
    complaint = models.CharField(max_length=500)
    answer_due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("dispute")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="dispute_one_open_per_record", fields=["record_id", "book"], condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="dispute_answered_has_answer", condition=Q(state__in=["open", "dropped"]) | ~Q(answer="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "state", "id"], name="dispute_of_institution"),
            models.Index(fields=["record_id"], name="dispute_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.state}"

    def access_scope(self) -> Scope:
        return Scope(
            organisation_id=self.institution_id,
            territory_path=self.institution.territory.path,
            person_id=self.learner_id,
        )


class DoubleReport(models.Model):
    """Two records that may tell of one learning (C-12). A person decides; nothing is merged silently."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("double report", "to be decided")
        SAME = "same", pgettext_lazy("double report", "one learning, the second does not count")
        DIFFERENT = "different", pgettext_lazy("double report", "two learnings")

    book = models.IntegerField()
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("double report")
        constraints: ClassVar = [
            models.UniqueConstraint(name="double_report_once", fields=["first_id", "second_id", "book"]),
            models.CheckConstraint(name="double_report_in_order", condition=Q(first_id__lt=F("second_id"))),
            models.CheckConstraint(name="double_report_decided_has_reason", condition=Q(state="open") | ~Q(reason="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["second_id"], name="double_report_of_second"),
            models.Index(fields=["id"], name="double_report_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"
