"""Forms of conversion rules and recognition."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.learning.creditbank.models import CreditKind
from xuecheng.learning.records.models import Origin, Role
from xuecheng.web.forms import DateInput, Described

from .models import RuleVersion
from .queries.lists import REASON_LABELS
from .services.rule_versions import RuleText

_CODE_FIELD = {"formal": "course_code", "certificate": "type_code", "nonformal": "activity_code"}


class FindRules(forms.Form):
    """Filters of the list of rules."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *RuleVersion.State.choices])


class FindResults(forms.Form):
    """Filters of the list of records without credit."""

    reason = forms.ChoiceField(label=_("Reason"), required=False)

    def __init__(self, *args: Any, found: list[tuple[str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, declared above
            ("", _("All")),
            *((code, f"{REASON_LABELS.get(code, code)} ({count:,})") for code, count in found),
        ]


class RuleForm(forms.Form):
    """A rule in its common shape; what does not fit in stands in the written form at the end."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    origin = forms.ChoiceField(label=_("Kind of record"), choices=Origin.choices, widget=forms.RadioSelect)
    codes = forms.CharField(
        label=_("Codes"),
        required=False,
        help_text=_("Codes or beginnings such as SQ-*, with commas between; empty: all"),
    )
    institutions = forms.CharField(
        label=_("Institutions"), required=False, help_text=_("Codes with commas between; empty: all")
    )
    role = forms.ChoiceField(label=_("As what"), required=False, choices=[("", _("All")), *Role.choices])
    min_hours = forms.DecimalField(
        label=_("At least so many hours"), required=False, min_value=0, max_digits=6, decimal_places=1
    )
    min_attendance = forms.IntegerField(
        label=_("At least so much attended, %"), required=False, min_value=1, max_value=100
    )
    quantity = forms.ChoiceField(
        label=_("How it is counted"),
        widget=forms.RadioSelect,
        choices=[
            (
                "minutes",
                Described(str(_("By hours")), str(_("Each record for itself, by the framework's hours per credit"))),
            ),
            (
                "quarter",
                Described(
                    str(_("By hours, added up over a quarter")), str(_("For short activities; the rest is carried on"))
                ),
            ),
            ("fixed", Described(str(_("A fixed number of credits")), str(_("For certificates and units")))),
        ],
    )
    credits = forms.DecimalField(
        label=_("Credits, if fixed"), required=False, min_value=Decimal("0.01"), max_digits=6, decimal_places=2
    )
    unit = forms.CharField(
        label=_("Certification unit, if any"),
        required=False,
        max_length=32,
        help_text=_("With its version, such as HL101@1"),
    )
    kind = forms.ChoiceField(label=_("Kind of credit"), choices=CreditKind.choices)
    level = forms.CharField(label=_("Level"), max_length=8, required=False)
    cap = forms.DecimalField(
        label=_("At most so many credits in a year"), required=False, min_value=0, max_digits=7, decimal_places=2
    )
    cap_policy = forms.ChoiceField(
        label=_("What goes beyond"),
        choices=[("cut", _("is cut off")), ("whole", _("is refused whole"))],
        required=False,
    )
    effect_from = forms.DateField(label=_("Applies to learning that ends from"), widget=DateInput)
    effect_to = forms.DateField(label=_("and before"), widget=DateInput, required=False)
    why = forms.CharField(label=_("Why it is wanted"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    written = forms.CharField(
        label=_("Written form"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("JSON. If filled in, it counts instead of the fields from “Kind of record” to “What goes beyond”."),
    )

    def clean_written(self) -> dict[str, Any] | None:
        text = self.cleaned_data["written"].strip()
        if not text:
            return None
        try:
            body = json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is not JSON. Check commas and brackets.")) from error
        if not isinstance(body, dict):
            raise forms.ValidationError(_("The written form is one object in curly brackets."))
        return body

    def text(self) -> RuleText:
        """What the services take."""
        data = self.cleaned_data
        return RuleText(
            name_zh=data["name_zh"].strip(),
            name_en=data["name_en"].strip(),
            body=data["written"] or self._body(),
            effect_from=data["effect_from"],
            effect_to=data["effect_to"],
            why=data["why"].strip(),
        )

    def _body(self) -> dict[str, Any]:
        data = self.cleaned_data
        match: dict[str, Any] = {"origin": data["origin"]}
        if codes := _words(data["codes"]):
            match[_CODE_FIELD[data["origin"]]] = codes
        if institutions := _words(data["institutions"]):
            match["institution"] = institutions
        if data["role"]:
            match["role"] = [data["role"]]
        if data["min_hours"]:
            match["min_minutes"] = int(data["min_hours"] * 60)
        if data["min_attendance"]:
            match["min_attendance_percent"] = data["min_attendance"]
        give: dict[str, Any] = {
            "framework": "GD-LEQ",
            "kind": data["kind"],
            "level": data["level"].strip(),
            "field": "",
        }
        give["unit"] = data["unit"].strip() or None
        if data["credits"] and data["quantity"] == "fixed":
            give["credits"] = int(data["credits"] * 100)
        quantity: dict[str, Any] = {"from": "fixed" if data["quantity"] == "fixed" else "minutes"}
        if data["quantity"] == "quarter":
            quantity["accumulate"] = "quarter"
        caps = (
            [
                {
                    "id": "year",
                    "period": "year",
                    "per": "rule",
                    "max": int(data["cap"] * 100),
                    "policy": data["cap_policy"] or "cut",
                }
            ]
            if data["cap"]
            else []
        )
        return {
            "priority": 50,
            "match": match,
            "quantity": quantity,
            "give": [give],
            "caps": caps,
            "validity_months": None,
            "retroactive": False,
        }

    @staticmethod
    def initial_of(rule: RuleVersion) -> dict[str, Any]:
        """A version back into the form; what the fields cannot say goes into the written form."""
        body = rule.body
        match, give = body.get("match", {}), (body.get("give") or [{}])[0]
        caps = body.get("caps") or []
        origin = match.get("origin", "nonformal")
        quantity = body.get("quantity", {})
        initial = {
            "name_zh": rule.name_zh,
            "name_en": rule.name_en,
            "origin": origin,
            "codes": ", ".join(match.get(_CODE_FIELD.get(origin, "code"), [])),
            "institutions": ", ".join(match.get("institution", [])),
            "role": (match.get("role") or [""])[0],
            "min_hours": Decimal(match["min_minutes"]) / 60 if match.get("min_minutes") else None,
            "min_attendance": match.get("min_attendance_percent"),
            "quantity": "fixed"
            if quantity.get("from") == "fixed"
            else "quarter"
            if quantity.get("accumulate")
            else "minutes",
            "credits": Decimal(give["credits"]) / 100 if give.get("credits") else None,
            "unit": give.get("unit") or "",
            "kind": give.get("kind"),
            "level": give.get("level") or "",
            "cap": Decimal(caps[0]["max"]) / 100 if caps and "max" in caps[0] else None,
            "cap_policy": caps[0].get("policy", "cut") if caps else "cut",
            "effect_from": rule.effect_from,
            "effect_to": rule.effect_to,
            "why": rule.why,
        }
        again = RuleForm({name: value for name, value in initial.items() if value is not None})
        if not again.is_valid() or again._body() | {"priority": 0} != body | {"priority": 0}:  # our own
            initial["written"] = json.dumps(body, ensure_ascii=False, indent=2)
        return initial


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.replace("，", ",").replace("、", ",").split(",") if word.strip()]


class DecideForm(forms.Form):
    """An officer's decision on a colleague's draft."""

    reason = forms.CharField(
        label=_("Reason (will be public)"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when sending back. Written for the author and for whoever looks later."),
    )


class EndForm(forms.Form):
    """The end of a rule."""

    on = forms.DateField(label=_("First day on which it applies no more"), widget=DateInput)
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class WhyForm(forms.Form):
    """A reason, and nothing else."""

    why = forms.CharField(label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
