"""Forms of the network. Requirements of a standard are typed one a line, as people list them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.organisations.picking import OrganisationField
from xuecheng.city.territories import queries as territories
from xuecheng.city.territories.models import Level, Territory
from xuecheng.city.territories.picking import DivisionField
from xuecheng.coordination.staff.models import Subject
from xuecheng.web.forms import DateInput

from . import rules
from .models import College, CollegeLevel, ShareOffer, StandardItem
from .picking import CollegeField
from .services import Founding, Requirement

_ALL = ("", pgettext_lazy("filter", "all"))
_WHY: dict[str, Any] = {"label": _("Why"), "max_length": 200, "help_text": _("It stays in the history.")}


class FilterColleges(forms.Form):
    """Which units the list shows."""

    text = forms.CharField(label=_("Name"), required=False, max_length=60)
    level = forms.ChoiceField(
        label=pgettext_lazy("college", "Level"), required=False, choices=[_ALL, *CollegeLevel.choices]
    )
    district = forms.ChoiceField(label=_("District"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "district", [_ALL, *((one.code, one.name) for one in territories.districts())])

    def within(self) -> Territory | None:
        code = self.cleaned_data.get("district") or ""
        return territories.by_code(code) if code else None


class FindCovering(forms.Form):
    """Who is responsible for a division on a day."""

    territory = DivisionField(
        label=_("Your street, community or village"), levels=[Level.DISTRICT, Level.STREET, Level.COMMUNITY]
    )
    on = forms.DateField(label=_("Day"), widget=DateInput, required=False)


class FilterSharing(forms.Form):
    """Which declarations the list shows."""

    side = forms.ChoiceField(
        label=pgettext_lazy("sharing", "What it is"), required=False, choices=[_ALL, *ShareOffer.Side.choices]
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("sharing", "Kind"), required=False, choices=[_ALL, *ShareOffer.Kind.choices]
    )
    theme = forms.ChoiceField(label=pgettext_lazy("sharing", "Theme"), required=False, choices=[_ALL, *Subject.choices])


class FoundForm(forms.Form):
    """A unit of the network: an organisation in its place, or a teaching point that one runs."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    level = forms.ChoiceField(label=pgettext_lazy("college", "Level"), choices=CollegeLevel.choices)
    organisation = OrganisationField(
        label=_("Organisation"), help_text=_("The college or school itself; of a teaching point, who runs it.")
    )
    parent = CollegeField(
        label=_("Belongs to"), required=False, levels=rules.LEVELS[:-1],
        help_text=_("A unit of a higher level. Type part of its name; empty for the city college."),
    )  # fmt: skip
    name_zh = forms.CharField(
        label=_("Chinese name of the point"), required=False, max_length=80, help_text=_("Teaching points only.")
    )
    name_en = forms.CharField(label=_("English name of the point"), required=False, max_length=120)
    territory = DivisionField(
        label=_("Where the point is"), required=False, levels=[Level.STREET, Level.COMMUNITY],
        help_text=_("Teaching points only: the street, community or village."),
    )  # fmt: skip
    on = forms.DateField(label=_("Stands from"), widget=DateInput)
    why = forms.CharField(**_WHY)

    def founding(self) -> Founding:
        return Founding(**{name: self.cleaned_data[name] for name in Founding.__dataclass_fields__})


class MoveForm(forms.Form):
    parent = CollegeField(label=_("Belongs to"), required=False, levels=rules.LEVELS[:-1])
    why = forms.CharField(**_WHY)


class CloseForm(forms.Form):
    on = forms.DateField(
        label=_("Closed from"), widget=DateInput, help_text=_("The first day on which it stands no more.")
    )
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("Everybody reads it."))


