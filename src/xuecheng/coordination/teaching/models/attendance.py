"""Attendance: marks that are only ever added, the secret of a session's code, and arrivals by it.

Marks and arrivals are bulk tables of learners: they carry `book`, have it in every unique constraint, and hold no
foreign key that the database enforces (`docs/decisions/0001`).
"""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.coordination.classes.models import ClassSession
from xuecheng.coordination.enrolment.models import Enrolment

BOOKS = 256


def in_book() -> Q:
    """The book is the learner's, for ever: learner_id % 256."""
    return Q(book=Func(F("learner_id"), Value(BOOKS), function="mod", output_field=models.BigIntegerField()))


class How(models.TextChoices):
    """How somebody was marked."""

    LIST = "list", pgettext_lazy("marked", "on the list")
    QR = "qr", pgettext_lazy("marked", "by the code")
    CARD = "card", pgettext_lazy("marked", "by the learning card")
    OFFLINE = "offline", pgettext_lazy("marked", "without network")


class Mark(models.Model):
    """That somebody was there or not, as somebody said at a time. Another mark is another version; nothing is changed.

    Of all versions the one that was made last counts (`rules.counting`), whenever it arrived.
    """

    class State(models.TextChoices):
        PRESENT = "present", pgettext_lazy("attendance", "present")
        LATE = "late", pgettext_lazy("attendance", "late")
        ABSENT = "absent", pgettext_lazy("attendance", "absent")
        EXCUSED = "excused", pgettext_lazy("attendance", "excused")

    public_id = models.UUIDField(editable=False)  # chosen by the device that made it
    book = models.IntegerField()
    learner = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("learner"),
    )  # fmt: skip
    session = models.ForeignKey(
        ClassSession, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=pgettext_lazy("class", "session"),
    )  # fmt: skip
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("enrolment"),
    )  # fmt: skip
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("attendance"), max_length=8, choices=State)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    how = models.CharField(_("how marked"), max_length=8, choices=How)
    marked_at = models.DateTimeField(_("marked"))
    """When it was made, by the clock of the device."""
    entered_at = models.DateTimeField(_("arrived"))
    by = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("why"), max_length=200, blank=True)
    """Of a correction after the class was over."""

    class Meta:
        verbose_name = _("mark of attendance")
        constraints: ClassVar = [
            models.UniqueConstraint(name="mark_version_once", fields=["session", "learner", "version", "book"]),
            models.UniqueConstraint(name="mark_public_id_once", fields=["public_id", "book"]),
            models.CheckConstraint(name="mark_in_its_book", condition=in_book()),
            models.CheckConstraint(
                name="mark_minutes_as_state", condition=Q(state__in=["present", "late"]) | Q(minutes=0)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["enrolment", "session"], name="mark_of_enrolment")]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.session_id} {self.state} v{self.version}"


class CheckInKey(models.Model):
    """The secret from which the code of a session is made, half minute by half minute. Sealed by the vault."""

    public_id = models.UUIDField(editable=False)
    session = models.OneToOneField(
        ClassSession,
        on_delete=models.PROTECT,
        related_name="check_in_key",
        verbose_name=pgettext_lazy("class", "session"),
    )
    secret_sealed = models.BinaryField(editable=False)
    address = models.BinaryField(max_length=16)
    """Fingerprint of where the teacher's device stands: people in the room often share it."""
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by"))

    class Meta:
        verbose_name = _("code of a session")
        constraints: ClassVar = [models.UniqueConstraint(name="check_in_key_public_id_once", fields=["public_id"])]

    def __str__(self) -> str:
        return str(self.session_id)


class Arrival(models.Model):
    """Somebody checked in by the code. Most count at once; a flagged one waits for the teacher. Once each."""

    class State(models.TextChoices):
        COUNTED = "counted", pgettext_lazy("arrival", "counted")
        WAITING = "waiting", pgettext_lazy("arrival", "waits for the teacher")
        CONFIRMED = "confirmed", pgettext_lazy("arrival", "confirmed")
        REFUSED = "refused", pgettext_lazy("arrival", "refused")

    class Flag(models.TextChoices):
        OLD_CODE = "old_code", _("the code of the half minute before")
        SAME_DEVICE = "same_device", _("the same device checked in somebody else")
        CROWD = "crowd", _("several from one other place on the net")

    public_id = models.UUIDField(editable=False)
    book = models.IntegerField()
    learner = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("learner"),
    )  # fmt: skip
    session = models.ForeignKey(
        ClassSession,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=pgettext_lazy("class", "session"),
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("enrolment"),
    )  # fmt: skip
    at = models.DateTimeField(_("at"))
    device = models.BinaryField(max_length=16)
    address = models.BinaryField(max_length=16)
    flags = ArrayField(models.CharField(max_length=12, choices=Flag), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State)
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("arrival")
        constraints: ClassVar = [
            models.UniqueConstraint(name="arrival_once", fields=["session", "learner", "book"]),
            models.UniqueConstraint(name="arrival_public_id_once", fields=["public_id", "book"]),
            models.CheckConstraint(name="arrival_in_its_book", condition=in_book()),
            models.CheckConstraint(
                name="arrival_flagged_waits",
                condition=Q(state="counted", flags__len=0) | (~Q(state="counted") & Q(flags__len__gte=1)),
            ),
            models.CheckConstraint(
                name="arrival_decided_whole",
                condition=Q(state__in=["counted", "waiting"], decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=["confirmed", "refused"], decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="arrival_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.session_id} {self.state}"

    @property
    def flag_words(self) -> list[str]:
        return [str(self.Flag(one).label) for one in self.flags]


def scope_of_session(session: ClassSession) -> Scope:
    """Of the unit that holds it, and of whoever teaches it: both take its attendance."""
    within = session.course_class.access_scope()
    teacher = session.teaching.person_id if session.teaching is not None else None
    return Scope(organisation_id=within.organisation_id, territory_path=within.territory_path, person_id=teacher)
