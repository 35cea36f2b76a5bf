"""Forms of supervision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.picking import OrganisationField
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.records.models import Origin
from xuecheng.learning.records.queries.arriving import learners_called
from xuecheng.web.forms import DateInput, DateTimeInput

from .models import Audit, Ground, Suspicion, Withdrawal
from .rules import CONFIDENCES
from .services import Plan

_PART = 10_000
"""Parts of a million in one percent."""


def _text(label: Any, *, most: int, help_text: Any = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text
    )


class FilterSuspicions(forms.Form):
    by = forms.ChoiceField(
        label=_("First"), required=False,
        choices=[
            ("", pgettext_lazy("order of a queue", "the gravest")),
            ("age", pgettext_lazy("order of a queue", "the oldest")),
        ],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", pgettext_lazy("filter", "all")), *Suspicion.Kind.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", pgettext_lazy("filter", "open")), *Suspicion.State.choices],
    )  # fmt: skip


class FilterWithdrawals(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", pgettext_lazy("filter", "open")), *Withdrawal.State.choices],
    )  # fmt: skip


class AddNote(forms.Form):
    words = _text(_("What you found"), most=1000, help_text=_("Only officers read it."))


class AskInstitution(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    institution = forms.ChoiceField(label=_("Institution"))
    words = _text(_("Question"), most=1000, help_text=_("It is answered within ten working days."))

    def __init__(self, *args: Any, institutions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["institution"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = institutions


class AnswerQuestion(forms.Form):
    answer = _text(_("Answer"), most=1000, help_text=_("The certification body reads it."))


class Dismiss(forms.Form):
    words = _text(_("Why nothing is wrong"), most=500, help_text=_("It stays so unless the records change."))


class FindCredit(forms.Form):
    """Whose credit. The name is typed too, so that one digit shows nobody else's."""

    ref = forms.CharField(label=_("Card number or sign-in name"), max_length=64)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=120)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        ref, name = data.get("ref", "").strip(), data.get("name", "").strip()
        if ref and name:
            found = learners_called({ref}).get(ref)
            if found is None or found.name != name:
                raise forms.ValidationError(_("No learner has this number and this name. Compare both."))
            data["learner"] = found
        return data


class OpenWithdrawal(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    record = forms.ChoiceField(label=_("Credit of which record?"), widget=forms.RadioSelect)
    ground = forms.ChoiceField(label=_("Ground"), choices=Ground.choices)
    reason = _text(_("Reason"), most=1000, help_text=_("Learner and institution read it."))

    def __init__(self, *args: Any, records: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["record"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = records
        if len(records) == 1:
            self.initial.setdefault("record", records[0][0])


class MakeStatement(forms.Form):
    words = _text(_("What you say to it"), most=2000, rows=5, help_text=_("In your own words; no form is needed."))
    wants_hearing = forms.BooleanField(label=_("I want to say it in person (hearing)"), required=False)


class HoldHearing(forms.Form):
    held_at = forms.DateTimeField(label=_("Began at"), widget=DateTimeInput)
    words = _text(_("What was said"), most=2000, rows=5)


class DecideWithdrawal(forms.Form):
    withdraws = forms.ChoiceField(
        label=_("Was the credit given wrongly?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes: withdraw it")), ("no", _("No: close the case and free it"))],
    )  # fmt: skip
    words = _text(_("Reasons"), most=1000, help_text=_("Learner and institution read them."))


class LodgeAppeal(forms.Form):
    words = _text(_("What is wrong with the decision"), most=1000, help_text=_("Somebody else looks at it again."))


class DecideAppeal(forms.Form):
    appeal = forms.IntegerField(widget=forms.HiddenInput)
    grants = forms.ChoiceField(
        label=_("Does the withdrawal stand?"), widget=forms.RadioSelect,
        choices=[("no", _("The withdrawal stands")), ("yes", _("The credit is given anew"))],
    )  # fmt: skip
    answer = _text(_("Why"), most=1000, help_text=_("Learner and institution read it."))


class Postings(forms.UUIDField):
    """Postings that together take a place: the field as often as there are."""

    def to_python(self, value: Any) -> Any:
        return [number for one in value or () if (number := super(Postings, self).to_python(one)) is not None]


class Replace(forms.Form):
    dependent = forms.IntegerField(widget=forms.HiddenInput)
    posting = Postings(widget=forms.MultipleHiddenInput)


class LetStand(forms.Form):
    dependent = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(label=_("Why it stands"), max_length=500)


class WriteOff(forms.Form):
    shortfall = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(label=_("Why it is written off"), max_length=500)


class PlanAudit(forms.Form):
    """What is audited, and how exact the answer is to be."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    aim = forms.ChoiceField(label=_("Aim"), widget=forms.RadioSelect, choices=Audit.Aim.choices, initial="discover")
    posted_from = forms.DateField(label=_("Credited from"), widget=DateInput)
    posted_to = forms.DateField(label=_("Credited until"), widget=DateInput, help_text=_("A day that is over."))
    institution = OrganisationField(label=_("Only of this institution"), required=False)
    rule = forms.CharField(
        label=_("Only under this rule"), max_length=24, required=False, help_text=_("Its code; the newest version.")
    )
    origin = forms.ChoiceField(
        label=_("Only records of this kind"), required=False,
        choices=[("", pgettext_lazy("filter", "all")), *Origin.choices],
    )  # fmt: skip
    confidence = forms.TypedChoiceField(
        label=_("Confidence"),
        coerce=int,
        choices=[(one, f"{one}\N{NO-BREAK SPACE}%") for one in CONFIDENCES],
        initial=95,
    )
    error = forms.DecimalField(
        label=_("Exact to, or share to be discovered (%)"), min_value=1, max_value=50, decimal_places=1, initial=5
    )

    def clean_rule(self) -> RuleVersion | None:
        code = self.cleaned_data["rule"].strip()
        if not code:
            return None
        found = RuleVersion.objects.filter(code=code).order_by("-version").first()
        if found is None:
            raise forms.ValidationError(_("There is no such rule."))
        return found

    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            aim=data["aim"], posted_from=data["posted_from"], posted_to=data["posted_to"],
            institution=data["institution"], origin=data["origin"], rule=data["rule"],
            confidence=data["confidence"], error=int(data["error"] * _PART),
        )  # fmt: skip


class RecordFinding(forms.Form):
    own_credits = forms.DecimalField(
        label=_("How many credits would be right?"), min_value=0, max_value=1000, decimal_places=2,
        help_text=_("0 if none. You see what was given once you have said so."),
    )  # fmt: skip
    is_proven = forms.ChoiceField(
        label=_("Is it proven by what you saw?"), widget=forms.RadioSelect,
        choices=[("yes", _("Yes, it is shown")), ("no", _("No, nothing shows it"))],
    )  # fmt: skip
    words = _text(
        _("What it rests on"), most=500, help_text=_("Attendance list, certificate, what you asked and whom.")
    )
