"""Forms of learning records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.imports.files import Column, Kind, message_of
from xuecheng.city.imports.files.values import BadCell, converter, hours_text, hundredths_text
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.city.refusals import Refusal
from xuecheng.web.forms import DateInput

from . import hooks, scales
from .entries import Entry
from .models import DoubleReport, LearningRecord, Origin, Role, Status


class FindRecords(forms.Form):
    """Filters of the registrar's list."""

    text = forms.CharField(label=_("Key, card number, name or title"), required=False, max_length=80)
    origin = forms.ChoiceField(label=_("Kind of record"), required=False, choices=[("", _("All")), *Origin.choices])
    year = forms.IntegerField(label=_("Year in which it ended"), required=False, min_value=1950, max_value=2100)
    state = forms.ChoiceField(label=_("Recognition"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = hooks.record_facts.states
        self.fields["state"].choices = [("", _("All")), *states]  # type: ignore[attr-defined]  # declared above
        if not states:
            del self.fields["state"]


class _Typed(forms.Field):
    """A value read as the import files read it, so that people write it the same way in both places."""

    kind: Kind
    most = 2_147_483_647

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return converter(Column(name="value", title_zh="", title_en="", kind=self.kind, most=self.most))(text)
        except BadCell as bad:
            raise ValidationError(message_of(bad.code, bad.values)) from bad


class HoursField(_Typed):
    """A length of time: 24, 1.5, 1:30 or 1小时30分. Becomes whole minutes."""

    kind, most = Kind.HOURS, 600_000

    def prepare_value(self, value: Any) -> Any:
        return hours_text(value) if isinstance(value, int) else value


class CreditsField(_Typed):
    """Local credits with at most two decimals. Becomes hundredths."""

    kind, most = Kind.HUNDREDTHS, 100_000

    def prepare_value(self, value: Any) -> Any:
        return hundredths_text(value) if isinstance(value, int) else value


MODES = [
    ("", "—"),
    ("classroom", pgettext_lazy("mode of a course", "classroom")),
    ("online", pgettext_lazy("mode of a course", "online")),
    ("mixed", pgettext_lazy("mode of a course", "mixed")),
]

_PERSON = ("institution", "record_key", "person_ref", "name")
_CONTENT: dict[str, tuple[str, ...]] = {
    Origin.FORMAL: (
        "code", "title", "term", "started_on", "ended_on", "minutes", "contact_minutes", "credits_local", "level",
        "status", "grade", "grade_scale", "mode", "evidence",
    ),
    Origin.CERTIFICATE: ("code", "title", "level", "grade", "ended_on", "valid_to", "evidence"),
    Origin.NONFORMAL: (
        "code", "title", "role", "started_on", "ended_on", "minutes", "attended_sessions", "held_sessions",
        "territory_code", "evidence", "note",
    ),
}  # fmt: skip
_LABELS: dict[str, dict[str, Promise]] = {
    Origin.FORMAL: {"code": _("Course code"), "title": _("Course title")},
    Origin.CERTIFICATE: {
        "record_key": _("Certificate number"),
        "code": _("Code of the type of certificate"),
        "title": _("Title of the certificate"),
        "ended_on": _("Issued on"),
    },
    Origin.NONFORMAL: {"code": _("Activity code"), "title": _("Activity title")},
}
_REQUIRED = {
    Origin.FORMAL: ("grade_scale",),
    Origin.CERTIFICATE: (),
    Origin.NONFORMAL: ("started_on", "minutes"),
}


BY_HAND = frozenset(str(origin) for origin in _CONTENT)
"""Origins that institutions enter and correct by hand; others follow from decisions elsewhere and change with them."""


def label_of(name: str, *, origin: str) -> str:
    """What a column of a record is called for a reader, whatever its origin."""
    field = RecordForm.base_fields.get(name)
    return str(_LABELS.get(origin, {}).get(name) or (field.label if field is not None else name))


class RecordForm(forms.Form):
    """What a record of one kind says. Asked in hours, kept in minutes."""

    institution = forms.ModelChoiceField(label=_("Institution"), queryset=Organisation.objects.none(), empty_label=None)
    record_key = forms.CharField(
        label=_("Your own number"), max_length=80, help_text=_("As in your own register; it never comes twice.")
    )
    person_ref = forms.CharField(
        label=_("Card number of the learner"),
        max_length=64,
        help_text=_("16 digits, with or without blanks; or the sign-in name"),
    )
    name = forms.CharField(label=_("Name of the learner"), max_length=80, help_text=_("As on the learning account"))
    code = forms.CharField(label=_("Code"), max_length=60)
    title = forms.CharField(label=_("Title"), max_length=200)
    term = forms.CharField(label=_("Term"), max_length=40, required=False)
    role = forms.ChoiceField(label=_("As what"), choices=Role.choices, widget=forms.RadioSelect)
    started_on = forms.DateField(label=_("First day"), required=False, widget=DateInput)
    ended_on = forms.DateField(label=_("Last day"), widget=DateInput)
    minutes = HoursField(label=_("Hours in all"), required=False)
    contact_minutes = HoursField(label=_("Hours in class"), required=False)
    attended_sessions = forms.IntegerField(label=_("Times attended"), min_value=0, max_value=10_000, required=False)
    held_sessions = forms.IntegerField(label=_("Times held"), min_value=0, max_value=10_000, required=False)
    credits_local = CreditsField(label=_("Local credits"), required=False)
    level = forms.CharField(label=_("Level"), max_length=8, required=False)
    status = forms.ChoiceField(label=_("Result"), choices=Status.choices, widget=forms.RadioSelect)
    grade = forms.CharField(label=_("Grade or mark"), max_length=20, required=False)
    grade_scale = forms.ChoiceField(label=_("Grade scale"), choices=list(scales.NAMES.items()), required=False)
    mode = forms.ChoiceField(label=_("Mode"), choices=MODES, required=False)
    valid_to = forms.DateField(
        label=_("Valid to"), required=False, widget=DateInput, help_text=_("The last day; empty if it never expires")
    )
    territory_code = forms.CharField(
        label=_("Territory code"), max_length=12, required=False, help_text=_("The official code of 12 digits")
    )
    evidence = forms.CharField(
        label=_("Evidence"), max_length=300, required=False, help_text=_("Where it is kept: list, file, link")
    )
    note = forms.CharField(label=_("Outcome"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, origin: str, organisations: QuerySet[Organisation] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.origin = origin
        kept = (*(() if organisations is None else _PERSON), *_CONTENT[origin], *self._more())
        self.fields = {name: self.fields[name] for name in kept}
        for name, label in _LABELS[origin].items():
            if name in self.fields:
                self.fields[name].label = str(label)
        for name in _REQUIRED[Origin(origin)]:
            self.fields[name].required = True
        if organisations is not None:
            offer(self, "institution", organisations)
            if len(only := list(organisations[:2])) == 1:
                self.fields["institution"].widget = forms.HiddenInput()
                self.fields["institution"].initial = only[0].pk

    def _more(self) -> tuple[str, ...]:
        return ()

    @property
    def content(self) -> dict[str, Any]:
        """The columns of `Entry` that the form asks for."""
        data = {name: self.cleaned_data[name] for name in _CONTENT[self.origin]}
        if self.origin == Origin.FORMAL:
            # A school that counts class hours only says nothing of self-study.
            data["minutes"] = data["minutes"] or data["contact_minutes"] or 0
        return data

    @property
    def entry(self) -> Entry:
        data = self.cleaned_data
        return Entry(
            institution_code=data["institution"].code,
            record_key=data["record_key"],
            person_ref=data["person_ref"],
            name=data["name"],
            origin=self.origin,
            **self.content,
        )

    def show(self, refusals: tuple[Refusal, ...]) -> None:
        """Put each refusal at its field; those of fields that the form does not have stand above it."""
        for refusal in refusals:
            refusal.show_on(self, **_FIELD_OF)


_FIELD_OF = {"institution_code": "institution", "certificate_no": "record_key", "end_date": "ended_on"}


class CorrectForm(RecordForm):
    """A new version of a record: learner, institution and key stay."""

    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The learner reads it in the record's history."),
    )

    def __init__(self, *args: Any, record: LearningRecord, **kwargs: Any) -> None:
        initial: Mapping[str, Any] = {name: getattr(record, name) for name in _CONTENT[record.origin]}
        super().__init__(*args, origin=record.origin, initial=initial, **kwargs)

    def _more(self) -> tuple[str, ...]:
        return ("reason",)


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
