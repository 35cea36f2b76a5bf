"""Timetables under a secret address, for calendars that sign in nowhere."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

from .planned import CourseClass


class TimetableFeed(models.Model):
    """A timetable that whoever knows its address may read: of one who teaches, or of a class.

    Kept is a keyed hash of the secret; the address itself is shown once. A new address ends the old one.
    """

    public_id = models.UUIDField(editable=False)  # chosen by the caller
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    course_class = models.ForeignKey(
        CourseClass, null=True, on_delete=models.PROTECT, related_name="feeds", verbose_name=_("class")
    )
    secret_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(pgettext_lazy("time", "made"))
    ended_at = models.DateTimeField(pgettext_lazy("time", "ended"), null=True)

    class Meta:
        verbose_name = _("timetable feed")
        constraints: ClassVar = [
            models.UniqueConstraint(name="timetable_feed_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="timetable_feed_secret_once", fields=["secret_hash"]),
            models.UniqueConstraint(
                name="timetable_feed_one_of_person", fields=["person"], condition=Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="timetable_feed_one_of_class", fields=["course_class"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="timetable_feed_of_one",
                condition=Q(person__isnull=False, course_class__isnull=True)
                | Q(person__isnull=True, course_class__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def access_scope(self) -> Scope:
        if self.course_class is not None:
            return self.course_class.access_scope()
        return Scope(person_id=self.person_id)
