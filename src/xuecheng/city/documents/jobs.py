"""Background work of documents: looking at new files, removing what is past its date, collecting orphans."""

from __future__ import annotations

from typing import Any

from xuecheng.city import clock
from xuecheng.city.jobs.progress import Progress

from . import services
from .scanning import scanner

REMOVE_EXPIRED = "documents.remove_expired"
COLLECT_ORPHANS = "documents.collect_orphans"
LOOK_AGAIN = "documents.look_again"


def look(progress: Progress) -> dict[str, Any]:
    """Kind `documents.look`."""
    version = services.look_at(version_id=int(progress.arguments["version"]), scanner=scanner(), at=clock.now())
    return {"scan": version.scan, "look": version.look}


def remove_expired() -> None:
    services.remove_expired(today=clock.today(), at=clock.now())


def collect_orphans() -> None:
    services.collect_orphans(at=clock.now())


def look_again() -> None:
    services.look_again(at=clock.now())
