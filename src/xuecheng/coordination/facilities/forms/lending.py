"""Forms of lending rooms to another unit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import OrganisationField, offer
from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.facilities.models import Space, Venue
from xuecheng.coordination.facilities.queries import BOOK
from xuecheng.coordination.facilities.services import LoanText
from xuecheng.web.forms import DateInput, TimeInput

from .words import WEEKDAYS


class _Lent(forms.Form):
    """Which room, when, and what for."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    space = forms.ModelChoiceField(
        label=_("Room"), queryset=Space.objects.none(), required=False, empty_label=_("all rooms of the place")
    )
    begins_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    begins = forms.TimeField(label=pgettext_lazy("time", "From"), widget=TimeInput)
    ends = forms.TimeField(label=pgettext_lazy("time", "To"), widget=TimeInput)
    purpose = forms.CharField(label=_("What for"), max_length=200)

    def __init__(self, *args: Any, venue: Venue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        space = self.fields["space"]
        if isinstance(space, forms.ModelChoiceField):
            space.queryset = venue.spaces.order_by("name_zh", "pk")

    def text(self) -> LoanText:
        data = self.cleaned_data
        begins, ends = (data[name].hour * 60 + data[name].minute for name in ("begins", "ends"))
        names = ("begins_on", "ends_on", "weekdays", "purpose")
        return LoanText(**{name: data[name] for name in names}, begins=begins, ends=ends)


class LendForm(_Lent):
    """What is lent to whom, when, and what for."""

    borrower = OrganisationField(label=_("Lent to"), help_text=_("Part of its name, or its code."))

    field_order = ("public_id", "borrower", "space")


class AskForRoom(_Lent):
    """What is asked of whoever owns it, for which unit."""

    unit = forms.ModelChoiceField(
        label=pgettext_lazy("room request", "For which unit"), queryset=Organisation.objects.none()
    )

    field_order = ("public_id", "unit", "space")

    def __init__(self, *args: Any, viewer: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Organisation.objects.filter(
            visible(viewer, BOOK, organisation="pk", territory="territory"), is_active=True
        ).order_by("code")
        offer(self, "unit", units)
        if len(first := units[:2]) == 1:
            self.fields["unit"].initial = first[0]


class RefuseRequest(forms.Form):
    """Why a room is not lent."""

    why = forms.CharField(
        label=pgettext_lazy("room request", "Why not"),
        max_length=200,
        help_text=_("Needed for a no; the other unit reads it. Say what would do."),
    )


class EndLoan(forms.Form):
    """From when on a room is lent no more, and why."""

    ended_on = forms.DateField(label=_("Lent no more from"), widget=DateInput)
    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("The other unit reads it."))
