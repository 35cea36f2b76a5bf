"""Verification of credentials for programs: a question, which keeps nothing."""

from __future__ import annotations

from typing import Annotated, ClassVar

from django.http import HttpRequest
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.api import door
from xuecheng.city.api.problems import Problem
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import In, Out

from . import asking, looked, pace
from .reading import MOST_TEXT
from .verdicts import Verdict

router = Router(tags=["Credentials"])


class GivenCredentialIn(In):
    """A credential as text: its JSON, its JWT, or the https address at which it lies."""

    credential: Annotated[str, StringConstraints(min_length=1, max_length=MOST_TEXT)]


class FindingOut(Out):
    """The answer to one question: what was compared, in a sentence in the caller's language."""

    KEYS: ClassVar = ("question", "outcome", "text")
    question: str
    outcome: str
    text: str


class CredentialVerdictOut(Out):
    """`proven`, `unproven` (something could not be asked), or `failed`: the worst of all findings and of all inside."""

    KEYS: ClassVar = ("outcome",)
    outcome: str
    kind: str
    findings: list[FindingOut]
    inside: Annotated[list[CredentialVerdictOut], Field(description="Of a record or presentation, each in its order")]

    @staticmethod
    def of(verdict: Verdict) -> CredentialVerdictOut:
        """A verdict without the credential."""
        return CredentialVerdictOut(
            outcome=verdict.outcome.value,
            kind=verdict.kind,
            findings=[
                FindingOut(question=one.question, outcome=one.outcome.value, text=str(one.text))
                for one in verdict.findings
            ],
            inside=[CredentialVerdictOut.of(one) for one in verdict.inside],
        )


@router.asking("/credentials/verdict", out=CredentialVerdictOut)
def verify_credential(request: HttpRequest, body: GivenCredentialIn) -> CredentialVerdictOut:
    """Verify a credential, ours or anybody's. What is handed over is neither kept nor logged; if the caller acts for an
    organisation, the holder of a credential of ours sees that it looked.
    """
    given = body.credential.strip()
    if pace.is_too_fast(request, pace.OF_A_LINK if given.startswith("https://") else len(given)):
        raise Problem(429, "too_many", headers={"Retry-After": str(pace.WINDOW_S)})
    at = clock.now()
    is_link = given.startswith("https://")
    verdict = asking.of_link(given, at=at) if is_link else asking.of_bytes(given.encode("utf-8", "replace"), at=at)
    who = door.standing(request)
    if isinstance(who, Standing):
        looked.note(verdict, by=who, at=at)
    return CredentialVerdictOut.of(verdict)
