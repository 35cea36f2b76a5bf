"""Widgets with the browser's own calendars and clocks, and choices that explain themselves."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Described:
    """A label of a choice with a second line: `choices=[("sms", Described(_("Text message"), _("at once")))]`."""

    label: _StrOrPromise
    description: _StrOrPromise

    def __str__(self) -> str:
        return str(self.label)


def codes_in(text: str) -> list[str]:
    """Codes typed in one field, with commas or spaces of either script between them: `092，1013、 0611`."""
    return [one for one in re.split(r"[\s,;、]+", unicodedata.normalize("NFKC", text)) if one]


def set_apart(shown: Mapping[str, forms.BaseForm]) -> None:
    """Several forms on one page, by verb: the ids of each begin with its verb, so that labels find their own fields."""
    for verb, form in shown.items():
        form.auto_id = f"id_{verb}_%s"


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own calendar and clock; local time of the city."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")
