"""People 人员: accounts with the least data a learning city needs."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xuecheng.city.ids import uuid7
from xuecheng.city.territories.models import Territory


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
        ]
        indexes: ClassVar = [
            models.Index(fields=["sort_key", "id"], name="person_in_order"),
            models.Index(fields=["territory", "sort_key", "id"], name="person_by_territory"),
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
