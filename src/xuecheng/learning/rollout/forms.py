"""Forms of roll-out."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.models import FrameworkLevel
from xuecheng.learning.creditbank.queries import DEFAULT_FRAMEWORK
from xuecheng.web.forms import DateInput, codes_in

from .models import Accreditation, Measure, Phase, RecordKind, RuleFamily, Threshold
from .services import Plan, Scope

SHARES = {Measure.COVERAGE, Measure.IDENTITY, Measure.ERRORS}
"""Measured in thousandths, shown and typed as percentages."""
_ALL = ("", pgettext_lazy("filter", "all"))


def _day(label: Any, **more: Any) -> forms.DateField:
    within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
    return forms.DateField(label=label, widget=DateInput, validators=within, **more)


def _several(label: Any, choices: Any, **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **more)


class Propose(forms.Form):
    """What an institution is to be accredited for."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Institution"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    kinds = _several(_("What it may issue"), RecordKind.choices)
    fields_of_study = forms.CharField(
        label=_("Fields of study"), max_length=120, required=False,
        help_text=_("Codes of ISCED-F with spaces between, such as 09 0111. Empty: every field."),
    )  # fmt: skip
    lowest = forms.ModelChoiceField(
        label=_("Lowest level"), queryset=FrameworkLevel.objects.none(), to_field_name="label", required=False,
        help_text=_("Empty: every level."),
    )  # fmt: skip
    highest = forms.ModelChoiceField(
        label=_("Highest level"), queryset=FrameworkLevel.objects.none(), to_field_name="label", required=False
    )
    begins_on = _day(_("First day"))
    ends_on = _day(_("First day after it"), help_text=_("Five years after the first day at most."))
    why = forms.CharField(
        label=_("Why"), max_length=300,
        help_text=_("What was looked at: teachers, rooms, examinations. Everybody reads it."),
    )  # fmt: skip

    def __init__(self, *args: Any, places: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", places)
        levels = FrameworkLevel.objects.filter(framework__code=DEFAULT_FRAMEWORK, framework__successor__isnull=True)
        for name in ("lowest", "highest"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = levels.select_related("framework").order_by("ordinal")
            field.label_from_instance = attrgetter("label")  # type: ignore[method-assign,assignment]  # Django's way

    def scope(self) -> Scope:
        data = self.cleaned_data
        return Scope(
            kinds=tuple(data["kinds"]), fields=tuple(codes_in(data["fields_of_study"])),
            lowest=data["lowest"], highest=data["highest"], begins_on=data["begins_on"], ends_on=data["ends_on"],
        )  # fmt: skip


def initial_of(row: Accreditation) -> dict[str, Any]:
    """A renewal says what the accreditation before it said, from its end on."""
    begins_on = row.ends_on
    return {
        "organisation": row.organisation.code, "kinds": row.kinds, "fields_of_study": " ".join(row.fields),
        "lowest": row.lowest.label if row.lowest is not None else None,
        "highest": row.highest.label if row.highest is not None else None, "begins_on": begins_on,
    }  # fmt: skip


class Reason(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("Everybody reads it."))


class Note(forms.Form):
    reason = forms.CharField(label=_("A note"), max_length=300, required=False)


class FromDay(Reason):
    on = _day(_("From which day"), help_text=_("What was learnt before that day still counts."))
    field_order = ("on", "reason")


class FilterRegister(forms.Form):
    q = forms.CharField(label=_("Name of the institution"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("May issue"), choices=[_ALL, *RecordKind.choices], required=False)


class FilterKept(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=[_ALL, *Accreditation.State.choices], required=False)


class PlanPhase(forms.Form):
    """What a phase opens. What is left empty, it opens wholly."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.SlugField(label=_("Number of the phase"), max_length=16, help_text=_("Such as P2."))
    place = forms.IntegerField(label=_("Place in the order"), min_value=0, max_value=999)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    about_zh = forms.CharField(
        label=_("What it brings, in Chinese"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Residents read it."),
    )  # fmt: skip
    about_en = forms.CharField(
        label=_("What it brings, in English"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    kinds = _several(_("Kinds of record"), RecordKind.choices, required=False, help_text=_("None chosen: every kind."))
    families = _several(
        _("Families of rules"), RuleFamily.choices, required=False, help_text=_("None chosen: every family.")
    )
    institutions = forms.CharField(
        label=_("Institutions"), max_length=400, required=False,
        help_text=_("Their codes with spaces between. Empty: every institution."),
    )  # fmt: skip
    divisions = forms.CharField(
        label=_("Divisions"), max_length=400, required=False,
        help_text=_("Official codes of 12 digits with spaces between. Empty: the whole city."),
    )  # fmt: skip
    covers_from = _day(_("Learning that ended from"), required=False)
    covers_to = _day(_("Learning that ended before"), required=False)
    needs_accreditation = forms.BooleanField(
        label=_("Take records of these kinds from accredited institutions only, from its opening on"), required=False
    )
    expected_on = _day(_("Expected to open"), required=False)

    def clean_institutions(self) -> list[Organisation]:
        codes = codes_in(self.cleaned_data["institutions"].upper())
        found = {one.code: one for one in Organisation.objects.filter(code__in=codes)}
        if unknown := [code for code in codes if code not in found]:
            raise forms.ValidationError(
                _("There is no institution with the code %(code)s."), params={"code": unknown[0]}
            )
        return list(found.values())

    def clean_divisions(self) -> list[Territory]:
        codes = codes_in(self.cleaned_data["divisions"])
        found = {one.code: one for one in Territory.objects.filter(code__in=codes, is_current=True)}
        if unknown := [code for code in codes if code not in found]:
            message = _("There is no division with the code %(code)s.")
            raise forms.ValidationError(message, params={"code": unknown[0]})
        return list(found.values())

    def plan(self) -> Plan:
        said: dict[str, Any] = {name: self.cleaned_data[name] for name in Plan.__dataclass_fields__}
        return Plan(**said | {"kinds": tuple(said["kinds"]), "families": tuple(said["families"])})


def initial_of_phase(row: Phase) -> dict[str, Any]:
    """The form filled in as the plan says."""
    plain = {name: getattr(row, name) for name in Plan.__dataclass_fields__}
    return plain | {
        "public_id": row.public_id, "institutions": " ".join(one.code for one in row.organisations.all()),
        "divisions": " ".join(one.code for one in row.territories.all()),
    }  # fmt: skip


class Decide(forms.Form):
    decision = forms.CharField(
        label=_("By which decision, and why"), max_length=300, help_text=_("Everybody reads it.")
    )  # fmt: skip


class Close(forms.Form):
    why = forms.CharField(label=_("Why"), max_length=300, help_text=_("Everybody reads it."))


class FilterReadiness(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of record"), choices=[_ALL, *RecordKind.choices], required=False)
    state = forms.ChoiceField(
        label=_("Ready"), choices=[_ALL, ("ready", _("ready")), ("not", _("something is missing"))], required=False
    )  # fmt: skip


class SetThreshold(forms.Form):
    """Bounds of one measure; shares as percentages."""

    least = forms.DecimalField(label=_("At least"), min_value=0, max_value=1_000_000, decimal_places=1, required=False)
    most = forms.DecimalField(label=_("At most"), min_value=0, max_value=1_000_000, decimal_places=1, required=False)
    why = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, row: Threshold, **kwargs: Any) -> None:
        self._factor = 10 if row.measure in SHARES else 1
        said = {name: getattr(row, name) for name in ("least", "most")}
        kwargs.setdefault(
            "initial", {name: value / self._factor if value is not None else None for name, value in said.items()}
        )
        super().__init__(*args, **kwargs)
        if row.measure in SHARES:
            for name in ("least", "most"):
                self.fields[name].help_text = _("Per cent; empty: no bound.")

    def bounds(self) -> dict[str, int | None]:
        data = self.cleaned_data
        return {
            name: None if data[name] is None else int(data[name] * self._factor) for name in ("least", "most")
        }  # fmt: skip
