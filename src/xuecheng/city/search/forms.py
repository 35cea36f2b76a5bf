"""The box."""

from __future__ import annotations

from django import forms
from django.utils.translation import pgettext_lazy

from . import rules


class Find(forms.Form):
    """What to look for. Length and kind are judged by `rules.check`, so that the words of the refusal are one."""

    q = forms.CharField(
        label=pgettext_lazy("search", "Search for"),
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "spellcheck": "false", "maxlength": str(rules.LONGEST)}
        ),
    )
