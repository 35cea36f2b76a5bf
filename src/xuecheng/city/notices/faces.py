"""What a notice says: its words in a language, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from xuecheng.city.refusals import Text
from xuecheng.web.templatetags.xc import day as written_day
from xuecheng.web.templatetags.xc import thousands

from . import rules
from .kinds import KINDS, TEMPLATES, NoticeKind
from .models import Notice


@dataclass(frozen=True)
class Face:
    """A notice as its reader sees it, in the language of the page or message."""

    public_id: str
    kind: str
    title: str
    body: str
    url: str
    """Where it leads, or nothing."""
    icon: str
    at: datetime
    is_read: bool
    is_reminder: bool


@dataclass(frozen=True)
class Said:
    """The texts of a kind or template with its values."""

    title: str
    body: str
    sms: str


def say(kind: str, values: Mapping[str, Any]) -> Said:
    """What `kind` says with `values`, in the language in force. A kind that is gone says that something was told."""
    known = KINDS.get(kind) or TEMPLATES.get(kind)
    if known is None:
        title = gettext("Something was told that is no longer kept here.")
        return Said(title, "", title)
    said = {name: _shown(value) for name, value in rules.in_language(values, language=get_language() or "").items()}
    words = (
        known.outcomes.get(str(values.get("outcome")), known.words) if isinstance(known, NoticeKind) else known.words
    )
    title = _filled(words.title, said)
    return Said(title, _filled(words.body, said), _filled(words.sms or words.title, said))


def _shown(value: Any) -> Any:
    """Numbers and days as pages write them; a day is kept as `day(…)` makes it."""
    if isinstance(value, Mapping):
        return written_day(date.fromisoformat(value["on"])) if "on" in value else ""
    return thousands(value) if isinstance(value, int) else value


def day(on: date) -> dict[str, str]:
    """A day as a notice's value: said as its reader writes days."""
    return {"on": on.isoformat()}


def _filled(text: Text, values: Mapping[str, Any]) -> str:
    return str(text) % values if text else ""


def face_of(notice: Notice) -> Face:
    """The notice in the language in force."""
    kind = KINDS.get(notice.kind)
    said = say(notice.kind, notice.values)
    return Face(
        public_id=str(notice.message_id),
        kind=notice.kind,
        title=said.title,
        body=said.body,
        url=path_of(notice.about),
        icon=kind.icon if kind else "bell",
        at=notice.told_at,
        is_read=notice.read_at is not None,
        is_reminder=kind.is_reminder if kind else False,
    )


def path_of(about: Sequence[Any]) -> str:
    """The path of the page that a notice is about; empty if there is none, or none any more."""
    if not about:
        return ""
    try:
        return reverse(about[0], args=about[1:])
    except NoReverseMatch:
        return ""
