"""Forms of roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.city.people import queries as people
from xuecheng.city.people.models import Person
from xuecheng.web.forms import DateInput

from .rules import ROLES


class GrantRole(forms.Form):
    """A role for a colleague, from a day on."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    person = forms.CharField(
        label=_("Sign-in name of the person"), max_length=64, help_text=_("The account must be open to sign-in.")
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    begins_on = forms.DateField(label=_("From the day"), widget=DateInput)
    ends_on = forms.DateField(
        label=_("Until before the day"), widget=DateInput, required=False, help_text=_("Empty: until it is ended.")
    )
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Number of the appointment. It stays in the history.")
    )

    def __init__(self, *args: Any, held_at: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        if isinstance(role, forms.ChoiceField):
            role.choices = [(one.code, one.label) for one in ROLES.values() if one.held_at == held_at]

    def clean_person(self) -> Person:
        found = people.by_sign_in_name(self.cleaned_data["person"])
        if found is None:
            raise forms.ValidationError(_("Nobody signs in with this name."))
        return found


class EndRole(forms.Form):
    """The end of a role."""

    on = forms.DateField(label=_("It stops counting on"), widget=DateInput)
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))
