"""The outside service that confirms a document: its port, and the one of the demonstration."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Answer(Enum):
    MATCH = "match"
    DIFFERENT = "different"
    """Number and name do not belong together, or there is no such document."""
    UNKNOWN = "unknown"
    """The service cannot say; an officer must look."""


@dataclass(frozen=True)
class Confirmation:
    """What the service said, and the reference under which it keeps that it was asked."""

    answer: Answer
    reference: str


class Unreachable(Exception):
    """The service did not answer; the job asks again later."""


class Verifier(Protocol):
    """A service of the authorities. It is told no more than it needs and is asked in a job, never on a page."""

    def confirm(self, *, kind: str, number: str, name: str) -> Confirmation: ...


class Demonstration:
    """Knows nobody: it confirms every number that is well-formed, but those whose name says otherwise."""

    def confirm(self, *, kind: str, number: str, name: str) -> Confirmation:
        digest = hashlib.sha256(f"{kind}|{number}|{name}".encode()).hexdigest()[:12]
        if "查无" in name:
            return Confirmation(Answer.DIFFERENT, f"DEMO-{digest}")
        return Confirmation(Answer.UNKNOWN if "待查" in name else Answer.MATCH, f"DEMO-{digest}")


def verifier() -> Verifier | None:
    """The one that the settings name; None where an installation has none."""
    if not settings.REALNAME_SERVICE:
        return None
    made: Verifier = import_string(settings.REALNAME_SERVICE)()
    return made
