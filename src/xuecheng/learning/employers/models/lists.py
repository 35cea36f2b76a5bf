"""A list of credentials that an organisation had verified, and what it was told of each row."""

from __future__ import annotations

from typing import ClassVar, Final

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

MOST_ROWS: Final = 1_000


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["file_name", "sha256", "sealed"])),
    pghistory.DeleteEvent(),
    exclude=["file_name", "sha256", "sealed"],
)
class CheckedList(models.Model):
    """One file of up to 1,000 rows. `sealed` holds its rows as they came, until they are removed; the counts stay.

    | state    | means                                | moved by     |
    |----------|--------------------------------------|--------------|
    | checking | waits for its job, or the job is on  | `bring_list` |
    | done     | every row has its answer             | the job      |

    `removed_at`: rows, answers and the file's name are gone, whatever the state was.
    """

    class State(models.TextChoices):
        CHECKING = "checking", pgettext_lazy("list of credentials", "being checked")
        DONE = "done", pgettext_lazy("list of credentials", "checked")

    public_id = models.UUIDField(editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    file_name = models.CharField(_("file"), max_length=120, blank=True)
    sha256 = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    row_count = models.PositiveSmallIntegerField(_("rows"))
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.CHECKING)
    done_at = models.DateTimeField(_("done"), null=True)
    removed_at = models.DateTimeField(_("removed"), null=True)
    confirmed = models.PositiveSmallIntegerField(default=0)
    confirmed_but_changed = models.PositiveSmallIntegerField(default=0)
    name_differs = models.PositiveSmallIntegerField(default=0)
    not_confirmed = models.PositiveSmallIntegerField(default=0)
    malformed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("list of credentials")
        constraints: ClassVar = [
            models.UniqueConstraint(name="employers_list_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="employers_list_has_rows", condition=Q(row_count__gte=1, row_count__lte=MOST_ROWS)
            ),
            models.CheckConstraint(
                name="employers_list_done_has_time",
                condition=Q(state="checking", done_at=None) | Q(state="done", done_at__isnull=False),
            ),
            models.CheckConstraint(
                name="employers_list_counts_its_rows",
                condition=Q(state="checking")
                | Q(
                    row_count=F("confirmed")
                    + F("confirmed_but_changed")
                    + F("name_differs")
                    + F("not_confirmed")
                    + F("malformed")
                ),
            ),
            models.CheckConstraint(
                name="employers_list_removed_is_empty",
                condition=Q(removed_at=None) | Q(sealed=b"", file_name=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-id"], name="employers_list_of"),
            models.Index(fields=["asked_at"], name="employers_list_kept", condition=Q(removed_at=None)),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.organisation_id, territory_path=self.organisation.territory.path)


class RowAnswer(models.Model):
    """What the organisation was told of one row. That somebody did not agree is never among it (C-89)."""

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", pgettext_lazy("answer to an employer", "confirmed")
        CHANGED = "confirmed_but_changed", pgettext_lazy("answer to an employer", "confirmed, changed since")
        NAME_DIFFERS = "name_differs", pgettext_lazy("answer to an employer", "the name differs")
        NOT_CONFIRMED = "not_confirmed", pgettext_lazy("answer to an employer", "not confirmed")
        MALFORMED = "malformed", pgettext_lazy("answer to an employer", "cannot be read")

    list = models.ForeignKey(CheckedList, on_delete=models.CASCADE, related_name="answers")
    row_no = models.PositiveIntegerField()
    answer = models.CharField(max_length=24, choices=Answer)

    class Meta:
        verbose_name = _("answer to an employer")
        constraints: ClassVar = [
            models.UniqueConstraint(name="employers_answer_once", fields=["list", "row_no"]),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="answer_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.row_no} {self.answer}"
