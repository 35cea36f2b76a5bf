"""Forms of roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.city.people import queries as people
from xuecheng.city.people.models import Person
from xuecheng.web.forms import DateInput

from .models import BrokenGlass, Role
from .rules import ACTS
from .words import word_of


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

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        if isinstance(role, forms.ChoiceField):
            role.choices = roles

    def clean_person(self) -> Person:
        found = people.by_sign_in_name(self.cleaned_data["person"])
        if found is None:
            raise forms.ValidationError(_("Nobody signs in with this name."))
        return found


class EndRole(forms.Form):
    """The end of a role."""

    on = forms.DateField(label=_("It stops counting on"), widget=DateInput)
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))


class Decide(forms.Form):
    """A second person's word on what the first proposed."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[("approve", _("Approve")), ("refuse", _("Do not approve"))],
    )
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))


class DecideRole(Decide):
    """The same for a draft of a role, with its first day."""

    begins_on = forms.DateField(label=_("It counts from the day"), widget=DateInput)
    field_order = ("decision", "begins_on", "reason")


class MakeRole(forms.Form):
    """A role that an installation needs for itself."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60)
    code = forms.CharField(
        label=_("Code"), max_length=32, help_text=_("Small letters, digits and underscores; it never changes.")
    )
    held_at = forms.ChoiceField(label=_("It is held"), widget=forms.RadioSelect, choices=Role.HeldAt.choices)
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))


class DraftRole(forms.Form):
    """What a role shall be able to do."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    acts = forms.MultipleChoiceField(
        label=_("Who holds the role may"), widget=forms.CheckboxSelectMultiple, required=False
    )
    needs_second = forms.BooleanField(label=_("Two people are needed to give it to somebody"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = self.fields["acts"]
        if isinstance(acts, forms.MultipleChoiceField):
            acts.choices = [(act, word_of(act)) for act in sorted(ACTS)]


class BreakGlass(forms.Form):
    """An emergency, in words."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    hours = forms.TypedChoiceField(
        label=_("For how long"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[(1, _("one hour")), (2, _("two hours")), (8, _("eight hours"))],
    )
    reason = forms.CharField(
        label=_("What happened"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person and the reviewer read it."),
    )


class ReviewGlass(forms.Form):
    """Whether an emergency access was in order."""

    verdict = forms.ChoiceField(
        label=_("What you found"), widget=forms.RadioSelect, choices=BrokenGlass.Verdict.choices
    )
    finding = forms.CharField(
        label=_("In words"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it."),
    )
