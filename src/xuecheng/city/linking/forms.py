"""Forms of service keys and linked sites."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.city.people import queries as people
from xuecheng.city.people.models import Person
from xuecheng.web.forms import DateInput, Described

from .queries import MANAGE_KEYS
from .scopes import FOR_PEOPLE, FOR_PROGRAMS, SCOPES

_WHY = _("It stays in the history.")


def _choices(names: tuple[str, ...]) -> list[tuple[str, Described]]:
    return [(name, Described(str(SCOPES[name].label), name)) for name in names]


def _holder(text: str) -> Person:
    found = people.by_sign_in_name(text)
    if found is None:
        raise forms.ValidationError(_("Nobody signs in with this name."))
    return found


class MakeKey(forms.Form):
    """A key for a program at one organisation."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    name = forms.CharField(label=_("Which program uses it"), max_length=80)
    holder = forms.CharField(
        label=_("Acts for (sign-in name)"),
        max_length=64,
        help_text=_("The program can do no more than this person may at the organisation."),
    )
    organisation = forms.ModelChoiceField(
        label=_("At which organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)
    ends_on = forms.DateField(label=_("Until before the day"), widget=DateInput, help_text=_("At most 400 days."))
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_WHY)

    def __init__(self, *args: Any, viewer: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = visible(viewer, MANAGE_KEYS, organisation="pk", territory="territory")
        places = Organisation.objects.filter(allowed, is_active=True).select_related("territory").order_by("name_zh")
        offer(self, "organisation", places)
        self.fields["scopes"].choices = _choices(FOR_PROGRAMS)  # type: ignore[attr-defined]  # a field of choices

    def clean_holder(self) -> Person:
        return _holder(self.cleaned_data["holder"])

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.cleaned_data["ends_on"], time(), tzinfo=clock.zone())


class RotateKey(forms.Form):
    """A key that follows another one."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    overlap_days = forms.IntegerField(
        label=_("So many days both work"), min_value=0, max_value=30, initial=7,
        help_text=_("Time to put the new key into the program."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_WHY)


class Why(forms.Form):
    """A reason, and nothing else."""

    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_WHY)


class RegisterSite(forms.Form):
    """Another site, with what people are told about it."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80)
    purpose_zh = forms.CharField(
        label=_("What it is for, in Chinese"), max_length=200, help_text=_("People read it when they are asked.")
    )
    purpose_en = forms.CharField(label=_("What it is for, in English"), max_length=200)
    organisation = forms.ModelChoiceField(
        label=_("Of which organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    redirect_uris = forms.CharField(
        label=_("Addresses to which people return"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, exactly as the site sends them. Empty: no people, only its own program."),
    )
    holder = forms.CharField(
        label=_("Its own program acts for (sign-in name)"), max_length=64, required=False,
        help_text=_("Empty: it has no program of its own."),
    )  # fmt: skip
    is_public = forms.BooleanField(
        label=_("It is an app that cannot keep a secret"), required=False, help_text=_("On phones or in browsers.")
    )
    scopes = forms.MultipleChoiceField(label=_("What it may ask for"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_WHY)

    def __init__(self, *args: Any, viewer: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = visible(viewer, MANAGE_KEYS, organisation="pk", territory="territory")
        places = Organisation.objects.filter(allowed, is_active=True).select_related("territory").order_by("name_zh")
        offer(self, "organisation", places)
        names = tuple(dict.fromkeys([*FOR_PEOPLE, *FOR_PROGRAMS]))
        self.fields["scopes"].choices = _choices(names)  # type: ignore[attr-defined]  # a field of choices

    def clean_holder(self) -> Person | None:
        text = self.cleaned_data["holder"].strip()
        return _holder(text) if text else None

    @property
    def addresses(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["redirect_uris"].splitlines() if line.strip()]
