"""The calculator of the calendar's page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.web.forms import DateInput

from .rules import MOST_DAYS


class CountDays(forms.Form):
    """From which day, how many working days."""

    begins = forms.DateField(label=_("Start day"), widget=DateInput, help_text=_("This day itself is not counted."))
    days = forms.IntegerField(label=_("How many working days"), min_value=1, max_value=MOST_DAYS)
