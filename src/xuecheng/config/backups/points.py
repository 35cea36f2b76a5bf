"""What `xuecheng check` says of backups: the age of the newest, the last restore drill, whether the log is carried."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection

from xuecheng.city import clock
from xuecheng.config import archiving, database
from xuecheng.web.providers import installation

from .carrying import SEGMENT_BYTES, number_of
from .folder import Backups
from .found import Found
from .notes import last

_LATE = timedelta(hours=30)
_DRILL_EVERY = timedelta(days=31)
#: Finished segments of the log that may lie with the server: one is being handed over, one has just ended.
_SEGMENTS_BEHIND = 2


def _backup() -> Found:
    folder = archiving.backups_folder()
    if folder is None:
        state = "pass" if installation().is_demonstration else "warn"
        return Found("backup", state, "no folder is named", "Set XUECHENG_BACKUPS.")
    every = Backups(folder).whole()
    if not every:
        return Found("backup", "fail", "there is none yet", "Run: xuecheng backup")
    age = clock.now() - every[0].ended
    told = f"the newest of {len(every)} ended {_hours(age)} ago"
    if age > _LATE:
        return Found("backup", "warn", told, "Is the routines worker running? Or: xuecheng backup")
    return Found("backup", "pass", told)


def _drill() -> Found:
    folder = archiving.backups_folder()
    if folder is None:
        return Found("drill", "pass", "no folder of backups is named")
    drill, remedy = last(Backups(folder)), "Run: xuecheng restore --drill"
    if drill is None:
        return Found("drill", "warn", "a restore was never tried", remedy)
    told = f"restored {_hours(clock.now() - drill.at)} ago in {drill.seconds:.0f} s"
    if drill.state == "fail":
        return Found("drill", "fail", f"{told}; not well: {'; '.join(drill.wrong)[:200]}", remedy)
    if clock.now() - drill.at > _DRILL_EVERY:
        return Found("drill", "warn", told, remedy)
    if drill.seconds > settings.BACKUP_RTO_MINUTES * 60:
        return Found(
            "drill", "warn", f"{told}, longer than XUECHENG_RTO_MINUTES", "Back up more often, or on faster disks."
        )
    return Found("drill", "pass", told)


def _archive() -> Found:
    """How far behind the folder of backups is: what would be lost if this machine burnt now."""
    if archiving.backups_folder() is None:
        if not archiving.is_on(settings.HOME):
            return Found("log archive", "pass", "off")
        remedy = "Set XUECHENG_BACKUPS, or: xuecheng backup archive --off"
        return Found("log archive", "warn", "the log is handed over and carried nowhere", remedy)
    if database.outside_url() is not None:
        return Found("log archive", "pass", "the outside server's own (pgBackRest, barman)")
    return _in_the_server() or _in_the_waiting_room() or Found("log archive", "pass", "carried away")


def _in_the_server() -> Found | None:
    """What is wrong with handing finished segments over; None if nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('archive_mode'), last_failed_time > coalesce(last_archived_time, '-infinity'), "
            "pg_current_wal_lsn() - '0/0'::pg_lsn, last_archived_wal from pg_stat_archiver"
        )
        mode, is_failing, written, archived = cursor.fetchone()
    if mode != "on":
        return Found("log archive", "fail", "the server runs without it", "Restart: xuecheng stop, then xuecheng up")
    if is_failing:
        remedy = "See database/18/log. Is there room in log-out/?"
        return Found("log archive", "fail", "the server cannot hand its log over; its disk fills", remedy)
    behind = int(written) // SEGMENT_BYTES - number_of(archived) if archived and len(archived) == 24 else 0
    if behind > _SEGMENTS_BEHIND:
        return Found("log archive", "warn", f"{behind} segments wait in the server", "Is its disk too slow?")
    return None


def _in_the_waiting_room() -> Found | None:
    waiting = [path.stat().st_mtime for path in archiving.waiting_room(settings.HOME).glob("*.gz")]
    age = timedelta(seconds=max(time.time() - min(waiting), 0)) if waiting else timedelta()
    if age <= timedelta(minutes=settings.BACKUP_RPO_MINUTES):
        return None
    told = f"{len(waiting)} segments wait, the oldest for {age.total_seconds() / 60:.0f} min"
    return Found("log archive", "warn", told, "Is the routines worker running? See its log.")


def _hours(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"


POINTS: list[Callable[[], Found]] = [_backup, _drill, _archive]
