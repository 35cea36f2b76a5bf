"""Forms of real-name proof."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.web.forms import DateInput

from .models import IdentityDocument


class _Numbered(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("identity", "Document"), choices=IdentityDocument.Kind, widget=forms.RadioSelect
    )
    number = forms.CharField(
        label=pgettext_lazy("document", "Number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "text"}),
    )


class ClaimDocument(_Numbered):
    """A document as it lies on the counter."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name on the document"),
        max_length=120,
        required=False,
        help_text=_("Empty: as on the account. In Latin letters as the passport prints it."),
    )
    valid_until = forms.DateField(
        label=_("Valid until"), widget=DateInput, required=False, help_text=_("Empty: for good.")
    )


class FindNumber(_Numbered):
    """Who has a number. Posted, so that no address holds it."""


class VerifyDocument(forms.Form):
    """What an officer saw."""

    seen = forms.ChoiceField(
        label=_("What you saw"),
        choices=IdentityDocument.Seen,
        widget=forms.RadioSelect,
        initial=IdentityDocument.Seen.ORIGINAL,
    )
    office = forms.CharField(
        label=_("Code of the counter"),
        max_length=40,
        required=False,
        help_text=_("The organisation's code."),
    )
    fits_all_the_same = forms.BooleanField(label=_("I have compared both: it is right all the same"), required=False)
    reason = forms.CharField(label=_("Note"), max_length=200, help_text=_("It stays in the history."))

    def __init__(self, *args: Any, document: IdentityDocument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not document.doubts:
            del self.fields["fits_all_the_same"]

    def clean_office(self) -> Organisation | None:
        code = self.cleaned_data["office"].strip()
        if not code:
            return None
        found = Organisation.objects.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(_("There is no organisation with this code."))
        return found


class WithReason(forms.Form):
    """Why a document is refused, or a whole number is needed."""

    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))


class FilterDocuments(forms.Form):
    """Which documents the list shows."""

    only_doubtful = forms.BooleanField(label=_("Only those that do not fit"), required=False)
