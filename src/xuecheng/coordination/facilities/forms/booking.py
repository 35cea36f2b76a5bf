"""Forms of bookings: one, a series, why not."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.organisations.picking import OrganisationField
from xuecheng.coordination.facilities.services import Pattern, Wanted
from xuecheng.web.forms import DateInput, TimeInput

from .words import WEEKDAYS, period_of


class _Use(forms.Form):
    """Who comes, with how many, for what."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    heads = forms.IntegerField(label=pgettext_lazy("heads", "People"), min_value=1, max_value=10_000)
    group_organisation = OrganisationField(
        label=_("Organisation that comes"), required=False, help_text=_("Part of its name, or its code.")
    )
    group_name = forms.CharField(
        label=_("Or a group that is none"), max_length=80, required=False, help_text=_("No person's name.")
    )
    purpose = forms.CharField(label=_("What for"), max_length=200)

    def wanted(self, **more: Any) -> Wanted:
        names = ("heads", "purpose", "group_name", "group_organisation")
        return Wanted(**{name: self.cleaned_data[name] for name in names}, **more)


class BookForm(_Use):
    """One booking."""

    on = forms.DateField(label=_("Day"), widget=DateInput)
    begins = forms.TimeField(label=pgettext_lazy("time", "From"), widget=TimeInput)
    ends = forms.TimeField(label=pgettext_lazy("time", "To"), widget=TimeInput)
    ends_on = forms.DateField(
        label=_("Last day"), widget=DateInput, required=False,
        help_text=_("For use over midnight or several days; empty: the same day, or the next if it ends earlier."),
    )  # fmt: skip
    field_order = ("public_id", "on", "begins", "ends", "ends_on", "heads")

    def period(self) -> tuple[datetime, datetime]:
        data = self.cleaned_data
        begins, ends = period_of(data["on"], data["begins"], data["ends"])
        if data["ends_on"]:
            ends = datetime.combine(data["ends_on"], data["ends"], clock.zone())
        return begins, ends


class SeriesForm(_Use):
    """The same time of a weekday over a season."""

    begins_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput)
    weekday = forms.TypedChoiceField(label=_("Weekday"), choices=WEEKDAYS, coerce=int)
    begins = forms.TimeField(label=pgettext_lazy("time", "From"), widget=TimeInput)
    ends = forms.TimeField(
        label=pgettext_lazy("time", "To"),
        widget=TimeInput,
        help_text=_("Earlier than the beginning: it ends on the next day."),
    )
    every_weeks = forms.TypedChoiceField(
        label=_("How often"), choices=[(1, _("every week")), (2, _("every second week"))], coerce=int
    )
    exceptions = forms.CharField(
        label=_("Not on"), required=False, max_length=400, help_text=_("Dates such as 2026-12-24, separated by blanks.")
    )
    is_seasonal = forms.BooleanField(
        label=_("Part of the season's allocation"), required=False,
        help_text=_("Not bound by the days ahead; a public place keeps its reserve free."),
    )  # fmt: skip
    field_order = (
        "public_id", "begins_on", "ends_on", "weekday", "begins", "ends", "every_weeks", "exceptions", "heads",
    )  # fmt: skip

    def clean_exceptions(self) -> frozenset[date]:
        try:
            return frozenset(
                date.fromisoformat(part) for part in re.split(r"[\s,，、]+", self.cleaned_data["exceptions"]) if part
            )
        except ValueError as error:
            raise forms.ValidationError(_("Write dates such as 2026-12-24, separated by blanks.")) from error

    def pattern(self) -> Pattern:
        data = self.cleaned_data
        begins, ends = period_of(data["begins_on"], data["begins"], data["ends"])
        return Pattern(
            begins_on=data["begins_on"],
            ends_on=data["ends_on"],
            weekday=data["weekday"],
            begins_minute=data["begins"].hour * 60 + data["begins"].minute,
            length_minutes=int((ends - begins).total_seconds()) // 60,
            every_weeks=data["every_weeks"],
            exceptions=data["exceptions"],
        )


class Reason(forms.Form):
    """Nothing but why."""

    why = forms.CharField(label=_("Why"), max_length=200)
