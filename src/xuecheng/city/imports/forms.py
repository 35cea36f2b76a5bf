"""Forms of imports."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.web.forms import Described

from .models import ImportFile
from .queries import kinds_for, organisations_to_import_for


class BringFile(forms.Form):
    """What is brought, for whom, and the file."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What is in the file"), widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(
        label=_("For which institution"), queryset=Organisation.objects.none(), empty_label=None
    )
    file = forms.FileField(
        label=_("The file"),
        help_text=_("CSV or XLSX; ZIP where what is brought are files. The encoding (UTF-8 or GB18030) is recognised."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose another one.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.zip"}),
    )

    def __init__(self, *args: Any, viewer: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = kinds_for(viewer)
        choices = [(kind.name, Described(str(kind.title), str(kind.explanation))) for kind in kinds]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, declared above
        self.fields["kind"].initial = kinds[0].name if kinds else None
        organisations = organisations_to_import_for(viewer)
        offer(self, "organisation", organisations)
        self.fields["public_id"].initial = uuid4
        if (only := list(organisations[:2])) and len(only) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = only[0].pk

    @property
    def chosen_id(self) -> UUID:
        chosen: UUID = self.cleaned_data["public_id"]
        return chosen


class ChooseRows(forms.Form):
    """All rows or none, or the good ones now."""

    choice = forms.ChoiceField(label=_("What to do"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, file: ImportFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = Described(
            str(_("Mend everything first, then write")), str(_("Bring the mended file again. Nothing is written now."))
        )
        good = Described(
            str(_("Write %(good)s rows now, bring the %(bad)s wrong ones later") % _counts(file)),
            str(_("The wrong rows can be downloaded with their reasons.")),
        )
        choices = [("wait", every), (ImportFile.Choice.GOOD.value, good)]
        if not file.bad_count:
            whole = Described(str(_("Write all %(good)s rows") % _counts(file)), "")
            choices = [(ImportFile.Choice.ALL.value, whole)]
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        self.fields["choice"].initial = choices[0][0]


def _counts(file: ImportFile) -> dict[str, str]:
    return {"good": f"{file.good_count:,}", "bad": f"{file.bad_count:,}"}
