"""Forms of the pool: one's own entry, qualifications, agreements, the search."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import OrganisationField, offer
from xuecheng.city.territories.models import Level as Division
from xuecheng.city.territories.picking import DivisionField
from xuecheng.web.forms import DateInput, Described, TimeInput

from . import rules
from .models import Agreement, ClassLevel, Language, Subject, Teacher, TeacherHours, TeacherKind, spans_of
from .queries import Wanted, home_units
from .rules import PARTS_OF_DAY, Form, Limits, Span
from .services import AgreementText, Profile
from .words import FORM_MEANING, PART_WORDS

TIMES = 4
"""So many times of the week have a row on the page of an agreement."""
_DAYS = [(str(number), WEEKDAYS[number]) for number in range(7)]
_PLACES = (Division.STREET, Division.COMMUNITY)


class TeachingDay(forms.DateField):
    """A day of this age: no date arithmetic of the rules leaves the calendar."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=DateInput,
            validators=[MinValueValidator(rules.FIRST_DAY), MaxValueValidator(rules.LAST_DAY)],
            **options,
        )


class EnterProfile(forms.Form):
    """Oneself, as one teaches."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("teacher", "How you teach"), widget=forms.RadioSelect, choices=TeacherKind.choices
    )
    home = OrganisationField(label=_("Your unit"), help_text=_("It approves your entry. Type part of its name."))
    has_post = forms.BooleanField(label=_("I hold a post at this unit"), required=False)
    territory = DivisionField(label=_("Where you start from"), levels=_PLACES)
    subjects = forms.MultipleChoiceField(
        label=_("What you teach"), widget=forms.CheckboxSelectMultiple, choices=Subject.choices
    )
    languages = forms.MultipleChoiceField(
        label=_("In which languages"), widget=forms.CheckboxSelectMultiple, choices=Language.choices
    )
    travel_km = forms.IntegerField(label=_("You travel up to, km"), min_value=0, max_value=200, initial=8)
    sessions = forms.IntegerField(label=_("Sessions a week at most"), min_value=1, max_value=40, initial=2)
    owed = forms.MultipleChoiceField(
        label=_("Days that belong to your post"),
        help_text=_("On these days nobody asks you in the daytime."),
        widget=forms.CheckboxSelectMultiple,
        choices=_DAYS,
        required=False,
    )
    is_shared = forms.BooleanField(
        label=_("Other colleges of the city may find me, with name, unit, subjects and free times"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home = self.fields["home"]
        if isinstance(home, OrganisationField):
            home.places = home_units()
        for number in range(7):
            self.fields[f"free_{number}"] = forms.MultipleChoiceField(
                label=WEEKDAYS[number],
                widget=forms.CheckboxSelectMultiple,
                choices=[(part, PART_WORDS[part]) for part in PARTS_OF_DAY],
                required=False,
            )

    def fields_before(self) -> list[forms.BoundField]:
        """What comes before the free times."""
        return [self[name] for name in self.fields if not name.startswith("free_") and name != "is_shared"]

    def days(self) -> list[forms.BoundField]:
        return [self[f"free_{number}"] for number in range(7)]

    def profile(self) -> Profile:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        plain = ("kind", "home", "has_post", "territory", "subjects", "languages", "travel_km", "sessions", "is_shared")
        return Profile(
            **{name: data[name] for name in plain},
            free=[_part(number, part) for number in range(7) for part in data[f"free_{number}"]],
            owed=[_part(int(day), part) for day in data["owed"] for part in ("morning", "afternoon")],
        )


def _part(weekday: int, part: str) -> Span:
    begins, ends = PARTS_OF_DAY[part]
    return rules.span(weekday, begins, ends)


def initial_of(teacher: Teacher) -> dict[str, Any]:
    """The form filled in as an entry says; times that are no whole part of a day are left out."""
    plain = ("kind", "home", "has_post", "territory", "subjects", "languages", "travel_km", "sessions", "is_shared")
    initial: dict[str, Any] = {name: getattr(teacher, name) for name in plain}
    known = {(row.use, row.minutes.lower, row.minutes.upper) for row in teacher.hours.all()}
    initial["owed"] = [
        str(number) for number in range(7) if (TeacherHours.Use.OWED.value, *_part(number, "morning")) in known
    ]
    for number in range(7):
        initial[f"free_{number}"] = [
            part for part in PARTS_OF_DAY if (TeacherHours.Use.FREE.value, *_part(number, part)) in known
        ]
    return initial


class ClaimQualification(forms.Form):
    """What entitles to teach."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    subject = forms.ChoiceField(label=_("Subject"), choices=Subject.choices)
    level = forms.TypedChoiceField(label=_("Up to level"), coerce=int, choices=ClassLevel.choices)
    title = forms.CharField(
        label=_("What it is called"), max_length=120, help_text=_("As it stands on the certificate")
    )
    issuer = forms.CharField(label=_("Issued by"), max_length=120)
    licence_number = forms.CharField(
        label=_("Licence number"),
        max_length=40,
        required=False,
        help_text=_("Needed for health and first aid"),
    )
    issued_on = TeachingDay(label=_("Issued on"))
    expires_on = TeachingDay(label=_("Holds no more from"), required=False, help_text=_("Empty: it does not expire"))


