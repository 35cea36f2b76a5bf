"""Collective accounts 集体账户: who learns together, who keeps the account, what was deposited, and why (C-91).

What a collective earns is recorded and shown. It lies in the ledger under classes of credit that no learner's account
can hold, so it never counts for a person, whatever anybody posts.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope
from xuecheng.learning.creditbank.models import CreditClass
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.records.models import Role


# Words about people stand in the row only, where an erasure reaches them.
@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["words", "about"])
class Collective(models.Model):
    """A learning circle, or an organisation as one that learns, with its account at an institution.

    | state     | means                                              | moved by                            |
    |-----------|----------------------------------------------------|-------------------------------------|
    | applied   | waits for the institution                          | `apply`                             |
    | refused   | the institution said no, and why                   | `refuse`                            |
    | withdrawn | the applicant took it back                         | `withdraw`                          |
    | open      | credit is deposited, members come and go           | `open_account`                      |
    | closed    | nothing lies on it any more; its statement stays   | `close`                             |
    """

    class Kind(models.TextChoices):
        CIRCLE = "circle", pgettext_lazy("collective", "learning circle")
        ORGANISATION = "organisation", pgettext_lazy("collective", "organisation")

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("collective account", "applied for")
        REFUSED = "refused", pgettext_lazy("collective account", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("collective account", "taken back")
        OPEN = "open", pgettext_lazy("collective account", "open")
        CLOSED = "closed", pgettext_lazy("collective account", "closed")

    public_id = models.UUIDField(editable=False)
    kind = models.CharField(pgettext_lazy("collective", "kind"), max_length=12, choices=Kind)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    about = models.CharField(_("what it learns"), max_length=500, blank=True)
    institution = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("account kept at")
    )
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    """Of kind organisation: whose account it is."""
    is_public = models.BooleanField(
        _("everybody may read the statement"), default=False, help_text=_("Else members, and who keeps the account")
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.APPLIED)
    applied_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("applied for by"))
    applied_at = models.DateTimeField(_("applied for"))
    decided_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    closed_by = models.ForeignKey(
        Person,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("account", "closed by"),
    )
    closed_at = models.DateTimeField(pgettext_lazy("account", "closed"), null=True)
    words = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("collective account")
        constraints: ClassVar = [
            models.UniqueConstraint(name="collective_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="collective_of_organisation_once",
                fields=["organisation", "institution"],
                condition=Q(state__in=["applied", "open"], organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="collective_organisation_by_kind",
                condition=Q(kind="circle", organisation__isnull=True)
                | Q(kind="organisation", organisation__isnull=False),
            ),
            # Nobody gives credit to itself.
            models.CheckConstraint(
                name="collective_kept_by_another",
                condition=Q(organisation__isnull=True) | ~Q(organisation=F("institution")),
            ),
            models.CheckConstraint(
                name="collective_decided_by_another", condition=Q(decided_by=None) | ~Q(decided_by=F("applied_by"))
            ),
            models.CheckConstraint(
                name="collective_decided_whole",
                condition=Q(state__in=["applied", "withdrawn"], decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=["refused", "open", "closed"], decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="collective_closed_whole",
                condition=Q(state="closed", closed_by__isnull=False, closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_by__isnull=True, closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="collective_says_why", condition=~Q(state__in=["refused", "closed"]) | ~Q(words="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "state", "-id"], name="collective_of_place"),
            models.Index(fields=["-id"], name="collective_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.name_zh

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_zh

    @property
    def book(self) -> int:
        """The book of the ledger in which all of it stands."""
        return self.pk % 256

    @property
    def reason(self) -> str:
        """Why it was refused or closed, in the reader's language where it is the house's own reason."""
        return gettext(self.words) if self.words else ""

    @property
    def chip(self) -> str:
        return {"open": "done", "applied": "wait", "refused": "no"}.get(self.state, "neutral")

    @property
    def icon(self) -> str:
        return "users" if self.kind == self.Kind.CIRCLE else "building-community"

    @property
    def has_account(self) -> bool:
        """Whether there is or was an account: what an application has not."""
        return self.state in (self.State.OPEN, self.State.CLOSED)

    def access_scope(self) -> Scope:
        return Scope(organisation_id=self.institution_id, territory_path=self.institution.territory.path)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Membership(models.Model):
    """That somebody belongs to a collective, by their own wish; and from when to when they keep its account.

    | state    | means                                   | moved by                                 |
    |----------|-----------------------------------------|------------------------------------------|
    | asked    | waits for a keeper                      | `ask_to_join`                            |
    | declined | a keeper said no, or it was taken back  | `decline`, `leave`                       |
    | standing | a member                                | `admit`; of who applied `open_account`   |
    | ended    | was a member                            | `leave`, `end_membership`, `close`       |
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("membership", "asks to join")
        DECLINED = "declined", pgettext_lazy("membership", "declined")
        STANDING = "standing", pgettext_lazy("membership", "member")
        ENDED = "ended", pgettext_lazy("membership", "was a member")

    public_id = models.UUIDField(editable=False)
    collective = models.ForeignKey(Collective, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    since = models.DateTimeField(_("member since"), null=True)
    until = models.DateTimeField(_("member until"), null=True)
    keeps_from = models.DateField(_("keeps the account from"), null=True)
    keeps_until = models.DateField(_("keeps the account until"), null=True, help_text=_("First day no longer"))
    changed_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("membership")
        constraints: ClassVar = [
            models.UniqueConstraint(name="collective_membership_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(
                name="collective_member_once",
                fields=["collective", "person"],
                condition=Q(state__in=["asked", "standing"]),
            ),
            models.CheckConstraint(
                name="collective_membership_period",
                condition=Q(state__in=["asked", "declined"], since__isnull=True, until__isnull=True)
                | Q(state="standing", since__isnull=False, until__isnull=True)
                | Q(state="ended", since__isnull=False, until__gte=F("since")),
            ),
            # Who keeps the account does so for a period, and was a member when it began.
            models.CheckConstraint(
                name="collective_keeper_period",
                condition=Q(keeps_from__isnull=True, keeps_until__isnull=True)
                | Q(keeps_from__isnull=False, keeps_until__gte=F("keeps_from"), since__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="collective_of_person"),
            models.Index(fields=["collective", "state", "id"], name="collective_members"),
        ]

    def __str__(self) -> str:
        return f"{self.collective_id} {self.state}"

    @property
    def chip(self) -> str:
        return {"standing": "done", "asked": "wait"}.get(self.state, "neutral")

    def keeps_on(self, day: date) -> bool:
        """Whether the member keeps the account on `day`."""
        return (
            self.state == self.State.STANDING
            and self.keeps_from is not None
            and self.keeps_until is not None
            and self.keeps_from <= day < self.keeps_until
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Deposit(models.Model):
    """One thing that a collective did or was given, and what it earned by the rules in force on its last day.

    Entered by the institution that keeps the account, never by a member. It is not changed: it is taken back, once and
    with a reason, and may be entered anew.
    """

    class Source(models.TextChoices):
        ACTIVITY = "activity", pgettext_lazy("deposit", "held together")
        AWARD = "award", pgettext_lazy("deposit", "award of the collective")

    public_id = models.UUIDField(editable=False)
    collective = models.ForeignKey(Collective, on_delete=models.PROTECT, related_name="deposits")
    source = models.CharField(_("where it comes from"), max_length=8, choices=Source)
    code = models.CharField(_("code of the activity or award"), max_length=32)
    title = models.CharField(_("title"), max_length=120)
    began_on = models.DateField(_("began on"), null=True)
    ended_on = models.DateField(_("ended or awarded on"))
    minutes = models.PositiveIntegerField(_("minutes"), default=0)
    role = models.CharField(_("as what"), max_length=9, choices=Role, default=Role.LEARNER)
    proof = models.CharField(_("where the proof lies"), max_length=200)
    credits = models.PositiveBigIntegerField(_("credits"), help_text=_("Hundredths; all lines, whatever their class"))
    deposited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by"))
    deposited_at = models.DateTimeField(_("entered"))
    taken_back_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken back by")
    )
    taken_back_at = models.DateTimeField(_("taken back"), null=True)
    why = models.CharField(_("why it is taken back"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("deposit")
        constraints: ClassVar = [
            models.UniqueConstraint(name="collective_deposit_public_id_once", fields=["public_id"]),
            # What was held or awarded once is deposited once (C-12).
            models.UniqueConstraint(
                name="collective_deposit_once",
                fields=["collective", "source", "code", "ended_on"],
                condition=Q(taken_back_at__isnull=True),
            ),
            models.CheckConstraint(
                name="collective_deposit_hours",
                condition=Q(source="award", minutes=0) | Q(source="activity", minutes__gte=1),
            ),
            models.CheckConstraint(
                name="collective_deposit_days", condition=Q(began_on__isnull=True) | Q(began_on__lte=F("ended_on"))
            ),
            models.CheckConstraint(
                name="collective_deposit_taken_back_whole",
                condition=Q(taken_back_by__isnull=True, taken_back_at__isnull=True, why="")
                | (Q(taken_back_by__isnull=False, taken_back_at__isnull=False) & ~Q(why="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["collective", "-id"], name="collective_deposit_of")]

    def __str__(self) -> str:
        return f"{self.code} {self.ended_on}"


class DepositLine(models.Model):
    """What a deposit gave in one class of credit. Of nothing too: hours that wait for the next ones (C-20)."""

    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, related_name="lines")
    credit_class = models.ForeignKey(CreditClass, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("rule"))
    credits = models.PositiveBigIntegerField(_("credits"), help_text=_("Hundredths of a credit"))
    key = models.UUIDField(_("posting"), null=True)
    memory = models.JSONField(default=dict)
    """The engine's line, as recognition keeps lines: what later deposits are held against."""

    class Meta:
        verbose_name = _("line of a deposit")
        constraints: ClassVar = [
            models.UniqueConstraint(name="collective_line_key_once", fields=["key"]),
            models.CheckConstraint(
                name="collective_line_is_posted",
                condition=Q(credits=0, key__isnull=True) | Q(credits__gte=1, key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deposit_id} {self.credits}"

    @property
    def of(self) -> dict[str, Any]:
        """Framework, kind and level of the line, as the rule named them."""
        return {name: self.memory.get(name, "") for name in ("framework", "kind", "level")}


class Remainder(models.Model):
    """What lay on an account when it was closed: lapsed, or handed on to another collective. Rows are only added."""

    collective = models.ForeignKey(Collective, on_delete=models.PROTECT, related_name="remainders")
    credit_class = models.ForeignKey(CreditClass, on_delete=models.PROTECT, related_name="+")
    credits = models.PositiveBigIntegerField(_("credits"), help_text=_("Hundredths of a credit"))
    to = models.ForeignKey(
        Collective, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("handed on to")
    )
    key = models.UUIDField(_("posting"))

    class Meta:
        verbose_name = _("remainder of a closed account")
        constraints: ClassVar = [
            models.UniqueConstraint(name="collective_remainder_once", fields=["collective", "credit_class"]),
            models.CheckConstraint(name="collective_remainder_of_something", condition=Q(credits__gte=1)),
            models.CheckConstraint(
                name="collective_remainder_to_another", condition=Q(to__isnull=True) | ~Q(to=F("collective"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collective_id} {self.credits}"
