"""What can run in the background: kinds of jobs, and routines by the clock. Filled by the `apps.py` of higher apps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xuecheng.city.refusals import Text

if TYPE_CHECKING:
    from .progress import Progress

MOST_ATTEMPTS = 3
"""REL-20: a job that was tried so often without moving is given up and shown as failed."""


@dataclass(frozen=True)
class Kind:
    """A kind of job: `run` does the work and returns what the page shows as its result."""

    name: str
    run: Callable[[Progress], dict[str, Any] | None]
    seen_by: str = ""
    """The act without which the page of what it made cannot be seen; empty where whoever sees the job sees that too."""


@dataclass(frozen=True)
class Routine:
    """Work that recurs by the clock without anybody waiting for it, such as sealing the ledger."""

    name: str
    cron: str
    run: Callable[[], None]
    title: Text
    """What it does, in words."""


KINDS: dict[str, Kind] = {}
ROUTINES: dict[str, Routine] = {}


def register(name: str, run: Callable[[Progress], dict[str, Any] | None], *, seen_by: str = "") -> None:
    """Make `run` known as the kind `name`, such as "records.write_import". Called from `apps.py`."""
    KINDS[name] = Kind(name=name, run=run, seen_by=seen_by)


def register_routine(name: str, *, cron: str, run: Callable[[], None], title: Text) -> None:
    """Run `run` by the clock: five cron fields, or six with seconds last. It must be safe to run twice or late."""
    ROUTINES[name] = Routine(name=name, cron=cron, run=run, title=title)
