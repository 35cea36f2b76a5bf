"""Forms of help: one question a page for elders, one page for the counter."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people import queries as people
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import normalise_name
from xuecheng.city.refusals import Refusal
from xuecheng.web.forms import DateInput, Described

from .models import Guardianship
from .words import MEANING, WORDS, lazy_plain


class NamesSomebody(forms.Form):
    """A form with the sign-in name of somebody who can sign in."""

    def _named(self, field: str) -> Person:
        found = people.by_sign_in_name(self.cleaned_data[field])
        if found is None:
            raise forms.ValidationError(_("Nobody signs in with this name."))
        return found


class Who(NamesSomebody):
    """First question: who."""

    helper = forms.CharField(
        label=_("Sign-in name of your helper"), max_length=64, help_text=_("Ask your helper for it.")
    )

    def clean_helper(self) -> Person:
        return self._named("helper")


class What(forms.Form):
    """Second question: what."""

    tasks = forms.MultipleChoiceField(
        label=_("What may your helper do for you?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(task.value, Described(words, MEANING[task])) for task, words in WORDS.items()],
        error_messages={"required": _("Choose at least one thing that the helper may do for you.")},
    )


LENGTHS = [("30", _("one month")), ("180", _("half a year")), ("365", _("one year"))]


class Until(forms.Form):
    """Third question: how long."""

    days = forms.ChoiceField(label=_("For how long?"), widget=forms.RadioSelect, choices=LENGTHS)


class Sure(forms.Form):
    """Last: everything once more."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)


class AtCounter(NamesSomebody):
    """Staff type what they are told: one digit more or less in a sign-in name would let a stranger in."""

    def _has_name(self, who: str, name: str) -> None:
        """Refuse unless the account of field `who` bears the name in field `name`; never tell whose it is."""
        person, told = self.cleaned_data.get(who), self.cleaned_data.pop(name, "")
        if person is None or not told:
            return
        try:
            told = normalise_name(told)
        except Refusal as refusal:
            self.add_error(name, str(refusal))
            return
        if person.name != told:
            self.add_error(name, _("The account with this sign-in name is not of this name. Compare both."))


class RecordProxy(AtCounter):
    """At the counter: everything on one page."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    helper = forms.CharField(label=_("Sign-in name of the helper"), max_length=64)
    helper_name = forms.CharField(label=_("Name of the helper"), max_length=120)
    tasks = forms.MultipleChoiceField(
        label=_("What the helper may do"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(task.value, lazy_plain(task)) for task in WORDS],
    )
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput, help_text=_("A year at most."))
    is_present = forms.BooleanField(
        label=_("The person is here and said so themselves; I am the witness."), required=False
    )

    def clean_helper(self) -> Person:
        return self._named("helper")

    def clean(self) -> None:
        super().clean()
        self._has_name("helper", "helper_name")


class RecordGuardian(AtCounter):
    """At the counter: who acts for a child."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    guardian = forms.CharField(label=_("Sign-in name of the guardian"), max_length=64)
    guardian_name = forms.CharField(label=_("Name of the guardian"), max_length=120)
    relation = forms.ChoiceField(
        label=pgettext_lazy("guardian", "Relation"), widget=forms.RadioSelect, choices=Guardianship.Relation.choices
    )
    child_born_on = forms.DateField(
        label=_("The child was born on"), widget=DateInput, help_text=_("As the proof says.")
    )
    proof = forms.CharField(
        label=_("Proof that was seen"),
        max_length=120,
        help_text=_("Kind of document and where the copy lies, such as “household register, folder 12”. No numbers."),
    )

    def clean_guardian(self) -> Person:
        return self._named("guardian")

    def clean(self) -> None:
        super().clean()
        self._has_name("guardian", "guardian_name")

    def clean_proof(self) -> str:
        return no_number(self.cleaned_data["proof"])


def no_number(text: str) -> str:
    """What was written of a proof. Raises `ValidationError` where it looks like the number of a document."""
    if sum(sign.isdigit() for sign in text) > 8:
        raise forms.ValidationError(_("Leave the number of the document out."))
    return text


class JustPost(forms.Form):
    """Nothing but the button."""


def last_day(days: str, *, today: date) -> date:
    """The last day of a chosen length."""
    return today + timedelta(days=int(days) - 1)


__all__ = [
    "AtCounter",
    "JustPost",
    "RecordGuardian",
    "RecordProxy",
    "Sure",
    "Until",
    "What",
    "Who",
    "last_day",
    "no_number",
]
