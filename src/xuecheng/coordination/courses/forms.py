"""Forms of courses. A fee is typed in yuan, as people write it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.city.rights import Standing
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.staff.models import ClassLevel, Language, Subject
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.web.templatetags import xc

from . import queries, rules
from .models import Audience, CourseVersion, NetworkLevel, Waiver
from .services import CourseFacts, VersionText

_ALL = ("", pgettext_lazy("filter", "all"))


def _offer_owner(form: forms.Form, viewer: Standing) -> None:
    """Let `owner` be one of the units for which the viewer writes; where there is one only, it is chosen already."""
    places = queries.units_that_write(viewer)
    offer(form, "owner", places)
    if len(few := list(places[:2])) == 1:
        form.initial.setdefault("owner", few[0])


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # of units; generic to mypy only
    """A certification unit, with what it is worth."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.title} ({xc.credits(obj.credits)})"


_GROUPS = {
    _("The course"): ("owner", "title_zh", "title_en", "subject", "audience", "languages"),
    _("What is learnt"): ("outcome", "outcome_en", "level", "sessions", "minutes", "materials"),
    _("Who may come"): ("entry_requirement", "entry_reason", "seats_least", "seats_most", "levels"),
    _("Completing it"): ("least_attendance_percent", "is_assessed", "unit"),
    _("What it costs"): ("fee", "waivers"),
}


class VersionForm(forms.Form):
    """Everything a version says."""

    field_order = tuple(name for names in _GROUPS.values() for name in names)
    """As on the page, so that the summary of errors names them in that order."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    outcome = forms.CharField(
        label=_("What one can do afterwards"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One line each, such as “books a doctor by phone alone”. Needed before it is sent to review."),
    )  # fmt: skip
    outcome_en = forms.CharField(
        label=_("The same in English"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Whoever reads the pages in English reads this; without it they read the Chinese."),
    )  # fmt: skip
    level = forms.TypedChoiceField(label=_("Level"), choices=ClassLevel.choices, coerce=int)
    sessions = forms.IntegerField(label=_("Number of sessions"), min_value=1, max_value=rules.MOST_SESSIONS)
    minutes = forms.IntegerField(
        label=_("Minutes of a session"), min_value=rules.LEAST_MINUTES, max_value=rules.MOST_MINUTES
    )
    unit = UnitField(
        label=_("Certification unit"), queryset=UnitVersion.objects.none(), required=False,
        empty_label=_("none: no credit by a unit"),
        help_text=_("What completing it is worth in the credit bank. Only units that are given today can be chosen."),
    )  # fmt: skip
    least_attendance_percent = forms.IntegerField(
        label=_("Least attendance, percent"), min_value=0, max_value=100,
        help_text=_("The share of sessions to come to; 0: none is asked."),
    )  # fmt: skip
    is_assessed = forms.BooleanField(
        label=_("An assessment must be passed to complete it"), required=False,
        help_text=_("A certification unit needs one (C-07)."),
    )  # fmt: skip
    entry_requirement = forms.CharField(
        label=_("What is required to begin"), max_length=300, required=False,
        help_text=_("Leave it empty if you can: whoever wants to learn may come (L2)."),
    )  # fmt: skip
    entry_reason = forms.CharField(
        label=_("Why that is required"), max_length=300, required=False,
        help_text=_("Learners read it. Without a reason nothing may be required."),
    )  # fmt: skip
    fee = forms.DecimalField(
        label=_("Fee of the whole course, yuan"), min_value=Decimal(0), max_value=Decimal(rules.MOST_FEE_FEN) / 100,
        max_digits=7, decimal_places=2, help_text=_("0: free of charge."),
    )  # fmt: skip
    waivers = forms.MultipleChoiceField(
        label=_("Fee waived for"), choices=Waiver.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    materials = forms.CharField(
        label=_("What to bring"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    levels = forms.MultipleChoiceField(
        label=_("Levels of the network where it may be held"), choices=NetworkLevel.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    seats_least = forms.IntegerField(label=_("Fewest learners"), min_value=1, max_value=rules.MOST_SEATS)
    seats_most = forms.IntegerField(label=_("Most learners"), min_value=1, max_value=rules.MOST_SEATS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        if isinstance(unit, forms.ModelChoiceField):
            unit.queryset = queries.open_units(clock.today())

    def text(self) -> VersionText:
        """What was typed, as the services take it."""
        data = self.cleaned_data
        plain = (
            "outcome", "outcome_en", "level", "sessions", "minutes", "unit", "least_attendance_percent", "is_assessed",
            "entry_requirement", "entry_reason", "waivers", "materials", "levels", "seats_least", "seats_most",
        )  # fmt: skip
        return VersionText(fee_fen=int(data["fee"] * 100), **{name: data[name] for name in plain})

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields as they stand on the page, under their headings."""
        return [
            (str(heading), [self[name] for name in names if name in self.fields]) for heading, names in _GROUPS.items()
        ]


