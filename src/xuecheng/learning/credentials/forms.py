"""What a holder chooses for a transcript, and what a stranger types to check one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xuecheng.learning.creditbank.models import CreditKind
from xuecheng.learning.redemption.models import Offer
from xuecheng.web.templatetags.xc import credits as shown_credits
from xuecheng.web.templatetags.xc import date_only

from .queries import CertifiedLine
from .services import languages


class IssueTranscript(forms.Form):
    """In which language, which kinds of credit, and whether with the card's number."""

    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label=_("Which credits"),
        choices=CreditKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind of credit.")},
    )
    about = forms.ChoiceField(
        label=_("For one unit or qualification"),
        required=False,
        help_text=_("For one unit or one qualification, only the credit that counts for it is certified."),
    )
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=60,
        required=False,
        help_text=_("It is printed, such as: to apply at the Open University."),
    )
    entries = forms.MultipleChoiceField(
        label=_("Only these entries"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none, and all of them are certified."),
    )
    with_card_number = forms.BooleanField(
        label=_("Print the number of my learning card"),
        required=False,
        help_text=_("Whoever gets the transcript then knows the number."),
    )

    def __init__(
        self,
        *args: Any,
        held: list[str],
        lines: Sequence[CertifiedLine] = (),
        units: Mapping[str, str] | None = None,
        qualifications: Sequence[Offer] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        about = self.fields["about"]
        if isinstance(about, forms.ChoiceField):
            of_units = [(f"u:{code}", f"{title} ({code})") for code, title in sorted((units or {}).items())]
            of_offers = [(f"q:{one.public_id}", f"{one.title} · {one.organisation.name}") for one in qualifications]
            groups = ((_("One unit"), of_units), (_("One qualification"), of_offers))
            about.choices = [("", _("All my credits")), *((name, rows) for name, rows in groups if rows)]
        entries = self.fields["entries"]
        if isinstance(entries, forms.MultipleChoiceField):
            entries.choices = [(str(one.keys[0]), _entry(one)) for one in lines]
        language, kinds = self.fields["language"], self.fields["kinds"]
        if isinstance(language, forms.ChoiceField) and isinstance(kinds, forms.MultipleChoiceField):
            language.choices = list(languages())
            kinds.choices = [(kind.value, kind.label) for kind in CreditKind if kind.value in held]

    def chosen_unit(self) -> str:
        """The code of the unit that it is about; empty for another choice."""
        about: str = self.cleaned_data["about"]
        return about.removeprefix("u:") if about.startswith("u:") else ""

    def chosen_qualification(self) -> UUID | None:
        about: str = self.cleaned_data["about"]
        return UUID(about.removeprefix("q:")) if about.startswith("q:") else None

    def chosen_entries(self) -> list[UUID] | None:
        """The entries that were ticked; none ticked: no limit."""
        found = [UUID(one) for one in self.cleaned_data["entries"]]
        return found or None


def _entry(line: CertifiedLine) -> str:
    credits_ = gettext("%(credits)s credits") % {"credits": shown_credits(line.credits)}
    parts = (line.title, line.institution, date_only(line.ended_on), credits_)
    return " · ".join(part for part in parts if part)


class VerifyCode(forms.Form):
    """The code on a transcript."""

    code = forms.CharField(
        label=_("Code on the transcript"),
        max_length=40,
        help_text=_("Twelve characters, such as M6SH-CDC2-YJ8J; hyphens may be left out."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Type the code that stands on the transcript.")},
    )


class RevokeTranscript(forms.Form):
    """Why it is revoked."""

    why = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Whoever checks the code reads it."))
