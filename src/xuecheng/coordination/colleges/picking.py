"""A unit of the network in a form: named by typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.web.picking import MOST_FOUND, Found, PickField

from . import queries
from .models import College


class CollegeField(PickField[College]):
    """One unit that stands today, of one of some levels."""

    def __init__(self, *, levels: Sequence[str], **options: Any) -> None:
        options.setdefault("help_text", _("Type part of its name."))
        super().__init__(**options)
        self.levels = tuple(levels)

    def look_for(self, text: str) -> Sequence[College]:
        found = queries.colleges(on=clock.today(), text=text.strip()).filter(level__in=self.levels)
        return list(found.order_by("territory__code", "pk")[: MOST_FOUND + 1])

    def by_key(self, key: str) -> College | None:
        try:
            public_id = UUID(key.strip())
        except ValueError:
            return None
        found = queries.colleges(on=clock.today()).filter(level__in=self.levels)
        return found.filter(public_id=public_id).first()

    def describe(self, thing: College) -> Found:
        return Found(str(thing.public_id), thing.name, f"{thing.get_level_display()} {thing.territory.name}")
