"""Numbers noted on a day: so "today" is a difference of two counts, and no big table is read for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db.models import F

from xuecheng.city import clock

from .models import Mark

_KEPT_FOR = timedelta(days=40)
KEPT = "kept"
BACKUPS = "XUECHENG_BACKUPS"
"""The setting that names the folder of backups; `config` documents and uses it."""


def since_midnight(name: str, count: int) -> int:
    """How far `count`, which only grows, has come since the day's first look. One query, on a day's first look two."""
    mark, _is_first = Mark.objects.get_or_create(name=name, on=clock.today(), defaults={"value": count})
    return max(count - mark.value, 0)


def newest(name: str) -> int | None:
    """The value that was noted last. One query."""
    return Mark.objects.filter(name=name).order_by("-on").values_list("value", flat=True).first()


def note_kept(*, at: datetime, is_kept: bool) -> None:
    """Count a look at the whole installation, if it found that everything works: what the public promise is held to."""
    mark, _is_first = Mark.objects.get_or_create(name=KEPT, on=clock.date_of(at), defaults={"value": 0})
    if is_kept:
        Mark.objects.filter(pk=mark.pk).update(value=F("value") + 1)


def looks_kept() -> list[tuple[date, int]]:
    """How many looks of each day found that everything works. One query."""
    return list(Mark.objects.filter(name=KEPT).order_by("on").values_list("on", "value"))


def note_backups(*, at: datetime) -> None:
    """Note when the newest whole backup and the newest restore drill were, if their folder can be read.

    By a worker and not when numbers are read: a folder on a machine that does not answer must hold up no page.
    """
    folder = os.environ.get(BACKUPS)
    if not folder:
        return
    for name, moments in (("backup", _backups(Path(folder))), ("drill", _drills(Path(folder)))):
        if (moment := max(moments, default=None)) is not None:
            Mark.objects.update_or_create(name=name, on=clock.date_of(at), defaults={"value": int(moment)})


def forget_old(*, today: date) -> None:
    """Marks of long ago go, but for the newest of each name."""
    for name in Mark.objects.order_by().values_list("name", flat=True).distinct():
        last = Mark.objects.filter(name=name).order_by("-on").values_list("on", flat=True)[:1]
        Mark.objects.filter(name=name, on__lt=min(today - _KEPT_FOR, last[0])).delete()


def _backups(folder: Path) -> Iterator[float]:
    with suppress(OSError):
        for manifest in folder.glob("bases/*/manifest.json"):
            yield manifest.stat().st_mtime


def _drills(folder: Path) -> Iterator[float]:
    with suppress(OSError):
        yield (folder / "drills.jsonl").stat().st_mtime
