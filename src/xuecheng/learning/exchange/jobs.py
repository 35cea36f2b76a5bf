"""Background work of exchange: cases and clearing by the clock, and what is asked or accepted for many at once."""

from __future__ import annotations

from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Progress

from . import services
from .models import Batch
from .services import batches


def tend() -> None:
    """Raise what was not answered, end what nobody answered after that, post what was accepted. Safe twice."""
    services.tend(at=clock.now())


def draw_ended() -> None:
    """Draw the statements of months that are over and that nobody drew. Safe twice."""
    services.draw_ended(at=clock.now())


def ask_for_batch(progress: Progress) -> dict[str, Any]:
    """The job of `lodge_batch`."""
    row = batches.ask_for_batch(Batch(pk=progress.arguments["batch"]), progress, now=clock.now)
    return {"batch": str(row.public_id), "asked": row.asked_count, "refused": row.refused_count}


def accept_batch(progress: Progress) -> dict[str, Any]:
    """The job of `accept_batch`."""
    accepted = batches.accept_each(
        Batch(pk=progress.arguments["batch"]), progress, by=progress.arguments["by"], now=clock.now
    )
    return {"accepted": accepted}
