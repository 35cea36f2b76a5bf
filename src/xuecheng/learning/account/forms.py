"""What a learner can choose on the account's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xuecheng.learning.creditbank.models import CreditKind
from xuecheng.learning.records.models import Origin

from .queries import KINDS, AccountPage, Wish


class StatementFilter(forms.Form):
    """Which lines of the statement: year, kind, and framework where there are several."""

    year = forms.TypedChoiceField(label=_("Year"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("All kinds")), *((kind.value, kind.label) for kind in KINDS)],
    )
    framework = forms.ChoiceField(label=_("Framework"), required=False)

    def __init__(self, data: Any, *, page: AccountPage) -> None:
        super().__init__(data)
        years = self.fields["year"]
        frameworks = self.fields["framework"]
        if isinstance(years, forms.ChoiceField) and isinstance(frameworks, forms.ChoiceField):
            years.choices = [
                ("", _("All years")),
                *((year, gettext("The year %(year)s") % {"year": year}) for year in page.years),
            ]
            frameworks.choices = [("", _("All frameworks")), *((table.code, table.name) for table in page.tables)]
        if len(page.tables) < 2:
            del self.fields["framework"]


def wish_from(data: Any) -> tuple[Wish, int | None]:
    """The wish in an address, and the serial after which earlier lines begin; what makes no sense is no wish."""

    def number(name: str, highest: int) -> int | None:
        text = data.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 and int(text) <= highest else None

    kind = data.get("kind", "")
    year = number("year", 9000)
    wish = Wish(
        year=year or None,
        kind=kind if kind in CreditKind.values else "",
        framework=data.get("framework", "")[:16],
    )
    return wish, number("before", 2**62)


class RecordFilter(forms.Form):
    """Which of one's records."""

    origin = forms.ChoiceField(label=_("Kind of record"), required=False, choices=[("", _("All")), *Origin.choices])
