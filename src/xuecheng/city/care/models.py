"""Who helps whom: proxies chosen by the person, guardians of a child, and what was done by them."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person


def _one(name: str) -> Func:
    """A person as a range of one: && on it is equality, and needs no extension."""
    return Func(F(name), F(name), Value("[]"), function="int8range")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Proxy(models.Model):
    """`person` lets `helper` do named acts for them during `[begins, ends)`; either ends it at once.

    Chosen by the person alone, or at a counter in the person's presence, with the clerk as witness.
    """

    class How(models.TextChoices):
        ALONE = "alone", pgettext_lazy("proxy", "chosen by the person")
        COUNTER = "counter", pgettext_lazy("proxy", "chosen at the counter")

    public_id = models.UUIDField(default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("person"))
    helper = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("helper"))
    acts = ArrayField(models.CharField(max_length=64), verbose_name=_("acts"))
    during = DateTimeRangeField(_("period"))
    how = models.CharField(_("how chosen"), max_length=8, choices=How)
    witness = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("witness")
    )
    ended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ended by")
    )

    class Meta:
        verbose_name = _("proxy")
        constraints: ClassVar = [
            models.UniqueConstraint(name="proxy_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="proxy_not_oneself", condition=~Q(person=F("helper"))),
            models.CheckConstraint(name="proxy_does_something", condition=~Q(acts=[])),
            models.CheckConstraint(
                name="proxy_at_counter_has_witness",
                condition=Q(how="alone", witness__isnull=True)
                | (Q(how="counter", witness__isnull=False) & ~Q(witness=F("person")) & ~Q(witness=F("helper"))),
            ),
            ExclusionConstraint(
                name="proxy_one_at_a_time",
                expressions=[
                    (_one("person"), RangeOperators.OVERLAPS),
                    (_one("helper"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="proxy_of_person"),
            models.Index(fields=["helper", "-id"], name="proxy_of_helper"),
        ]

    def __str__(self) -> str:
        return f"{self.helper} → {self.person}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Guardianship(models.Model):
    """`guardian` consents and acts for `child` until the birthday at which the child decides (PIPL art. 31).

    | state | meaning | moved by |
    |---|---|---|
    | recorded | proof was seen at a counter; the guardian has not consented | `record_guardian` |
    | counts | `consented_at` is set and the period holds | `consent_as_guardian` |
    | over | the birthday came, or it was ended | the clock, `end_guardianship` |
    | answered | the young person was asked anew and said whether the help goes on | `answer_anew` |
    """

    class Relation(models.TextChoices):
        MOTHER = "mother", pgettext_lazy("guardian", "mother")
        FATHER = "father", pgettext_lazy("guardian", "father")
        GRANDPARENT = "grandparent", pgettext_lazy("guardian", "grandparent")
        OTHER = "other", pgettext_lazy("guardian", "other guardian by law")

    class Answer(models.TextChoices):
        NOT_YET = "", pgettext_lazy("asked anew", "not answered yet")
        GOES_ON = "goes_on", pgettext_lazy("asked anew", "may go on helping")
        ENDS = "ends", pgettext_lazy("asked anew", "decides alone from now on")

    public_id = models.UUIDField(default=uuid7, editable=False)
    child = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("child"))
    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("guardian"))
    relation = models.CharField(_("relation"), max_length=12, choices=Relation)
    proof = models.CharField(_("proof"), max_length=120)
    """Which document was seen, and where it is kept; never a number that identifies somebody."""
    child_born_on = models.DateField(_("child born on"))
    during = DateTimeRangeField(_("period"))
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    consented_at = models.DateTimeField(_("consented"), null=True)
    ended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ended by")
    )
    asked_at = models.DateTimeField(_("asked anew"), null=True)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("guardianship")
        constraints: ClassVar = [
            models.UniqueConstraint(name="guardianship_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="guardianship_not_oneself", condition=~Q(child=F("guardian"))),
            models.CheckConstraint(
                name="guardianship_recorded_by_another",
                condition=~Q(recorded_by=F("child")) & ~Q(recorded_by=F("guardian")),
            ),
            models.CheckConstraint(name="guardianship_has_proof", condition=~Q(proof="")),
            ExclusionConstraint(
                name="guardianship_one_at_a_time",
                expressions=[
                    (_one("child"), RangeOperators.OVERLAPS),
                    (_one("guardian"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["child", "-id"], name="guardianship_of_child"),
            models.Index(fields=["guardian", "-id"], name="guardianship_of_guardian"),
        ]

    def __str__(self) -> str:
        return f"{self.guardian} → {self.child}"


class Deed(models.Model):
    """Something `helper` did for `person`: shown to the person. Append-only by trigger and privilege."""

    book = models.SmallIntegerField()
    person = models.ForeignKey(
        Person, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    helper = models.ForeignKey(
        Person, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    via = models.CharField(max_length=10)
    via_id = models.UUIDField()
    # The database's own clock: it is written at the end of a change, where no service looks at the time.
    at = models.DateTimeField(db_default=Now())
    why = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("deed")
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="deed_of_person")]

    def __str__(self) -> str:
        return self.why

    @property
    def said(self) -> str:
        """What was done: the helper's own words, or those of the house in the reader's language."""
        return gettext(self.why)


Help = Proxy | Guardianship


def period_of(one: Help) -> Any:
    """The half-open period during which it counts."""
    return one.during
