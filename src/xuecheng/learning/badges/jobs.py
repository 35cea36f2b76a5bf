"""Background work of credentials: issuing for a course, anew after a key was compromised, by standing orders."""

from __future__ import annotations

from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Progress

from . import services
from .models import Batch, SigningKey


def issue_for_course(progress: Progress) -> dict[str, Any]:
    """The job of `issue_for_course`."""
    row = services.issue_batch(Batch(pk=progress.arguments["batch"]), progress, now=clock.now)
    return {"batch": str(row.public_id), "issued": row.issued_count}


def reissue_for_key(progress: Progress) -> dict[str, Any]:
    """The job of `compromise_key`."""
    made = services.reissue_each(SigningKey(pk=progress.arguments["key"]), progress, now=clock.now)
    return {"issued": made}


def tend() -> None:
    """Issue by standing orders, revoke what rests on credit that was taken back. Safe twice."""
    services.tend(at=clock.now())
