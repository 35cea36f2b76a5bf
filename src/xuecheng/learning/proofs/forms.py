"""What a stranger hands over to have it verified: a file, a link, or a text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .reading import MOST_BYTES, MOST_TEXT


class HandOver(forms.Form):
    """One of three; nothing of it is kept."""

    file = forms.FileField(
        label=_("The file or picture"),
        required=False,
        help_text=_("The file as it was issued: JSON, JWT, PNG or SVG, at most 4 MB. A screenshot carries nothing."),
        error_messages={"empty": _("The file is empty. Choose another one.")},
        widget=forms.FileInput(attrs={"accept": ".json,.jsonld,.jwt,.txt,.png,.svg"}),
    )
    link = forms.CharField(
        label=_("Or its link"),
        required=False,
        max_length=2000,
        help_text=_("The address behind a QR code, beginning with https://."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Exactly one of the three."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        given = [name for name in self.fields if cleaned.get(name)]
        if not given:
            self.add_error("file", _("Choose a file, or give its link or its text."))
        elif len(given) > 1:
            self.add_error(given[1], _("Give one of the three, not several."))
        elif cleaned["file"] and cleaned["file"].size > MOST_BYTES:
            self.add_error("file", _("It is larger than 4 MB. Credentials are much smaller."))
        elif cleaned["link"] and not cleaned["link"].startswith("https://"):
            self.add_error("link", _("A link begins with https://."))
        return cleaned
