"""Forms of divisions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.web.forms import DateInput


class AsOf(forms.Form):
    """The day on which a division should be shown."""

    on = forms.DateField(label=_("As of the day"), required=False, widget=DateInput)


class FindDivision(AsOf):
    """Look for a division in the whole city."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=60)
    field_order = ("q", "on")


class _FromADay(forms.Form):
    on = forms.DateField(
        label=_("From the day"), widget=DateInput, help_text=_("It may lie in the past or in the future.")
    )
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Number of the decision or notice. It stays in the history.")
    )


class RenameDivision(_FromADay):
    """Another name from a day on."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    field_order = ("name_zh", "name_en", "on", "reason")


class MoveDivision(_FromADay):
    """Another parent from a day on."""

    parent = forms.CharField(label=_("Code of the division to which it belongs then"), max_length=12)
    field_order = ("parent", "on", "reason")


class MergeDivision(_FromADay):
    """The end of a division; what lies beneath it goes to another."""

    into = forms.CharField(label=_("Code of the division that takes it in"), max_length=12)
    field_order = ("into", "on", "reason")
