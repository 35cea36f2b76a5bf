"""What was taught in a session, what is to be done at home until when, and what learners hand in."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.enrolment.models import Enrolment

from .attendance import in_book


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange("taught", "remark", "homework", "due_on")),
    pghistory.DeleteEvent(),
    exclude=["taught", "remark", "homework"],
)
class Lesson(models.Model):
    """The log of a session 教学日志, with homework if there is any. One of a session; its history says who wrote when.

    Learners read what was taught and the homework; the remark is for whoever teaches or keeps the class.
    """

    session = models.OneToOneField(
        ClassSession, on_delete=models.PROTECT, related_name="lesson", verbose_name=pgettext_lazy("class", "session")
    )
    taught = models.CharField(_("what was taught"), max_length=1000, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    homework = models.CharField(_("homework"), max_length=1000, blank=True)
    due_on = models.DateField(_("due on"), null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("log of a session")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="lesson_homework_has_a_day",
                condition=Q(homework="", due_on__isnull=True) | (~Q(homework="") & Q(due_on__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return str(self.session_id)

    def access_scope(self) -> Scope:
        return self.session.access_scope()


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["text"])
class HandedIn(models.Model):
    """That somebody did the homework, with a few words or a file. Once each; said again, the newer words stand.

    A bulk table of learners (`docs/decisions/0001`).
    """

    public_id = models.UUIDField(editable=False)
    book = models.IntegerField()
    learner = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("learner"),
    )  # fmt: skip
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("enrolment"),
    )  # fmt: skip
    lesson = models.ForeignKey(
        Lesson, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("log of a session"),
    )  # fmt: skip
    text = models.CharField(_("what you say to it"), max_length=500, blank=True)
    at = models.DateTimeField(_("handed in"))
    """When it was handed in first."""
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("homework handed in")
        constraints: ClassVar = [
            models.UniqueConstraint(name="handed_in_once", fields=["lesson", "learner", "book"]),
            models.UniqueConstraint(name="handed_in_public_id_once", fields=["public_id", "book"]),
            models.CheckConstraint(name="handed_in_in_its_book", condition=in_book()),
        ]
        indexes: ClassVar = [models.Index(fields=["enrolment"], name="handed_in_of_enrolment")]

    def __str__(self) -> str:
        return str(self.public_id)
