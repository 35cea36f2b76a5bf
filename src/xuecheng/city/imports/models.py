"""Imports 导入: a file from outside, checked row by row, written as a whole or without its bad rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person


class ImportFile(models.Model):
    """One file that somebody brought, and how far it came.

    | state     | means                                                        | moved by          |
    |-----------|--------------------------------------------------------------|-------------------|
    | received  | stored, not read yet                                         | `receive_file`    |
    | checking  | the dry run is under way                                     | `start_check`     |
    | checked   | counts and problems are known, nothing is written            | the check job     |
    | writing   | good rows are being written                                  | `start_writing`   |
    | written   | done                                                         | the writing job   |
    | abandoned | thrown away by a person before anything was written          | `abandon`         |
    | refused   | the file as a whole cannot be read; `refusal` tells why      | the check job     |
    """

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("import", "received")
        CHECKING = "checking", pgettext_lazy("import", "being checked")
        CHECKED = "checked", pgettext_lazy("import", "checked, not written yet")
        WRITING = "writing", pgettext_lazy("import", "being written")
        WRITTEN = "written", pgettext_lazy("import", "written")
        ABANDONED = "abandoned", pgettext_lazy("import", "thrown away")
        REFUSED = "refused", pgettext_lazy("import", "cannot be read")

    class Choice(models.TextChoices):
        ALL = "all", pgettext_lazy("import choice", "all rows or none")
        GOOD = "good", pgettext_lazy("import choice", "the good rows now")

    public_id = models.UUIDField(default=uuid7, editable=False)
    kind = models.CharField(max_length=40, help_text=_("Name of a registered import kind, such as records.formal"))
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    brought_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    byte_count = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=8, blank=True)
    encoding = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    choice = models.CharField(max_length=4, choices=Choice, blank=True)
    row_count = models.PositiveIntegerField(default=0)
    good_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(
        default=0, help_text=_("Rows that are in the system already, word for word")
    )
    bad_count = models.PositiveIntegerField(default=0)
    written_count = models.PositiveIntegerField(default=0)
    refusal_zh = models.TextField(blank=True)
    refusal_en = models.TextField(blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    """The newest job that works on this file."""
    removed_at = models.DateTimeField(null=True)
    """When the file itself was removed, because it identifies people (`remove_personal_files`)."""

    class Meta:
        verbose_name = _("import file")
        constraints: ClassVar = [
            models.UniqueConstraint(name="import_file_public_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="import_file_writes_by_choice",
                condition=~Q(state__in=["writing", "written"]) | Q(choice__in=["all", "good"]),
            ),
            models.CheckConstraint(
                name="import_file_all_means_no_bad_row",
                condition=~Q(state="written", choice="all") | Q(bad_count=0),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "-id"], name="import_file_of_org")]

    def __str__(self) -> str:
        return self.file_name


class ImportProblem(models.Model):
    """One thing wrong with one row: where, what, and how to mend it. The text is made from `code` and `values`."""

    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, related_name="problems")
    row_no = models.PositiveIntegerField(help_text=_("As a spreadsheet counts: the heading is row 1"))
    column = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    cells = models.JSONField(
        default=list, help_text=_("The whole row as it was, once per row: for the file of rejected rows")
    )

    class Meta:
        verbose_name = _("import problem")
        indexes: ClassVar = [models.Index(fields=["file", "row_no", "id"], name="import_problem_in_order")]

    def __str__(self) -> str:
        return f"{self.file} {self.row_no} {self.code}"
