"""Kinds of notice, and templates for bare addresses: registered by the apps that own the events, from `apps.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from xuecheng.city.refusals import Text

UrgencyName = Literal["now", "normal", "bulk"]

SITE = "site"
"""The channel that always is: the list in the site. Only reminders can be switched off there."""


@dataclass(frozen=True)
class Words:
    """What is said, in lazy translations with named placeholders (`%(count)s`), the same in all three.

    `title` is the line in the list and a mail's subject; `body` says what to do next; `sms` fits a text message with
    its signature. None holds a name, an identity number, an address, or the secret in a link: paths are added by us.
    """

    title: Text
    body: Text = ""
    sms: Text = ""


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice. `channels` are those by which it goes out unless a person chose otherwise."""

    name: str
    label: Text
    words: Words
    sample: Mapping[str, Any]
    """Values of the size that comes up: tests measure the texts with them, pages show them."""
    outcomes: Mapping[str, Words] = field(default_factory=dict)
    """Words of their own by what came of it, which is the value `outcome`; `words` stand where there is none."""
    channels: frozenset[str] = frozenset()
    urgency: UrgencyName = "normal"
    may_be_switched_off: bool = True
    """Whether a person can choose to have it in the site only."""
    is_digestible: bool = True
    is_reminder: bool = False
    """Reminders come twice a week at most, and one tap ends them (UX-18)."""
    purpose: str = ""
    """Told to those only who agree to this purpose (`consents`); empty: no consent is needed."""
    act: str = ""
    """Shown among the choices of those only who may do this act somewhere; empty: of everybody."""
    icon: str = "bell"


@dataclass(frozen=True)
class Template:
    """What goes to a bare address, such as a sign-in code. It must be registered, so that its texts are known."""

    name: str
    label: Text
    words: Words
    sample: Mapping[str, Any] = field(default_factory=dict)


KINDS: dict[str, NoticeKind] = {}
TEMPLATES: dict[str, Template] = {}


def register(
    name: str,
    label: Text,
    words: Words,
    *,
    sample: Mapping[str, Any],
    outcomes: Mapping[str, Words] | None = None,
    channels: tuple[str, ...] = (),
    urgency: UrgencyName = "normal",
    may_be_switched_off: bool = True,
    is_digestible: bool = True,
    is_reminder: bool = False,
    purpose: str = "",
    act: str = "",
    icon: str = "bell",
) -> None:
    """Make a kind known, such as "records.dispute_answered". See `NoticeKind` and `Words`."""
    KINDS[name] = NoticeKind(
        name=name,
        label=label,
        words=words,
        sample=sample,
        outcomes=outcomes or {},
        channels=frozenset(channels),
        urgency=urgency,
        may_be_switched_off=may_be_switched_off,
        is_digestible=is_digestible and urgency != "now",
        is_reminder=is_reminder,
        purpose=purpose,
        act=act,
        icon=icon,
    )


def register_template(name: str, label: Text, words: Words, *, sample: Mapping[str, Any]) -> None:
    """Make a template for bare addresses known, such as "identity.sign_in_code"."""
    TEMPLATES[name] = Template(name=name, label=label, words=words, sample=sample)


def kind_named(name: str) -> NoticeKind:
    """The kind of that name. Raises `KeyError`: a misspelt kind must never be a notice that nobody gets."""
    return KINDS[name]


def label_of(name: str) -> Text:
    """What a kind or template is called; its bare name if the app that registered it is gone."""
    known = KINDS.get(name) or TEMPLATES.get(name)
    return known.label if known else name
