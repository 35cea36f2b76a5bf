"""Forms of places. Hours are typed as people write them, `08:30-12:00, 14:00-21:00`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import OrganisationField, offer
from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Level, Territory
from xuecheng.city.territories.picking import DivisionField
from xuecheng.web.forms import DateInput, DateTimeInput, TimeInput

from . import rules
from .models import Accessibility, Closure, Equipment, Space, Terms, Venue, VenueKind, WeeklyHours
from .queries import KEEP, Search
from .services import Pattern, SpaceFacts, VenueFacts, Wanted

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]
SHORT = [
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
]
_ALL = ("", pgettext_lazy("filter", "all"))
_HOURS = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")


def hours_typed(text: str, weekday: int) -> list[rules.Hours]:
    """The hours of a weekday as somebody types them. Raises `ValidationError` for what is no time of a day."""
    found = []
    for part in re.split(r"[,，、;；]", text):
        if not part.strip():
            continue
        match = _HOURS.fullmatch(part.strip())
        numbers = [int(digits) for digits in match.groups()] if match else [99] * 4
        begins, ends = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        if numbers[1] > 59 or numbers[3] > 59 or not begins < ends <= rules.DAY:
            raise forms.ValidationError(_("Write hours such as 08:30–12:00, 14:00–21:00; the day ends at 24:00."))
        found.append(rules.Hours(weekday, begins, ends))
    return found


def hours_written(hours: Iterable[rules.Hours], weekday: int) -> str:
    """The same the other way round."""
    mine = sorted((one for one in hours if one.weekday == weekday), key=lambda one: one.begins)
    return ", ".join(f"{rules.clock_of(one.begins)}–{rules.clock_of(one.ends)}" for one in mine)


class WithPlace(forms.Form):
    """A filter by district and, once one is chosen, by street."""

    def _offer_places(self) -> None:
        districts = territories.districts()
        self._choose("district", [_ALL, *((one.code, one.name) for one in districts)])
        chosen = next((one for one in districts if one.code == self.data.get("district")), None)
        if chosen is None:
            del self.fields["street"]
            return
        streets = chosen.children.filter(is_current=True, is_pseudo=False).order_by("code")
        self._choose("street", [_ALL, *((one.code, one.name) for one in streets)])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def within(self) -> Territory | None:
        code = self.cleaned_data.get("street") or self.cleaned_data.get("district") or ""
        return territories.by_code(code) if code else None


class FilterVenues(WithPlace):
    """Which places the list shows."""

    text = forms.CharField(label=_("Name or address"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[_ALL, *VenueKind.choices])
    district = forms.ChoiceField(label=_("District"), required=False)
    street = forms.ChoiceField(label=_("Street or town"), required=False)
    accessibility = forms.ChoiceField(
        label=pgettext_lazy("venue", "Accessibility"), required=False, choices=[_ALL, *Accessibility.choices]
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


def period_of(on: date, begins: time, ends: time) -> tuple[datetime, datetime]:
    """The period of a day from one time to the other, which lies on the next day unless it is later."""
    zone = clock.zone()
    last = on if ends > begins else on + timedelta(days=1)
    return datetime.combine(on, begins, zone), datetime.combine(last, ends, zone)


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
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=10_000)
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
        label=_("Where"), queryset=Space.objects.none(), required=False, empty_label=_("the whole place")
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


class EndClosure(Reason):
    """Why a closure is over."""

    why = forms.CharField(label=_("What has changed"), max_length=200, help_text=_("Such as “the lift runs again”."))


class FilterBookings(forms.Form):
    """Which bookings."""

    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, states: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["state"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [_ALL, *states]


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
