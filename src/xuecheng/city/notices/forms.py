"""Forms of notices: how a person wants to be told things, and which messages the outbox shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.web.forms import Described, TimeInput
from xuecheng.web.preferences import LANGUAGES

from . import kinds, queries
from .kinds import SITE, NoticeKind
from .models import Message, Preference

CHANNEL_LABELS = {
    SITE: pgettext_lazy("channel", "Here in the site"),
    "email": pgettext_lazy("channel", "By e-mail"),
    "sms": pgettext_lazy("channel", "By text message"),
}


class ChooseChannels(forms.Form):
    """Digest, quiet hours and language; then a group of switches for each kind."""

    digest = forms.ChoiceField(
        label=_("How messages come"),
        choices=[
            (
                Preference.Digest.OFF,
                Described(pgettext_lazy("digest", "each by itself"), _("As soon as it happens, outside quiet hours.")),
            ),
            (
                Preference.Digest.DAILY,
                Described(pgettext_lazy("digest", "together, once a day"), _("At nine in the morning.")),
            ),
            (
                Preference.Digest.WEEKLY,
                Described(pgettext_lazy("digest", "together, once a week"), _("On Mondays at nine in the morning.")),
            ),
        ],
        widget=forms.RadioSelect,
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), widget=TimeInput)
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        widget=TimeInput,
        help_text=_("Meanwhile nothing is sent to you. Only what you wait for yourself comes at once, such as a code."),
    )
    language = forms.ChoiceField(
        label=_("Language of messages"),
        required=False,
        choices=[("", _("As in my account")), *LANGUAGES],
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        offered: Sequence[NoticeKind],
        chosen: Mapping[tuple[str, str], bool],
        channels: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.channels = list(channels)
        self.offered = {f"kind_{number}": kind for number, kind in enumerate(offered)}
        for name, kind in self.offered.items():
            shown = [*((SITE,) if kind.is_reminder else ()), *channels]
            if not kind.may_be_switched_off:
                shown = [channel for channel in shown if channel not in kind.channels]
            field = forms.MultipleChoiceField(
                label=str(kind.label),
                required=False,
                choices=[(channel, CHANNEL_LABELS[channel]) for channel in shown],
                widget=forms.CheckboxSelectMultiple,
                initial=[
                    channel
                    for channel in shown
                    if chosen.get((kind.name, channel), channel == SITE or channel in kind.channels)
                ],
            )
            self.fields[name] = field
        self.order_fields(["digest", "quiet_from", "quiet_until", "language", *self.offered])

    def always(self) -> list[str]:
        """What is sent whatever is chosen, where there is an address for it."""
        return [
            str(kind.label)
            for kind in self.offered.values()
            if not kind.may_be_switched_off and kind.channels & set(self.channels)
        ]

    def rooms(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The groups of switches that have any, in order, under the name of the room that tells of them."""
        found: dict[str, list[forms.BoundField]] = {}
        for name, kind in self.offered.items():
            if self[name].field.choices:  # type: ignore[attr-defined]  # a field of choices
                found.setdefault(kind.name.partition(".")[0], []).append(self[name])
        # By the last part of our own names: a library has an app called account, too.
        ours = [one for one in apps.get_app_configs() if one.name.startswith("xuecheng.")]
        named = {one.name.rpartition(".")[2]: one.verbose_name for one in ours}
        return [(str(named.get(room, room)), fields) for room, fields in found.items()]

    def wanted(self) -> dict[str, list[str]]:
        """By kind the channels that were ticked; kinds without switches are left alone."""
        return {
            kind.name: self.cleaned_data[name]
            for name, kind in self.offered.items()
            if self[name].field.choices  # type: ignore[attr-defined]  # a field of choices
        }


class FilterMessages(forms.Form):
    """Which messages the outbox shows."""

    state = forms.ChoiceField(label=_("State"), required=False)
    channel = forms.ChoiceField(label=_("By which way"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", pgettext_lazy("filter", "all"))]
        named = sorted([*kinds.KINDS, *kinds.TEMPLATES])
        self._choose("state", [*every, *Message.State.choices])
        self._choose("channel", [*every, *((channel, CHANNEL_LABELS[channel]) for channel in queries.CHANNELS)])
        self._choose("kind", [*every, *((name, kinds.label_of(name)) for name in named)])

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def narrowed(self) -> dict[str, str]:
        """What was chosen; nothing while something unknown was."""
        return {name: self.cleaned_data[name] for name in self.fields} if self.is_valid() else {}
