"""Forms to find places, free rooms and bookings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import (
    Accessibility,
    Equipment,
    VenueKind,
)
from xuecheng.coordination.facilities.queries import Search
from xuecheng.web.forms import DateInput, TimeInput

from .words import ALL, period_of


class WithPlace(forms.Form):
    """A filter by district and, once one is chosen, by street."""

    def _offer_places(self) -> None:
        districts = territories.districts()
        self._offered = {one.code: one for one in districts}
        self._choose("district", [ALL, *((one.code, one.name) for one in districts)])
        chosen = next((one for one in districts if one.code == self.data.get("district")), None)
        if chosen is None:
            del self.fields["street"]
            return
        streets = list(chosen.children.filter(is_current=True, is_pseudo=False).order_by("code"))
        self._offered |= {one.code: one for one in streets}
        self._choose("street", [ALL, *((one.code, one.name) for one in streets)])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def within(self) -> Territory | None:
        """The street, else the district, of those that were offered. No query."""
        return self._offered.get(self.cleaned_data.get("street") or self.cleaned_data.get("district") or "")

    def street_chosen(self) -> Territory | None:
        """The street, with its district as `parent`. No query."""
        return self._offered.get(self.cleaned_data.get("street") or "")


class FilterVenues(WithPlace):
    """Which places the list shows."""

    text = forms.CharField(label=_("Name or address"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *VenueKind.choices])
    district = forms.ChoiceField(label=_("District"), required=False)
    street = forms.ChoiceField(label=_("Street or town"), required=False)
    accessibility = forms.ChoiceField(
        label=pgettext_lazy("venue", "Accessibility"), required=False, choices=[ALL, *Accessibility.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_places()


class FindFree(WithPlace):
    """A room for so many, with that, there, then; with a last day, on that weekday of every week until it."""

    on = forms.DateField(label=_("Day"), widget=DateInput)
    begins = forms.TimeField(label=pgettext_lazy("time", "From"), widget=TimeInput)
    ends = forms.TimeField(label=pgettext_lazy("time", "To"), widget=TimeInput)
    until = forms.DateField(label=_("Every week until"), widget=DateInput, required=False)
    heads = forms.IntegerField(label=pgettext_lazy("heads", "People"), min_value=1, max_value=10_000, initial=20)
    district = forms.ChoiceField(label=_("District"), required=False)
    street = forms.ChoiceField(label=_("Street or town"), required=False)
    equipment = forms.MultipleChoiceField(
        label=_("Equipment"), required=False, choices=Equipment.choices, widget=forms.CheckboxSelectMultiple
    )
    accessibility = forms.MultipleChoiceField(
        label=pgettext_lazy("venue", "Accessibility"),
        required=False,
        choices=Accessibility.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_places()

    def clean(self) -> None:
        super().clean()
        on, until = self.cleaned_data.get("on"), self.cleaned_data.get("until")
        if on and on < clock.today():
            self.add_error("on", _("This day has passed. Choose a day to come."))
        if on and until and not on <= until <= on + timedelta(days=rules.LONGEST_SERIES_DAYS):
            self.add_error(
                "until",
                _("The last day lies after the first one, %(days)s days at most.")
                % {"days": rules.LONGEST_SERIES_DAYS},
            )

    def main_fields(self) -> list[forms.BoundField]:
        """What stands in the row; equipment and accessibility are many ticks and are folded."""
        return [self[name] for name in self.fields if name not in ("equipment", "accessibility")]

    def asks_more(self) -> bool:
        """Whether what is folded says something."""
        return bool(self["equipment"].value() or self["accessibility"].value())

    def search(self) -> Search:
        data = self.cleaned_data
        until = data["until"] or data["on"]
        dates = rules.dates_of(data["on"], until, weekday=data["on"].weekday())
        return Search(
            periods=[period_of(on, data["begins"], data["ends"]) for on in dates],
            heads=data["heads"],
            equipment=data["equipment"],
            accessibility=data["accessibility"],
            within=self.within(),
            every_date=len(dates) == 1,
        )


class FilterBookings(forms.Form):
    """Which bookings."""

    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, states: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["state"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [ALL, *states]
