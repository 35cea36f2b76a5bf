"""Forms of giving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.care.forms import AtCounter, no_number
from xuecheng.city.people.models import Person
from xuecheng.web.forms import DateInput

from .models import Kinship, Relation
from .queries import Tie
from .services import Law


def _day(label: Any, **more: Any) -> forms.DateField:
    within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
    return forms.DateField(label=label, widget=DateInput, validators=within, **more)


class Offer(forms.Form):
    """Whom of the family, and how many points."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    tie = forms.ChoiceField(label=_("To whom"), widget=forms.RadioSelect)
    points = forms.DecimalField(
        label=_("How many points"), min_value=1, max_value=1_000_000, decimal_places=2,
        help_text=_("They are set aside until the answer."),
    )  # fmt: skip

    def __init__(self, *args: Any, ties: Sequence[Tie], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.by.public_id), f"{one.other.name} ({one.relation.label})") for one in ties]
        self.fields["tie"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, declared above


class RecordKinship(AtCounter):
    """At a counter: who is related to whom, with what was seen. Names are typed too, so that one digit harms nobody."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    one = forms.CharField(label=_("Sign-in name of the one"), max_length=64)
    one_name = forms.CharField(label=_("Name of the one"), max_length=120)
    other = forms.CharField(label=_("Sign-in name of the other"), max_length=64)
    other_name = forms.CharField(label=_("Name of the other"), max_length=120)
    kind = forms.ChoiceField(
        label=pgettext_lazy("kinship", "Relation"), widget=forms.RadioSelect, choices=Kinship.Kind.choices,
        help_text=_("Of parents and grandparents: the one is the elder."),
    )  # fmt: skip
    proof = forms.CharField(
        label=_("Proof that was seen"), max_length=120,
        help_text=_("Kind of document and where the copy lies, such as “household register, folder 12”. No numbers."),
    )  # fmt: skip

    def clean_one(self) -> Person:
        return self._named("one")

    def clean_other(self) -> Person:
        return self._named("other")

    def clean(self) -> None:
        super().clean()
        self._has_name("one", "one_name")
        self._has_name("other", "other_name")

    def clean_proof(self) -> str:
        return no_number(self.cleaned_data["proof"])


class FindKinships(AtCounter):
    """At a counter: whose relations. The name is typed too, so that one digit shows nobody else's."""

    one = forms.CharField(label=_("Sign-in name"), max_length=64)
    one_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=120)

    def clean_one(self) -> Person:
        return self._named("one")

    def clean(self) -> None:
        super().clean()
        self._has_name("one", "one_name")


class EndAtCounter(forms.Form):
    """Why a relation is ended."""

    why = forms.ChoiceField(
        label=_("Why the relation is ended"), widget=forms.RadioSelect, choices=Kinship.EndedBecause.choices,
        help_text=_("Both read it."),
    )  # fmt: skip


class Draft(forms.Form):
    """What is allowed, to whom, how much a year. Every number is a decision of the city, none is built in."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    relations = forms.MultipleChoiceField(
        label=_("Who may give to whom"), choices=Relation.choices, widget=forms.CheckboxSelectMultiple
    )
    most_a_year = forms.DecimalField(
        label=_("Most points one person gives in a year"), min_value=1, max_value=1_000_000, decimal_places=2
    )
    answer_days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=90, initial=14)
    source = forms.CharField(label=_("Decision it rests on"), max_length=200)
    begins_on = _day(pgettext_lazy("day", "From"))
    ends_on = _day(_("Until"), required=False, help_text=_("First day on which nothing is given any more."))

    def law(self) -> Law:
        data = self.cleaned_data
        plain = ("relations", "answer_days", "source", "begins_on", "ends_on")
        return Law(most_a_year=int(data["most_a_year"] * 100), **{name: data[name] for name in plain})
