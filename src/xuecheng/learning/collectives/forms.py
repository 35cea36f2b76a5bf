"""Forms of collective accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.city.territories.models import Territory
from xuecheng.learning.records.models import Role
from xuecheng.web.forms import DateInput

from .models import Collective, Deposit
from .services import Given, Wish

_MOST_MINUTES = 60 * 24 * 366


def _day(label: Any, **more: Any) -> forms.DateField:
    within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
    return forms.DateField(label=label, widget=DateInput, validators=within, **more)


class FindOpen(forms.Form):
    """What of the list for everybody is shown."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("collective", "What"),
        choices=[("", _("Everything")), *Collective.Kind.choices],
        required=False,
    )
    district = forms.ChoiceField(label=_("In which district"), required=False)
    words = forms.CharField(label=_("Name"), max_length=60, required=False)

    def __init__(self, *args: Any, districts: Iterable[Territory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Whole city")), *((one.code, one.name) for one in districts)]
        self.fields["district"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, declared above


class FilterKept(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Collective.State.choices], required=False)


class Apply(forms.Form):
    """What an application says; an organisation only by its officers."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Whose account"),
        queryset=Organisation.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("A learning circle that I convene"),
    )
    name_zh = forms.CharField(label=pgettext_lazy("collective", "What it is called"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    about = forms.CharField(
        label=_("What you learn together"), max_length=500, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("Everybody reads it. Name no people here."),
    )  # fmt: skip
    institution = forms.ModelChoiceField(
        label=_("Where the account is kept"), queryset=Organisation.objects.none(), to_field_name="code",
        help_text=_("A college or another institution near you. It enters what you earn."),
    )  # fmt: skip
    is_public = forms.BooleanField(
        label=_("Everybody may read what we earned"), required=False,
        help_text=_("Members are never named there."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, institutions: QuerySet[Organisation], organisations: QuerySet[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "institution", institutions)
        if organisations.exists():
            offer(self, "organisation", organisations)
        else:
            del self.fields["organisation"]

    def wish(self) -> Wish:
        data = self.cleaned_data
        plain = ("name_zh", "name_en", "about", "is_public")
        return Wish(organisation=data.get("organisation"), **{name: data[name] for name in plain})


class Join(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)


class Open(forms.Form):
    keeps_until = _day(_("Who applied keeps the account until"), help_text=_("It can be prolonged."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keeps_until"].initial = today + timedelta(days=365)


class LetKeep(forms.Form):
    keeps_until = _day(_("Keeps the account until"), help_text=_("Today ends it."))


class Why(forms.Form):
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("Who applied and the members read it."))


class Close(forms.Form):
    why = forms.CharField(label=_("Why"), max_length=300, help_text=_("Members read it."))
    to = forms.ModelChoiceField(
        label=_("What lies on the account"),
        queryset=Collective.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("lapses"),
    )

    def __init__(self, *args: Any, heirs: QuerySet[Collective], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        field.queryset = heirs  # type: ignore[attr-defined]  # a ModelChoiceField, declared above
        field.label_from_instance = _handed_on  # type: ignore[attr-defined]  # the same


def _handed_on(row: Collective) -> str:
    return str(_("goes to %(name)s") % {"name": row.name})


class MakeDeposit(forms.Form):
    """What a collective did or was given. The credit follows from the rules; no amount is typed in."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.ChoiceField(label=_("Where it comes from"), choices=Deposit.Source.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=120)
    code = forms.CharField(
        label=_("Code"), max_length=32, help_text=_("Of the activity or the kind of award; by it the rules know it.")
    )
    began_on = _day(_("First day"), required=False, help_text=_("Only if it took several days."))
    ended_on = _day(_("Last day, or day of the award"))
    minutes = forms.IntegerField(
        label=_("Minutes together"), min_value=0, max_value=_MOST_MINUTES, required=False,
        help_text=_("As long as it was held, not times the number of people. Of an award: leave it empty."),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("As what"), choices=Role.choices, initial=Role.LEARNER)
    proof = forms.CharField(
        label=_("Where the proof lies"), max_length=200,
        help_text=_("Such as: list of who took part, folder 12 at the college. Name no people here."),
    )  # fmt: skip

    def given(self) -> Given:
        data = self.cleaned_data
        plain = ("source", "title", "code", "began_on", "ended_on", "role", "proof")
        return Given(minutes=data["minutes"] or 0, **{name: data[name] for name in plain})
