"""Forms of those who keep places: venues, rooms, hours, closures, terms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Level
from xuecheng.city.territories.picking import DivisionField
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import (
    Accessibility,
    Closure,
    Equipment,
    Space,
    Terms,
    Venue,
    VenueKind,
    WeeklyHours,
)
from xuecheng.coordination.facilities.queries import KEEP
from xuecheng.coordination.facilities.services import SpaceFacts, VenueFacts
from xuecheng.web.forms import DateInput, DateTimeInput

from .booking import Reason
from .words import WEEKDAYS, hours_typed


class VenueForm(forms.Form):
    """Everything that is told of a place."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("venue", "Kind of place"), choices=VenueKind.choices)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=Organisation.objects.none())
    territory = DivisionField(label=_("Street or community"), levels=[Level.STREET, Level.COMMUNITY])
    address = forms.CharField(label=_("Address"), max_length=200, help_text=_("Street and number."))
    latitude = forms.DecimalField(
        label=_("Latitude"), required=False, max_digits=8, decimal_places=6, min_value=-90, max_value=90,
        help_text=_("WGS 84, such as 23.129110"),
    )  # fmt: skip
    longitude = forms.DecimalField(
        label=_("Longitude"), required=False, max_digits=9, decimal_places=6, min_value=-180, max_value=180,
        help_text=_("WGS 84, such as 113.264385"),
    )  # fmt: skip
    way_in = forms.CharField(
        label=_("How to get in"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Which gate, which floor, whom to ask. Everybody can read it: no door codes."),
    )  # fmt: skip
    accessibility = forms.MultipleChoiceField(
        label=pgettext_lazy("venue", "Accessibility"),
        required=False,
        choices=Accessibility.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    is_public = forms.BooleanField(
        label=_("A public place: a part of each week stays free for short notice"), required=False
    )
    has_consent = forms.BooleanField(
        label=_("School premises: the school agrees that others use its rooms outside teaching hours"), required=False
    )
    opens_on_holidays = forms.BooleanField(label=_("Open on statutory holidays"), required=False)
    makeup_weekday = forms.TypedChoiceField(
        label=_("Hours on make-up working days"),
        choices=[("", _("those of that day")), *((number, day) for number, day in WEEKDAYS)],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("A Saturday or Sunday that is worked instead of a holiday has the hours of this weekday."),
    )
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))

    def __init__(self, *args: Any, viewer: Standing, venue: Venue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if venue is not None:
            del self.fields["owner"]
            territory = self.fields["territory"]
            if isinstance(territory, DivisionField):
                territory.also = venue.territory
            return
        offer(
            self,
            "owner",
            Organisation.objects.filter(
                visible(viewer, KEEP, organisation="pk", territory="territory"), is_active=True
            ).order_by("code"),
        )

    def facts(self) -> VenueFacts:
        names = VenueFacts.__dataclass_fields__
        return VenueFacts(**{name: self.cleaned_data[name] for name in names})


def initial_of_venue(venue: Venue) -> dict[str, Any]:
    """What the form shows of a place that is there."""
    return {name: getattr(venue, name) for name in VenueFacts.__dataclass_fields__}


class SpaceForm(forms.Form):
    """Everything that is told of a room."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    parent = forms.ModelChoiceField(
        label=_("Part of"), queryset=Space.objects.none(), required=False, empty_label=_("no other room"),
        help_text=_("Booking the whole takes its parts, and the other way round."),
    )  # fmt: skip
    sharing = forms.ChoiceField(label=_("Used"), choices=Space.Sharing.choices, widget=forms.RadioSelect)
    capacity = forms.IntegerField(label=pgettext_lazy("seats", "Places"), min_value=1, max_value=10_000)
    equipment = forms.MultipleChoiceField(
        label=_("Equipment"), required=False, choices=Equipment.choices, widget=forms.CheckboxSelectMultiple
    )
    accessibility = forms.MultipleChoiceField(
        label=pgettext_lazy("venue", "Accessibility"),
        required=False,
        choices=Accessibility.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    buffer_before = forms.IntegerField(
        label=_("Minutes before"), min_value=0, max_value=rules.MOST_BUFFER_MINUTES, initial=0
    )
    buffer_after = forms.IntegerField(
        label=_("Minutes after"), min_value=0, max_value=rules.MOST_BUFFER_MINUTES, initial=0,
        help_text=_("For setting up and cleaning; nobody else is there then."),
    )  # fmt: skip
    closed_because = forms.CharField(
        label=_("Not given out, because"), max_length=200, required=False, help_text=_("Empty: it is given out.")
    )
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))

    def __init__(self, *args: Any, venue: Venue, space: Space | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        if space is not None:
            # Where a room lies never changes.
            del self.fields["parent"]
        elif isinstance(parent, forms.ModelChoiceField):
            parent.queryset = venue.spaces.filter(sharing=Space.Sharing.WHOLE).order_by("name_zh", "pk")

    def facts(self) -> SpaceFacts:
        return SpaceFacts(**{name: self.cleaned_data[name] for name in SpaceFacts.__dataclass_fields__})


def initial_of_space(space: Space) -> dict[str, Any]:
    """What the form shows of a room that is there."""
    return {name: getattr(space, name) for name in SpaceFacts.__dataclass_fields__}


class HoursForm(forms.Form):
    """The hours of a week, from a day on."""

    use = forms.ChoiceField(label=_("Which hours"), choices=WeeklyHours.Use.choices, widget=forms.RadioSelect)
    from_on = forms.DateField(label=_("From the day"), widget=DateInput)
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))

    def __init__(self, *args: Any, is_school: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_school:
            self.fields["use"] = forms.ChoiceField(
                choices=[(WeeklyHours.Use.OPEN.value, "")], initial=WeeklyHours.Use.OPEN, widget=forms.HiddenInput
            )
        days = {
            f"day_{number}": forms.CharField(
                label=day, required=False, max_length=80,
                help_text=_("Such as 08:30–12:00, 14:00–21:00; empty: closed.") if number == 0 else "",
            )
            for number, day in WEEKDAYS
        }  # fmt: skip
        self.fields = {**days, **self.fields}
        self.order_fields(["use", *days, "from_on", "why"])

    def clean(self) -> None:
        super().clean()
        self.week: list[rules.Hours] = []
        for number, _day in WEEKDAYS:
            try:
                found = hours_typed(self.cleaned_data.get(f"day_{number}", ""), number)
                rules.check_week(found)
            except forms.ValidationError as error:
                self.add_error(f"day_{number}", error)
            except rules.HoursOverlap as refusal:
                self.add_error(f"day_{number}", str(refusal))
            else:
                self.week += found


class ClosureForm(forms.Form):
    """A closure for a time, or a defect until it is mended."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("closure", "What"), choices=Closure.Kind.choices, widget=forms.RadioSelect
    )
    space = forms.ModelChoiceField(
        label=pgettext_lazy("place", "Where"),
        queryset=Space.objects.none(),
        required=False,
        empty_label=_("the whole place"),
    )
    begins_at = forms.DateTimeField(label=pgettext_lazy("time", "From"), widget=DateTimeInput)
    ends_at = forms.DateTimeField(
        label=pgettext_lazy("time", "To"),
        widget=DateTimeInput,
        required=False,
        help_text=_("A defect may stay without an end."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Everybody can read it."))

    def __init__(self, *args: Any, venue: Venue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        space = self.fields["space"]
        if isinstance(space, forms.ModelChoiceField):
            space.queryset = venue.spaces.order_by("name_zh", "pk")


class EndClosure(Reason):
    """Why a closure is over."""

    why = forms.CharField(label=_("What has changed"), max_length=200, help_text=_("Such as “the lift runs again”."))


class TermsForm(forms.Form):
    """The numbers and levels of one level of the network, from a day on."""

    level = forms.ChoiceField(label=_("Level of the network"), choices=Terms.NetworkLevel.choices)
    begins_on = forms.DateField(label=_("From the day"), widget=DateInput)
    check_in_minutes = forms.IntegerField(label=_("Minutes until a booking is released"), min_value=1, max_value=240)
    no_shows = forms.IntegerField(label=_("No-shows that suspend a group"), min_value=1, max_value=99)
    suspension_days = forms.IntegerField(label=_("Days of a suspension"), min_value=1, max_value=999)
    season_days = forms.IntegerField(label=_("Days within which no-shows count"), min_value=1, max_value=999)
    reserve_percent = forms.IntegerField(
        label=_("Per cent of a week kept for short notice"), min_value=0, max_value=100
    )
    days_ahead = forms.IntegerField(label=_("Days that may be booked ahead"), min_value=1, max_value=999)
    open_bookings = forms.IntegerField(label=_("Bookings a group may have ahead"), min_value=1, max_value=999)
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("Number of the decision or notice."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        why = self.fields.pop("why")
        for reason in rules.SOFT:
            self.fields[f"level_{reason}"] = forms.ChoiceField(
                label=_("Conflict “%(reason)s”") % {"reason": rules.REASONS[reason]},
                choices=[(level.value, words) for level, words in rules.LEVELS.items()],
            )
        self.fields["why"] = why

    def numbers(self) -> rules.Terms:
        plain = [name for name in rules.Terms.__dataclass_fields__ if name != "levels"]
        levels = {reason.value: self.cleaned_data[f"level_{reason}"] for reason in rules.SOFT}
        return rules.Terms(**{name: self.cleaned_data[name] for name in plain}, levels=levels)


def initial_of_terms(terms: rules.Terms) -> dict[str, Any]:
    """What the form shows of terms in force."""
    plain = {name: getattr(terms, name) for name in rules.Terms.__dataclass_fields__ if name != "levels"}
    levels = {f"level_{reason}": terms.levels.get(reason, rules.Level.BLOCK.value) for reason in rules.SOFT}
    return plain | levels
