"""Forms of the certification officer: units, and decisions about them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.web.forms import DateInput, codes_in

from .models import LEARNING_KINDS, AssessmentMethod, FrameworkLevel, UnitVersion
from .queries import frameworks_on
from .services import UnitDraft

#: So many outcomes have a row on the page.
OUTCOMES = 5


class DraftUnit(forms.Form):
    """A unit, or its next version. Credits are typed as people write them, 1.50."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code"),
        max_length=24,
        validators=[RegexValidator(r"^[A-Z0-9][A-Z0-9-]*$", _("Capital letters, digits and hyphens."))],
        help_text=_("Capital letters, digits and hyphens, such as YL-101"),
    )
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    level = forms.ModelChoiceField(label=_("Level"), queryset=FrameworkLevel.objects.none())
    kind = forms.ChoiceField(label=_("Kind of credit"), choices=LEARNING_KINDS)
    credits = forms.DecimalField(
        label=_("Credits"), min_value=0, max_digits=6, decimal_places=2, help_text=_("With two decimals, such as 1.50")
    )
    field = forms.CharField(
        label=_("Field of study"),
        validators=[RegexValidator(r"^\d{4}$", _("Four digits of ISCED-F 2013, such as 0922."))],
        help_text=_("Four digits of ISCED-F 2013, such as 0922"),
    )
    keeper = forms.ModelChoiceField(label=_("Kept by"), queryset=Organisation.objects.none())
    valid_from = forms.DateField(label=_("Given from"), widget=DateInput)
    valid_to = forms.DateField(
        label=_("Not given any more from"),
        widget=DateInput,
        required=False,
        help_text=_("For learning that ends then or later"),
    )
    equivalents = forms.CharField(
        label=_("Counts as the same as"), required=False, help_text=_("Codes of units, separated by blanks")
    )
    exclusions = forms.CharField(
        label=_("Not beside"), required=False, help_text=_("Codes of units that may not be held beside this one")
    )
    is_substantial_change = forms.BooleanField(
        label=_("The change is substantial: a learner may be credited for both versions"), required=False
    )
    why = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, viewer: Standing, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, OUTCOMES + 1):
            needed = number == 1
            self.fields[f"outcome_{number}_zh"] = forms.CharField(
                label=_("Outcome %(number)s in Chinese") % {"number": number}, max_length=200, required=needed
            )
            self.fields[f"outcome_{number}_en"] = forms.CharField(
                label=_("Outcome %(number)s in English") % {"number": number}, max_length=300, required=needed
            )
            self.fields[f"outcome_{number}_by"] = forms.MultipleChoiceField(
                label=_("How outcome %(number)s is assessed") % {"number": number},
                choices=AssessmentMethod.choices,
                widget=forms.CheckboxSelectMultiple,
                required=needed,
            )
        self.fields["why"] = self.fields.pop("why")  # last, as on the page: the summary of errors goes by this order
        level, keeper = self.fields["level"], self.fields["keeper"]
        if isinstance(level, forms.ModelChoiceField) and isinstance(keeper, forms.ModelChoiceField):
            level.queryset = (
                FrameworkLevel.objects.filter(framework__in=frameworks_on(today))
                .select_related("framework")
                .order_by("framework_id", "ordinal")
            )
            level.label_from_instance = lambda obj: f"{obj.framework.code} {obj.label}"  # type: ignore[method-assign]
            keeper.queryset = Organisation.objects.filter(
                visible(viewer, "creditbank.draft_unit", organisation="pk", territory="territory"),
                kind=Kind.CERTIFICATION_BODY,
                is_active=True,
            ).order_by("code")

    def main_fields(self) -> list[forms.BoundField]:
        """What every unit says, but for its outcomes."""
        return [
            self[name] for name in self.fields if not name.startswith("outcome_") and name not in ("public_id", "why")
        ]

    def outcome_rows(self) -> list[tuple[int, bool, list[forms.BoundField]]]:
        """(number, whether it has something in it, its three fields) of each outcome."""
        rows = []
        for number in range(1, OUTCOMES + 1):
            fields = [self[f"outcome_{number}_{part}"] for part in ("zh", "en", "by")]
            rows.append((number, number == 1 or any(field.value() or field.errors for field in fields), fields))
        return rows

    def outcomes(self) -> list[dict[str, object]]:
        """The outcomes that were filled in."""
        data = self.cleaned_data
        return [
            {
                "zh": data[f"outcome_{number}_zh"],
                "en": data[f"outcome_{number}_en"],
                "assessed_by": data[f"outcome_{number}_by"],
            }
            for number in range(1, OUTCOMES + 1)
            if data[f"outcome_{number}_zh"] or data[f"outcome_{number}_en"]
        ]

    def draft(self) -> UnitDraft:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        return UnitDraft(
            title_zh=data["title_zh"],
            title_en=data["title_en"],
            level=data["level"],
            field=data["field"],
            kind=data["kind"],
            credits=int(data["credits"] * 100),
            outcomes=self.outcomes(),
            keeper=data["keeper"],
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            equivalents=codes_in(data["equivalents"].upper()),
            exclusions=codes_in(data["exclusions"].upper()),
            is_substantial_change=data["is_substantial_change"],
        )


def initial_of(unit: UnitVersion) -> dict[str, Any]:
    """The form filled in as a version says."""
    initial: dict[str, Any] = {
        name: getattr(unit, name)
        for name in ("code", "title_zh", "title_en", "level", "kind", "field", "keeper", "valid_from", "valid_to")
    }
    initial |= {
        "credits": f"{unit.credits // 100}.{unit.credits % 100:02d}",
        "equivalents": " ".join(unit.equivalents),
        "exclusions": " ".join(unit.exclusions),
        "is_substantial_change": unit.is_substantial_change,
    }
    for number, outcome in enumerate(unit.outcomes[:OUTCOMES], 1):
        initial |= {
            f"outcome_{number}_zh": outcome["zh"],
            f"outcome_{number}_en": outcome.get("en", ""),
            f"outcome_{number}_by": outcome.get("assessed_by", []),
        }
    return initial


class DecideUnit(forms.Form):
    """Publish or send back, with the reason."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class EndUnit(forms.Form):
    """From which day the unit is not given any more."""

    on = forms.DateField(label=_("Not given any more from"), widget=DateInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class UnitFilter(forms.Form):
    """Which units."""

    text = forms.CharField(label=_("Code or title"), required=False, max_length=40)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *UnitVersion.State.choices])
