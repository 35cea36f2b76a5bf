"""Forms of enrolment. Amounts are typed in yuan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.people import queries as people
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import normalise_name
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.courses.models import Waiver

from . import rules
from .models import Charge, Enrolment, Roll

MOST_FEN = 2_000_000_00


def fen_of(yuan: Decimal) -> int:
    return int((yuan * 100).to_integral_value())


class _Yuan(forms.DecimalField):
    """An amount in yuan, with two decimals at most."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=9, decimal_places=2, **more)


class Enrol(forms.Form):
    """The one question: whether it is so. Where the course asks for something, that it is met."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    meets_requirement = forms.BooleanField(label=_("What the course asks for is so"), required=False)

    def __init__(self, *args: Any, requirement: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not requirement:
            del self.fields["meets_requirement"]
        else:
            self.fields["meets_requirement"].help_text = requirement


class EnrolPerson(forms.Form):
    """At the counter: both are typed, since one digit more or less would enrol a stranger."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.CharField(label=_("Sign-in name"), max_length=64)
    person_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=120)
    meets_requirement = forms.BooleanField(label=_("What the course asks for is so"), required=False)

    def __init__(self, *args: Any, requirement: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not requirement:
            del self.fields["meets_requirement"]
        else:
            self.fields["meets_requirement"].help_text = requirement

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


class Transfer(forms.Form):
    """Into which class."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("Which class?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class Why(forms.Form):
    """A reason that people can read."""

    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("Whoever it concerns reads it."))


class Waive(forms.Form):
    """For what, how much, why."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    waiver = forms.ChoiceField(label=_("Waived for"))
    amount = _Yuan(label=_("Amount, yuan"), min_value=Decimal("0.01"), required=False, help_text=_("Empty: all of it."))
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("Which proof was seen. No numbers of documents."))

    def __init__(self, *args: Any, waivers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["waiver"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one, label) for one, label in Waiver.choices if one in waivers]

    def amount_fen(self) -> int | None:
        amount = self.cleaned_data["amount"]
        return None if amount is None else fen_of(amount)


class CloseDay(forms.Form):
    """What lies in the drawer."""

    counted = _Yuan(
        label=_("Counted, yuan"), min_value=Decimal(0), help_text=_("Without the change that the day began with.")
    )

    def counted_fen(self) -> int:
        return fen_of(self.cleaned_data["counted"])


class Announce(forms.Form):
    """Where the second part of the seed comes from."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    beacon_source = forms.CharField(
        label=_("Where the second part of the seed will come from, and when"),
        max_length=200,
        help_text=_("Something that everybody can look up and nobody can know before, such as a lottery draw."),
    )


class Draw(forms.Form):
    """The second part of the seed."""

    beacon = forms.CharField(
        label=_("Second part of the seed"), max_length=200, help_text=_("Exactly as its source published it.")
    )


NUMBER_WORDS = {
    "offer_hours": _("Hours in which an offered place may be taken"),
    "pay_hours": _("Hours in which a fee is paid"),
    "refund_before_percent": _("Given back before the first session, percent"),
    "refund_during_percent": _("Given back after it has begun, percent"),
    "refund_until_session": _("Nothing is given back once this session has begun"),
    "elder_age": _("Age from which somebody counts as older"),
}
_BOUNDS = {
    "offer_hours": (1, 720), "pay_hours": (1, 720), "refund_before_percent": (0, 100),
    "refund_during_percent": (0, 100), "refund_until_session": (0, 200), "elder_age": (18, 100),
}  # fmt: skip


class SetNumbers(forms.Form):
    """The numbers of a class."""

    def __init__(self, *args: Any, roll: Roll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in NUMBER_WORDS.items():
            least, most = _BOUNDS[name]
            self.fields[name] = forms.IntegerField(
                label=label, min_value=least, max_value=most, initial=getattr(roll, name)
            )
        self.fields["why"] = forms.CharField(label=_("Why"), max_length=200)

    def numbers(self) -> rules.Numbers:
        return rules.Numbers(**{name: self.cleaned_data[name] for name in NUMBER_WORDS})


_ALL = ("", pgettext_lazy("filter", "all"))


class FilterRoll(forms.Form):
    """Whom the list shows."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[_ALL, *Enrolment.State.choices])


class FilterCharges(forms.Form):
    """Which charges the desk shows."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[_ALL, *((one.value, one.label) for one in (Charge.State.DUE, Charge.State.REFUND_DUE))],
    )
    text = forms.CharField(label=_("Whole name"), required=False, max_length=80)


class JustPost(forms.Form):
    """Nothing but the button."""


def class_choice(course_class: CourseClass, left: int) -> str:
    """A class as it is offered for a change: code, unit, places left."""
    return f"{course_class.code} {course_class.host.name} ({left})"
