"""Forms of classes: to find one, to plan them, their sessions, seasons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.facilities.forms import WEEKDAYS, WithPlace
from xuecheng.coordination.facilities.models import Space
from xuecheng.coordination.staff.models import Subject, Teacher
from xuecheng.web.forms import DateInput, DateTimeInput, TimeInput

from . import queries, rules
from .models import CourseClass, Priority, Season
from .services import ClassWish, SeasonWish

_ALL = ("", pgettext_lazy("filter", "all"))
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 12, 31)
_DAYS = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))
PARTS = (
    ("morning", pgettext_lazy("part of a day", "morning")),
    ("afternoon", pgettext_lazy("part of a day", "afternoon")),
    ("evening", pgettext_lazy("part of a day", "evening")),
)
VIEWS = (
    ("rooms", _("by rooms")), ("teachers", _("by teachers")), ("classes", _("by classes")), ("month", _("the month")),
)  # fmt: skip


class FindClass(WithPlace):
    """What a resident looks for. It stands in the address only; nothing is kept."""

    text = forms.CharField(label=_("What do you want to learn?"), required=False, max_length=60)
    subject = forms.ChoiceField(label=_("Subject"), required=False, choices=[_ALL, *Subject.choices])
    district = forms.ChoiceField(label=_("District"), required=False)
    street = forms.ChoiceField(label=_("Street or town"), required=False)
    weekday = forms.TypedChoiceField(
        label=_("Weekday"), required=False, coerce=int, empty_value=None, choices=[_ALL, *WEEKDAYS]
    )
    part = forms.ChoiceField(label=_("Time of the day"), required=False, choices=[_ALL, *PARTS])
    free = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            _ALL,
            ("places", _("with places left")),
            ("charge", _("free of charge")),
            ("both", _("with places left, free of charge")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_places()

    def wish(self) -> queries.Find:
        data = self.cleaned_data
        return queries.Find(
            text=data["text"].strip(),
            subject=data["subject"],
            within=self.within(),
            weekday=data["weekday"],
            part=data["part"],
            only_free=data["free"] in ("places", "both"),
            is_free_of_charge=data["free"] in ("charge", "both"),
        )


class ChooseUnit(forms.Form):
    """Of which unit."""

    unit = forms.ModelChoiceField(
        label=pgettext_lazy("organisation", "Unit"), queryset=Organisation.objects.none(), to_field_name="code"
    )

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units)


class FilterBoard(ChooseUnit):
    """Of which unit, in which season, in which state."""

    season = forms.ChoiceField(label=_("Season"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[_ALL, *CourseClass.State.choices])

    def __init__(self, *args: Any, seasons: Sequence[Season], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "season", [(str(one.public_id), one.name) for one in seasons])


class FilterTimetable(ChooseUnit):
    """Of which unit, and how it is drawn."""

    view = forms.ChoiceField(label=_("Timetable"), required=False, choices=VIEWS)


def choose(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    """Let the field `name` choose among `choices`."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class _ClassFacts(forms.Form):
    """What is told of a class beside its course."""

    code = forms.CharField(
        label=pgettext_lazy("class", "Code"), max_length=24, help_text=_("Short, such as SF-01; once in a season.")
    )
    seats_least = forms.IntegerField(label=_("Fewest learners"), min_value=1, max_value=rules.MOST_SEATS)
    seats_most = forms.IntegerField(label=_("Most learners"), min_value=1, max_value=rules.MOST_SEATS)
    fee = forms.DecimalField(
        label=_("Fee, yuan"), min_value=0, max_value=100_000, decimal_places=2, help_text=_("0: free of charge.")
    )
    allocation = forms.ChoiceField(
        label=_("How places are given"), choices=CourseClass.Allocation.choices, widget=forms.RadioSelect
    )
    enrolment_opens_at = forms.DateTimeField(label=_("Enrolment opens"), widget=DateTimeInput)
    enrolment_closes_at = forms.DateTimeField(label=_("Enrolment closes"), widget=DateTimeInput)
    priority = forms.MultipleChoiceField(
        label=_("Who comes first"), required=False, choices=Priority.choices, widget=forms.CheckboxSelectMultiple
    )
    least_age = forms.IntegerField(label=_("From age"), required=False, min_value=0, max_value=rules.OLDEST)
    most_age = forms.IntegerField(label=_("Up to age"), required=False, min_value=0, max_value=rules.OLDEST)
    locals_only = forms.BooleanField(label=_("Only people of the district"), required=False)
    first_timers_only = forms.BooleanField(label=_("Only people who have not learnt here yet"), required=False)
    note = forms.CharField(
        label=_("Note for learners"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What to bring, which gate. Everybody can read it."),
    )  # fmt: skip

    def wish(self) -> ClassWish:
        data = self.cleaned_data
        who = {
            "least_age": data["least_age"], "most_age": data["most_age"], "locals_only": data["locals_only"],
            "first_timers_only": data["first_timers_only"],
        }  # fmt: skip
        plain = (
            "code", "seats_least", "seats_most", "allocation", "enrolment_opens_at", "enrolment_closes_at", "priority",
            "note",
        )  # fmt: skip
        return ClassWish(
            **{name: data[name] for name in plain},
            fee_fen=int(data["fee"] * 100),
            eligibility=rules.Eligibility(**who).as_data(),
        )


class PlanClass(_ClassFacts):
    """A class from an approved course; numbers begin as the course advises."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    season = forms.ChoiceField(label=_("Season"))

    field_order = ("public_id", "season", "code")

    def __init__(self, *args: Any, seasons: Sequence[Season], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "season", [(str(one.public_id), one.name) for one in seasons])


def initial_of_version(version: CourseVersion, season: Season | None) -> dict[str, Any]:
    """What a new class begins with: what the course advises, and the season's days of enrolment."""
    found: dict[str, Any] = {
        "seats_least": version.seats_least,
        "seats_most": version.seats_most,
        "fee": Decimal(version.fee_fen) / 100,
        "allocation": CourseClass.Allocation.FIRST_COME,
    }
    if season is not None:
        found |= {
            "season": str(season.public_id),
            "enrolment_opens_at": datetime.combine(season.enrolment.lower, time(9), clock.zone()),
            "enrolment_closes_at": datetime.combine(season.enrolment.upper - timedelta(1), time(18), clock.zone()),
        }
    return found


class ChangeClass(_ClassFacts):
    """What may still be changed, and why."""

    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))

    def __init__(self, *args: Any, course_class: CourseClass, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if course_class.state != CourseClass.State.DRAFT:
            for name in self.fields:
                if name not in ("code", "note", "enrolment_closes_at", "why"):
                    self.fields[name].disabled = True
                    self.fields[name].help_text = _("Stays as it was told when the class opened.")


def initial_of_class(row: CourseClass) -> dict[str, Any]:
    """What the form shows of a class that is there."""
    plain = (
        "code", "seats_least", "seats_most", "allocation", "enrolment_opens_at", "enrolment_closes_at", "priority",
        "note",
    )  # fmt: skip
    return {name: getattr(row, name) for name in plain} | dict(row.eligibility) | {"fee": Decimal(row.fee_fen) / 100}


def room_in_words(room: Space, host: Organisation | None) -> str:
    """A room in a list to choose from; whose it is, where it is not the host's own."""
    told = {"venue": room.venue.name, "room": room.name, "places": room.capacity}
    if host is None or room.venue.owner_id == host.pk:
        return _("%(venue)s, %(room)s (%(places)d)") % told
    return _("%(venue)s, %(room)s (%(places)d), of %(owner)s") % (told | {"owner": room.venue.owner.name})


class _RoomAndTeacher(forms.Form):
    """A room of those the unit may book, and somebody who may teach the course."""

    space = forms.ModelChoiceField(label=_("Room"), queryset=Space.objects.none(), required=False)
    teacher = forms.ModelChoiceField(label=_("Teacher"), queryset=Teacher.objects.none(), required=False)

    def offer(self, *, rooms: Sequence[Space], teachers: Sequence[Teacher], host: Organisation | None = None) -> None:
        """Offer these, rooms of others than the host with their owner; the lists are asked for once.

        Whichever field the form lacks is passed over.
        """
        if isinstance(field := self.fields.get("space"), forms.ModelChoiceField):
            field.queryset = Space.objects.filter(pk__in=[one.pk for one in rooms])
            field.to_field_name = "public_id"
            field.choices = [
                ("", _("no room yet")),
                *(
                    (str(one.public_id), room_in_words(one, host))
                    for one in rooms
                ),
            ]  # fmt: skip
        if isinstance(field := self.fields.get("teacher"), forms.ModelChoiceField):
            field.queryset = Teacher.objects.filter(pk__in=[one.pk for one in teachers])
            field.to_field_name = "public_id"
            field.choices = [
                ("", _("nobody yet")),
                *((str(one.public_id), f"{one.person.name} · {one.get_kind_display()}") for one in teachers),
            ]


class AddSessions(_RoomAndTeacher):
    """A weekly series with exceptions, or one date."""

    base = forms.UUIDField(widget=forms.HiddenInput)
    first_day = forms.DateField(label=_("First day"), widget=DateInput, validators=_DAYS)
    begins = forms.TimeField(label=pgettext_lazy("time", "From"), widget=TimeInput)
    minutes = forms.IntegerField(label=_("Minutes of a session"), min_value=15, max_value=480)
    count = forms.IntegerField(
        label=_("How many sessions"), min_value=1, max_value=rules.MOST_SESSIONS, help_text=_("1: a single date.")
    )
    every_weeks = forms.IntegerField(label=_("Every so many weeks"), min_value=1, max_value=8, initial=1)
    without = forms.CharField(
        label=_("But not on"), required=False, max_length=400,
        help_text=_("Dates such as 2026-10-12, with commas between them. Statutory holidays are left out anyway."),
    )  # fmt: skip

    field_order = ("base", "first_day", "begins", "minutes", "count", "every_weeks", "without", "space", "teacher")

    def clean_without(self) -> set[date]:
        found = set()
        typed = re.split(r"[,，、;；\s]+", self.cleaned_data["without"])
        for part in [*typed, *self.ticked()]:
            if not part:
                continue
            try:
                found.add(date.fromisoformat(part))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(part)s” is no date. Write dates such as 2026-10-12.") % {"part": part}
                ) from None
        return found

    def ticked(self) -> list[str]:
        """Dates that were ticked in the list of what speaks against each, to be left out."""
        sent: Any = self.data
        return sent.getlist("leave_out") if hasattr(sent, "getlist") else list(sent.get("leave_out", []))


