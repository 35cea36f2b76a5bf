"""Which requirements the list shows."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .rules import CHAPTERS, DOES_NOT_APPLY, STATES, Requirement

_ALL = ("", pgettext_lazy("filter", "all"))


class FilterRequirements(forms.Form):
    """By chapter, state and level."""

    chapter = forms.ChoiceField(
        label=_("Chapter"), required=False, choices=[_ALL, *((key, name) for key, name in CHAPTERS.items())]
    )
    state = forms.ChoiceField(label=_("Status"), required=False, choices=[_ALL, *STATES, ("no", DOES_NOT_APPLY)])
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[_ALL, ("1", _("Level 1")), ("2", _("Level 2"))]
    )

    def takes(self, one: Requirement) -> bool:
        """Whether the list shows `one`."""
        wanted = self.cleaned_data
        return (
            wanted["chapter"] in ("", one.chapter)
            and wanted["state"] in ("", one.state or "no")
            and wanted["level"] in ("", str(one.level))
        )
