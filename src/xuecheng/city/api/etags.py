"""Edits do not overwrite what somebody else changed meanwhile: ETag when read, If-Match when written."""

from __future__ import annotations

import hashlib
import json
import re

from django.http import HttpRequest
from pydantic import BaseModel

from .problems import Problem


def etag_of(shown: BaseModel) -> str:
    """The mark of a representation: its content, not the language or the fields in which it was asked."""
    text = json.dumps(shown.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def must_match(request: HttpRequest, shown: BaseModel) -> None:
    """Let an edit go on only if its caller read what stands now; the caller holds the row's lock.

    Raises `Problem` 428 without the header, 412 if it was changed.
    """
    header = request.headers.get("If-Match", "")
    if not header.strip():
        raise Problem(428, "precondition_missing", field="header.If-Match")
    # Weak marks never match strongly (RFC 9110 §13.1.1); `*` is no proof of having read.
    if etag_of(shown) not in re.findall(r'(?<!W/)"[^"]*"', header):
        raise Problem(412, "precondition_failed", field="header.If-Match")
