"""Forms of volunteers' service."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.city.people import queries as people
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import normalise_name
from xuecheng.city.refusals import Refusal
from xuecheng.city.territories import queries as territories
from xuecheng.coordination.facilities.models import Venue
from xuecheng.web.forms import DateInput, DateTimeInput

from . import rules
from .models import Activity, Category, Evaluation, Funding, Skill, Times, TrainingKind, Volunteer
from .services import Wish

_ALL = ("", pgettext_lazy("filter", "all"))
_DAYS = (MinValueValidator(rules.FIRST_DAY), MaxValueValidator(rules.LAST_DAY))


def _instant(label: Any, **more: Any) -> forms.DateTimeField:
    years = [_in_our_time]
    return forms.DateTimeField(label=label, widget=DateTimeInput, validators=years, **more)


def _in_our_time(value: datetime) -> None:
    if not rules.FIRST_DAY <= value.date() <= rules.LAST_DAY:
        raise forms.ValidationError(_("Choose a day of this age."))


class FindCall(forms.Form):
    """What a resident looks for. It stands in the address only; nothing is kept."""

    text = forms.CharField(label=_("Words"), required=False, max_length=60)
    category = forms.ChoiceField(label=_("About what"), required=False, choices=[_ALL, *Category.choices])
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._districts = {one.code: one for one in territories.districts()}
        field = self.fields["district"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [_ALL, *((code, one.name) for code, one in self._districts.items())]

    def within(self) -> str:
        found = self._districts.get(self.cleaned_data["district"])
        return found.path if found else ""


class Entry(forms.Form):
    """What somebody can do, and when."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    times = forms.MultipleChoiceField(
        label=_("When you usually can"), widget=forms.CheckboxSelectMultiple, choices=Times.choices
    )
    skills = forms.MultipleChoiceField(
        label=_("What you can do"), widget=forms.CheckboxSelectMultiple, choices=Skill.choices, required=False
    )


