from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Request


class AskArchive(forms.Form):
    """Which archive is wanted."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    with_numbers = forms.BooleanField(
        label=_("Write my identity numbers in full"),
        help_text=_("Otherwise only the last characters stand in the archive. You are asked once more who you are."),
        required=False,
    )


class SayConsent(forms.Form):
    """Yes or no to one purpose."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    purpose = forms.CharField(max_length=40, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    say = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)


class AskOfficer(forms.Form):
    """A request that no page answers by itself."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What do you want?"), choices=Request.Kind.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What is it about?"),
        help_text=_("Where it stands, what is wrong, what it should be. No identity numbers, please."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        strip=True,
    )


class AnswerRequest(forms.Form):
    """An officer's answer."""

    answer = forms.CharField(
        label=_("Answer"),
        help_text=_("What was done, or why it cannot be done; the person reads it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        strip=True,
    )


class FilterRequests(forms.Form):
    """Which requests the list shows."""

    show = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", _("to be answered")), ("all", _("all requests"))]
    )


class AskErasure(forms.Form):
    """One tick under what goes and what stays."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    is_sure = forms.BooleanField(label=_("I have read what goes and what stays, and I want it."))


class OpenErasure(forms.Form):
    """An officer says who stands here, and what they were told."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    is_present = forms.BooleanField(
        label=_("The person is here, was told what goes and what stays, and wants it."),
    )
    reason = forms.CharField(
        label=_("Which document was seen"),
        help_text=_("Kind and issuer only: no number, no name. It stays in the history."),
        max_length=200,
        strip=True,
    )


class ConfirmErasure(forms.Form):
    """A second officer says the same."""

    is_present = forms.BooleanField(label=_("I heard the person say so myself."))
    reason = forms.CharField(
        label=_("Which document was seen"),
        help_text=_("Kind and issuer only: no number, no name. It stays in the history."),
        max_length=200,
        strip=True,
    )
