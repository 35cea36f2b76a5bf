"""Forms of conversion rules and of recognition."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation, Tier
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.models import CreditKind, UnitVersion
from xuecheng.learning.creditbank.queries import DEFAULT_FRAMEWORK, POINTS
from xuecheng.learning.creditbank.rules import Framework
from xuecheng.learning.records.models import ENTERED_ORIGINS, Origin, Role
from xuecheng.web.forms import DateInput, Described

from .models import RuleVersion
from .queries.labels import label_of
from .queries.results import MOST_REASONS_COUNTED
from .services.rule_versions import RuleText

_CODE_NAMES = {"formal": "course_code", "certificate": "type_code", "nonformal": "activity_code"}
_PRIORITY = 50
_MINUTES = 60
_HUNDREDTHS = 100


class FindRules(forms.Form):
    """Filters of the list of rules."""

    text = forms.CharField(label=_("Number or name"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *RuleVersion.State.choices])


class FindResults(forms.Form):
    """Filters of the lists of records with and without credit."""

    text = forms.CharField(label=_("Card, key, name or title"), required=False, max_length=80)
    origin = forms.ChoiceField(label=_("Kind of record"), required=False, choices=[("", _("All")), *Origin.choices])


class FindRefused(FindResults):
    """The same, and by reason; each reason with the number of its records."""

    reason = forms.ChoiceField(label=_("Reason"), required=False)

    def __init__(self, *args: Any, reasons: list[tuple[str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, f"{label_of(code)} ({number:,})") for code, number in reasons]
        self.fields["reason"].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]  # a ChoiceField
        if sum(number for _code, number in reasons) >= MOST_REASONS_COUNTED:
            self.fields["reason"].help_text = _("Counted over the newest %(number)s.") % {
                "number": f"{MOST_REASONS_COUNTED:,}"
            }


class StartForm(forms.Form):
    """The start of a recognition; `public_id` makes a second press of the button the same start."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    again = forms.BooleanField(
        label=_("Look again at records that got no credit"),
        help_text=_("A rule may have come since, or room under a limit."),
        required=False,
    )