class RegisterPerson(forms.Form):
    """Through an organisation: name and sign-in name are both typed, since one sign more would enter a stranger."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Through which organisation"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    person = forms.CharField(label=_("Sign-in name"), max_length=64)
    person_name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=120, help_text=_("As on the identity card you saw.")
    )
    times = forms.MultipleChoiceField(
        label=_("When they usually can"), widget=forms.CheckboxSelectMultiple, choices=Times.choices
    )
    skills = forms.MultipleChoiceField(
        label=_("What they can do"), widget=forms.CheckboxSelectMultiple, choices=Skill.choices, required=False
    )

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_unit(self, units)

    def clean_person(self) -> Person:
        found = people.by_sign_in_name(self.cleaned_data["person"])
        if found is None:
            raise forms.ValidationError(_("Nobody signs in with this name."))
        return found

    def clean(self) -> None:
        super().clean()
        person, told = self.cleaned_data.get("person"), self.cleaned_data.pop("person_name", "")
        if person is None or not told:
            return
        try:
            told = normalise_name(told)
        except Refusal as refusal:
            self.add_error("person_name", str(refusal))
            return
        if person.name != told:
            self.add_error("person_name", _("The account with this sign-in name is not of this name. Compare both."))


def _offer_unit(form: forms.Form, units: QuerySet[Organisation]) -> None:
    """Let `organisation` be one of these; where there is one only, it is chosen already."""
    offer(form, "organisation", units)
    if len(few := list(units[:2])) == 1:
        form.initial.setdefault("organisation", few[0].code)


class Draft(forms.Form):
    """What is asked for."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Organiser"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    title = forms.CharField(label=_("Title"), max_length=80)
    category = forms.ChoiceField(label=_("About what"), choices=Category.choices)
    about = forms.CharField(label=_("What is done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    risks = forms.CharField(
        label=_("What can go wrong"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads it before applying. If nothing is known, say that."),
    )
    has_bodily_risk = forms.BooleanField(
        label=_("There is a risk for the body; accident insurance is recorded before it begins"), required=False
    )
    demands = forms.CharField(
        label=_("What it asks of the body"),
        max_length=200,
        required=False,
        help_text=_("Such as standing for four hours. Whoever applies says that they are able to."),
    )
    skills = forms.MultipleChoiceField(
        label=_("Skills it needs"), widget=forms.CheckboxSelectMultiple, choices=Skill.choices, required=False
    )
    trainings = forms.MultipleChoiceField(
        label=_("Trainings to be completed first"),
        widget=forms.CheckboxSelectMultiple,
        choices=TrainingKind.choices,
        required=False,
    )
    least_age = forms.IntegerField(label=_("From the age of"), min_value=6, max_value=120, required=False)
    most_age = forms.IntegerField(label=_("Up to the age of"), min_value=6, max_value=120, required=False)
    funding = forms.ChoiceField(label=_("Where the money comes from"), choices=Funding.choices)
    funding_note = forms.CharField(label=_("About the money"), max_length=120, required=False)

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_unit(self, units)

    def wish(self) -> Wish:
        return Wish(**{name: self.cleaned_data[name] for name in Wish.__dataclass_fields__})


def initial_of(row: Activity) -> dict[str, Any]:
    """The form filled in as a draft says."""
    return {name: getattr(row, name) for name in Wish.__dataclass_fields__} | {
        "public_id": row.public_id,
        "organisation": row.organisation.code,
    }


class AddShift(forms.Form):
    """When, where, how many."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    begins_at = _instant(pgettext_lazy("time", "From"))
    ends_at = _instant(pgettext_lazy("time", "To"))
    needed = forms.IntegerField(label=_("How many people"), min_value=1, max_value=500, initial=4)
    venue = forms.ModelChoiceField(
        label=_("Place of the city"), queryset=Venue.objects.none(), to_field_name="public_id", required=False
    )
    place = forms.CharField(label=_("Where exactly people meet"), max_length=120, required=False)
    was_held = forms.BooleanField(
        label=_("It was held already and was not entered beforehand"),
        required=False,
        help_text=_("Then hours are registered afterwards, with a stamped list, proof and a second person (V-08)."),
    )

    def __init__(self, *args: Any, venues: QuerySet[Venue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["venue"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = venues
            field.label_from_instance = attrgetter("name")  # type: ignore[method-assign,assignment]  # Django's way, in short


class Publish(forms.Form):
    is_verified = forms.BooleanField(label=_("I looked through it: what it says is so."), required=False)


class Insure(forms.Form):
    insurer = forms.CharField(label=_("Insurer"), max_length=80)
    policy_number = forms.CharField(label=_("Number of the policy"), max_length=60)


class Why(forms.Form):
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("Whoever it concerns reads it."))


class Apply(forms.Form):
    """The one question: whether it is so. Where the body is asked for something, that one is able to."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    is_able = forms.BooleanField(label=_("I am able to do this"), required=False)

    def __init__(self, *args: Any, demands: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if demands:
            self.fields["is_able"].help_text = demands
        else:
            del self.fields["is_able"]


class EnterVolunteer(forms.Form):
    """Somebody who came through the organiser."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    volunteer = forms.ModelChoiceField(
        label=_("A volunteer who came through you"), queryset=Volunteer.objects.none(), to_field_name="public_id"
    )
    is_able = forms.BooleanField(label=_("They say that they are able to do it"), required=False)

    def __init__(self, *args: Any, volunteers: QuerySet[Volunteer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["volunteer"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = volunteers


class Words(forms.Form):
    """What is said to whoever it concerns."""

    words = forms.CharField(label=_("Why"), max_length=200, help_text=_("They read it."))


class Time(forms.Form):
    """When somebody came; empty: now."""

    when = _instant(_("When"), required=False)


class CheckOut(Time):
    """When somebody went, and how long they did not serve meanwhile."""

    pause_minutes = forms.IntegerField(
        label=_("Pauses and waiting, minutes"), min_value=0, max_value=900, initial=0, required=False
    )

    def clean_pause_minutes(self) -> int:
        return self.cleaned_data["pause_minutes"] or 0


class Consent(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    proof = forms.CharField(
        label=_("Which paper was seen, and where it is kept"), max_length=120, help_text=_("No numbers of documents.")
    )


class EnterTraining(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Training"), choices=TrainingKind.choices)
    completed_on = forms.DateField(label=_("Completed on"), widget=DateInput, validators=_DAYS)
    valid_until = forms.DateField(
        label=_("Valid until"), widget=DateInput, validators=_DAYS, required=False, help_text=_("Empty: for good.")
    )
    proof = forms.CharField(
        label=_("Which paper was seen, and where it is kept"), max_length=120, help_text=_("No numbers of documents.")
    )


class RegisterLate(forms.Form):
    """Somebody who served and was never checked in."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    volunteer = forms.ModelChoiceField(
        label=_("Who served"), queryset=Volunteer.objects.none(), to_field_name="public_id"
    )
    came_at = _instant(_("Came at"))
    went_at = _instant(_("Went at"))
    pause_minutes = forms.IntegerField(
        label=_("Pauses and waiting, minutes"), min_value=0, max_value=900, initial=0, required=False
    )
    why = forms.CharField(
        label=_("Why nobody was checked in"),
        max_length=200,
        help_text=_("The second person and the volunteer read it."),
    )

    def __init__(self, *args: Any, volunteers: QuerySet[Volunteer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["volunteer"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = volunteers

    def clean_pause_minutes(self) -> int:
        return self.cleaned_data["pause_minutes"] or 0


class DecideLate(forms.Form):
    """What a second person found."""

    is_so = forms.TypedChoiceField(
        label=_("Do list and proof show it?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes, these hours were served")), ("no", _("No, they do not count"))],
        coerce="yes".__eq__,
    )
    words = forms.CharField(label=_("Why"), max_length=200, help_text=_("Whoever it concerns reads it."))


class Evaluate(forms.Form):
    """How somebody's service was in an activity of the organiser."""

    activity = forms.ModelChoiceField(label=_("Activity"), queryset=Activity.objects.none(), to_field_name="public_id")
    mark = forms.ChoiceField(label=_("Evaluation"), choices=Evaluation.Mark.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In words"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The volunteer reads it; nobody outside of your organisation does."),
    )

    def __init__(self, *args: Any, activities: QuerySet[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["activity"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = activities


class EnterAward(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Award"), max_length=80)
    given_by = forms.CharField(label=_("Given by"), max_length=80)
    given_on = forms.DateField(label=_("Given on"), widget=DateInput, validators=_DAYS)
    proof = forms.CharField(
        label=_("Which paper was seen, and where it is kept"), max_length=120, help_text=_("No numbers of documents.")
    )


class Decide(forms.Form):
    """Whether a service counts, and from when until when."""

    counts = forms.ChoiceField(
        label=_("Does it count?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("It counts, in these times")), ("no", _("It does not count"))],
    )
    begins_at = _instant(pgettext_lazy("time", "From"), required=False)
    ends_at = _instant(pgettext_lazy("time", "To"), required=False)
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("Whoever it concerns reads it."))


_PLAIN = ("answer_days", "adult_age", "early_minutes", "over_minutes", "late_days", "week_shifts")
"""Numbers that are one number."""


class SetNumbers(forms.Form):
    """Stars and the numbers around a shift."""

    begins_on = forms.DateField(label=_("They count from"), widget=DateInput, validators=_DAYS)
    answer_days = forms.IntegerField(label=_("Days to answer an application"), min_value=1, max_value=60)
    adult_age = forms.IntegerField(label=_("Without a guardian's consent from the age of"), min_value=14, max_value=25)
    early_minutes = forms.IntegerField(label=_("Minutes before a shift to check in"), min_value=0, max_value=240)
    over_minutes = forms.IntegerField(label=_("Minutes after a shift that may count"), min_value=0, max_value=240)
    late_days = forms.IntegerField(label=_("Days to register hours afterwards"), min_value=1, max_value=60)
    week_shifts = forms.IntegerField(label=_("Shifts a week before it is too much"), min_value=1, max_value=21)
    why = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, numbers: rules.Numbers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for star in range(rules.STARS):
            shown = {"star": star + 1}
            self.fields[f"hours_{star}"] = forms.IntegerField(
                label=_("Star %(star)s: hours") % shown, min_value=1, max_value=100_000,
                initial=numbers.star_hours[star],
            )  # fmt: skip
            self.fields[f"days_{star}"] = forms.IntegerField(
                label=_("Star %(star)s: days registered") % shown, min_value=0, max_value=7_300,
                initial=numbers.star_days[star],
            )  # fmt: skip
        for name in _PLAIN:
            self.fields[name].initial = getattr(numbers, name)
        stars = [f"{kind}_{star}" for star in range(rules.STARS) for kind in ("hours", "days")]
        self.order_fields([*stars, *_PLAIN, "begins_on", "why"])

    def numbers(self) -> rules.Numbers:
        data = self.cleaned_data
        return rules.Numbers(
            star_hours=_in_order(data[f"hours_{star}"] for star in range(rules.STARS)),
            star_days=_in_order(data[f"days_{star}"] for star in range(rules.STARS)),
            **{name: data[name] for name in _PLAIN},
        )


def _in_order(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(numbers)
