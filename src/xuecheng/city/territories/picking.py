"""A division in a form: named by typing its name or code, and not found in a list of three thousand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.web.picking import MOST_FOUND, Found, PickField

from . import queries
from .models import Level, Territory


class DivisionField(PickField[Territory]):
    """One current division of some levels; `also` may stay although it has ended."""

    def __init__(self, *, levels: Iterable[str] = Level.values, **options: Any) -> None:
        options.setdefault("help_text", _("Type part of the name, such as 五山, or the code."))
        super().__init__(**options)
        self.levels = tuple(levels)
        self.also: Territory | None = None

    def look_for(self, text: str) -> Sequence[Territory]:
        return queries.search(text, levels=self.levels, limit=MOST_FOUND + 1)

    def by_key(self, key: str) -> Territory | None:
        found = queries.by_code(key, with_line=True)
        if found is None:
            return None
        may_stay = self.also is not None and found.pk == self.also.pk
        return found if may_stay or (found.is_current and not found.is_pseudo and found.level in self.levels) else None

    def describe(self, thing: Territory) -> Found:
        above: list[str] = []
        parent = thing.parent
        while parent is not None and parent.level != Level.CITY:
            above.insert(0, parent.name)
            parent = parent.parent
        return Found(thing.code, thing.name, " ".join([*above, thing.code]))
