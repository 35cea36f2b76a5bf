"""What `xuecheng check` says of backups: the age of the newest, the last restore drill, whether the log is carried."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.operations.points import Point, Said
from xuecheng.config import archiving, database
from xuecheng.web.providers import installation

from .carrying import SEGMENT_BYTES, number_of
from .folder import Backups
from .notes import last

_LATE = timedelta(hours=30)
_DRILL_EVERY = timedelta(days=31)
#: Finished segments of the log that may lie with the server: one is being handed over, one has just ended.
_SEGMENTS_BEHIND = 2


def _backup() -> Point:
    folder = archiving.backups_folder()
    if folder is None:
        state = "pass" if installation().is_demonstration else "warn"
        return Point("backup", state, _("no folder is named"), _("Set XUECHENG_BACKUPS."))
    every = Backups(folder).whole()
    if not every:
        return Point("backup", "fail", _("there is none yet"), _("Run: xuecheng backup"))
    age = clock.now() - every[0].ended
    told = Said(_("the newest of %(count)s ended %(age)s ago"), count=len(every), age=_hours(age))
    if age > _LATE:
        return Point("backup", "warn", told, _("Is the routines worker running? Or: xuecheng backup"))
    return Point("backup", "pass", told)


def _drill() -> Point:
    folder = archiving.backups_folder()
    if folder is None:
        return Point("drill", "pass", _("no folder of backups is named"))
    drill, remedy = last(Backups(folder)), _("Run: xuecheng restore --drill")
    if drill is None:
        return Point("drill", "warn", _("a restore was never tried"), remedy)
    age, seconds = _hours(clock.now() - drill.at), round(drill.seconds)
    told = Said(_("restored %(age)s ago in %(seconds)s s"), age=age, seconds=seconds)
    if drill.state == "fail":
        wrong = "; ".join(drill.wrong)[:200]
        told = Said(
            _("restored %(age)s ago in %(seconds)s s; not well: %(wrong)s"), age=age, seconds=seconds, wrong=wrong
        )
        return Point("drill", "fail", told, remedy)
    if clock.now() - drill.at > _DRILL_EVERY:
        return Point("drill", "warn", told, remedy)
    if drill.seconds > settings.BACKUP_RTO_MINUTES * 60:
        told = Said(
            _("restored %(age)s ago in %(seconds)s s, longer than XUECHENG_RTO_MINUTES"), age=age, seconds=seconds
        )
        return Point("drill", "warn", told, _("Back up more often, or on faster disks."))
    return Point("drill", "pass", told)


def _archive() -> Point:
    """How far behind the folder of backups is: what would be lost if this machine burnt now."""
    if archiving.backups_folder() is None:
        if not archiving.is_on(settings.HOME):
            return Point("log archive", "pass", _("off"))
        remedy = _("Set XUECHENG_BACKUPS, or: xuecheng backup archive --off")
        return Point("log archive", "warn", _("the log is handed over and carried nowhere"), remedy)
    if database.outside_url() is not None:
        return Point("log archive", "pass", _("the outside server's own (pgBackRest, barman)"))
    return _in_the_server() or _in_the_waiting_room() or Point("log archive", "pass", _("carried away"))


def _in_the_server() -> Point | None:
    """What is wrong with handing finished segments over; None if nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('archive_mode'), last_failed_time > coalesce(last_archived_time, '-infinity'), "
            "pg_current_wal_lsn() - '0/0'::pg_lsn, last_archived_wal from pg_stat_archiver"
        )
        mode, is_failing, written, archived = cursor.fetchone()
    if mode != "on":
        return Point(
            "log archive", "fail", _("the server runs without it"), _("Restart: xuecheng stop, then xuecheng up")
        )
    if is_failing:
        remedy = _("See database/18/log. Is there room in log-out/?")
        return Point("log archive", "fail", _("the server cannot hand its log over; its disk fills"), remedy)
    behind = int(written) // SEGMENT_BYTES - number_of(archived) if archived and len(archived) == 24 else 0
    if behind > _SEGMENTS_BEHIND:
        told = Said(_("%(count)s segments wait in the server"), count=behind)
        return Point("log archive", "warn", told, _("Is its disk too slow?"))
    return None


def _in_the_waiting_room() -> Point | None:
    waiting = [path.stat().st_mtime for path in archiving.waiting_room(settings.HOME).glob("*.gz")]
    age = timedelta(seconds=max(time.time() - min(waiting), 0)) if waiting else timedelta()
    if age <= timedelta(minutes=settings.BACKUP_RPO_MINUTES):
        return None
    told = Said(
        _("%(count)s segments wait, the oldest for %(minutes)s min"),
        count=len(waiting),
        minutes=round(age.total_seconds() / 60),
    )
    return Point("log archive", "warn", told, _("Is the routines worker running? See its log."))


def _hours(age: timedelta) -> Said:
    hours = age.total_seconds() / 3600
    if hours < 72:
        return Said(_("%(count)s h"), count=round(hours))
    return Said(_("%(count)s days"), count=round(hours / 24))


POINTS: list[Callable[[], Point]] = [_backup, _drill, _archive]