class Words(forms.Form):
    """Only a reason."""

    words = forms.CharField(label=_("Why"), max_length=200)


class Decide(forms.Form):
    """Approve, or say what is missing."""

    words = forms.CharField(
        label=_("What you say"),
        max_length=200,
        required=False,
        help_text=_("Needed when something is to be mended"),
    )


class Review(forms.Form):
    """What the evidence shows."""

    finding = forms.CharField(
        label=_("Finding"), max_length=200, required=False, help_text=_("Needed when it is not confirmed")
    )


class DraftAgreement(forms.Form):
    """An agreement, as the receiving unit writes it."""

    LOOKED_FOR: ClassVar = ("begins_on", "ends_on", "day_1", "begins_1", "ends_1")
    """Fields that the search for a teacher has filled in already."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    receiver = forms.ModelChoiceField(label=_("For which unit"), queryset=Organisation.objects.none())
    form = forms.ChoiceField(
        label=_("Legal form"),
        widget=forms.RadioSelect,
        choices=[(form.value, Described(form.label, FORM_MEANING[form])) for form in Agreement.Form],
    )
    begins_on = TeachingDay(label=_("First day"))
    ends_on = TeachingDay(label=_("Last day"), help_text=_("Of a transfer the trial ends by itself after some months"))
    is_full_time = forms.BooleanField(label=_("Borrowed full-time: the whole working week"), required=False)
    main_hours = forms.DecimalField(
        label=_("Weekly hours of the main post"),
        min_value=0,
        max_value=60,
        decimal_places=1,
        required=False,
        help_text=_("Only for work beside the post"),
    )
    purpose = forms.CharField(label=_("For what"), max_length=200)

    def __init__(self, *args: Any, viewer: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, TIMES + 1):
            self.fields[f"day_{number}"] = forms.ChoiceField(
                label=pgettext_lazy("of the week", "Day"), choices=[("", "—"), *_DAYS], required=False
            )
            self.fields[f"begins_{number}"] = forms.TimeField(
                label=pgettext_lazy("time", "From"), widget=TimeInput, required=False
            )
            self.fields[f"ends_{number}"] = forms.TimeField(
                label=pgettext_lazy("time", "To"), widget=TimeInput, required=False
            )
        for level in ClassLevel:
            self.fields[f"fee_{level.value}"] = forms.DecimalField(
                label=_("Fee of a session for %(level)s, yuan") % {"level": level.label},
                min_value=0,
                max_value=10_000,
                decimal_places=2,
                required=False,
            )
        units = drafting_units(viewer)
        offer(self, "receiver", units)
        if len(first := units[:2]) == 1:
            self.fields["receiver"].initial = first[0]

    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The times of the week, each with its number."""
        return [
            (number, [self[f"{part}_{number}"] for part in ("day", "begins", "ends")]) for number in range(1, TIMES + 1)
        ]

    def fees(self) -> list[forms.BoundField]:
        return [self[f"fee_{level.value}"] for level in ClassLevel]

    def clean(self) -> None:
        super().clean()
        self.hours: list[Span] = []
        for number in range(1, TIMES + 1):
            day, begins, ends = (self.cleaned_data.get(f"{part}_{number}") for part in ("day", "begins", "ends"))
            if not day and not begins and not ends:
                continue
            if not (day and begins and ends):
                words = _("Time %(number)d of the week: give the day and both times, or none of them.")
                self.add_error(f"day_{number}", words % {"number": number})
                continue
            if begins >= ends:
                words = _("Time %(number)d of the week: it must end after it begins.")
                self.add_error(f"ends_{number}", words % {"number": number})
                continue
            self.hours.append(rules.span(int(day), begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute))

    def text(self) -> AgreementText:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        return AgreementText(
            form=Form(data["form"]),
            begins_on=data["begins_on"],
            ends_on=data["ends_on"],
            hours=self.hours,
            is_full_time=data["is_full_time"],
            fees={level.value: _fen(data[f"fee_{level.value}"]) for level in ClassLevel if data[f"fee_{level.value}"]},
            main_minutes=int((data["main_hours"] or 0) * 60),
            purpose=data["purpose"],
        )


