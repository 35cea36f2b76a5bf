"""Rules of holding a class: minutes attended, the rotating code, which mark counts, who completes.

Numbers marked [K] are the house's own parameters, never law.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

STEP_SECONDS = 30
"""How long a code is shown [K]; the one before it is taken too."""
CODE_LENGTH = 10
SECRET_BYTES = 32
EARLY = timedelta(minutes=30)
"""So long before a session begins people may check in [K]."""
GRACE = timedelta(minutes=10)
"""Whoever comes so long after the beginning is not late [K]."""
USUAL_LATENESS = 15
"""Minutes that are missing of somebody marked late when nobody knows how late [K]."""
CROWD = 3
"""From so many people at one address on that is not the teacher's, the next are looked at [K]."""
SKEW = timedelta(minutes=5)
"""A clock of a device may be so far ahead [K]."""


class State(StrEnum):
    """Whether somebody was there."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    EXCUSED = "excused"


ATTENDED: frozenset[State] = frozenset({State.PRESENT, State.LATE})
"""These count as attended; whoever is excused did not attend, and nobody asks why."""


class Flag(StrEnum):
    """Why somebody looks at a check-in before it counts."""

    OLD_CODE = "old_code"
    SAME_DEVICE = "same_device"
    CROWD = "crowd"


class CodeOld(Refusal):
    message = _("This code is no longer valid.")
    remedy = _("Scan the code that is on the teacher's screen now.")


class NotForOneself(Refusal):
    message = _("Nobody marks, assesses or checks in themselves where they teach.")
    remedy = _("Somebody else of the unit does it.")


class NotTimeToCheckIn(Refusal):
    message = _("Nobody can check in to this session now.")
    remedy = _("Check in when you are in the room: from half an hour before it begins until it ends.")


class MarkFromFuture(Refusal):
    message = _("A mark was made at a time that is still to come.")
    remedy = _("Set the clock of the device, and mark again.")


class MarkTooEarly(Refusal):
    message = _("A mark was made before the session began.")
    remedy = _("Mark when people are there.")


def minutes_of(state: str, *, begins: datetime, ends: datetime, at: datetime) -> int:
    """Whole minutes that somebody is counted for. Late is from the mark on if it was made during the session."""
    whole = int((ends - begins).total_seconds()) // 60
    if state == State.PRESENT:
        return whole
    if state != State.LATE:
        return 0
    missed = int((at - begins).total_seconds()) // 60 if begins < at < ends else USUAL_LATENESS
    return max(0, whole - max(1, missed))


def arrived(*, begins: datetime, ends: datetime, at: datetime) -> State:
    """Present or late, for somebody who comes now. Raises `NotTimeToCheckIn`."""
    if not begins - EARLY <= at < ends:
        raise NotTimeToCheckIn
    return State.PRESENT if at <= begins + GRACE else State.LATE


def check_marked_at(marked_at: datetime, *, begins: datetime, at: datetime) -> None:
    """A mark was made in the session or after it, never before or in the future. Raises what it is."""
    if marked_at > at + SKEW:
        raise MarkFromFuture
    if marked_at < begins - EARLY:
        raise MarkTooEarly


# The rotating code


def step_of(at: datetime) -> int:
    """The number of the half minute."""
    return int(at.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """The code of a half minute: ten letters and digits of an HMAC-SHA256 under the session's secret (as RFC 6238)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha256)
    return base64.b32encode(digest).decode()[:CODE_LENGTH]


def age_of(secret: bytes, code: str, *, at: datetime) -> int:
    """0 for the code of this half minute, 1 for the one before. Raises `CodeOld` for every other."""
    typed = code.strip().upper().encode()
    now = step_of(at)
    ages = [age for age in (0, 1) if hmac.compare_digest(code_of(secret, now - age).encode(), typed)]
    if not ages:
        raise CodeOld
    return ages[0]


def fingerprint(secret: bytes, what: str) -> bytes:
    """A device or an address as it can be compared within one session, and nowhere else."""
    return hmac.digest(secret, what.encode(), hashlib.sha256)[:16]


def flags_of(*, age: int, others_by_device: int, others_at_address: int, is_teachers_address: bool) -> list[Flag]:
    """Why a check-in waits for the teacher: none for most. Where somebody is, nobody asks."""
    found = []
    if age:
        found.append(Flag.OLD_CODE)
    if others_by_device:
        found.append(Flag.SAME_DEVICE)
    if others_at_address >= CROWD and not is_teachers_address:
        found.append(Flag.CROWD)
    return found


# Which mark counts


class Mark(Protocol):
    @property
    def marked_at(self) -> datetime: ...
    @property
    def version(self) -> int: ...


M = TypeVar("M", bound=Mark)


def counting(marks: Iterable[M]) -> M | None:
    """Of all marks of one person in one session the latest made; of two made at once, the one that came last."""
    return max(marks, key=lambda one: (one.marked_at, one.version), default=None)


def counting_by(marks: Iterable[M], key: Callable[[M], int]) -> dict[int, M]:
    """The same for many people, by key."""
    found: dict[int, M] = {}
    for one in marks:
        other = found.get(key(one))
        if other is None or (one.marked_at, one.version) > (other.marked_at, other.version):
            found[key(one)] = one
    return found


# Completion


class Reason(StrEnum):
    """Why somebody does not complete a class."""

    NO_SESSION = "no_session"
    FEW_SESSIONS = "few_sessions"
    NOT_ASSESSED = "not_assessed"
    NOT_PASSED = "not_passed"


@dataclass(frozen=True)
class Attended:
    """What somebody attended of the sessions that were held."""

    sessions: int
    held: int
    minutes: int

    @property
    def percent(self) -> int:
        """Rounded down, so that the number shown never promises more than there was."""
        return self.sessions * 100 // self.held if self.held else 0


def attended_of(marks: Sequence[tuple[str, int]], *, held: int) -> Attended:
    """From the counting marks (state, minutes) of the sessions that were held."""
    came = [minutes for state, minutes in marks if state in ATTENDED]
    return Attended(len(came), held, sum(came))


def why_not(attended: Attended, *, least_percent: int, is_assessed: bool, passed: bool | None) -> Reason | None:
    """Why somebody does not complete by the course's rule; None if they do.

    Whoever never came completes nothing, whatever the course asks. `passed` is None while nobody has assessed.
    """
    if not attended.held:
        return Reason.NO_SESSION
    if not attended.sessions or attended.sessions * 100 < least_percent * attended.held:
        return Reason.FEW_SESSIONS
    if is_assessed and passed is None:
        return Reason.NOT_ASSESSED
    if is_assessed and not passed:
        return Reason.NOT_PASSED
    return None