class MoveSession(_RoomAndTeacher):
    """Another time or another room."""

    on = forms.DateField(label=_("Day"), widget=DateInput, validators=_DAYS)
    begins = forms.TimeField(label=pgettext_lazy("time", "From"), widget=TimeInput)
    minutes = forms.IntegerField(label=_("Minutes of a session"), min_value=15, max_value=480)
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))

    field_order = ("on", "begins", "minutes", "space", "why")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["teacher"]

    def period(self) -> tuple[datetime, datetime]:
        data = self.cleaned_data
        begins = datetime.combine(data["on"], data["begins"], clock.zone())
        return begins, begins + timedelta(minutes=data["minutes"])


class Substitute(_RoomAndTeacher):
    """Somebody else teaches, once or from then on."""

    onward = forms.BooleanField(label=_("Also the later sessions of the class"), required=False)
    until = forms.DateField(
        label=_("Up to and including"), widget=DateInput, validators=_DAYS, required=False,
        help_text=_("With the later sessions: the last day of it. Leave it empty if they teach to the end."),
    )  # fmt: skip
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))

    field_order = ("teacher", "onward", "until", "why")

    def __init__(self, *args: Any, first_day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first_day = first_day
        del self.fields["space"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("until") and not said.get("onward"):
            self.add_error("onward", _("A last day goes with later sessions: tick this too, or leave the day empty."))
        if said.get("until") and said["until"] < self.first_day:
            self.add_error("until", _("That is before this session. Give a later day, or leave it empty."))
        return said


class CallSubstitute(forms.Form):
    """Whom to call for one session; their button carries the id."""

    teacher = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))


