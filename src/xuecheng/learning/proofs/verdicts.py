"""What a look at a credential found: said in plain words, one finding for each thing that was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from xuecheng.city.refusals import Text

from .documents import Document


class Outcome(StrEnum):
    """Of one question, and of the whole: the worst of its questions."""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    """It could not be asked: the issuer's key did not answer, a kind is not known here. Neither good nor bad."""
    FAILED = "failed"


_WORSE = [Outcome.PROVEN, Outcome.UNPROVEN, Outcome.FAILED]


@dataclass(frozen=True)
class Finding:
    """The answer to one question (`signature`, `issuer`, `shape`, `time`, `status`, `holder` …)."""

    question: str
    outcome: Outcome
    text: Text
    """One sentence for whoever asked, with what was compared."""


@dataclass(frozen=True)
class Verdict:
    """All findings on one credential, and those on the credentials inside it (CLR, presentation)."""

    kind: str
    """`OpenBadgeCredential 3.0`, `ClrCredential 2.0`, `Assertion 2.0`, `VerifiableCredential 1.1`; "" if unreadable."""
    findings: tuple[Finding, ...]
    credential: Document | None = None
    inside: tuple[Verdict, ...] = field(default=())
    behind: tuple[Document, Document] | None = None
    """Of an Open Badge 2.0 its class and its issuer, as their own addresses say: what the badge itself says of them is
    its writer's word alone. None where they could not be had."""

    @property
    def outcome(self) -> Outcome:
        """The worst of all: a failed credential inside fails the whole."""
        found = [finding.outcome for finding in self.findings] + [verdict.outcome for verdict in self.inside]
        return max(found, key=_WORSE.index, default=Outcome.UNPROVEN)

    @property
    def is_good(self) -> bool:
        return self.outcome is Outcome.PROVEN
