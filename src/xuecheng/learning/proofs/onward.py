"""What a holder may do next with a credential that was verified: declared by whoever takes credentials in.

The page of an answer keeps nothing; it hands what was given over to the next page, in the holder's own browser.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Text

from .documents import Document
from .identifiers import NotWellFormed, address_of_did_web
from .keys import text_of
from .own import own_document
from .verdicts import Outcome, Verdict

MOST_BYTES = 500_000
"""What a page carries in a hidden field; whoever has more brings the file itself."""


@dataclass(frozen=True)
class Onward:
    """A next step: a page that takes `public_id`, `file_name` and `content` (base64) by POST."""

    words: Text
    label: Text
    url_name: str
    is_for: Callable[[HttpRequest], bool]


_STEPS: list[Onward] = []


def declare(step: Onward) -> None:
    """In an app's `ready`."""
    if step not in _STEPS:
        _STEPS.append(step)


def steps(request: HttpRequest, verdict: Verdict, given: bytes | None, *, file_name: str) -> list[dict[str, str]]:
    """The forms for what may be done with what was given: none for our own credentials, for what does not hold, for
    what is too large, and for strangers.
    """
    if not verdict.credential or verdict.outcome is Outcome.FAILED or _is_ours(verdict.credential):
        return []
    content = given if given is not None else _written(verdict.credential)
    if not content or len(content) > MOST_BYTES:
        return []
    return [
        {
            "words": str(one.words), "label": str(one.label), "action": reverse(one.url_name),
            "public_id": str(uuid7()), "file_name": file_name, "content": base64.b64encode(content).decode(),
        }
        for one in _STEPS if one.is_for(request)
    ]  # fmt: skip


def _written(credential: Document) -> bytes:
    """What lay at an address, where it holds its own proof; a token's text is not at hand any more."""
    return json.dumps(credential, ensure_ascii=False).encode() if credential.get("proof") else b""


def _is_ours(credential: Document) -> bool:
    issuer = text_of(credential.get("issuer"))
    if not issuer.startswith("did:web:"):
        return False
    try:
        return own_document(address_of_did_web(issuer)) is not None
    except NotWellFormed:
        return False