class CoverageForm(forms.Form):
    """The divisions that a unit covers from a day on: those beside its own, and what it covers now."""

    territories = forms.ModelMultipleChoiceField(
        label=_("Covers"), queryset=Territory.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        to_field_name="code", help_text=_("Nothing ticked: it covers nothing from that day on."),
    )  # fmt: skip
    from_on = forms.DateField(label=_("Holds from"), widget=DateInput)
    why = forms.CharField(**_WHY)

    def __init__(self, *args: Any, college: College, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = rules.COVERS[college.level]
        place = college.territory
        around = place if place.level != level and level == "community" else place.parent or place
        found = Territory.objects.filter(level=level, is_current=True, is_pseudo=False)
        found = found.filter(path__startswith=around.path) if level != "city" else found.filter(pk=place.pk)
        field = self.fields["territories"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = found.order_by("code")


class EvidenceForm(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        label=_("What shows it"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as the number and date of a certificate, or the figure and how it was counted."),
    )  # fmt: skip
    valid_until = forms.DateField(label=_("Holds until"), widget=DateInput, required=False)

    def __init__(self, *args: Any, item: StandardItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if item.months is not None:
            latest = rules.months_later(clock.today(), item.months)
            self.fields["valid_until"].required = True
            self.fields["valid_until"].help_text = _("The last day, %(latest)s at the latest.") % {
                "latest": latest.isoformat()
            }


class ReviewForm(forms.Form):
    finding = forms.CharField(
        label=_("Finding"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where you do not accept it: what is missing."),
    )  # fmt: skip


class OfferForm(forms.Form):
    """What a unit offers, shares or lacks."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    side = forms.ChoiceField(label=pgettext_lazy("sharing", "What it is"), choices=ShareOffer.Side.choices)
    kind = forms.ChoiceField(label=pgettext_lazy("sharing", "Kind"), choices=ShareOffer.Kind.choices)
    theme = forms.ChoiceField(label=pgettext_lazy("sharing", "Theme"), choices=Subject.choices)
    words = forms.CharField(
        label=_("In words"), max_length=200, required=False, help_text=_("Such as: two evenings a week, 20 people.")
    )
    first_on = forms.DateField(label=_("First day"), widget=DateInput)
    last_on = forms.DateField(label=_("Last day"), widget=DateInput)


SHOWN_WORDS = {
    StandardItem.Shown.PREMISES: pgettext_lazy("standard line", "premises"),
    StandardItem.Shown.DOCUMENT: pgettext_lazy("standard line", "document"),
    StandardItem.Shown.FACT: pgettext_lazy("standard line", "fact"),
}


def written(items: Iterable[StandardItem | Requirement]) -> str:
    """Requirements as the form shows them, one a line."""
    return "\n".join(
        " | ".join(
            [
                one.code,
                str(SHOWN_WORDS[StandardItem.Shown(one.shown_by)]),
                str(one.months or ""),
                one.text_zh,
                one.text_en,
            ]
        ).rstrip(" |")
        for one in items
    )


class StandardForm(forms.Form):
    begins_on = forms.DateField(label=_("Holds from"), widget=DateInput)
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("The document and its number."))
    items = forms.CharField(
        label=_("Requirements"), max_length=12_000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "One a line: code | premises, document or fact | months it holds, or nothing | Chinese | English. The same "
            "code through all versions keeps what was shown for it."
        ),
    )  # fmt: skip
    why = forms.CharField(**_WHY)

    def clean_items(self) -> list[Requirement]:
        found = []
        for number, line in enumerate(self.cleaned_data["items"].splitlines(), 1):
            if line.strip():
                found.append(self._read(line, number))
        return found

    def _read(self, line: str, number: int) -> Requirement:
        parts = [part.strip() for part in line.replace("｜", "|").split("|")]
        parts += [""] * (5 - len(parts))
        code, shown, months, text_zh, text_en = parts[:5]
        shown_by = next(
            (key for key, word in SHOWN_WORDS.items() if shown.casefold() in (key.value, str(word).casefold())), None
        )
        if shown_by is None or len(parts) > 5 or not text_zh or max(len(text_zh), len(text_en)) > 200:
            raise forms.ValidationError(
                _("Line %(number)s: write code | premises, document or fact | months or nothing | Chinese | English.")
                % {"number": number}
            )
        if months and not (months.isascii() and months.isdigit() and 1 <= int(months) <= 120):
            raise forms.ValidationError(
                _("Line %(number)s: months are a number from 1 to 120, or nothing.") % {"number": number}
            )
        return Requirement(
            code=code.casefold(), shown_by=shown_by.value, months=int(months) if months else None, text_zh=text_zh,
            text_en=text_en,
        )  # fmt: skip


class TargetsForm(forms.Form):
    """What the network aims at [K]."""

    begins_on = forms.DateField(label=_("Holds from"), widget=DateInput)
    district_percent = forms.IntegerField(
        label=_("Districts with a district college, per cent"), min_value=0, max_value=100
    )
    street_percent = forms.IntegerField(
        label=_("Streets and towns with a school, per cent"), min_value=0, max_value=100
    )
    point_percent = forms.IntegerField(
        label=_("Communities and villages with a teaching point, per cent"), min_value=0, max_value=100
    )
    least_seats = forms.IntegerField(label=_("Premises count from so many seats on"), min_value=1, max_value=1000)
    remind_days = forms.IntegerField(label=_("Remind so many days before evidence ends"), min_value=1, max_value=365)
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("The document and its number."))
    why = forms.CharField(**_WHY)

    def numbers(self) -> rules.Targets:
        return rules.Targets(**{name: self.cleaned_data[name] for name in rules.Targets.__dataclass_fields__})


def _offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
