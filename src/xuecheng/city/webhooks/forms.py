"""Forms of webhooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.organisations.picking import offer
from xuecheng.web.forms import Described

from .events import EVENTS
from .queries import KEEP


class Subscribe(forms.Form):
    """Where to tell what."""

    public_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    organisation = forms.ModelChoiceField(
        label=_("Of which organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    url = forms.CharField(
        label=_("Address of the receiver"), max_length=500, help_text=_("It begins with https:// and lies outside.")
    )
    events = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))

    def __init__(self, *args: Any, viewer: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = visible(viewer, KEEP, organisation="pk", territory="territory")
        places = Organisation.objects.filter(allowed, is_active=True).select_related("territory").order_by("name_zh")
        offer(self, "organisation", places)
        choices = [(name, Described(str(label), name)) for name, label in EVENTS.items()]
        self.fields["events"].choices = choices  # type: ignore[attr-defined]  # a field of choices


class Why(forms.Form):
    """A reason, and nothing else."""

    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("It stays in the history."))