def draft_like(agreement: Agreement) -> dict[str, Any]:
    """The form filled in as another agreement says; of times more than the form has, the first. Two queries."""
    same = ("form", "receiver", "purpose")
    filled: dict[str, Any] = {name: getattr(agreement, name) for name in same}
    filled |= {"begins_on": agreement.during.lower, "ends_on": agreement.during.upper - timedelta(days=1)}
    filled |= {f"fee_{fee.level}": Decimal(fee.fee_fen) / 100 for fee in agreement.fees.all()}
    if agreement.main_minutes:
        filled["main_hours"] = Decimal(agreement.main_minutes) / 60
    if agreement.is_full_time:
        return filled | {"is_full_time": agreement.form == Agreement.Form.BORROW}
    for number, (begins, ends) in enumerate(spans_of(agreement.hours.all())[:TIMES], 1):
        day = begins // rules.DAY
        # Nobody types midnight as an end: a program may have.
        minutes = (begins - day * rules.DAY, min(ends - day * rules.DAY, rules.DAY - 1))
        first, last = (time(*divmod(minute, 60)) for minute in minutes)
        filled |= {f"day_{number}": str(day), f"begins_{number}": first, f"ends_{number}": last}
    return filled


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


def drafting_units(viewer: Standing) -> Any:
    """Units for which the viewer drafts agreements."""
    mine = visible(viewer, "staff.draft_agreement", organisation="pk", territory="territory")
    return Organisation.objects.filter(mine, is_active=True).order_by("code")


class Say(forms.Form):
    """One party's word."""

    words = forms.CharField(label=_("Your words"), max_length=200, required=False, help_text=_("Needed for a no"))


class OnDay(forms.Form):
    """From which day, and why."""

    on = TeachingDay(label=_("First day on which it counts no more"))
    words = forms.CharField(label=_("Why"), max_length=200)


class Extend(forms.Form):
    """Until when, and why."""

    until = TeachingDay(label=_("New last day"))
    words = forms.CharField(label=_("Why"), max_length=200)


