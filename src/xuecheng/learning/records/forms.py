"""Forms of learning records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.web.forms import DateInput

from .models import DoubleReport, Origin, Role, Status


class FindRecords(forms.Form):
    """Filters of the registrar's list."""

    text = forms.CharField(label=_("Key, name or title"), required=False, max_length=80)
    origin = forms.ChoiceField(label=_("Kind of record"), required=False, choices=[("", _("All")), *Origin.choices])
    year = forms.IntegerField(label=_("Year in which it ended"), required=False, min_value=1950, max_value=2100)


class RecordForm(forms.Form):
    """One record by hand. Hours are asked, minutes are kept."""

    institution = forms.ModelChoiceField(label=_("Institution"), queryset=Organisation.objects.none(), empty_label=None)
    origin = forms.ChoiceField(label=_("Kind of record"), choices=Origin.choices, widget=forms.RadioSelect)
    record_key = forms.CharField(
        label=_("Your own key"), max_length=80, help_text=_("The number in your own register; it must not repeat.")
    )
    person_ref = forms.CharField(
        label=_("Card number of the learner"),
        max_length=64,
        help_text=_("16 digits, with or without blanks; or the sign-in name"),
    )
    name = forms.CharField(label=_("Name of the learner"), max_length=80)
    code = forms.CharField(label=_("Code of course, certificate or activity"), max_length=60)
    title = forms.CharField(label=_("Title"), max_length=200)
    started_on = forms.DateField(label=_("First day"), required=False, widget=DateInput)
    ended_on = forms.DateField(
        label=_("Last day"), widget=DateInput, help_text=_("For a certificate: the day it was issued")
    )
    hours = forms.DecimalField(label=_("Hours"), min_value=0, max_digits=7, decimal_places=2, required=False)
    status = forms.ChoiceField(label=_("Result"), choices=Status.choices[:2])
    grade = forms.CharField(label=_("Grade or mark"), max_length=20, required=False)
    role = forms.ChoiceField(label=_("As what"), choices=Role.choices, required=False)
    attended_sessions = forms.IntegerField(label=_("Times attended"), min_value=0, required=False)
    held_sessions = forms.IntegerField(label=_("Times held"), min_value=0, required=False)
    evidence = forms.CharField(
        label=_("Evidence"), max_length=300, required=False, help_text=_("Where it is kept: list, file, link")
    )

    def __init__(self, *args: Any, organisations: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if organisations is not None:
            self.fields["institution"].queryset = organisations  # type: ignore[attr-defined]
            if len(only := list(organisations[:2])) == 1:
                self.fields["institution"].widget = forms.HiddenInput()
                self.fields["institution"].initial = only[0].pk

    @property
    def minutes(self) -> int:
        return int((self.cleaned_data.get("hours") or 0) * 60)


class CorrectForm(RecordForm):
    """A new version of a record: learner, institution and key stay."""

    reason = forms.CharField(label=_("Why it is corrected"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("institution", "origin", "record_key", "person_ref", "name"):
            del self.fields[name]


class WhyForm(forms.Form):
    """A reason, and nothing else."""

    reason = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class DisputeForm(forms.Form):
    """What a learner finds wrong."""

    complaint = forms.CharField(
        label=_("What is wrong?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: I came eight times, not six."),
    )


class AnswerForm(forms.Form):
    """A registrar's answer to an objection."""

    state = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[("upheld", _("The record is right")), ("corrected", _("The record was wrong and is corrected"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Answer to the learner"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class DoubleForm(forms.Form):
    """Whether two records tell of one learning."""

    state = forms.ChoiceField(
        label=_("Is it one learning?"),
        choices=[
            (DoubleReport.State.SAME.value, _("Yes, the second does not count")),
            (DoubleReport.State.DIFFERENT.value, _("No, these are two")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
