"""The roll of a class and the enrolments on it."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.classes.models.planned import Priority
from xuecheng.coordination.enrolment import rules

_NUMBERS = (
    "offer_hours", "pay_hours", "refund_before_percent", "refund_during_percent", "refund_until_session", "elder_age",
)  # fmt: skip
_LIVE = sorted(one.value for one in rules.LIVE)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(*_NUMBERS)),
    exclude=["taken", "waiting", "last_number"],
)
class Roll(models.Model):
    """What enrolment keeps of a class: its numbers, which are data [K], and three counters.

    The counters are the database's (`sql/enrolment_v1.sql`): they change in the transaction of the enrolment that
    moves. Whoever enrols, leaves or is offered a place holds the lock of the class before.
    """

    course_class = models.OneToOneField(
        CourseClass, on_delete=models.PROTECT, related_name="roll", verbose_name=_("class")
    )
    taken = models.PositiveIntegerField(default=0, editable=False)
    """Enrolments that hold a place; never above the seats of the class."""
    waiting = models.PositiveIntegerField(default=0, editable=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    offer_hours = models.PositiveSmallIntegerField(_("hours in which an offer may be accepted"), default=24)
    pay_hours = models.PositiveSmallIntegerField(_("hours in which a fee is paid"), default=48)
    refund_before_percent = models.PositiveSmallIntegerField(
        _("given back before the first session, percent"), default=100
    )
    refund_during_percent = models.PositiveSmallIntegerField(_("given back after it has begun, percent"), default=50)
    refund_until_session = models.PositiveSmallIntegerField(_("nothing is given back from this session on"), default=3)
    elder_age = models.PositiveSmallIntegerField(_("age from which somebody counts as older"), default=60)

    class Meta:
        verbose_name = _("roll of a class")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="roll_numbers_sound",
                condition=Q(
                    offer_hours__range=(1, 720),
                    pay_hours__range=(1, 720),
                    refund_before_percent__lte=100,
                    refund_during_percent__lte=100,
                    refund_until_session__lte=200,
                    elder_age__range=(18, 100),
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.course_class)

    def numbers(self) -> rules.Numbers:
        """As the rules take them."""
        return rules.Numbers(**{name: getattr(self, name) for name in _NUMBERS})


class How(models.TextChoices):
    """How somebody came onto the roll."""

    ONESELF = "oneself", pgettext_lazy("enrolled", "by themselves")
    HELPER = "helper", pgettext_lazy("enrolled", "by a guardian or helper")
    COUNTER = "counter", pgettext_lazy("enrolled", "at a counter")


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["because", "lottery_number"]
)
class Enrolment(models.Model):
    """Somebody and a class: a wish, a place in the line, a place in the class, and how it ended.

    | state       | means                                 | follows                    | moved by                    |
    |-------------|---------------------------------------|----------------------------|-----------------------------|
    | applied     | waits for the draw of a lottery       | nothing                    | `enrol`                     |
    | waiting     | on the list                           | nothing, applied           | `enrol`, `draw`             |
    | offered     | a place is kept for them until a time | waiting                    | `offer_places`              |
    | enrolled    | has a place                           | nothing, applied, offered, | `enrol`, `draw`,            |
    |             |                                       | paused                     | `accept_offer`, `resume`    |
    | paused      | has a place, does not come for now    | enrolled                   | `pause`                     |
    | completed   | has reached the end                   | enrolled, paused           | `complete`                  |
    | refused     | the class said no, and why            | all that are live          | `refuse`, end of class      |
    | withdrawn   | left, or did not want the offer       | all that are live          | `withdraw`, `decline_offer` |
    | lapsed      | the offer or the time to pay ran out  | offered, enrolled          | `tend`, a routine           |
    | transferred | went to another class of the course   | enrolled                   | `transfer`                  |
    | cancelled   | the class is not held                 | all that are live          | the class                   |

    Applied, waiting, offered, enrolled and paused are live: nobody is in two of them in one class. Offered, enrolled,
    paused and completed hold a place.
    """

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("enrolment", "in the lottery")
        WAITING = "waiting", pgettext_lazy("enrolment", "on the waiting list")
        OFFERED = "offered", pgettext_lazy("enrolment", "a place is offered")
        ENROLLED = "enrolled", pgettext_lazy("enrolment", "enrolled")
        PAUSED = "paused", pgettext_lazy("enrolment", "paused")
        COMPLETED = "completed", pgettext_lazy("enrolment", "completed")
        REFUSED = "refused", pgettext_lazy("enrolment", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("enrolment", "withdrawn")
        LAPSED = "lapsed", pgettext_lazy("enrolment", "lapsed")
        TRANSFERRED = "transferred", pgettext_lazy("enrolment", "went to another class")
        CANCELLED = "cancelled", pgettext_lazy("enrolment", "class cancelled")

    public_id = models.UUIDField(editable=False)  # chosen by the caller, so that a retry names the same enrolment
    course_class = models.ForeignKey(
        CourseClass, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("class")
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    state = models.CharField(_("state"), max_length=12, choices=State)
    number = models.PositiveIntegerField(_("number"), default=0)
    """The order in which the database took them, from 1; the database gives it."""
    how = models.CharField(_("how enrolled"), max_length=8, choices=How, default=How.ONESELF)
    groups = ArrayField(
        models.CharField(max_length=12, choices=Priority), default=list, blank=True, verbose_name=_("groups")
    )
    """To which of the groups of the rules they belonged when they applied."""
    rank = models.PositiveSmallIntegerField(_("priority"), default=0)
    """By the class's priorities, 0 first."""
    lottery_number = models.CharField(_("lottery number"), max_length=9, blank=True)
    queue_rank = models.PositiveSmallIntegerField(default=0, editable=False)
    queue_no = models.PositiveIntegerField(default=0, editable=False)
    """The line is by (queue_rank, queue_no): rank and number, or the order of the draw."""
    applied_at = models.DateTimeField(_("applied"))
    moved_at = models.DateTimeField(pgettext_lazy("enrolment", "in this state since"))
    offered_until = models.DateTimeField(_("offer holds until"), null=True)
    pay_until = models.DateTimeField(_("to be paid by"), null=True)
    because = models.CharField(_("why"), max_length=200, blank=True)
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followed_by", verbose_name=_("came from")
    )
    """The enrolment in another class from which they were transferred."""

    class Meta:
        verbose_name = _("enrolment")
        constraints: ClassVar = [
            models.UniqueConstraint(name="enrolment_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="enrolment_number_once", fields=["course_class", "number"]),
            models.UniqueConstraint(
                name="enrolment_once_in_class",
                fields=["course_class", "person"],
                condition=Q(state__in=_LIVE),
            ),
            models.UniqueConstraint(
                name="enrolment_lottery_number_once",
                fields=["course_class", "lottery_number"],
                condition=~Q(lottery_number=""),
            ),
            models.UniqueConstraint(name="enrolment_followed_once", fields=["follows"]),
            models.CheckConstraint(
                name="enrolment_offer_has_an_end", condition=~Q(state="offered") | Q(offered_until__isnull=False)
            ),
            models.CheckConstraint(
                name="enrolment_applied_has_number", condition=~Q(state="applied") | ~Q(lottery_number="")
            ),
            models.CheckConstraint(name="enrolment_refused_has_reason", condition=~Q(state="refused") | ~Q(because="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="enrolment_of_person"),
            models.Index(fields=["course_class", "state", "number"], name="enrolment_of_class"),
            models.Index(
                fields=["course_class", "queue_rank", "queue_no"],
                name="enrolment_in_line",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["offered_until"], name="enrolment_offers_end", condition=Q(state="offered")),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="enrolment_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.course_class_id} {self.number}"

    @property
    def is_live(self) -> bool:
        return self.state in rules.LIVE

    @property
    def holds_a_place(self) -> bool:
        return self.state in rules.HOLDING

    def access_scope(self) -> Scope:
        """The person's own, and the unit's that holds the class."""
        within = self.course_class.access_scope()
        return Scope(
            organisation_id=within.organisation_id, territory_path=within.territory_path, person_id=self.person_id
        )