class CourseForm(VersionForm):
    """A course with its first draft. The owner is asked for once."""

    version_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    owner = forms.ModelChoiceField(label=_("College"), queryset=Organisation.objects.none())
    title_zh = forms.CharField(label=_("Chinese title"), max_length=60)
    title_en = forms.CharField(label=_("English title"), max_length=120, required=False)
    subject = forms.ChoiceField(label=_("Subject"), choices=Subject.choices)
    audience = forms.ChoiceField(
        label=_("Meant first for"), choices=Audience.choices, help_text=_("It keeps nobody else out.")
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of teaching"), choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, viewer: Standing | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if viewer is None:
            del self.fields["owner"]
        else:
            _offer_owner(self, viewer)

    def facts(self) -> CourseFacts:
        names = ("title_zh", "title_en", "subject", "audience", "languages")
        return CourseFacts(**{name: self.cleaned_data[name] for name in names})


FRESH: dict[str, Any] = {
    "level": ClassLevel.BEGINNERS.value, "sessions": 8, "minutes": 90, "least_attendance_percent": 75, "fee": 0,
    "seats_least": 8, "seats_most": 25, "levels": [NetworkLevel.DISTRICT, NetworkLevel.STREET],
    "audience": Audience.EVERYBODY, "languages": [Language.MANDARIN, Language.CANTONESE],
}  # fmt: skip
"""How the form of a new course is filled in: plain numbers to begin with, each to be changed."""


def initial_of(row: CourseVersion) -> dict[str, Any]:
    """The form filled in as a version says."""
    names = (
        "outcome", "outcome_en", "level", "sessions", "minutes", "unit", "least_attendance_percent", "is_assessed",
        "entry_requirement", "entry_reason", "waivers", "materials", "levels", "seats_least", "seats_most",
    )  # fmt: skip
    facts = ("title_zh", "title_en", "subject", "audience", "languages")
    fee = f"{row.fee_fen // 100}.{row.fee_fen % 100:02d}".removesuffix(".00")
    return (
        {name: getattr(row, name) for name in names}
        | {name: getattr(row.course, name) for name in facts}
        | {"fee": fee}
    )


class FilterCourses(forms.Form):
    """What one would like to learn."""

    text = forms.CharField(label=_("What to learn"), required=False, max_length=60)
    subject = forms.ChoiceField(label=_("Subject"), required=False, choices=[_ALL, *Subject.choices])
    audience = forms.ChoiceField(label=_("Meant first for"), required=False, choices=[_ALL, *Audience.choices])
    level = forms.TypedChoiceField(
        label=_("Level"), required=False, choices=[_ALL, *ClassLevel.choices], coerce=int, empty_value=None
    )
    district = forms.ChoiceField(label=_("District"), required=False)
    more = forms.ChoiceField(
        label=_("Only those"), required=False,
        choices=[_ALL, ("free", _("free of charge")), ("credit", _("that lead to a certification unit"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = territories.districts()
        field = self.fields["district"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [_ALL, *((one.code, one.name) for one in self.districts)]

    def within(self) -> Territory | None:
        code = self.cleaned_data.get("district")
        return next((one for one in self.districts if one.code == code), None)

    def wanted(self) -> dict[str, Any]:
        """As `queries.catalogue` takes it."""
        data = self.cleaned_data
        return {name: data[name] for name in ("text", "subject", "audience", "level")} | {
            "within": self.within(),
            "is_free": data["more"] == "free",
            "gives_credit": data["more"] == "credit",
        }


class FilterKept(forms.Form):
    """Which courses of one's own unit."""

    text = forms.CharField(label=_("Title"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[_ALL, *CourseVersion.State.choices])
    subject = forms.ChoiceField(label=_("Subject"), required=False, choices=[_ALL, *Subject.choices])


class Decide(forms.Form):
    """Approve it, or send it back with what is to be changed."""

    reason = forms.CharField(
        label=_("What you say to the college"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Needed when you send it back."),
    )  # fmt: skip


class Retire(forms.Form):
    """Why no new class is planned from it."""

    why = forms.CharField(label=_("Why"), max_length=200)


class CopyCourse(forms.Form):
    """For which unit, and under which title."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    owner = forms.ModelChoiceField(label=_("College"), queryset=Organisation.objects.none())
    title_zh = forms.CharField(label=_("Chinese title"), max_length=60)

    def __init__(self, *args: Any, viewer: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_owner(self, viewer)
