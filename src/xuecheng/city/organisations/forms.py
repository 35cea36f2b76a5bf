"""Forms of organisations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Level, Territory
from xuecheng.city.territories.picking import DivisionField
from xuecheng.web.forms import DateInput

from .models import Kind, Organisation, OrganisationStatus, Tier
from .picking import OrganisationField
from .services import Facts


class FilterOrganisations(forms.Form):
    """Which organisations the register shows."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    state = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", pgettext_lazy("filter", "all"))]
        self._choose("kind", [*every, *Kind.choices])
        self._choose("district", [*every, *((one.code, one.name) for one in territories.districts())])
        self._choose("state", [*every, *OrganisationStatus.State.choices])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def within(self) -> Territory | None:
        code = self.cleaned_data.get("district") or ""
        return territories.by_code(code) if code else None


class OrganisationForm(forms.Form):
    """Everything the register says of an organisation."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    code = forms.CharField(label=_("Code"), max_length=24, help_text=_("Short, for files, such as TH-SQXY."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    tier = forms.ChoiceField(
        label=_("Tier"),
        choices=[("", pgettext_lazy("college tier", "none")), *Tier.choices],
        required=False,
        help_text=_("Of community colleges only."),
    )
    credit_code = forms.CharField(label=_("Unified social credit code"), max_length=24, required=False)
    territory = DivisionField(label=_("Territory"), levels=[Level.CITY, Level.DISTRICT, Level.STREET])
    parent = OrganisationField(
        label=_("The organisation above"),
        required=False,
        help_text=_("If it belongs to one: part of its name, or its code."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    on = forms.DateField(label=_("Active from"), widget=DateInput, required=False)
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Number of the decision or notice. It stays in the history.")
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        if organisation is not None:
            del self.fields["on"]
            territory = self.fields["territory"]
            if isinstance(territory, DivisionField):
                territory.also = organisation.territory

    def facts(self) -> Facts:
        names = ("name_zh", "name_en", "code", "kind", "tier", "credit_code", "territory", "parent", "address")
        facts = Facts(**{name: self.cleaned_data[name] for name in names})
        # The scale of grades is kept where grades are known; it is not asked for here.
        return replace(facts, grade_scale=self.organisation.grade_scale) if self.organisation else facts

    @property
    def chosen_id(self) -> UUID | None:
        chosen: UUID | None = self.cleaned_data["public_id"]
        return chosen


def initial_of(organisation: Organisation) -> dict[str, Any]:
    """What the form shows of an organisation that is there."""
    names = ("name_zh", "name_en", "code", "kind", "tier", "credit_code", "address")
    return {name: getattr(organisation, name) for name in names} | {
        "territory": organisation.territory,
        "parent": organisation.parent,
    }


class StatusForm(forms.Form):
    """Another status from a day on."""

    state = forms.ChoiceField(label=_("Status from then on"), widget=forms.RadioSelect)
    on = forms.DateField(label=_("From the day"), widget=DateInput)
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Number of the decision or notice. It stays in the history.")
    )

    def __init__(self, *args: Any, states: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state = self.fields["state"]
        if isinstance(state, forms.ChoiceField):
            state.choices = [(value, label) for value, label in OrganisationStatus.State.choices if value in states]
