"""Forms of recognising prior learning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import PositiveSmallIntegerField, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.documents.forms import AddDocument
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import OrganisationField, offer
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.web.forms import DateInput, Described

from .models import Appeal, Application, Ballot, Centre, Meeting, Opinion, Tie
from .queries import Question
from .services import NUMBERS, Contact, Piece


def _day(label: Any, **more: Any) -> forms.DateField:
    within = [MinValueValidator(date(1950, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
    return forms.DateField(label=label, widget=DateInput, validators=within, **more)


def _words(label: Any, *, most: int, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


class FindUnits(forms.Form):
    text = forms.CharField(
        label=_("What can you do?"), max_length=60, required=False, help_text=_("For example: care, cook, repair")
    )


class _Asking(forms.Form):
    def has_choices(self) -> bool:
        """Whether there is a centre, and a unit to ask for."""
        return all(self[name].subwidgets for name in ("centre", "units"))


class Begin(_Asking):
    """Where, and for which units."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    centre = forms.TypedChoiceField(label=_("Centre"), widget=forms.RadioSelect)
    units = forms.ModelMultipleChoiceField(
        label=_("Which units"), queryset=UnitVersion.objects.none(), widget=forms.CheckboxSelectMultiple,
        to_field_name="code", error_messages={"required": _("Choose at least one unit.")},
    )  # fmt: skip

    def __init__(self, *args: Any, centres: QuerySet[Centre], units: QuerySet[UnitVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_centres(self, centres)
        _show(self, "units", units, lambda one: Described(one.title, one.code))


def _offer_centres(form: forms.Form, rows: QuerySet[Centre]) -> None:
    """By the code of the institution; the only one is chosen."""
    by_code = {one.organisation.code: one for one in rows}
    field = form.fields["centre"]
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = [(code, one.organisation.name) for code, one in by_code.items()]
    field.coerce = by_code.__getitem__
    if len(by_code) == 1:
        form.initial.setdefault("centre", next(iter(by_code)))


def _show(form: forms.Form, name: str, rows: QuerySet[Any], label: Any = str) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
    field.label_from_instance = label  # type: ignore[method-assign]  # Django's way, in short


class Answers(forms.Form):
    """Every guide question with what was written so far; nothing is required, so that a half page can be saved."""

    employer_name = forms.CharField(
        label=_("Where do you do this?"), max_length=120, required=False,
        help_text=_("At home, in a workshop, at a company: as you would tell a neighbour."),
    )  # fmt: skip
    employer = OrganisationField(
        label=_("If it is an organisation of this city"), required=False,
        help_text=_("Whoever works there does not assess you."),
    )  # fmt: skip

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in questions:
            self.fields[one.name] = forms.CharField(
                label=one.asks, max_length=3000, required=False, initial=one.answer,
                widget=forms.Textarea(attrs={"rows": 4}),
                help_text="" if one.says == one.asks else _("It is about: %(outcome)s") % {"outcome": one.says},
            )  # fmt: skip
        self._questions = questions

    def answers(self) -> dict[tuple[int, int], str]:
        return {(one.unit, one.outcome): self.cleaned_data.get(one.name) or "" for one in self._questions}


class _About(forms.Form):
    """What every piece says of itself."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("What it is"), max_length=120)
    words = _words(_("What it shows"), most=2000, rows=2, required=False)
    source = forms.CharField(
        label=_("Who it comes from"), max_length=120, required=False, help_text=_("Empty: from yourself.")
    )
    dated_on = _day(_("Of which day"), required=False)

    def piece(self) -> Piece:
        data = self.cleaned_data
        return Piece(data["title"], data.get("words", ""), data.get("source", ""), data.get("dated_on"))


class AddFile(AddDocument):
    """A document or photograph."""

    words = _words(_("What it shows"), most=2000, rows=2, required=False)
    source = forms.CharField(
        label=_("Who it comes from"), max_length=120, required=False, help_text=_("Empty: from yourself.")
    )
    dated_on = _day(_("Of which day"), required=False)

    def piece(self) -> Piece:
        data = self.cleaned_data
        return Piece(data["title"], data["words"], data["source"], data["dated_on"])


class AddLink(_About):
    link = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")
    field_order = ("public_id", "title", "link")


class AddStatement(_About):
    """One's own account."""

    source = None  # type: ignore[assignment]  # it is one's own
    dated_on = None  # type: ignore[assignment]  # how a form of Django leaves out a field of its parent
    words = _words(_("In your own words"), most=2000)


class NameWitness(_About):
    source = None  # type: ignore[assignment]  # the witness is the source
    name = forms.CharField(label=_("Name of the witness"), max_length=60)
    relation = forms.CharField(
        label=_("How they know it"), max_length=60, help_text=_("Neighbour, community nurse, foreman …")
    )
    reach = forms.CharField(label=_("Telephone or mail"), max_length=80, help_text=_("It is kept sealed."))
    title = forms.CharField(label=_("What they saw"), max_length=120)
    field_order = ("public_id", "name", "relation", "reach", "title")

    def contact(self) -> Contact:
        data = self.cleaned_data
        return Contact(data["name"], data["relation"], data["reach"])


class AddRecord(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    record = forms.ChoiceField(label=_("Which record"), choices=())
    words = _words(_("What it shows"), most=2000, rows=2, required=False)

    def __init__(self, *args: Any, records: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record"] = forms.ChoiceField(label=_("Which record"), choices=[("", "—"), *records])


class RemoveEvidence(forms.Form):
    number = forms.IntegerField(min_value=1)


class Exclude(forms.Form):
    assessor = forms.UUIDField()
    kind = forms.ChoiceField(choices=Tie.Kind.choices)


class Conflict(forms.Form):
    kind = forms.ChoiceField(label=_("Which tie"), choices=Tie.Kind.choices, widget=forms.RadioSelect)


class Screen(forms.Form):
    """Why it is returned or not taken on."""

    reason = forms.ChoiceField(
        label=pgettext_lazy("screening", "Reason"), choices=Application.Reason.choices, widget=forms.RadioSelect
    )
    words = _words(_("In words"), most=500, rows=3, help_text=_("The learner reads it."))


class Call(forms.Form):
    """An interview or test."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=pgettext_lazy("meeting", "What"), choices=Meeting.Kind.choices, widget=forms.RadioSelect
    )
    on = _day(_("Day"))
    starts = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=480, initial=40)
    place = forms.CharField(label=pgettext_lazy("meeting", "Where"), max_length=200)

    def begins_at(self) -> datetime:
        at: time = self.cleaned_data["starts"]
        return datetime.combine(self.cleaned_data["on"], at, tzinfo=clock.zone())


class Minutes(forms.Form):
    meeting = forms.UUIDField(widget=forms.HiddenInput)
    notes = _words(_("What was said or shown"), most=4000)


class CancelMeeting(forms.Form):
    meeting = forms.UUIDField(widget=forms.HiddenInput)


class GiveOpinion(forms.Form):
    word = forms.ChoiceField(label=_("Your opinion"), choices=Opinion.Word.choices, widget=forms.RadioSelect)
    words = _words(_("Reasons"), most=2000, help_text=_("The learner reads it: what was shown, or what is missing."))
    task = _words(_("The task, if one is needed"), most=500, rows=2, required=False)


class SettleTask(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    is_done = forms.ChoiceField(
        label=_("Was the task done?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, recognise the unit")), ("no", _("No, not yet"))],
    )  # fmt: skip
    words = _words(_("Reasons"), most=2000, rows=3, help_text=_("The learner reads it."))


class LodgeAppeal(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    ground = forms.ChoiceField(
        label=pgettext_lazy("appeal", "Why"), choices=Appeal.Ground.choices, widget=forms.RadioSelect
    )
    words = _words(_("In your words"), most=1000, help_text=_("Three others look at it. It never ends worse."))


class VoteAppeal(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    vote = forms.ChoiceField(label=_("Your vote"), choices=Ballot.Vote.choices, widget=forms.RadioSelect)
    words = _words(_("Reasons"), most=600, rows=3, help_text=_("The learner reads it."))


class Reverse(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    why = forms.CharField(label=_("Why it is taken back"), max_length=200, help_text=_("The learner reads it."))


class Speak(forms.Form):
    """What a witness says, with the code of their letter."""

    code = forms.CharField(
        label=pgettext_lazy("witness", "Code"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("The eight digits that came with the link."),
    )  # fmt: skip
    confirms = forms.ChoiceField(
        label=_("Is it so?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, I saw it")), ("no", _("No, it was otherwise"))],
    )  # fmt: skip
    statement = _words(_("What did you see?"), most=2000, help_text=_("When, where, how often."))


class FilterCases(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[
            ("", _("to be looked through")),
            ("open", _("everything in hand")),
            *((one.value, one.label) for one in Application.State if one not in ("draft", "submitted")),
        ],
    )  # fmt: skip


class KeepAssessor(forms.Form):
    centre = forms.TypedChoiceField(label=_("Centre"))
    person = forms.CharField(label=_("Sign-in name of the assessor"), max_length=64)
    fields_of_study = forms.CharField(
        label=_("Fields of study"), max_length=120, help_text=_("Codes of two to four digits, such as 092 1013")
    )
    capacity = forms.IntegerField(label=_("Cases at once"), min_value=1, max_value=50, initial=5)
    employer = OrganisationField(label=_("Works at"), required=False)
    is_active = forms.BooleanField(label=_("Assesses now"), required=False, initial=True)

    def __init__(self, *args: Any, centres: QuerySet[Centre], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_centres(self, centres)


class LodgeGroup(_Asking):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Your organisation"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    centre = forms.TypedChoiceField(label=_("Centre"))
    title = forms.CharField(label=pgettext_lazy("recognition for members", "What it is called"), max_length=120)
    statement = _words(
        _("What all of them do"), most=2000, help_text=_("It stands in every member's case, as one source.")
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Which units"), queryset=UnitVersion.objects.none(), widget=forms.CheckboxSelectMultiple,
        to_field_name="code",
    )  # fmt: skip
    members = _words(
        _("Members"), most=20_000, rows=8,
        help_text=_("One line each: card number or sign-in name, a comma, the name. A table can be pasted."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        organisations: QuerySet[Organisation],
        centres: QuerySet[Centre],
        units: QuerySet[UnitVersion],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", organisations)
        _offer_centres(self, centres)
        _show(self, "units", units, lambda one: Described(one.title, one.code))
        if len(few := list(organisations[:2])) == 1:
            self.initial.setdefault("organisation", few[0].code)

    def rows(self) -> list[tuple[str, str]]:
        """The members, however the columns are parted."""
        found = []
        for line in self.cleaned_data["members"].splitlines():
            parts = line.replace("，", ",").replace("\t", ",").split(",")
            if line.strip():
                found.append((parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""))
        return found


class AnswerGroup(forms.Form):
    member = forms.IntegerField(min_value=1)
    agrees = forms.ChoiceField(choices=[("yes", ""), ("no", "")])


class KeepCentre(forms.Form):
    """Which institution, and its clocks."""

    organisation = OrganisationField(label=_("Institution"))
    is_open = forms.BooleanField(label=capfirst(_("takes applications")), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NUMBERS:
            field = Centre._meta.get_field(name)
            assert isinstance(field, PositiveSmallIntegerField)
            least = 3 if name == "published_least" else int(name not in ("second_percent", "reminder_days"))
            self.fields[name] = forms.IntegerField(
                label=capfirst(field.verbose_name),
                min_value=least,
                max_value=_MOST.get(name, 250),
                initial=field.default,
            )

    def numbers(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in NUMBERS}


_MOST = {"second_percent": 100, "sources_least": 5, "currency_months": 600}


class WriteGuide(forms.Form):
    outcome = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    question_zh = _words(_("Question in Chinese"), most=300, rows=2, required=False)
    question_en = _words(_("Question in English"), most=300, rows=2, required=False)
