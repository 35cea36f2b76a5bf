"""Forms of verification by employers."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.web.forms import DateInput

from .models import RowAnswer
from .reading import MOST_BYTES
from .services import most_days


class BringList(forms.Form):
    """For which organisation, and the file."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("For which organisation"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    file = forms.FileField(
        label=_("The list"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose another one.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        max_length=255,
    )

    def __init__(self, *args: Any, bodies: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = {"most": MOST_BYTES // 1_000_000}
        self.fields["file"].help_text = _("CSV or XLSX with up to 1,000 rows, at most %(most)s MB.") % told
        offer(self, "organisation", bodies)
        if len(few := list(bodies[:2])) == 1:
            self.initial.setdefault("organisation", few[0].code)


class FilterAnswers(forms.Form):
    """Narrows the answers of a list."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=[("", pgettext_lazy("filter", "all")), *RowAnswer.Answer.choices], required=False
    )


class GiveConsent(forms.Form):
    """To which organisation, and until when."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        to_field_name="code",
        help_text=_("The employer or school that asks you; ask it for its code if several have the same name."),
    )
    last_day = forms.DateField(
        label=_("Until"),
        widget=DateInput,
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))],
    )

    def __init__(self, *args: Any, places: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", places)
        self.fields["last_day"].help_text = _("This day too. At most %(days)s days.") % {"days": most_days()}
        self.initial.setdefault("last_day", clock.today() + timedelta(days=min(30, most_days() - 1)))

    def until(self) -> datetime:
        """The moment after the last day."""
        day: date = self.cleaned_data["last_day"] + timedelta(days=1)
        return datetime.combine(day, time(), tzinfo=clock.zone())
