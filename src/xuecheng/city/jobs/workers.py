"""Worker processes as they tell of themselves: signs of life, and which queues have nobody (REL-20, OPS-02)."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from django.db.models import QuerySet
from django.db.models.functions import Now

from xuecheng.city import clock

from .models import Worker

QUEUES = ("jobs", "routines", "now", "normal")
"""Every queue that some worker has to serve."""
BEAT_EVERY_S = 5
FRESH_FOR = timedelta(seconds=30)
"""A worker that has given no sign for so long is taken for dead, as the queue itself does."""
_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Sign:
    """What one process says of itself."""

    queues: tuple[str, ...]
    host: str
    process: int
    began_at: datetime

    @property
    def name(self) -> str:
        return f"{self.host}:{self.process}:{','.join(self.queues)}"[:120]


def sign_of_this_process(queues: tuple[str, ...]) -> Sign:
    """This process as a worker on `queues`."""
    return Sign(queues=queues, host=socket.gethostname()[:80], process=os.getpid(), began_at=clock.now())


def beat(sign: Sign) -> None:
    """Say that the worker lives. One statement; by the database's clock, so that no machine's own matters."""
    row = Worker(
        name=sign.name,
        queues=list(sign.queues),
        host=sign.host,
        process=sign.process,
        release=version("xuecheng"),
        began_at=sign.began_at,
        beat_at=Now(),
    )
    Worker.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["name"], update_fields=["began_at", "release", "beat_at"]
    )


def forget(sign: Sign) -> None:
    """The worker ends in good order; those that were killed long ago go with it."""
    Worker.objects.filter(name=sign.name).delete()
    Worker.objects.filter(beat_at__lt=Now() - _KEPT_FOR).delete()


def living() -> QuerySet[Worker]:
    """Workers whose sign is fresh, by name."""
    return Worker.objects.filter(beat_at__gt=Now() - FRESH_FOR).order_by("name")


def queues_without_worker() -> list[str]:
    """The queues that no living worker serves. One query."""
    served = {queue for queues in living().values_list("queues", flat=True) for queue in queues}
    return [queue for queue in QUEUES if queue not in served]
