"""Forms of keys."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReplaceKeys(forms.Form):
    """Which keys are replaced, and why."""

    what = forms.ChoiceField(
        label=_("What to replace"),
        widget=forms.RadioSelect,
        choices=[
            ("kek", _("Key-encryption key: every key is wrapped anew, no row is touched")),
            ("dek", _("Data keys: every sealed value is sealed anew in the background")),
            ("lookup", _("Look-up keys: every keyed hash is made anew in the background")),
        ],
        initial="kek",
    )
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))
