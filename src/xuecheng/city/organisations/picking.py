"""An organisation in a form: chosen from a list while there are few, named by typing where there are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from xuecheng.web.picking import MOST_FOUND, Found, PickField

from . import queries
from .models import Organisation

MOST_LISTED = 12
"""A list with more than these is not read any more: one types."""


class OrganisationField(PickField[Organisation]):
    """One organisation of `places`, which are all that may be chosen; without them any of the register."""

    def __init__(self, *, places: QuerySet[Organisation] | None = None, **options: Any) -> None:
        options.setdefault("help_text", _("Type part of its name, or its code."))
        super().__init__(**options)
        self.places = places

    def _narrowed(self, found: QuerySet[Organisation]) -> QuerySet[Organisation]:
        return found if self.places is None else found.filter(pk__in=self.places.order_by().values("pk"))

    def look_for(self, text: str) -> Sequence[Organisation]:
        whole = text.strip()
        named = Case(When(Q(name_zh=whole) | Q(name_en__iexact=whole), then=0), default=1)
        return list(self._narrowed(queries.organisations(text=whole)).order_by(named, "code")[: MOST_FOUND + 1])

    def by_key(self, key: str) -> Organisation | None:
        rows = Organisation.objects.select_related("territory", "parent").filter(code=key.strip().upper())
        return self._narrowed(rows).first()

    def describe(self, thing: Organisation) -> Found:
        return Found(thing.code, thing.name, f"{thing.territory.name} {thing.code}")


def offer(form: forms.BaseForm, name: str, places: QuerySet[Organisation]) -> None:
    """Let the field `name` of `form` choose among `places`, which are few or many. One query."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        if len(places.values("pk")[: MOST_LISTED + 1]) <= MOST_LISTED:
            field.queryset = places
            return
        form.fields[name] = OrganisationField(places=places, label=field.label, required=field.required)
