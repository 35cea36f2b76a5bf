"""Forms of divisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.web.forms import DateInput, Described

from .picking import DivisionField


class AsOf(forms.Form):
    """The day on which a division should be shown."""

    on = forms.DateField(label=_("As of the day"), required=False, widget=DateInput)


class FindDivision(AsOf):
    """Look for a division in the whole city."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=60)
    field_order = ("q", "on")


class _FromADay(forms.Form):
    on = forms.DateField(
        label=_("From the day"), widget=DateInput, help_text=_("It may lie in the past or in the future.")
    )
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Number of the decision or notice. It stays in the history.")
    )


class RenameDivision(_FromADay):
    """Another name from a day on."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    field_order = ("name_zh", "name_en", "on", "reason")


class MoveDivision(_FromADay):
    """Another parent from a day on."""

    field_order = ("parent", "on", "reason")

    def __init__(self, *args: Any, level: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"] = DivisionField(levels=[level], label=_("The division to which it belongs then"))
        self.order_fields(self.field_order)


_CODE_HELP = _("The official 12 digits.")
MOST_PARTS = 6


def _code_field() -> forms.CharField:
    return forms.CharField(label=_("Code"), max_length=12, help_text=_CODE_HELP)


class MergeDivisions(_FromADay):
    """Several divisions of one level end together; what lies beneath them goes to one that comes to be."""

    merged = forms.MultipleChoiceField(
        label=_("Merged together with"), required=False, widget=forms.CheckboxSelectMultiple
    )
    code = _code_field()
    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    field_order = ("merged", "code", "name_zh", "name_en", "on", "reason")

    def __init__(self, *args: Any, siblings: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["merged"].choices = list(siblings)  # type: ignore[attr-defined]  # a field of choices
        if not siblings:
            del self.fields["merged"]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Titles with their fields, as the page shows them."""
        together = [(gettext("Which end"), [self["merged"]])] if "merged" in self.fields else []
        return [
            *together,
            (gettext("The new division"), [self["code"], self["name_zh"], self["name_en"]]),
            (gettext("From when, and why"), [self["on"], self["reason"]]),
        ]


class SplitDivision(_FromADay):
    """A division becomes several; each division beneath goes to one of them, or stays where the old one goes on."""

    remains = forms.ChoiceField(
        label=_("The old division"),
        widget=forms.RadioSelect,
        choices=[
            ("", Described(_("ends"), _("Every division beneath it goes to a new one."))),
            ("yes", Described(_("goes on"), _("It keeps what the new ones do not take."))),
        ],
        required=False,
    )

    def __init__(self, *args: Any, beneath: Sequence[tuple[str, str]], part_count: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.numbers = range(1, part_count + 1)
        self.beneath = list(beneath)
        for number in self.numbers:
            self.fields[f"code_{number}"] = _code_field()
            self.fields[f"name_zh_{number}"] = forms.CharField(label=_("Chinese name"), max_length=60)
            self.fields[f"name_en_{number}"] = forms.CharField(label=_("English name"), max_length=120, required=False)
        goes_to = [("", _("stays with the old one"))] + [
            (str(number), self.title_of(number)) for number in self.numbers
        ]
        for code, name in self.beneath:
            self.fields[f"goes_{code}"] = forms.ChoiceField(label=name, choices=goes_to, required=False)
        self.order_fields([field.name for _title, fields in self.sections() for field in fields])

    @property
    def answered(self) -> list[str]:
        """Questions that always have an answer, if only the first one: nothing is to be said of leaving them out."""
        return ["remains", *(f"goes_{code}" for code, _name in self.beneath)]

    @staticmethod
    def title_of(number: int) -> str:
        return gettext("New division %(number)d") % {"number": number}

    def taken_by(self, number: int) -> list[str]:
        """The codes of those beneath that go to a part."""
        return [code for code, _name in self.beneath if self.cleaned_data[f"goes_{code}"] == str(number)]

    def field_of(self, refusal: Refusal) -> str | None:
        """A code that cannot be stands at the part that brought it; a division without a part at its own question."""
        if refusal.field == "code":
            for number in self.numbers:
                if self.cleaned_data[f"code_{number}"] == refusal.values.get("code"):
                    return f"code_{number}"
        if refusal.field == "parts":
            for code, name in self.beneath:
                if name == refusal.values.get("name"):
                    return f"goes_{code}"
        return refusal.field if refusal.field in self.fields else None

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Titles with their fields, as the page shows them."""
        parts = [
            (self.title_of(number), [self[f"code_{number}"], self[f"name_zh_{number}"], self[f"name_en_{number}"]])
            for number in self.numbers
        ]
        where = [(gettext("What lies beneath goes to"), [self[f"goes_{code}"] for code, _name in self.beneath])]
        return [
            (gettext("What becomes of the old one"), [self["remains"]]),
            *parts,
            *(where if self.beneath else []),
            (gettext("From when, and why"), [self["on"], self["reason"]]),
        ]


class MergeDivision(_FromADay):
    """The end of a division; what lies beneath it goes to another."""

    field_order = ("into", "on", "reason")

    def __init__(self, *args: Any, level: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["into"] = DivisionField(levels=[level], label=_("The division that takes it in"))
        self.order_fields(self.field_order)
