"""Forms of the public pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .queries import districts_of_city


class FindPlace(forms.Form):
    """Where to learn."""

    text = forms.CharField(label=_("Name or street"), required=False, max_length=60)
    district = forms.ChoiceField(label=_("In which district"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Whole city")), *((one.code, one.name) for one in districts_of_city())]
        self.fields["district"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, declared above
