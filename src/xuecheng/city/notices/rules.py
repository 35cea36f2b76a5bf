"""The arithmetic of notices: ids, quiet hours, digests, back-off, parts of a text message, values in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

BOOKS = 256
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""Nobody's telephone rings for a notice in the evening and at night, unless they choose so; urgent ones pass."""
DIGEST_AT = time(9)
"""When a digest goes out, by the city's clock: daily, or on Mondays."""
REMINDERS_A_WEEK = 2
"""UX-18."""
MOST_SMS_PARTS = 2
_NAMESPACE = UUID("6f5f1f0e-6d7b-5f37-9c0e-0b7c2e8c1d4a")

# The characters that a text message holds at seven bits (GSM 03.38); one other makes all of it sixteen bits wide.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_WIDE = frozenset("^{}\\[~]|€")

_BACK_OFF_S = {
    # A code is of use for some minutes only.
    "now": (5, 15, 30, 60, 120),
    "normal": (60, 300, 1_800, 7_200, 21_600, 43_200),
    "bulk": (300, 1_800, 7_200, 21_600, 43_200),
}


class TooManyMessages(Refusal):
    message = _("So many messages went to this address today that no more are sent.")
    remedy = _("Come back tomorrow, or ask at a learning place.")


class AlwaysTold(Refusal):
    message = _("This kind of notice cannot be switched off.")


class QuietNever(Refusal):
    message = _("Quiet hours must end at another time than they begin.")
    field = "quiet_until"


class NothingToSendAgain(Refusal):
    message = _("Only a message that could not be sent is sent again.")


class CodeIsTooOld(Refusal):
    message = _("What this message said is no longer kept: codes are good for minutes only.")
    remedy = _("The person asks for a new one.")


def notice_id(*, kind: str, key: str, person_id: int) -> UUID:
    """The one id of "this was told to that person": whoever tells it again finds it taken."""
    return uuid5(_NAMESPACE, f"{kind}\n{key}\n{person_id}")


def message_id(notice: UUID, channel: str) -> UUID:
    """The id under which a notice goes out by a channel, the same at each try."""
    return uuid5(notice, channel)


def raw_id(*, template: str, message_id: str) -> UUID:
    """The id of a message to a bare address, from what the caller calls it."""
    return uuid5(_NAMESPACE, f"raw\n{template}\n{message_id}")


def digest_id(first_part: UUID) -> UUID:
    """The id of the digest that a message went into as its first part; no message goes into two."""
    return uuid5(first_part, "digest")


def is_quiet(at: time, *, begins: time, ends: time) -> bool:
    """Whether a time of day lies in `[begins, ends)`, which may go over midnight. The same twice: never quiet."""
    if begins <= ends:
        return begins <= at < ends
    return at >= begins or at < ends


def end_of_quiet(at: datetime, *, begins: time, ends: time, zone: tzinfo) -> datetime:
    """`at` itself outside the quiet hours of that zone, else the moment at which they end."""
    local = at.astimezone(zone)
    if not is_quiet(local.time(), begins=begins, ends=ends):
        return at
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, tzinfo=zone)


def next_digest(at: datetime, *, is_weekly: bool, zone: tzinfo) -> datetime:
    """When the digest goes out in which something told at `at` is found: strictly later."""
    local = at.astimezone(zone)
    due = datetime.combine(local.date(), DIGEST_AT, tzinfo=zone)
    if due <= local:
        due += timedelta(days=1)
    while is_weekly and due.weekday() != 0:
        due += timedelta(days=1)
    return due


def wait_after(attempt: int, *, urgency: str) -> timedelta | None:
    """How long to wait after the `attempt`-th try failed, the first being 1; None: give up."""
    steps = _BACK_OFF_S[urgency]
    return timedelta(seconds=steps[attempt - 1]) if attempt <= len(steps) else None


def sms_parts(text: str) -> int:
    """How many text messages a text takes: 70 signs each (67 where there are several), 160 (153) of plain Latin."""
    if all(sign in _GSM or sign in _GSM_WIDE for sign in text):
        length, one, each = sum(2 if sign in _GSM_WIDE else 1 for sign in text), 160, 153
    else:
        length, one, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else -(-length // each)


def cut_to_parts(text: str, *, most: int = MOST_SMS_PARTS) -> str:
    """`text`, or its beginning and an ellipsis if it takes more parts than `most`."""
    if sms_parts(text) <= most:
        return text
    while text and sms_parts(f"{text}…") > most:
        text = text[:-1]
    return f"{text}…"


def in_language(values: Mapping[str, Any], *, language: str) -> dict[str, Any]:
    """The values of a template as that language says them: `{"zh": …, "en": …}` becomes the one or the other."""
    which, other = ("en", "zh") if language.startswith("en") else ("zh", "en")
    return {
        name: (value.get(which) or value.get(other) or "")
        if isinstance(value, Mapping) and {which, other} & {*value}
        else value
        for name, value in values.items()
    }
