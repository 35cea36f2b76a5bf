"""People 人员: accounts with the least data a learning city needs."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.ids import uuid7
from xuecheng.city.territories.models import Territory

WORDS = Func("name", "sort_key", function="people_words_v1", output_field=SearchVectorField())
"""By what a person is found: parts of the name, its pinyin and its initials (`sql/words_v1.sql`); there is an index."""


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(sign_in_name=username)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=["last_login", "password"])),
    pghistory.DeleteEvent(),
    exclude=["password", "last_login"],
)
class Person(AbstractBaseUser):
    """Someone with an account: resident, staff, officer. What they may do stands in `access`.

    A name is written as its bearer writes it: Chinese, with a middle dot (买买提·吐尔逊), or as in a passport.

    An account that was opened twice for one person is merged: it points to the one that is kept, always directly, and
    keeps its own records, credit and roles, which are read through `groups.keys_of`.

    Whoever left has `erased_at`: a pseudonym is all that is left of them, and nothing of the row changes any more.
    """

    public_id = models.UUIDField(default=uuid7, editable=False)
    sign_in_name = models.CharField(_("sign-in name"), max_length=64)
    name = models.CharField(_("name"), max_length=80)
    sort_key = models.CharField(
        max_length=200, blank=True, help_text=_("Pinyin of the name, by which lists are ordered")
    )
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    territory = models.ForeignKey(
        Territory,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("residence"),
        help_text=_("Street or community of residence"),
    )
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_fictional = models.BooleanField(default=False, help_text=_("Made up for the demonstration"))
    joined_at = models.DateTimeField(auto_now_add=True)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        db_index=False,
        verbose_name=_("merged into"),
    )
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    USERNAME_FIELD = "sign_in_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name = _("person")
        constraints: ClassVar = [
            models.UniqueConstraint(name="person_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="person_sign_in_name_once", fields=["sign_in_name"]),
            models.CheckConstraint(name="person_name_given", condition=~Q(name="")),
            models.CheckConstraint(
                name="person_birth_year_plausible",
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1890, 2100)),
            ),
            models.CheckConstraint(
                name="person_not_merged_into_itself", condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id"))
            ),
            # The sign "~" begins no name that somebody may choose: those of the erased are never taken or given again.
            models.CheckConstraint(
                name="person_erased_keeps_nothing",
                condition=Q(erased_at__isnull=True)
                | Q(
                    is_active=False,
                    password="!",  # noqa: S106  # Django's mark for "no password"
                    last_login__isnull=True,
                    birth_year__isnull=True,
                    territory__isnull=True,
                    sign_in_name__startswith="~",
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="person_in_order"),
            models.Index(fields=["territory", "sort_key", "id"], name="person_by_territory"),
            GinIndex(WORDS, name="person_words"),
            models.Index(fields=["merged_into"], name="person_merged", condition=Q(merged_into__isnull=False)),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="erased_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__erased_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @property
    def email(self) -> str:
        """No e-mail address is asked for; allauth looks for the attribute."""
        return ""

    def natural_key(self) -> tuple[Any, ...]:
        return (self.sign_in_name,)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class PersonMerge(models.Model):
    """An officer's finding that two accounts are one person's: `merged` counts as `kept` until it is undone.

    The merges that stand are the edges of a forest, from which `Person.merged_into` follows.
    """

    public_id = models.UUIDField(default=uuid7, editable=False)
    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("kept account"))
    merged = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="merges", verbose_name=_("merged account")
    )
    merged_at = models.DateTimeField(_("merged at"))
    merged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("merged by"))
    reason = models.CharField(_("reason"), max_length=200)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("undone by")
    )
    undone_why = models.CharField(_("why it was undone"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("merge of two accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(name="merge_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="merge_one_stands", fields=["merged"], condition=Q(undone_at__isnull=True)),
            models.CheckConstraint(name="merge_of_two", condition=~Q(kept=F("merged"))),
            models.CheckConstraint(
                name="merge_not_of_oneself",
                condition=~Q(merged_by=F("kept"))
                & ~Q(merged_by=F("merged"))
                & (Q(undone_by__isnull=True) | (~Q(undone_by=F("kept")) & ~Q(undone_by=F("merged")))),
            ),
            models.CheckConstraint(
                name="merge_undone_says_why",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undone_why="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_why="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kept"], name="merge_of_kept")]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"


class DuplicateCandidate(models.Model):
    """Two accounts that may be one person's, and why it seems so. A person decides; nothing is merged silently."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("duplicate", "to be decided")
        SAME = "same", pgettext_lazy("duplicate", "one person")
        DIFFERENT = "different", pgettext_lazy("duplicate", "two people")

    public_id = models.UUIDField(default=uuid7, editable=False)
    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reasons = models.JSONField(default=list)
    score = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("possible duplicate")
        constraints: ClassVar = [
            models.UniqueConstraint(name="duplicate_public_id_once", fields=["public_id"]),
            models.UniqueConstraint(name="duplicate_pair_once", fields=["first", "second"]),
            models.CheckConstraint(name="duplicate_in_order", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(
                name="duplicate_decided_by_somebody",
                condition=Q(state="open", decided_by__isnull=True) | (~Q(state="open") & Q(decided_by__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-score", "id"], name="duplicate_open", condition=Q(state="open")),
            models.Index(fields=["second"], name="duplicate_of_second"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"
