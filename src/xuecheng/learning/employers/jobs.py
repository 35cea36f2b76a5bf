"""Background work of verification by employers."""

from __future__ import annotations

from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Cancelled, Progress
from xuecheng.learning.proofs import fetching

from . import services
from .models import CheckedList


def check_list(progress: Progress) -> dict[str, Any]:
    """The job of `bring_list`."""
    row = CheckedList.objects.get(pk=progress.arguments["list"])
    if row.job_id != progress.job_id or row.removed_at is not None:
        raise Cancelled
    done = services.check_list(row, progress, now=clock.now, way_out=fetching.by_settings)
    return {"list": str(done.public_id), "rows": done.row_count}


def tell_holders() -> None:
    """Errand after a list, and routine: tell holders who asked. Safe twice."""
    services.tell_holders(at=clock.now())


def remove_old() -> None:
    """Routine: rows and files go after their days. Safe twice."""
    services.remove_old(at=clock.now())
