"""Forms of redemption."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer as offer_choices
from xuecheng.city.territories.models import Territory
from xuecheng.learning.cards.models import Use
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.web.forms import DateInput

from .models import Offer, OfferKind, Period, Redemption
from .services import Wish


def _hundredths(value: Any) -> int:
    return 0 if value is None else int(value * 100)


def _day(label: Any, **more: Any) -> forms.DateField:
    within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
    return forms.DateField(label=label, widget=DateInput, validators=within, **more)


class FindOffer(forms.Form):
    """What of the shelf is shown."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("redemption", "What for"),
        choices=[("", _("Everything")), *OfferKind.choices],
        required=False,
    )
    district = forms.ChoiceField(label=_("In which district"), required=False)
    words = forms.CharField(label=_("Name"), max_length=60, required=False)

    def __init__(self, *args: Any, districts: Iterable[Territory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Whole city")), *((one.code, one.name) for one in districts)]
        self.fields["district"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, declared above


class FilterOwn(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Redemption.State.choices], required=False)


class FilterOrders(forms.Form):
    state = forms.ChoiceField(
        label=_("State"), choices=Redemption.State.choices, initial=Redemption.State.RESERVED, required=False
    )


class FilterOffers(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Offer.State.choices], required=False)


class Reserve(forms.Form):
    """How many; which offer the address says."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    items = forms.IntegerField(label=pgettext_lazy("redemption", "How many"), min_value=1, max_value=99, initial=1)

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if most == 1:
            self.fields["items"].widget = forms.HiddenInput()


class Look(forms.Form):
    """What was scanned or typed at a counter: a voucher's number, the address in its code, or a learning card."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Voucher or card number"), max_length=200,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("10 digits of the voucher or 16 of the learning card; scanning it does as well."),
    )  # fmt: skip
    confirmed = forms.ChoiceField(
        label=_("Printed card only: how you made sure"), choices=[("", "—"), *Use.Confirmed.choices], required=False
    )


class HandOut(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    items = forms.IntegerField(label=_("How many are handed out"), min_value=1, max_value=99)
    keeps_rest = forms.TypedChoiceField(
        label=_("If it is not all of them"),
        choices=[("yes", _("Keep the rest until its time is over")), ("no", _("Give the rest up; the points go back"))],
        coerce=lambda said: said == "yes",
        initial="yes",
    )

    def __init__(self, *args: Any, left: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].initial = left
        if left == 1:
            self.fields["items"].widget = forms.HiddenInput()
            self.fields["keeps_rest"].widget = forms.HiddenInput()


class TakeBack(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    items = forms.IntegerField(label=_("How many are taken back"), min_value=1, max_value=99, initial=1)
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("The learner reads it."))


class CallOff(forms.Form):
    words = forms.CharField(label=_("Why"), max_length=300, help_text=_("The learner reads it."))


class Close(forms.Form):
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("Learners read it."))


class ReceiveStock(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    amount = forms.IntegerField(label=_("How many came in"), min_value=1, max_value=100_000)
    why = forms.CharField(label=_("Note"), max_length=200, required=False)


class WriteOffStock(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)
    amount = forms.IntegerField(label=_("How many are written off"), min_value=1, max_value=100_000)
    why = forms.CharField(label=_("Why"), max_length=200)


class Draft(forms.Form):
    """What an offer says. What a kind does not need is left empty."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Offered by"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    kind = forms.ChoiceField(label=pgettext_lazy("redemption", "What for"), choices=OfferKind.choices)
    title_zh = forms.CharField(label=_("Chinese name"), max_length=60)
    title_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    about_zh = forms.CharField(
        label=_("What it is"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )
    about_en = forms.CharField(
        label=_("What it is, in English"), max_length=800, required=False, widget=forms.Textarea({"rows": 3})
    )
    place = forms.CharField(
        label=_("Where and when it is handed out"), max_length=200, required=False, help_text=_("Needed for rewards.")
    )
    points = forms.DecimalField(
        label=_("Points for one"), min_value=0, max_value=100_000, decimal_places=2, required=False,
        help_text=_("For rewards and course fees."),
    )  # fmt: skip
    face_fen = forms.DecimalField(
        label=_("Yuan of a course fee that one pays"), min_value=0, max_value=10_000, decimal_places=2, required=False,
        help_text=_("For course fees."),
    )  # fmt: skip
    is_everywhere = forms.BooleanField(
        label=_("Pays at every college of the city"), required=False,
        help_text=_("Else at your own classes and those of the units right below."),
    )  # fmt: skip
    units = forms.ModelMultipleChoiceField(
        label=_("Units whose credit it takes"), queryset=UnitVersion.objects.none(), required=False,
        help_text=_("For exemptions and qualifications; all that are chosen are needed."),
    )  # fmt: skip
    consumes = forms.BooleanField(
        label=_("The credit is used up"), required=False,
        help_text=_("Else it stays on the account, marked as used (C-41)."),
    )  # fmt: skip
    most_per_order = forms.IntegerField(label=_("Most at once"), min_value=1, max_value=99, initial=1)
    most_per_person = forms.IntegerField(
        label=_("Most for a person"), min_value=1, max_value=999, required=False, help_text=_("Empty: no limit.")
    )
    period = forms.ChoiceField(label=pgettext_lazy("limit", "Counted"), choices=Period.choices)
    hold_hours = forms.IntegerField(
        label=_("Hours it is kept"), min_value=1, max_value=2000, initial=72,
        help_text=_("Then it is free again, and what it costs goes back."),
    )  # fmt: skip
    is_counted = forms.BooleanField(
        label=_("There is a certain number of them"),
        required=False,
        initial=True,
        help_text=_("Rewards always have one."),
    )
    low_stock = forms.IntegerField(
        label=_("Tell us when so few are left"), min_value=0, max_value=10_000, required=False
    )
    opens_on = _day(pgettext_lazy("day", "From"))
    closes_on = _day(
        pgettext_lazy("day", "Until"),
        required=False,
        help_text=_("First day on which nothing more is reserved; empty: open."),
    )

    def __init__(self, *args: Any, places: QuerySet[Organisation], units: QuerySet[UnitVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "organisation", places)
        if len(few := list(places[:2])) == 1:
            self.initial.setdefault("organisation", few[0].code)
        field = self.fields["units"]
        field.queryset = units  # type: ignore[attr-defined]  # a field of models, declared above
        field.label_from_instance = lambda one: f"{one.title} · {one.code}"  # type: ignore[attr-defined]  # the same

    def wish(self) -> Wish:
        data = self.cleaned_data
        said = {name: data[name] for name in Wish.__dataclass_fields__ if name in data}
        said["points"], said["face_fen"] = _hundredths(data["points"]), _hundredths(data["face_fen"])
        return Wish(**said)


def initial_of(row: Offer) -> dict[str, Any]:
    """The form filled in as an offer says."""
    plain = {name: getattr(row, name) for name in Wish.__dataclass_fields__ if hasattr(row, name)}
    return plain | {
        "public_id": row.public_id,
        "organisation": row.organisation.code,
        "points": row.points / 100 or None,
        "face_fen": row.face_fen / 100 or None,
        "units": [need.unit_id for need in row.needs.all()],
        "is_counted": hasattr(row, "stock"),
    }
