"""Forms of teaching. The list of a session is one group of four choices for each person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.coordination.enrolment.models import Enrolment

from .models import Mark


class TakeAttendance(forms.Form):
    """One group for everybody on the list; nobody must be marked."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, enrolments: Iterable[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_field: dict[str, UUID] = {}
        for one in enrolments:
            name = f"state-{one.public_id}"
            self.by_field[name] = one.public_id
            self.fields[name] = forms.ChoiceField(
                label=one.person.name, choices=Mark.State.choices, widget=forms.RadioSelect, required=False
            )

    def states(self) -> dict[UUID, str]:
        """What was chosen, by enrolment."""
        return {key: self.cleaned_data[name] for name, key in self.by_field.items() if self.cleaned_data.get(name)}


class ByCard(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    card = forms.CharField(
        label=_("Number of the learning card"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class CorrectAttendance(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("Attendance"), choices=Mark.State.choices, widget=forms.RadioSelect)
    why = forms.CharField(label=_("Why"), max_length=200)


class Assess(forms.Form):
    passed = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
