"""What an institution says of one learning, before it is known whether it can be taken: the row of a file or form."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import NamedTuple

from .models import Role, Status

_BETWEEN = "\x1f"
_JOINTS = 20
_CONTENT = slice(4, 25)


class Entry(NamedTuple):
    """One row, typed: minutes whole, credits hundredths, dates the city's. A tuple: a file has a million of them.

    `origin`, `status` and `role` are plain values of `models.Origin`, `Status`, `Role`.
    `person_ref` is a card number as people write it, a sign-in name, or the public id of a learning account.
    `replaces` is the version that this row corrects, None for a record that is new; then `reason` says why (C-11).
    """

    institution_code: str
    record_key: str
    person_ref: str
    name: str
    origin: str
    code: str
    title: str
    ended_on: date
    started_on: date | None = None
    term: str = ""
    minutes: int = 0
    contact_minutes: int | None = None
    credits_local: int | None = None
    level: str = ""
    grade: str = ""
    grade_scale: str = ""
    status: str = Status.PASSED.value
    role: str = Role.LEARNER.value
    mode: str = ""
    attended_sessions: int | None = None
    held_sessions: int | None = None
    territory_code: str = ""
    valid_to: date | None = None
    evidence: str = ""
    note: str = ""
    replaces: int | None = None
    reason: str = ""

    def digest(self) -> bytes:
        """SHA-256 over what the row says of the learning: equal for equal content (C-11).

        Key, person and the reason of a correction are no content. The order of the columns is part of the digest for
        ever; the first byte of the text tells the form.
        """
        text = (
            f"1{self.origin}\x1f{self.code}\x1f{self.title}\x1f{self.term}\x1f{self.started_on}\x1f{self.ended_on}"
            f"\x1f{self.minutes}\x1f{self.contact_minutes}\x1f{self.credits_local}\x1f{self.level}\x1f{self.grade}"
            f"\x1f{self.grade_scale}\x1f{self.status}\x1f{self.role}\x1f{self.mode}\x1f{self.attended_sessions}"
            f"\x1f{self.held_sessions}\x1f{self.territory_code}\x1f{self.valid_to}\x1f{self.evidence}\x1f{self.note}"
        )
        if text.count(_BETWEEN) != _JOINTS:
            # Somebody did write the separator: a slower form that nothing can imitate.
            text = "2" + json.dumps(list(map(str, tuple(self)[_CONTENT])), ensure_ascii=False)
        return hashlib.sha256(text.encode()).digest()
