"""A file that a learner brought, or an institution for them: kept sealed, read by a job."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

_CHIPS = {
    "opened": "wait", "shown": "info", "dropped": "neutral", "received": "wait", "read": "done", "refused": "no",
}  # fmt: skip


class Delivery(models.Model):
    """One file as it came. `sealed` holds its bytes for as long as what it proves may be asked about.

    | state    | means                                                          | moved by                  |
    |----------|----------------------------------------------------------------|---------------------------|
    | opened   | is being looked into; nothing of it is taken in                | `bring_file`, look first  |
    | shown    | its learner sees what it would count (`preview`), and decides  | the job                   |
    | dropped  | not sent: the bytes are gone, nothing came in                  | `drop_file`, `tend`       |
    | received | sent: waits to be read, or is being read                       | `bring_file`, `send_file` |
    | read     | read to the end; `problems` tell what was left                 | the job                   |
    | refused  | cannot be read as a whole; `problems` say why                  | the job                   |
    """

    class State(models.TextChoices):
        OPENED = "opened", pgettext_lazy("outside file", "being looked into")
        SHOWN = "shown", pgettext_lazy("outside file", "not sent yet")
        DROPPED = "dropped", pgettext_lazy("outside file", "not sent")
        RECEIVED = "received", pgettext_lazy("outside file", "being read")
        READ = "read", pgettext_lazy("outside file", "read")
        REFUSED = "refused", pgettext_lazy("outside file", "cannot be read")

    public_id = models.UUIDField(editable=False)
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("learner"))
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    stated_by = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("brought by")
    )
    """The institution that handed it in for its learner; empty where the learner brought it."""
    file_name = models.CharField(_("file"), max_length=120)
    byte_count = models.PositiveIntegerField(_("bytes"))
    sha256 = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    kind = models.CharField(_("kind"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RECEIVED)
    problems = models.JSONField(_("what was left out"), default=list)
    preview = models.JSONField(
        default=list, help_text=_("What each achievement would count, as it was shown before it was sent")
    )
    found_count = models.PositiveIntegerField(_("achievements"), default=0)
    brought_at = models.DateTimeField(_("brought"))
    read_at = models.DateTimeField(_("read"), null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of outside achievements")
        constraints: ClassVar = [
            models.UniqueConstraint(name="foreign_delivery_id_once", fields=["public_id"]),
            models.CheckConstraint(
                name="foreign_delivery_read_has_time",
                condition=Q(state__in=["opened", "dropped", "received"]) | Q(read_at__isnull=False),
            ),
            # What was not sent is nobody's business any more.
            models.CheckConstraint(
                name="foreign_delivery_dropped_is_gone", condition=~Q(state="dropped") | Q(sealed=b"", preview=[])
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["learner", "-id"], name="foreign_delivery_of_learner")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def chip(self) -> str:
        return _CHIPS[self.state]

    @property
    def is_worked_on(self) -> bool:
        """Whether a job looks into it or takes it in."""
        return self.state in (self.State.OPENED, self.State.RECEIVED)

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.body_id, territory_path=self.body.territory.path, person_id=self.learner_id)
