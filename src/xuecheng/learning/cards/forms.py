"""Forms of cards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import OrganisationField, offer

from .models import Reason, Use

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
_OWN = [choice for choice in Reason.choices if choice[0] != Reason.FOUND]


class Freeze(forms.Form):
    """Why the holder stops the card."""

    reason = forms.ChoiceField(label=_("What happened?"), choices=_OWN, widget=forms.RadioSelect)


class FreezeAtCounter(forms.Form):
    """Why a counter stops a card, and where it lies if it was handed in."""

    reason = forms.ChoiceField(label=_("What happened?"), choices=Reason.choices, widget=forms.RadioSelect)
    kept_at = OrganisationField(label=_("Handed in: where it lies now"), required=False)


class Plain(forms.Form):
    """Nothing is to be said."""


class Replace(forms.Form):
    """Why the card gets another number."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Why?"), choices=_OWN, widget=forms.RadioSelect)


class Enrol(forms.Form):
    """What the holder calls the phone."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("What do you call this device?"), max_length=40)


class ReadCard(forms.Form):
    """A card before a counter."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=pgettext_lazy("card", "Counter"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    card = forms.CharField(
        label=_("Card"),
        max_length=200,
        help_text=_("Scan the code on the phone; or type the sixteen digits, and after them the eight of the phone."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    confirmed = forms.ChoiceField(
        label=_("Printed card only: how you made sure"),
        choices=[("", "—"), *Use.Confirmed.choices],
        required=False,
    )

    def __init__(self, *args: Any, places: QuerySet[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "organisation", places)


class Found(forms.Form):
    """What a finder says."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("Number on the card"), max_length=40, widget=forms.TextInput(attrs=_DIGITS),
        help_text=_("Sixteen digits; they begin with 44."),
    )  # fmt: skip
    lies_at = OrganisationField(label=_("Handed in at"), required=False)
