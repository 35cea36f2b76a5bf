"""Forms of documents: a file with what it is, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .contents import types_in_words
from .places import Place
from .rules import FileMissing


class _FileForm(forms.Form):
    public_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = forms.FileField(
            label=_("The file"),
            help_text=_("%(types)s; at most %(limit)s MB.")
            % {"types": types_in_words(place.types), "limit": place.megabytes},
            error_messages={"required": FileMissing.message, "empty": _("The file is empty. Choose another one.")},
            widget=forms.FileInput(attrs={"accept": place.accept}),
            max_length=255,
        )


class AddDocument(_FileForm):
    """A new document."""

    title = forms.CharField(label=_("What it is"), max_length=120, help_text=_("As you would call it on the telephone"))


class AddVersion(_FileForm):
    """A newer file of a document that is here."""

    note = forms.CharField(label=_("What is new in it"), max_length=200)


class WhyForm(forms.Form):
    """A reason that is kept."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It is kept with your name and can be read later.")
    )
