"""Forms of issued credentials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.learning.creditbank.models import LEARNING_KINDS
from xuecheng.web.forms import DateInput, Described
from xuecheng.web.templatetags.xc import credits as shown
from xuecheng.web.templatetags.xc import date_only

from .models import Badge
from .queries import Line


def _day(label: Any, **more: Any) -> forms.DateField:
    within = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))]
    return forms.DateField(label=label, widget=DateInput, validators=within, **more)


class Ask(forms.Form):
    """For which of one's own entries a credential is wanted."""

    lines = forms.MultipleChoiceField(
        label=_("What should be certified"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one entry.")},
    )
    with_name = forms.BooleanField(
        label=_("Write my name into it"),
        required=False,
        help_text=_("Without it, nobody who finds the file knows whose it is. You can change this later."),
    )

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].choices = [(str(one.certifies), _of_line(one)) for one in lines]  # type: ignore[attr-defined]  # a field of choices
        if len(lines) == 1:
            self.initial.setdefault("lines", [str(lines[0].certifies)])

    def chosen(self) -> list[UUID]:
        return [UUID(one) for one in self.cleaned_data["lines"]]


def _of_line(line: Line) -> Described:
    issuer = line.issuer.name if line.issuer else ""
    worth = _("%(credits)s credits") % {"credits": shown(line.credits)}
    return Described(line.title, _(", ").join(filter(None, [issuer, date_only(line.record.ended_on), str(worth)])))


class _Choosing(forms.Form):
    """Of one's own credentials that hold, some."""

    badges = forms.MultipleChoiceField(
        label=_("Which credentials"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one credential.")},
    )

    def __init__(self, *args: Any, badges: Sequence[Badge], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["badges"].choices = [  # type: ignore[attr-defined]  # the same
            (str(one.public_id), Described(one.achievement.title, date_only(one.awarded_on))) for one in badges
        ]

    def chosen(self) -> list[UUID]:
        return [UUID(one) for one in self.cleaned_data["badges"]]


class ShareThem(_Choosing):
    """What a link shows, and until when."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    last_day = _day(_("Until"), help_text=_("This day too. A year at most."))
    shows_name = forms.BooleanField(
        label=_("Show my name"),
        required=False,
        help_text=_("Without it the page still says whether each holds, but gives no signed file with your name."),
    )
    title = forms.CharField(
        label=_("For whom"), max_length=60, required=False, help_text=_("A note for yourself, such as: application.")
    )
    field_order = ("badges", "last_day", "shows_name", "title")

    def until(self) -> datetime:
        """The moment after the last day."""
        day: date = self.cleaned_data["last_day"] + timedelta(days=1)
        return datetime.combine(day, time(), tzinfo=clock.zone())


class Take(_Choosing):
    """A record of chosen credentials, or of all."""

    with_name = forms.BooleanField(label=_("Write my name into it"), required=False)
    form = forms.ChoiceField(
        label=_("As"),
        choices=[
            ("clr", _("Comprehensive Learner Record, signed")),
            ("elm", _("European Learning Model, unsigned")),
        ],
        initial="clr",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, badges: Sequence[Badge], **kwargs: Any) -> None:
        super().__init__(*args, badges=badges, **kwargs)
        self.fields["badges"].required = False
        self.fields["badges"].help_text = _("Tick none, and all of them are in it.")


class Why(forms.Form):
    """A reason; the holder reads it."""

    why = forms.CharField(label=_("Why"), max_length=200, help_text=_("The holder reads it."))


class Issue(forms.Form):
    """Issuing for everybody with credit of a course."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Institution"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    code = forms.CharField(label=_("Code of the course"), max_length=60)
    ended_from = _day(_("Ended from"))
    last_day = _day(_("Ended until"), help_text=_("This day too."))

    def __init__(self, *args: Any, bodies: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", bodies)
        if len(few := list(bodies[:2])) == 1:
            self.initial.setdefault("organisation", few[0].code)

    def days(self) -> dict[str, Any]:
        """The days as the services take them: up to the first day after."""
        data = self.cleaned_data
        return {"ended_from": data["ended_from"], "ended_to": data["last_day"] + timedelta(days=1)}


class StartRule(forms.Form):
    """A standing order of an institution."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=_("Institution"), queryset=Organisation.objects.none(), to_field_name="code"
    )
    kind = forms.ChoiceField(label=_("Kind of credit"), choices=LEARNING_KINDS)

    def __init__(self, *args: Any, bodies: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", bodies)
        if len(few := list(bodies[:2])) == 1:
            self.initial.setdefault("organisation", few[0].code)


class FilterIssued(forms.Form):
    """Narrows the list of issued credentials."""

    q = forms.CharField(
        label=_("Find"), max_length=200, required=False, help_text=_("Title, code, whole name, or number of it")
    )
    state = forms.ChoiceField(
        label=_("State"), choices=[("", pgettext_lazy("filter", "all")), *Badge.State.choices], required=False
    )
