"""Forms of teaching. The list of a session is one group of four choices for each person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.coordination.classes.forms import FIRST_DAY, LAST_DAY
from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.learning.cards.models import Use
from xuecheng.web.forms import DateInput

from .models import Feedback, Mark

_DAYS = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))


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
        max_length=200,
        help_text=_("Scan the code on the phone; or type the sixteen digits, and after them the eight of the phone."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    confirmed = forms.ChoiceField(
        label=_("Printed card only: how you made sure"),
        choices=[("", "—"), *Use.Confirmed.choices],
        required=False,
    )


class CorrectAttendance(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("Attendance"), choices=Mark.State.choices, widget=forms.RadioSelect)
    why = forms.CharField(label=_("Why"), max_length=200)


class KeepLesson(forms.Form):
    taught = forms.CharField(
        label=_("What was taught"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    remark = forms.CharField(
        label=_("Remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Learners do not see it."),
    )  # fmt: skip
    homework = forms.CharField(
        label=_("Homework"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = forms.DateField(label=_("Homework due on"), required=False, widget=DateInput, validators=_DAYS)


class HandIn(forms.Form):
    text = forms.CharField(
        label=_("What you say to it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("May stay empty. Files come after it."),
    )  # fmt: skip


class GiveFeedback(forms.Form):
    mark = forms.TypedChoiceField(
        label=pgettext_lazy("feedback", "How it was"), choices=Feedback.Mark.choices, coerce=int,
        widget=forms.RadioSelect,
    )  # fmt: skip
    words = forms.CharField(
        label=pgettext_lazy("feedback", "In your words"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Shown without your name. Leave out what would tell it."),
    )  # fmt: skip


class Assess(forms.Form):
    passed = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
