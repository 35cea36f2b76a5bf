"""Certificates 结业证书: what somebody is given who completed a class, and a code by which anybody may check it."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.people.models import Person

from .attendance import in_book
from .completion import Decision


class Certificate(models.Model):
    """That somebody completed a class, as it was decided. One of a decision; `code` is made as a transcript's.

    It holds as long as its decision is the newest of the enrolment: attendance corrected afterwards makes a newer one,
    or none. What is printed never changes; when its holder was erased, the name alone went from it.
    """

    code = models.CharField(_("verification code"), max_length=14)
    book = models.IntegerField()
    learner = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("learner"),
    )  # fmt: skip
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("decision on completion"),
    )  # fmt: skip
    issued_at = models.DateTimeField(_("issued at"))
    snapshot = models.JSONField(help_text=_("What is printed, no more"))
    holder_left_at = models.DateTimeField(_("holder left at"), null=True)

    class Meta:
        verbose_name = _("certificate of completion")
        constraints: ClassVar = [
            models.UniqueConstraint(name="certificate_code_once", fields=["code", "book"]),
            models.UniqueConstraint(name="certificate_once_of_decision", fields=["decision", "book"]),
            models.CheckConstraint(name="certificate_in_its_book", condition=in_book()),
        ]
        indexes: ClassVar = [models.Index(fields=["learner", "-id"], name="certificate_of_learner")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="certificate_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="certificate_is_what_it_was",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("code", "book", "learner", "decision", "issued_at"),
            ),
            pgtrigger.Protect(
                name="certificate_changes_when_its_holder_left",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__holder_left_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def number(self) -> str:
        """Its number in the city's register of certificates, such as 2026-00000123."""
        return f"{clock.date_of(self.issued_at).year}-{self.pk:08d}"
