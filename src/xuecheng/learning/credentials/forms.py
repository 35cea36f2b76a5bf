"""What a holder chooses for a transcript, and what a stranger types to check one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.learning.creditbank.models import CreditKind

from .services import languages


class IssueTranscript(forms.Form):
    """In which language, which kinds of credit, and whether with the card's number."""

    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label=_("Which credits"),
        choices=CreditKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind of credit.")},
    )
    with_card_number = forms.BooleanField(
        label=_("Print the number of my learning card"),
        required=False,
        help_text=_("Whoever gets the transcript then knows the number."),
    )

    def __init__(self, *args: Any, held: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language, kinds = self.fields["language"], self.fields["kinds"]
        if isinstance(language, forms.ChoiceField) and isinstance(kinds, forms.MultipleChoiceField):
            language.choices = list(languages())
            kinds.choices = [(kind.value, kind.label) for kind in CreditKind if kind.value in held]


class VerifyCode(forms.Form):
    """The code on a transcript."""

    code = forms.CharField(
        label=_("Code on the transcript"),
        max_length=40,
        help_text=_("Twelve characters, such as M6SH-CDC2-YJ8J; hyphens may be left out."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Type the code that stands on the transcript.")},
    )


class RevokeTranscript(forms.Form):
    """Why it is revoked."""

    why = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Whoever checks the code reads it."))
