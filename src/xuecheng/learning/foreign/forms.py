"""Forms of learning from outside."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.web.forms import DateInput

from .models import ForeignIssuer, ForeignRecord, ForeignRule
from .reading import MOST_BYTES
from .services import RuleText, refusals


def _day(label: Any, **more: Any) -> forms.DateField:
    within = [MinValueValidator(date(1950, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
    return forms.DateField(label=label, widget=DateInput, validators=within, **more)


def _words(label: Any, *, most: int, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


class BringFile(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("The file"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose another one.")},
        widget=forms.FileInput(attrs={"accept": ".xml,.json,.jsonld,.png,.svg,.jwt,.txt"}),
        max_length=255,
    )
    content = forms.CharField(widget=forms.HiddenInput, required=False)
    file_name = forms.CharField(widget=forms.HiddenInput, required=False, max_length=255)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "An ELMO file (.xml), an Open Badge (.json, .png, .svg, .jwt) or a CLR; at most %(most)s MB."
        ) % {"most": MOST_BYTES // 1_000_000}
        self.fields["file"].required = not self.data.get("content")

    def clean(self) -> dict[str, Any] | None:
        """A file, or what another page of ours handed over in base64."""
        data = super().clean() or {}
        if data.get("content"):
            try:
                data["content"] = base64.b64decode(data["content"], validate=True)
            except (binascii.Error, ValueError):
                self.add_error("file", _("Choose a file."))
        return data

    def handed_over(self) -> tuple[str, Iterable[bytes]]:
        """The name of what was brought, and its bytes."""
        data = self.cleaned_data
        if data["file"]:
            return data["file"].name, data["file"].chunks()
        return data["file_name"] or "credential.json", [data["content"]]


class FilterDesk(forms.Form):
    state = forms.ChoiceField(
        label=pgettext_lazy("outside records", "Show"),
        choices=[
            ("", _("waits for a decision")),
            ("revoked", _("counts, and should be looked at")),
            *[one for one in ForeignRecord.State.choices if one[0] != "waiting"],
        ],
        required=False,
    )


class AskAgain(forms.Form):
    words = _words(_("Why should it be looked at again?"), most=500, help_text=_("Another officer decides then."))


class ClearContest(forms.Form):
    words = _words(_("How it was settled"), most=500, help_text=_("The learner reads it."))


class RefuseRecord(forms.Form):
    words = _words(_("Reason"), most=500, help_text=_("The learner reads it."))


def _offer_units(form: forms.Form, units: QuerySet[UnitVersion]) -> None:
    field = form.fields["unit"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = units
    field.label_from_instance = lambda one: f"{one.title} · {one.code} · {one.credits / 100:.2f}"  # type: ignore[method-assign,assignment]  # Django's way, in short


class CreditRecord(forms.Form):
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=UnitVersion.objects.none(), to_field_name="public_id", empty_label=_("Choose")
    )
    amount = forms.DecimalField(
        label=_("Credits"), min_value=Decimal("0.01"), max_value=Decimal(1000), decimal_places=2,
        help_text=_("At most those of the unit."),
    )  # fmt: skip
    words = _words(_("Reason"), most=500, help_text=_("The learner reads it."))

    def __init__(self, *args: Any, units: QuerySet[UnitVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_units(self, units)

    def hundredths(self) -> int:
        return int(self.cleaned_data["amount"] * 100)


class DraftRule(forms.Form):
    """What an achievement from outside counts. Empty fields match everything."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    issuer = forms.ModelChoiceField(
        label=_("Issuer"), queryset=ForeignIssuer.objects.none(), to_field_name="public_id", required=False,
        empty_label=_("every issuer of the kind below"),
    )  # fmt: skip
    issuer_class = forms.ChoiceField(
        label=_("Or issuers of a kind"), choices=[("", "–"), *ForeignIssuer.Kind.choices], required=False
    )
    kind = forms.CharField(
        label=_("Kind of achievement"), max_length=40, required=False,
        help_text=_("As the files say it: Course, Degree Programme, Certificate; empty: every kind"),
    )  # fmt: skip
    level = forms.CharField(label=_("Level there"), max_length=40, required=False)
    achievement = forms.CharField(
        label=_("Achievement"), max_length=200, required=False, help_text=_("Its code or its whole title; empty: all")
    )
    unit = forms.ModelChoiceField(
        label=_("Counts as the unit"), queryset=UnitVersion.objects.none(), to_field_name="public_id",
        empty_label=_("Choose"),
    )  # fmt: skip
    num = forms.DecimalField(
        label=_("Credits here"), min_value=0, max_value=1000, decimal_places=2, required=False,
        help_text=_("Empty: the unit whole"),
    )  # fmt: skip
    den = forms.DecimalField(
        label=_("for credits there"), min_value=Decimal("0.01"), max_value=1000, decimal_places=2, required=False
    )
    most = forms.DecimalField(
        label=_("At most"), min_value=Decimal("0.01"), max_value=1000, decimal_places=2, required=False,
        help_text=_("Credits of one record; never more than the unit"),
    )  # fmt: skip
    cap = forms.DecimalField(
        label=_("At most of one learner"), min_value=Decimal("0.01"), max_value=10_000, decimal_places=2,
        required=False, help_text=_("Credits in the period below; empty: no cap"),
    )  # fmt: skip
    cap_per = forms.ChoiceField(
        label=pgettext_lazy("outside cap", "Added up is"), choices=[("", "–"), *ForeignRule.CapPer.choices],
        required=False,
    )  # fmt: skip
    cap_period = forms.ChoiceField(
        label=pgettext_lazy("outside cap", "Period"), choices=[("", "–"), *ForeignRule.CapPeriod.choices],
        required=False,
    )  # fmt: skip
    cap_months = forms.IntegerField(
        label=pgettext_lazy("outside cap", "So many months"), min_value=1, max_value=600, required=False,
        help_text=_("Only for a period of so many months"),
    )  # fmt: skip
    cap_policy = forms.ChoiceField(
        label=_("What does not fit whole"), choices=[("", "–"), *ForeignRule.CapPolicy.choices], required=False
    )
    needs = forms.ChoiceField(
        label=_("Proof that is needed"), choices=ForeignRule.Needs.choices, widget=forms.RadioSelect
    )
    validity_months = forms.IntegerField(
        label=_("Valid for months"), min_value=1, max_value=600, required=False, help_text=_("Empty: for ever")
    )
    effect_from = _day(_("For learning that ended on or after"))
    effect_to = _day(_("and before"), required=False)
    why = _words(_("Why it is wanted"), most=300, rows=2)

    def __init__(
        self, *args: Any, units: QuerySet[UnitVersion], issuers: QuerySet[ForeignIssuer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer_units(self, units)
        field = self.fields["issuer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = issuers

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        if (data.get("num") is None) != (data.get("den") is None):
            self.add_error("num", str(refusals.RatioWrong()))
        if (data.get("issuer") is None) == (not data.get("issuer_class")):
            self.add_error("issuer", str(refusals.RuleNeedsIssuer()))
        return data

    def text(self) -> RuleText:
        data = self.cleaned_data
        plain = ("issuer", "issuer_class", "kind", "level", "achievement", "unit", "needs", "validity_months",
                 "effect_from", "effect_to", "why", "cap_per", "cap_period", "cap_months", "cap_policy")  # fmt: skip
        num, den, most, cap = (
            int(data[name] * 100) if data[name] is not None else None for name in ("num", "den", "most", "cap")
        )
        return RuleText(**{name: data[name] for name in plain}, num=num or 0, den=den or 1, most=most, cap=cap)


class ProposeIssuer(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$", label=_("Country"), required=False, help_text=_("Two letters, such as PL"),
        error_messages={"invalid": _("Write two letters, such as PL.")},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=pgettext_lazy("outside issuer", "Kind"), choices=ForeignIssuer.Kind.choices, widget=forms.RadioSelect
    )
    keys = _words(
        _("Identifiers"), most=3000,
        help_text=_("One a line, as files name it: did:web:…, https://…, schac:uw.edu.pl, pic:999572294"),
    )  # fmt: skip
    why = _words(_("Why it can be trusted"), most=300, rows=2)

    def named(self) -> list[str]:
        return str(self.cleaned_data["keys"]).splitlines()


class DecideLaw(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
