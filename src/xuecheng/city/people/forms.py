"""Forms of people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Level, Territory
from xuecheng.city.territories.picking import DivisionField

from .models import Person


class FindPeople(forms.Form):
    """Whom the list shows: by district, or one by the exact name."""

    q = forms.CharField(label=_("Whole name or sign-in name"), required=False, max_length=80)
    district = forms.ChoiceField(label=_("District of residence"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        district = self.fields["district"]
        if isinstance(district, forms.ChoiceField):
            every = ("", pgettext_lazy("filter", "all"))
            district.choices = [every, *((one.code, one.name) for one in territories.districts())]

    def within(self) -> Territory | None:
        code = self.cleaned_data.get("district") or ""
        return territories.by_code(code) if code else None


class _WithReason(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))


class _WithResidence(_WithReason):
    birth_year = forms.IntegerField(label=_("Year of birth"), required=False)
    territory = DivisionField(
        label=_("Residence"), required=False, levels=[Level.DISTRICT, Level.STREET, Level.COMMUNITY]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        territory = self.fields["territory"]
        if isinstance(territory, DivisionField):
            territory.also = self.initial.get("territory")


class OpenAccount(_WithResidence):
    """A new account with the least data."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=120,
        help_text=_("As the identity document prints it; · between the parts of a name."),
    )
    sign_in_name = forms.CharField(label=_("Sign-in name"), max_length=64)
    password = forms.CharField(
        label=_("First password"),
        max_length=128,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Without one nobody can sign in yet."),
    )
    field_order = ("public_id", "name", "sign_in_name", "birth_year", "territory", "password", "reason")


class ChangeName(_WithReason):
    """Another way to write a name."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=120)
    field_order = ("name", "reason")


class ChangePerson(_WithResidence):
    """Year of birth and residence."""

    field_order = ("birth_year", "territory", "reason")


class SetPassword(_WithReason):
    """A new password for somebody who forgot theirs and showed who they are."""

    password = forms.CharField(
        label=_("New password"), max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    field_order = ("password", "reason")


class ChangeSignIn(_WithReason):
    """Closing an account to sign-in, or opening it again."""


class DecidePair(_WithReason):
    """Two people, or one: then which account is kept."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(label=_("Your finding"), widget=forms.RadioSelect)
    field_order = ("public_id", "decision", "reason")

    def __init__(self, *args: Any, first: Person, second: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision = self.fields["decision"]
        if isinstance(decision, forms.ChoiceField):
            one = _("One person: keep %(name)s")
            decision.choices = [
                ("different", _("Two people")),
                ("first", one % {"name": first.sign_in_name}),
                ("second", one % {"name": second.sign_in_name}),
            ]


class MergeTwo(_WithReason):
    """Another account of the same person."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    merged = forms.CharField(
        label=_("Sign-in name of the account to merge into this one"),
        max_length=64,
        help_text=_("It keeps its records and credit; both count together from now on."),
    )
    field_order = ("public_id", "merged", "reason")


class UndoMerge(_WithReason):
    """Why a merge is undone."""