class Evaluate(forms.Form):
    """How it was, and of a transfer what comes of it."""

    outcome = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect, choices=())
    evaluation = forms.CharField(label=_("In words"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decisions = {Agreement.Outcome.FINAL, Agreement.Outcome.BACK}
        is_transfer = agreement.form == Agreement.Form.TRANSFER
        outcome = self.fields["outcome"]
        if isinstance(outcome, forms.ChoiceField):
            outcome.choices = [(one.value, one.label) for one in Agreement.Outcome if (one in decisions) == is_transfer]


class PoolFilter(forms.Form):
    """Which entries."""

    text = forms.CharField(label=_("Whole name"), required=False, max_length=80)
    kind = forms.ChoiceField(
        label=pgettext_lazy("teacher", "Type"), required=False, choices=[("", _("All")), *TeacherKind.choices]
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *Teacher.State.choices])
    subject = forms.ChoiceField(label=_("Subject"), required=False, choices=[("", _("All")), *Subject.choices])


class AgreementFilter(forms.Form):
    """Which agreements."""

    form = forms.ChoiceField(label=_("Legal form"), required=False, choices=[("", _("All")), *Agreement.Form.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *Agreement.State.choices])


class FindTeacher(forms.Form):
    """Who can teach what, where and when."""

    subject = forms.ChoiceField(label=_("Subject"), choices=Subject.choices)
    level = forms.TypedChoiceField(label=_("Level"), coerce=int, choices=ClassLevel.choices)
    place = DivisionField(label=pgettext_lazy("class", "Where"), levels=_PLACES)
    on = TeachingDay(label=_("First day"))
    until = TeachingDay(label=_("Last day of the series"), required=False)
    begins = forms.TimeField(label=pgettext_lazy("time", "From"), widget=TimeInput)
    ends = forms.TimeField(label=pgettext_lazy("time", "To"), widget=TimeInput)

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        if data.get("begins") and data.get("ends") and data["begins"] >= data["ends"]:
            self.add_error("ends", _("It must end after it begins."))
        if data.get("on") and data.get("until") and data["until"] < data["on"]:
            self.add_error("until", _("The last day must not lie before the first."))

    def times(self) -> dict[str, str]:
        """What was looked for, as an agreement begins with it (`DraftAgreement.LOOKED_FOR`)."""
        data = self.cleaned_data
        found = {"begins_on": data["on"], "ends_on": data["until"], "day_1": data["on"].weekday()}
        hours = {name: f"{data[field]:%H:%M}" for name, field in (("begins_1", "begins"), ("ends_1", "ends"))}
        return {name: str(value) for name, value in found.items() if value is not None} | hours

    def wanted(self) -> Wanted:
        """What was typed, as the query takes it."""
        data = self.cleaned_data
        begins, ends, on = data["begins"], data["ends"], data["on"]
        time = rules.span(on.weekday(), begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute)
        return Wanted(
            subject=data["subject"],
            level=data["level"],
            place=data["place"],
            on=on,
            time=time,
            until=data["until"] or on,
        )


class StructureFilter(forms.Form):
    """Of which division."""

    place = DivisionField(
        label=_("Division"), levels=(Division.CITY, Division.DISTRICT, Division.STREET), required=False
    )


class SharingFilter(forms.Form):
    """Of which weeks."""

    first = TeachingDay(label=_("From the week of"), required=False)
    until = TeachingDay(label=_("Up to the week of"), required=False)


LIMIT_WORDS = {
    "full_time_sessions": _("Sessions a week, full-time (T-04)"),
    "part_time_sessions": _("Sessions a week, part-time (T-04)"),
    "volunteer_sessions": _("Sessions a week, volunteers (T-04)"),
    "full_time_share": _("Full-time share of hours taught, % at least (T-01)"),
    "part_time_share": _("Part-time share of hours taught, % at least (T-01)"),
    "travel_buffer_minutes": _("Minutes between two classes beside the way (T-03)"),
    "borrow_months": _("Months of borrowing at most (T-05)"),
    "extension_months": _("Months of an extension at most (T-05)"),
    "recall_days": _("Days' notice of a recall (T-05)"),
    "season_days": _("Days of a hire at most (T-06)"),
    "weekly_hours": _("Weekly hours with the main post at most (T-07)"),
    "trial_months": _("Months of trial of a transfer (T-09)"),
    "heavy_share": _("Too much from more than so many % of the limit (T-04)"),
}


class SetLimits(forms.Form):
    """The numbers of a level."""

    begins_on = TeachingDay(label=_("They count from"))

    def __init__(self, *args: Any, limits: Limits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LIMIT_WORDS.items():
            most = 100 if name.endswith("share") else 400
            least = 0 if name in ("full_time_share", "part_time_share", "travel_buffer_minutes") else 1
            self.fields[name] = forms.IntegerField(
                label=label, min_value=least, max_value=most, initial=getattr(limits, name)
            )
        self.fields["why"] = forms.CharField(label=_("Why"), max_length=200)

    def values(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in LIMIT_WORDS}


class JustPost(forms.Form):
    """Nothing but the button."""
