"""Forms of giving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from xuecheng.web.forms import DateInput

from .models import Relation
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
        choices = [(str(one.guardianship.public_id), f"{one.other.name} ({one.relation.label})") for one in ties]
        self.fields["tie"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, declared above


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
    begins_on = _day(_("From"))
    ends_on = _day(_("Until"), required=False, help_text=_("First day on which nothing is given any more."))

    def law(self) -> Law:
        data = self.cleaned_data
        plain = ("relations", "answer_days", "source", "begins_on", "ends_on")
        return Law(most_a_year=int(data["most_a_year"] * 100), **{name: data[name] for name in plain})
