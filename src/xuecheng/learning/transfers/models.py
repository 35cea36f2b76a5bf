"""Points given within a family 家庭转赠: the rules that allow it, and each gift with both consents (C-42)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.care.models import Guardianship
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import CreditClass


class Relation(models.TextChoices):
    """Who gives to whom. Only what was recorded at a counter with proof is a relation (`care`)."""

    PARENT_TO_CHILD = "parent_to_child", pgettext_lazy("relation", "parent to child")
    CHILD_TO_PARENT = "child_to_parent", pgettext_lazy("relation", "child to parent")
    GRANDPARENT_TO_CHILD = "grandparent_to_child", pgettext_lazy("relation", "grandparent to grandchild")
    CHILD_TO_GRANDPARENT = "child_to_grandparent", pgettext_lazy("relation", "grandchild to grandparent")
    GUARDIAN_TO_CHILD = "guardian_to_child", pgettext_lazy("relation", "other guardian to child")
    CHILD_TO_GUARDIAN = "child_to_guardian", pgettext_lazy("relation", "child to other guardian")
    SPOUSE_TO_SPOUSE = "spouse_to_spouse", pgettext_lazy("relation", "between spouses")
    SIBLING_TO_SIBLING = "sibling_to_sibling", pgettext_lazy("relation", "between brothers and sisters")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class GivingRules(models.Model):
    """What the city allows to be given, to whom, how much a year, from a day on. Without rules in force: nothing.

    | state    | means                                           | moved by                        |
    |----------|-------------------------------------------------|---------------------------------|
    | draft    | waits for another officer                       | `draft_rules`                   |
    | approved | in force from its first day to its end          | `approve_rules`, another person |
    | rejected | sent back for good                              | `reject_rules`, another person  |
    | ended    | allows nothing more; what waits runs on         | `end_rules`                     |
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("giving rules", "waits for approval")
        APPROVED = "approved", pgettext_lazy("giving rules", "approved")
        REJECTED = "rejected", pgettext_lazy("giving rules", "sent back")
        ENDED = "ended", pgettext_lazy("giving rules", "ended")

    public_id = models.UUIDField(editable=False)
    credit_class = models.ForeignKey(
        CreditClass, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind of points")
    )
    """Reward points only, by trigger: nothing that counts in a qualification is ever given away."""
    relations = ArrayField(models.CharField(max_length=20, choices=Relation), verbose_name=_("who to whom"))
    most_a_year = models.PositiveBigIntegerField(_("most a year"), help_text=_("Hundredths, for one who gives"))
    answer_days = models.PositiveSmallIntegerField(_("days to answer"), default=14)
    source = models.CharField(_("decision it rests on"), max_length=200)
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, help_text=_("First day on which nothing is given any more"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("drafted by"))
    drafted_at = models.DateTimeField(_("drafted"))
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    ended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ended by")
    )

    class Meta:
        verbose_name = _("rules of giving")
        constraints: ClassVar = [
            models.UniqueConstraint(name="giving_rules_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="giving_rules_one_in_force", fields=["credit_class"], condition=Q(state="approved")
            ),
            models.CheckConstraint(name="giving_rules_name_a_relation", condition=~Q(relations=[])),
            models.CheckConstraint(
                name="giving_rules_amounts", condition=Q(most_a_year__gte=1, answer_days__gte=1, answer_days__lte=90)
            ),
            models.CheckConstraint(
                name="giving_rules_days", condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("begins_on"))
            ),
            models.CheckConstraint(
                name="giving_rules_decided_by_another", condition=Q(decided_by=None) | ~Q(decided_by=F("drafted_by"))
            ),
            models.CheckConstraint(
                name="giving_rules_decided_whole",
                condition=Q(state="draft", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="draft") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begins_on} {self.state}"

    @property
    def chip(self) -> str:
        return {"approved": "done", "draft": "wait", "rejected": "no"}.get(self.state, "neutral")

    @property
    def relation_names(self) -> list[str]:
        return [str(Relation(one).label) for one in self.relations]

    def is_in_force_on(self, day: date) -> bool:
        in_time = self.begins_on <= day and (self.ends_on is None or day < self.ends_on)
        return self.state == self.State.APPROVED and in_time

    def access_scope(self) -> Scope:
        return Scope()


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Kinship(models.Model):
    """Two people of one family, beyond guardians of a child (`care`): seen with proof at a counter, agreed by both.

    | state    | means                                          | moved by                                |
    |----------|------------------------------------------------|-----------------------------------------|
    | recorded | proof was seen; one or both have not agreed    | `record_kinship`                        |
    | counts   | both agreed                                    | `agree_kinship`                         |
    | over     | `ended_at` is set; it counts for nothing more  | `end_kinship`, `end_kinship_at_counter` |

    It is for giving points only: nobody sees or does anything for the other by it.
    """

    class Kind(models.TextChoices):
        """What `one` is to `other`."""

        SPOUSE = "spouse", pgettext_lazy("kinship", "spouses")
        PARENT = "parent", pgettext_lazy("kinship", "parent and child")
        GRANDPARENT = "grandparent", pgettext_lazy("kinship", "grandparent and grandchild")
        SIBLING = "sibling", pgettext_lazy("kinship", "brothers and sisters")

    class EndedBecause(models.TextChoices):
        """What a counter may end it for; a list, so that nobody writes about people (PIPL art. 6)."""

        ASKED = "asked", pgettext_lazy("kinship ended", "one of the two asked for it here")
        PARTED = "parted", pgettext_lazy("kinship ended", "the marriage or the care is over, as a document shows")
        MISTAKEN = "mistaken", pgettext_lazy("kinship ended", "it was recorded wrongly")
        DIED = "died", pgettext_lazy("kinship ended", "one of the two has died, as a document shows")

    public_id = models.UUIDField(editable=False)
    one = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("one person"))
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("the other person"))
    kind = models.CharField(pgettext_lazy("kinship", "relation"), max_length=11, choices=Kind)
    proof = models.CharField(_("proof"), max_length=120)
    """Which document was seen, and where a copy lies; never a number that identifies somebody."""
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))
    one_agreed_at = models.DateTimeField(_("agreed by the one"), null=True)
    other_agreed_at = models.DateTimeField(_("agreed by the other"), null=True)
    ended_at = models.DateTimeField(pgettext_lazy("time", "ended"), null=True)
    ended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("ended by")
    )
    ended_because = models.CharField(
        _("why it was ended"), max_length=9, choices=EndedBecause, blank=True, default="", db_default=""
    )
    """Why a counter ended it; empty where one of the two did, who owes nobody a reason."""

    class Meta:
        verbose_name = _("relation in a family")
        constraints: ClassVar = [
            models.UniqueConstraint(name="kinship_public_id_once", fields=["public_id"]),
            models.CheckConstraint(name="kinship_of_two", condition=~Q(one=F("other"))),
            models.CheckConstraint(
                name="kinship_recorded_by_another",
                condition=~Q(recorded_by=F("one")) & ~Q(recorded_by=F("other")),
            ),
            models.CheckConstraint(name="kinship_has_proof", condition=~Q(proof="")),
            models.CheckConstraint(
                name="kinship_ended_whole",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="kinship_ended_before_why", condition=Q(ended_at__isnull=False) | Q(ended_because="")
            ),
            models.UniqueConstraint(
                Least("one", "other"), Greatest("one", "other"), name="kinship_one_at_a_time",
                condition=Q(ended_at__isnull=True),
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["one", "-id"], name="kinship_of_one"),
            models.Index(fields=["other", "-id"], name="kinship_of_other"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.kind}"

    @property
    def counts(self) -> bool:
        return self.ended_at is None and self.one_agreed_at is not None and self.other_agreed_at is not None


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Gift(models.Model):
    """Points that somebody gives to one of the family: held from the offer on, moved when the other consents (C-42).

    | state     | means                                         | moved by    |
    |-----------|-----------------------------------------------|-------------|
    | offered   | held for the receiver until `until`           | `offer`     |
    | accepted  | moved from one account to the other, whole    | `accept`    |
    | declined  | the receiver said no; given back              | `decline`   |
    | withdrawn | the giver took it back; given back            | `take_back` |
    | expired   | nobody answered in time; given back           | `tend`      |
    """

    class State(models.TextChoices):
        OFFERED = "offered", pgettext_lazy("gift", "waits for the answer")
        ACCEPTED = "accepted", pgettext_lazy("gift", "given")
        DECLINED = "declined", pgettext_lazy("gift", "declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("gift", "taken back")
        EXPIRED = "expired", pgettext_lazy("gift", "not answered in time")

    public_id = models.UUIDField(editable=False)
    rules = models.ForeignKey(GivingRules, on_delete=models.PROTECT, related_name="gifts")
    guardianship = models.ForeignKey(Guardianship, null=True, on_delete=models.PROTECT, related_name="+")
    kinship = models.ForeignKey(Kinship, null=True, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(_("who to whom"), max_length=20, choices=Relation)
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("giver"))
    receiver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("receiver"))
    points = models.PositiveBigIntegerField(_("points"), help_text=_("Hundredths of a point"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OFFERED)
    year = models.PositiveSmallIntegerField(_("year"))
    """The calendar year in which it counts for the giver's limit: that of the offer."""
    offered_at = models.DateTimeField(_("offered"))
    until = models.DateTimeField(_("to be answered until"))
    hold = models.UUIDField(_("set-aside in the ledger"))
    posting = models.UUIDField(_("posting"), null=True)
    ended_at = models.DateTimeField(pgettext_lazy("time", "ended"), null=True)

    class Meta:
        verbose_name = _("gift of points")
        constraints: ClassVar = [
            models.UniqueConstraint(name="gift_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="gift_hold_once", fields=["hold"]),
            models.CheckConstraint(name="gift_of_something", condition=Q(points__gte=1)),
            models.CheckConstraint(
                name="gift_along_one_relation",
                condition=Q(guardianship__isnull=False, kinship__isnull=True)
                | Q(guardianship__isnull=True, kinship__isnull=False),
            ),
            models.CheckConstraint(name="gift_to_another", condition=~Q(giver=F("receiver"))),
            models.CheckConstraint(
                name="gift_state_whole",
                condition=Q(state="offered", ended_at__isnull=True, posting__isnull=True)
                | Q(state="accepted", ended_at__isnull=False, posting__isnull=False)
                | Q(state__in=["declined", "withdrawn", "expired"], ended_at__isnull=False, posting__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["giver", "year", "-id"], name="gift_of_giver"),
            models.Index(fields=["receiver", "-id"], name="gift_of_receiver"),
            models.Index(fields=["until", "id"], name="gift_waiting", condition=Q(state="offered")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"

    @property
    def chip(self) -> str:
        return {"offered": "wait", "accepted": "done"}.get(self.state, "neutral")