class Reason(forms.Form):
    """Why, in a few words."""

    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("Learners read it, and it stays in the history."))


class SeasonForm(forms.Form):
    """A season: its days, when it is planned, when people enrol. All days are counted in."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    unit = forms.ModelChoiceField(
        label=pgettext_lazy("organisation", "Unit"),
        queryset=Organisation.objects.none(),
        required=False,
        to_field_name="code",
    )
    name_zh = forms.CharField(label=_("Chinese name"), max_length=40)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    begins_on = forms.DateField(label=_("First day"), widget=DateInput, validators=_DAYS)
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput, validators=_DAYS)
    planning_from = forms.DateField(label=_("Planned from"), widget=DateInput, validators=_DAYS)
    planning_to = forms.DateField(label=_("Planned until"), widget=DateInput, validators=_DAYS)
    enrolment_from = forms.DateField(label=_("Enrolment from"), widget=DateInput, validators=_DAYS)
    enrolment_to = forms.DateField(label=_("Enrolment until"), widget=DateInput, validators=_DAYS)
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))

    def __init__(
        self, *args: Any, units: QuerySet[Organisation] | None = None, may_be_wide: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if units is None:
            del self.fields["unit"]
            return
        unit = self.fields["unit"]
        unit.required = not may_be_wide
        if may_be_wide:
            unit.help_text = _("Empty: a season of all units of your division.")
        offer(self, "unit", units)

    def wish(self) -> SeasonWish:
        return SeasonWish(**{name: self.cleaned_data[name] for name in SeasonWish.__dataclass_fields__})


def initial_of_season(row: Season) -> dict[str, Any]:
    """What the form shows of a season that is there."""
    days = timedelta(days=1)
    return {
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "begins_on": row.during.lower,
        "ends_on": row.during.upper - days,
        "planning_from": row.planning.lower,
        "planning_to": row.planning.upper - days,
        "enrolment_from": row.enrolment.lower,
        "enrolment_to": row.enrolment.upper - days,
    }


class CloneSeason(forms.Form):
    """Into which season the classes of a unit are planned anew."""

    into = forms.ChoiceField(label=_("New season"))

    def __init__(self, *args: Any, seasons: Sequence[Season], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "into", [(str(one.public_id), one.name) for one in seasons])


def as_uuid(text: str) -> UUID | None:
    """The id that an address carries; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