class RuleForm(forms.Form):
    """A rule in its common shape; what the fields cannot say is said in the written form (`credit-bank.md` §6)."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)

    origin = forms.ChoiceField(
        # What people decided on evidence is counted by no rule (C-49).
        label=_("Kind of record"),
        choices=[(one.value, one.label) for one in ENTERED_ORIGINS],
        widget=forms.RadioSelect,
        initial=Origin.NONFORMAL,
    )
    codes = forms.CharField(
        label=_("Codes"),
        required=False,
        help_text=_("Of courses, certificates or activities, with commas between; SQ-* is all that begin so."),
    )
    tiers = forms.MultipleChoiceField(
        label=_("Community colleges"),
        required=False,
        choices=Tier.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: every institution."),
    )
    institutions = forms.CharField(
        label=_("Single institutions"), required=False, help_text=_("Their codes, with commas between.")
    )
    role = forms.ChoiceField(label=_("As what"), required=False, choices=[("", _("All")), *Role.choices])
    min_hours = forms.DecimalField(
        label=_("At least so many hours"), required=False, min_value=0, max_digits=6, decimal_places=1
    )
    min_grade = forms.CharField(label=_("At least the grade"), required=False, max_length=20)
    min_attendance = forms.IntegerField(
        label=_("At least so much attended, %"), required=False, min_value=1, max_value=100
    )

    quantity = forms.ChoiceField(
        label=_("How it is counted"),
        widget=forms.RadioSelect,
        initial="minutes",
        choices=[
            (
                "minutes",
                Described(_("By hours"), _("Each record for itself, by the hours per credit of the framework.")),
            ),
            ("quarter", Described(_("By hours, added up over a quarter"), _("For short activities; the rest waits."))),
            ("fixed", Described(_("A fixed number of credits"), _("For certificates and certification units."))),
        ],
    )
    credits = forms.DecimalField(
        label=_("Credits, if fixed"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=7,
        decimal_places=2,
        help_text=_("Empty with a unit: as many as the unit is worth."),
    )
    unit = forms.ChoiceField(label=_("Certification unit"), required=False)
    kind = forms.ChoiceField(label=_("Kind of credit"), choices=CreditKind.choices, initial=CreditKind.COMMUNITY)
    level = forms.ChoiceField(label=_("Level"), required=False)

    cap = forms.DecimalField(
        label=_("At most so many credits"), required=False, min_value=0, max_digits=8, decimal_places=2
    )
    cap_period = forms.ChoiceField(
        label=_("in"),
        required=False,
        initial="year",
        choices=[
            ("year", pgettext_lazy("period of a cap", "a year")),
            ("semester", pgettext_lazy("period of a cap", "a semester")),
            ("quarter", pgettext_lazy("period of a cap", "a quarter")),
            ("life", pgettext_lazy("period of a cap", "a lifetime")),
        ],
    )
    cap_policy = forms.ChoiceField(
        label=_("What goes beyond"),
        required=False,
        initial="cut",
        choices=[("cut", _("is cut off")), ("whole", _("is refused whole"))],
    )
    validity_months = forms.IntegerField(
        label=_("Can be used for so many months"),
        required=False,
        min_value=1,
        max_value=1200,
        help_text=_("Empty: for ever. Expiry never takes away what was credited."),
    )
    priority = forms.IntegerField(
        label=_("Place among rules that fit too"),
        initial=_PRIORITY,
        min_value=-1000,
        max_value=1000,
        help_text=_("The highest number comes first; then the narrower rule, then the newer."),
    )

    effect_from = forms.DateField(label=_("Applies to learning that ends from"), widget=DateInput)
    effect_to = forms.DateField(label=_("and before"), widget=DateInput, required=False)
    retroactive = forms.BooleanField(
        label=_("Counts for earlier learning too"),
        help_text=_("Only upwards: nobody loses what they have. For hours that are added up this is not possible."),
        required=False,
    )
    why = forms.CharField(
        label=_("Why it is wanted"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody can read it beside the rule."),
    )
    written = forms.CharField(
        label=_("Written form"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_("JSON. Filled in, it counts instead of everything above but names, days and reason."),
    )

    SECTIONS = (
        (_("Its name"), ("name_zh", "name_en")),
        (_("Which records"), ("origin", "codes", "tiers", "institutions", "role")),
        (_("Only if"), ("min_hours", "min_grade", "min_attendance")),
        (_("What they give"), ("quantity", "credits", "unit", "kind", "level")),
        (_("Limits"), ("cap", "cap_period", "cap_policy", "validity_months", "priority")),
        (_("From when, and why"), ("effect_from", "effect_to", "retroactive", "why")),
    )

    def __init__(self, *args: Any, framework: Framework, units: list[UnitVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = get_language() == "en"
        levels = [(level.label, (level.en if english else level.zh) or level.label) for level in framework.levels]
        self.fields["level"].choices = [("", _("That of the unit")), *levels]  # type: ignore[attr-defined]  # a field of choices
        self.fields["unit"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("", _("None")),
            *((f"{unit.code}@{unit.version}", f"{unit.code} {unit.title}") for unit in units),
        ]

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields in their groups, as the page shows them."""
        return [(title, [self[name] for name in names]) for title, names in self.SECTIONS]

    def clean_institutions(self) -> str:
        text: str = self.cleaned_data["institutions"].upper()
        named = [code for code in _words(text) if "*" not in code]
        known = set(Organisation.objects.filter(code__in=named).values_list("code", flat=True))
        if lacking := [code for code in named if code not in known]:
            raise forms.ValidationError(
                _("There is no institution with the code %(code)s. Its page shows its code."),
                params={"code": ", ".join(lacking)},
            )
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        is_fixed = data.get("quantity") == "fixed"
        if data.get("credits") is not None and not is_fixed and not data.get("written"):
            self.add_error(
                "credits", _("By hours, the hours say the credits. Leave this empty, or choose fixed credits.")
            )
        return data

    def clean_written(self) -> dict[str, Any] | None:
        text = self.cleaned_data["written"].strip()
        if not text:
            return None
        try:
            body = json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is not JSON. Check commas, quotes and brackets.")) from error
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

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal of the services at the field it is about."""
        path = refusal.field
        if path in self.fields:
            name: str | None = path
        elif self.cleaned_data.get("written"):
            name = "written"
        else:
            name = _FIELDS.get(path) or _FIELDS.get(path.split(".")[-1]) or _FIELDS.get(path.split(".")[0])
        self.add_error(name, str(refusal))

    def _body(self) -> dict[str, Any]:
        data = self.cleaned_data
        body: dict[str, Any] = {
            "priority": data["priority"],
            "match": self._match(),
            "quantity": _QUANTITIES[data["quantity"]],
            "give": [self._give()],
        }
        if data["cap"] is not None:
            period = data["cap_period"] or "year"
            most = {"id": period, "period": period, "max": _hundredths(data["cap"])}
            body["caps"] = [most | {"policy": data["cap_policy"] or "cut"}]
        if data["validity_months"]:
            body["validity_months"] = data["validity_months"]
        if data["retroactive"]:
            body["retroactive"] = True
        return body

    def _match(self) -> dict[str, Any]:
        data = self.cleaned_data
        match: dict[str, Any] = {"origin": data["origin"]}
        if codes := _words(data["codes"]):
            match[_CODE_NAMES[data["origin"]]] = codes
        if institutions := _words(data["institutions"]):
            match["institution"] = institutions
        if data["tiers"]:
            match["facts"] = {"institution_tier": data["tiers"]}
        if data["role"]:
            match["role"] = [data["role"]]
        if data["min_hours"]:
            match["min_minutes"] = int(data["min_hours"] * _MINUTES)
        if data["min_grade"].strip():
            match["min_grade"] = data["min_grade"].strip()
        if data["min_attendance"]:
            match["min_attendance_percent"] = data["min_attendance"]
        return match

    def _give(self) -> dict[str, Any]:
        data = self.cleaned_data
        is_points = data["kind"] == CreditKind.REWARD
        # Points have a framework of their own, without levels (C-39).
        give: dict[str, Any] = {"framework": POINTS if is_points else DEFAULT_FRAMEWORK, "kind": data["kind"]}
        if data["level"] and not is_points:
            give["level"] = data["level"]
        if data["unit"]:
            give["unit"] = data["unit"]
        if data["credits"] is not None and data["quantity"] == "fixed":
            give["credits"] = _hundredths(data["credits"])
        return give


_QUANTITIES: dict[str, dict[str, Any]] = {
    "minutes": {"from": "minutes"},
    "quarter": {"from": "minutes", "accumulate": "quarter"},
    "fixed": {"from": "fixed"},
}

# Where the form has a part of the written form: by its path, else by the last or the first word of it.
_FIELDS = {
    "origin": "origin",
    "course_code": "codes",
    "type_code": "codes",
    "activity_code": "codes",
    "institution": "institutions",
    "facts": "tiers",
    "role": "role",
    "min_minutes": "min_hours",
    "min_grade": "min_grade",
    "min_attendance_percent": "min_attendance",
    "match": "origin",
    "quantity": "quantity",
    "give": "credits",
    "kind": "kind",
    "level": "level",
    "unit": "unit",
    "credits": "credits",
    "caps": "cap",
    "validity_months": "validity_months",
    "retroactive": "retroactive",
    "priority": "priority",
    "effect": "effect_from",
}


def initial_of(rule: RuleVersion, *, framework: Framework, units: list[UnitVersion]) -> dict[str, Any]:
    """A version back into the form: into its fields if they can say it all, else into the written form."""
    body = rule.body
    match, gives, caps = body.get("match", {}), body.get("give") or [{}], body.get("caps") or [{}]
    origin = next((one for one in _texts(match.get("origin")) if one in _CODE_NAMES), Origin.NONFORMAL.value)
    initial: dict[str, Any] = {
        "public_id": uuid7(),
        "name_zh": rule.name_zh,
        "name_en": rule.name_en,
        "origin": origin,
        "codes": ", ".join(_texts(match.get(_CODE_NAMES.get(origin, "code")))),
        "tiers": _texts(match.get("facts", {}).get("institution_tier")),
        "institutions": ", ".join(_texts(match.get("institution"))),
        "role": next(iter(_texts(match.get("role"))), ""),
        "min_hours": Decimal(match["min_minutes"]) / _MINUTES if match.get("min_minutes") else None,
        "min_grade": match.get("min_grade", ""),
        "min_attendance": match.get("min_attendance_percent"),
        "quantity": next((name for name, said in _QUANTITIES.items() if said == body.get("quantity", {})), "minutes"),
        "credits": Decimal(gives[0]["credits"]) / _HUNDREDTHS if gives[0].get("credits") else None,
        "unit": gives[0].get("unit") or "",
        "kind": gives[0].get("kind"),
        "level": str(gives[0].get("level") or ""),
        "cap": Decimal(caps[0]["max"]) / _HUNDREDTHS if "max" in caps[0] else None,
        "cap_period": caps[0].get("period", "year"),
        "cap_policy": caps[0].get("policy", "cut"),
        "validity_months": body.get("validity_months"),
        "priority": body.get("priority", 0),
        "effect_from": rule.effect_from,
        "effect_to": rule.effect_to,
        "retroactive": body.get("retroactive", False),
        "why": rule.why,
    }
    said = {name: value for name, value in initial.items() if value is not None}
    again = RuleForm(said, framework=framework, units=units)
    if not again.is_valid() or _plain(again.text().body) != _plain(body):
        initial["written"] = json.dumps(body, ensure_ascii=False, indent=2)
    return initial


def _plain(value: Any) -> Any:
    """A body without what says nothing and with one text as a list of one, so that equal rules are equal."""
    if isinstance(value, dict):
        kept = {name: _plain(part) for name, part in value.items() if part not in (None, "", [], {}, False)}
        return {name: part for name, part in kept.items() if (name, part) not in (("per", ["rule"]), ("percent", 100))}
    if isinstance(value, list):
        return [_plain(part) if isinstance(part, dict) else str(part) for part in value]
    return [value] if isinstance(value, str) else value


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _hundredths(amount: Decimal) -> int:
    return int(amount * _HUNDREDTHS)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.replace("，", ",").replace("、", ",").split(",") if word.strip()]


class DecideForm(forms.Form):
    """An officer's decision on a colleague's draft. Where its dry run found conflicts, they must have been seen."""

    reason = forms.CharField(
        label=_("Reason (will be public)"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when sending back. Written for the author and for whoever looks later."),
    )
    seen = forms.BooleanField(label=_("I have looked at the dry run and at the rules in conflict"), required=False)

    def __init__(self, *args: Any, has_conflicts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._approves = self.data.get("decision") == "approve"
        self._has_conflicts = has_conflicts
        if not has_conflicts:
            del self.fields["seen"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self._approves and self._has_conflicts and not data.get("seen"):
            self.add_error("seen", _("Look at the dry run first; then tick this."))
        return data


class EndForm(forms.Form):
    """The end of a rule."""

    on = forms.DateField(
        label=_("First day on which it applies no more"),
        widget=DateInput,
        help_text=_("Learning that ended before that day still counts by it."),
    )
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class CorrectForm(forms.Form):
    """What an officer does about the credit of a record, and why."""

    act = forms.ChoiceField(
        label=_("What is to be done"),
        widget=forms.RadioSelect,
        choices=[
            (
                "again",
                Described(
                    _("Recognise it anew"), _("What stands is taken back, and the newest version counts by the rules.")
                ),
            ),
            ("back", Described(_("Take it back"), _("The record gets no credit until an officer decides otherwise."))),
        ],
        initial="again",
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The learner reads it beside the entry."),
    )


class AnewForm(forms.Form):
    """The decision to recognise anew under a new version."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    why = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Every learner concerned reads it beside the entry."),
    )
