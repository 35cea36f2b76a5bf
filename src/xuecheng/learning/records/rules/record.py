"""What a learning record 学习记录 is, and what becomes of one that arrives (C-11, C-15)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class Origin(StrEnum):
    """Where the city's records come from (C-11). Rule sets of other countries may name further ones."""

    FORMAL = "formal"  # a course with a grade
    CERTIFICATE = "certificate"  # issuer, number, date, level
    NONFORMAL = "nonformal"  # an activity: minutes and a role


class Status(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


_NO_FACTS: Mapping[str, str] = MappingProxyType({})


class Record(NamedTuple):
    """One record as rules see it. A tuple, because a city has a hundred million of them.

    `key` names it in the whole city and orders records that ended on the same day; a correction is the same key with
    a higher `version`. `ended_on` alone decides period, rule version and validity (C-14); a certificate ends the day
    it was issued. `code` is that of the course, the type of certificate or the activity. `credits` are the
    institution's own, in hundredths. `valid_until` is the issuer's last day. `facts` are whatever else rules may ask
    for: area, mode, tag …
    """

    key: str
    learner: int
    institution: str
    origin: str
    code: str
    title: str
    ended_on: date
    version: int = 1
    started_on: date | None = None
    level: str = ""
    grade: str = ""
    grade_scale: str = ""
    status: str = Status.PASSED
    role: str = ""
    minutes: int = 0
    credits: int | None = None
    attended: int | None = None
    held: int | None = None
    outcomes_verified: bool = False
    valid_until: date | None = None
    facts: Mapping[str, str] = _NO_FACTS


class RecordConflict(Refusal):
    message = _("%(institution)s already has a record “%(record_key)s” that says something else.")
    remedy = _(
        "If the first one was wrong, send a correction that names it; if this is another record, give it its own key."
    )
    field = "record_key"


class OnlyOwnReportsAreWithdrawn(Refusal):
    message = _("Only what you reported yourself can be withdrawn; this record comes from %(institution)s.")
    remedy = _("If it is wrong, dispute it: the institution must answer.")


class Arrival(StrEnum):
    """What a record that arrives under its institution's own key is."""

    NEW = "new"
    ALREADY_THERE = "already_there"


def content_digest(columns: Mapping[str, str | int | bool | None]) -> str:
    """A digest of what a record says, equal for equal content; an empty column says the same as a missing one.

    The key itself is left out by the caller; blanks around a value mean nothing.
    """
    said = {name: value.strip() if isinstance(value, str) else value for name, value in columns.items()}
    said = {name: value for name, value in said.items() if value not in {"", None}}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def arrival(*, institution: str, record_key: str, known: str | None, digest: str) -> Arrival:
    """Whether a record is new, given the digest `known` under the same key; raises `RecordConflict` (C-11)."""
    if known is None:
        return Arrival.NEW
    if known != digest:
        raise RecordConflict(institution=institution, record_key=record_key)
    return Arrival.ALREADY_THERE


def check_withdrawal(*, origin: str, self_declared: bool, institution: str) -> None:
    """A learner withdraws only a non-formal record of their own making (C-15). Raises `OnlyOwnReportsAreWithdrawn`."""
    if origin != Origin.NONFORMAL or not self_declared:
        raise OnlyOwnReportsAreWithdrawn(institution=institution)
