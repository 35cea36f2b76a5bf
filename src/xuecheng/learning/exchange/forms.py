"""Forms of exchange."""

from __future__ import annotations

from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import OrganisationField, offer
from xuecheng.learning.creditbank.models import LEARNING_KINDS, FrameworkLevel
from xuecheng.learning.creditbank.queries import DEFAULT_FRAMEWORK
from xuecheng.learning.records.scales import NAMES as SCALES
from xuecheng.web.forms import DateInput

from .models import Agreement, Basis, Case, Difference, Silence
from .services import TermWish, Wish

_NONE = ("", pgettext_lazy("choice", "none"))
_CHOOSE = ("", _("Choose"))


def _credits(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_value=10_000, decimal_places=2, required=False, **more)


def _hundredths(value: Any) -> int | None:
    return None if value is None else int(value * 100)


def _day(label: Any, **more: Any) -> forms.DateField:
    within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
    return forms.DateField(label=label, widget=DateInput, validators=within, **more)


class Draft(forms.Form):
    """What an agreement says beside its lines."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Your side"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    other = OrganisationField(label=_("The other side"))
    third = OrganisationField(label=_("A third side"), required=False)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    effect_from = _day(pgettext_lazy("day", "From"))
    effect_to = _day(
        pgettext_lazy("day", "Until"),
        required=False,
        help_text=_("First day on which nothing new is asked; empty: open."),
    )
    is_automatic = forms.BooleanField(label=_("What fits counts at once, without anybody deciding"), required=False)
    answer_days = forms.IntegerField(label=_("Working days to answer"), min_value=1, max_value=60, initial=10)
    escalation_days = forms.IntegerField(
        label=_("Working days after the certification body knows"), min_value=1, max_value=60, initial=5
    )
    silence = forms.ChoiceField(label=_("If nobody answers then"), choices=Silence.choices)
    appeal_days = forms.IntegerField(label=_("Working days to appeal"), min_value=5, max_value=90, initial=15)
    notice_days = forms.IntegerField(label=_("Days of notice to end it"), min_value=1, max_value=730, initial=60)
    most_per_learner = _credits(_("Most credits for one learner"), help_text=_("In each direction; empty: no cap."))
    most_per_period = _credits(_("Most credits for one learner in a period"))
    period = forms.ChoiceField(label=_("Which period"), choices=[_NONE, *Agreement.Period.choices], required=False)
    evidence = forms.CharField(
        label=_("Evidence that is needed"),
        max_length=300,
        required=False,
        help_text=_("Learners read it before they ask."),
    )
    price_fen = forms.DecimalField(
        label=_("Yuan for one credit"), min_value=0, max_value=100_000, decimal_places=2, initial=0,
        help_text=_("What the giving side pays the receiving one; 0: nothing."),
    )  # fmt: skip

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", units)
        if len(few := list(units[:2])) == 1:
            self.initial.setdefault("organisation", few[0].code)

    def others(self) -> list[Organisation]:
        return [one for one in (self.cleaned_data["other"], self.cleaned_data["third"]) if one is not None]

    def wish(self) -> Wish:
        data = self.cleaned_data
        said: dict[str, Any] = {name: data[name] for name in Wish.__dataclass_fields__}
        for name in ("most_per_learner", "most_per_period"):
            said[name] = _hundredths(data[name])
        said["price_fen"] = _hundredths(data["price_fen"]) or 0
        return Wish(**said)


def initial_of(row: Agreement) -> dict[str, Any]:
    """The form filled in as a draft says."""
    sides = [one.organisation for one in row.parties.all() if one.organisation_id != row.drafted_for_id]
    amounts = {
        name: getattr(row, name) / 100 if getattr(row, name) is not None else None
        for name in ("most_per_learner", "most_per_period", "price_fen")
    }
    plain = {name: getattr(row, name) for name in Wish.__dataclass_fields__ if name not in amounts}
    named = {"other": sides[0] if sides else None, "third": sides[1] if len(sides) > 1 else None}
    return plain | amounts | named | {"public_id": row.public_id, "organisation": row.drafted_for.code}


class AddTerm(forms.Form):
    """A line: what of one side counts as what of the other."""

    source = forms.ModelChoiceField(label=_("Credits of"), queryset=Organisation.objects.none(), to_field_name="code")
    target = forms.ModelChoiceField(label=_("Count at"), queryset=Organisation.objects.none(), to_field_name="code")
    basis = forms.ChoiceField(label=pgettext_lazy("term of an agreement", "What counts"), choices=Basis.choices)
    of_code = forms.CharField(
        label=_("Code of the unit or course"), max_length=60, required=False,
        help_text=_("* at the end stands for anything."),
    )  # fmt: skip
    as_unit = forms.CharField(label=_("Counts as the unit"), max_length=40, required=False, help_text=_("Its code."))
    of_kind = forms.ChoiceField(label=_("Kind of credit"), choices=[_CHOOSE, *LEARNING_KINDS], required=False)
    of_level = forms.ModelChoiceField(
        label=pgettext_lazy("credit", "Level"), queryset=FrameworkLevel.objects.none(), to_field_name="label",
        required=False, empty_label=_("Choose"),
    )  # fmt: skip
    den = forms.IntegerField(
        label=_("Of every so many credits"), min_value=1, max_value=1000, initial=1, required=False,
        help_text=_("Such as 3, where 2 count for every 3."),
    )  # fmt: skip
    num = forms.IntegerField(label=_("so many count"), min_value=1, max_value=1000, initial=1, required=False)
    as_kind = forms.ChoiceField(label=_("as credits of the kind"), choices=[_CHOOSE, *LEARNING_KINDS], required=False)
    as_level = forms.ModelChoiceField(
        label=_("at the level"), queryset=FrameworkLevel.objects.none(), to_field_name="label", required=False,
        empty_label=_("Choose"),
    )  # fmt: skip
    least_grade = forms.CharField(label=_("Least grade"), max_length=20, required=False)
    grade_scale = forms.ChoiceField(label=_("in the scale"), choices=[_NONE, *SCALES.items()], required=False)

    def __init__(self, *args: Any, parties: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = FrameworkLevel.objects.filter(framework__code=DEFAULT_FRAMEWORK, framework__successor__isnull=True)
        for name in ("source", "target"):
            _offer(self, name, parties, "name")
        for name in ("of_level", "as_level"):
            _offer(self, name, levels, "label")

    def wish(self) -> TermWish:
        data = self.cleaned_data
        return TermWish(**data | {"num": data["num"] or 1, "den": data["den"] or 1})


def _offer(form: forms.Form, name: str, rows: QuerySet[Any], label: str) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows
        field.label_from_instance = attrgetter(label)  # type: ignore[method-assign,assignment]  # Django's way, in short


class Why(forms.Form):
    why = forms.CharField(label=_("Why"), max_length=300, help_text=_("The other side reads it."))


class Approve(forms.Form):
    why = forms.CharField(label=_("A note"), max_length=300, required=False)


class Sign(forms.Form):
    """For which side somebody signs who may for several."""

    organisation = forms.ModelChoiceField(
        label=_("Sign for"), queryset=Organisation.objects.none(), to_field_name="code"
    )

    def __init__(self, *args: Any, sides: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "organisation", sides, "name")
        if len(few := list(sides[:2])) == 1:
            self.initial.setdefault("organisation", few[0].code)


class End(Sign):
    """Notice."""

    on = _day(_("First day on which nothing new is asked"))
    why = forms.CharField(label=_("Why"), max_length=300, help_text=_("Everybody reads it."))

    def __init__(self, *args: Any, sides: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, sides=sides, **kwargs)
        self.fields["organisation"].label = _("On behalf of")


class Ask(forms.Form):
    """One tap: these credits, at that institution."""

    public_id = forms.UUIDField()
    posting = forms.UUIDField()
    target = forms.CharField(max_length=24)


class Refuse(forms.Form):
    difference = forms.ChoiceField(
        label=_("Which substantial difference is there?"), widget=forms.RadioSelect, choices=Difference.choices,
        help_text=_("Another name or another teacher is none (C-36)."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("What the difference is"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The learner reads it."),
    )  # fmt: skip


class LodgeAppeal(forms.Form):
    words = forms.CharField(
        label=_("What is wrong with the refusal"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Somebody else looks at it again."),
    )  # fmt: skip


class DecideAppeal(forms.Form):
    grants = forms.ChoiceField(
        label=_("Does the refusal stand?"), widget=forms.RadioSelect,
        choices=[("yes", _("The credits count after all")), ("no", _("The refusal stands"))],
    )  # fmt: skip
    answer = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The learner reads it.")
    )


class LodgeBatch(forms.Form):
    """A class of graduates: the course, when it ended, and where it should count."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.ModelChoiceField(
        label=_("Your institution"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    target = forms.ModelChoiceField(
        label=_("Should count at"), queryset=Organisation.objects.none(), to_field_name="code",
        help_text=_("Institutions that agreed to take something of yours."),
    )  # fmt: skip
    code = forms.CharField(label=_("Code of the course"), max_length=60)
    ended_from = _day(_("Ended from"))
    last_day = _day(_("Ended until"), help_text=_("This day too."))
    consents = forms.CharField(
        label=_("Where the written consents lie"), max_length=200,
        help_text=_("Only learners who agreed in writing may be in it. Each is told at once, and can take it back."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """How many the viewer was shown before saying yes."""

    def __init__(
        self, *args: Any, senders: QuerySet[Organisation], receivers: QuerySet[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "source", senders, "name")
        _offer(self, "target", receivers, "name")
        for name, rows in (("source", senders), ("target", receivers)):
            if len(few := list(rows[:2])) == 1:
                self.initial.setdefault(name, few[0].code)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("ended_from") and data.get("last_day") and data["last_day"] < data["ended_from"]:
            self.add_error("last_day", _("The last day lies before the first."))
        return data

    def days(self) -> dict[str, Any]:
        """The days as the services take them: up to the first day after."""
        data = self.cleaned_data
        return {"ended_from": data["ended_from"], "ended_to": data["last_day"] + timedelta(days=1)}


class FilterCases(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[
            ("", pgettext_lazy("filter", "waiting")),
            *((one.value, one.label) for one in Case.State if one not in (Case.State.ASKED, Case.State.EARMARKED)),
        ],
    )  # fmt: skip


class Draw(forms.Form):
    """Which days are cleared."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    begins_on = _day(_("First day"))
    ends_on = _day(_("First day after it"), help_text=_("Only days that are over."))


class SpeakFor(forms.Form):
    side = forms.CharField(max_length=24)


class DoubtLine(SpeakFor):
    line = forms.UUIDField()
    words = forms.CharField(label=_("What is wrong with it"), max_length=300)


class ExplainLine(forms.Form):
    line = forms.UUIDField()
    answer = forms.CharField(label=_("Explanation"), max_length=300)
