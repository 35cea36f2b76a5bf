"""What participants say of a class when it is over."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people.models import Person
from xuecheng.coordination.enrolment.models import Enrolment

from .attendance import in_book


class Feedback(models.Model):
    """One to five and a few words. One of an enrolment; nobody but its author sees it as one, and it has no history.

    Not the sampled survey of evaluation (E-04): whoever was there may answer. A bulk table of learners.
    """

    class Mark(models.IntegerChoices):
        FIVE = 5, pgettext_lazy("feedback", "5 very good")
        FOUR = 4, pgettext_lazy("feedback", "4 good")
        THREE = 3, pgettext_lazy("feedback", "3 so-so")
        TWO = 2, pgettext_lazy("feedback", "2 not good")
        ONE = 1, pgettext_lazy("feedback", "1 not good at all")

    book = models.IntegerField()
    learner = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("learner"),
    )  # fmt: skip
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("enrolment"),
    )  # fmt: skip
    mark = models.PositiveSmallIntegerField(pgettext_lazy("feedback", "how it was"), choices=Mark)
    words = models.CharField(pgettext_lazy("feedback", "in your words"), max_length=500, blank=True)
    at = models.DateTimeField(_("said"))

    class Meta:
        verbose_name = _("feedback on a class")
        constraints: ClassVar = [
            models.UniqueConstraint(name="feedback_once", fields=["enrolment", "book"]),
            models.CheckConstraint(name="feedback_in_its_book", condition=in_book()),
            models.CheckConstraint(name="feedback_one_to_five", condition=Q(mark__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.mark}"
