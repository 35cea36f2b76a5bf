"""`xuecheng check`: is this installation sound? Each point passes, warns or fails, with its remedy (OPS-05)."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

import click
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console

from xuecheng.city import clock
from xuecheng.city.jobs.models import Job
from xuecheng.city.notices import queries as notices
from xuecheng.city.notices.senders import is_for_real
from xuecheng.config.backups.found import Found
from xuecheng.config.backups.points import POINTS as BACKUPS
from xuecheng.web.providers import installation

_FILES_LOOKED_AT = 1_000


@dataclass(frozen=True)
class Point:
    """One thing looked at: `state` is "pass", "warn" or "fail"."""

    what: str
    state: str
    found: str
    remedy: str = ""


def _settings() -> Point:
    if not settings.HTTPS and set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"}:
        return Point(
            "settings", "warn", "served to others without https", "Set XUECHENG_HTTPS=1 behind a proxy with TLS."
        )
    if settings.HTTPS and not settings.PROXY_ADDRESSES:
        return Point(
            "settings", "warn", "https is on, but no proxy's forwarded headers are believed",
            "Set XUECHENG_PROXY_ADDRESSES to the address of the proxy that ends TLS.",
        )  # fmt: skip
    return Point("settings", "pass", "read and valid")


def _database() -> Point:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int, current_user, current_setting('fsync')")
        version, user, fsync = cursor.fetchone()
    if version < 150000:
        return Point("database", "fail", f"PostgreSQL {version // 10000}", "Use PostgreSQL 15 or later.")
    if fsync != "on":
        return Point("database", "fail", "fsync is off: an answered posting may vanish", "Set fsync = on.")
    return Point("database", "pass", f"PostgreSQL {version // 10000}, as {user}")


def _rights() -> Point:
    """Append-only by privilege: the application must hold no right to rewrite history."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where c.relkind in ('r', 'p') and (n.nspname = 'ledger' or c.relname in "
            "('records_learningrecord', 'recognition_posting')) "
            "and has_table_privilege('xuecheng_app', c.oid, 'UPDATE, DELETE, TRUNCATE')"
        )
        (found,) = cursor.fetchone()
    if found:
        return Point(
            "rights", "fail", f"the application may rewrite {found} tables of history", "Run: xuecheng migrate"
        )
    return Point("rights", "pass", "history can only be added to")


def _migrations() -> Point:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Point("migrations", "fail", f"{len(plan)} not applied", "Run: xuecheng migrate")
    return Point("migrations", "pass", "all applied")


def _assets() -> Point:
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        return Point("assets", "fail", "not built", "Run: xuecheng build")
    return Point("assets", "pass", "built")


def _disk() -> Point:
    usage = shutil.disk_usage(settings.HOME)
    free = usage.free / usage.total
    text = f"{usage.free / 1e9:.0f} GB free"
    if usage.free < 2e9 or free < 0.03:
        return Point("disk", "fail" if usage.free < 5e8 else "warn", text, "Make room before the database stops.")
    return Point("disk", "pass", text)


def _clock() -> Point:
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        (theirs,) = cursor.fetchone()
    drift = abs((clock.now() - theirs).total_seconds())
    if drift > 5:
        return Point("clock", "fail", f"database and this machine differ by {drift:.0f} s", "Set both clocks by NTP.")
    return Point("clock", "pass", "agrees with the database")


def _queue() -> Point:
    waiting = Job.objects.filter(state=Job.State.WAITING, created_at__lt=clock.now() - timedelta(minutes=10)).count()
    failed = Job.objects.filter(state=Job.State.FAILED, ended_at__gt=clock.now() - timedelta(days=1)).count()
    if waiting:
        return Point(
            "queue", "warn", f"{waiting} jobs wait for more than 10 minutes", "Is a worker running? See its log."
        )
    if failed:
        return Point("queue", "warn", f"{failed} jobs failed since yesterday", "See the page of jobs.")
    return Point("queue", "pass", "moving")


def _outbox() -> Point:
    """Messages that wait though they are due, are tried again, or were given up; and whether any reach somebody."""
    now = clock.now()
    oldest = notices.oldest_wait(at=now)
    if oldest is not None and oldest > notices.LATE_AFTER:
        waited = f"a message waits for {oldest.total_seconds() / 60:.0f} min"
        return Point("outbox", "warn", waited, "Is the errands worker running? See its log.")
    again, failed = notices.troubled_count(), notices.failed_count(since=now - timedelta(days=1))
    if again or failed:
        found = f"{again} messages are tried again, {failed} were given up since yesterday"
        return Point("outbox", "warn", found, "See the page of the outbox.")
    files = [channel for channel in notices.CHANNELS if not is_for_real(channel)]
    if files and (settings.HTTPS or not installation().is_demonstration):
        remedy = "Set XUECHENG_MAIL_HOST and XUECHENG_SMS_URL."
        told = f"{' and '.join(files)} go to files only, one-time codes too"
        return Point("outbox", "warn", told, remedy)
    return Point("outbox", "pass", "moving")


def _seals() -> Point:
    from xuecheng.learning.creditbank import ledger

    age = max((tail.age(now=clock.now()) for tail in ledger.tails()), default=timedelta())
    if age > ledger.ALARM_AFTER:
        remedy = "Is the routines worker running? Or: xuecheng ledger seal"
        return Point("seals", "warn", f"postings unsealed for {age.total_seconds() / 60:.0f} min", remedy)
    return Point("seals", "pass", "up to date")


def _orphans() -> Point:
    """Book tables hold no enforced foreign keys (decision 0001): what they point at must be there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select count(*) from (select distinct learner_id from records_learningrecord) r "
            "where not exists (select from people_person p where p.id = r.learner_id)) + "
            "(select count(*) from (select distinct institution_id from records_learningrecord) r "
            "where not exists (select from organisations_organisation o where o.id = r.institution_id))"
        )
        (found,) = cursor.fetchone()
    if found:
        return Point(
            "orphans", "fail", f"{found} people or institutions of records are gone", "Restore them; never delete."
        )
    return Point("orphans", "pass", "none")


def _second_factor() -> Point:
    """ASVS 6.3.3: whoever works with other people's data shows more than a password."""
    if settings.IDENTITY_STAFF_SECOND_FACTOR:
        return Point("second factor", "pass", "asked of all staff")
    if installation().is_demonstration:
        return Point("second factor", "pass", "not asked of staff: a demonstration")
    return Point("second factor", "warn", "not asked of staff", "Set XUECHENG_STAFF_SECOND_FACTOR=1.")


def _files() -> Point:
    """Every stored content has its file; files without a row are left to the routine, which a stopped worker shows."""
    from xuecheng.city.documents import storage
    from xuecheng.city.documents.models import DocumentVersion
    from xuecheng.city.documents.services.keeping import ORPHANS_AFTER

    digests = DocumentVersion.objects.filter(is_stored=True).values_list("sha256", flat=True)
    # The newest ones: what a restored database and an older copy of the files would differ in.
    missing = sum(
        not storage.path_of(sha256).exists() and not storage.quarantine_of(sha256).exists()
        for sha256 in digests.order_by("-id")[:_FILES_LOOKED_AT]
    )
    if missing:
        return Point("files", "fail", f"{missing} files of documents are gone", "Restore them from the backup.")
    late = (clock.now() - 2 * ORPHANS_AFTER).timestamp()
    lying = islice((one for one in storage.lying(before=late) if one.sha256), _FILES_LOOKED_AT)
    found = {one.sha256 for one in lying}
    orphans = len(found - set(digests.filter(sha256__in=found)))
    if orphans:
        return Point("files", "warn", f"{orphans} files without a row", "Is the routines worker running?")
    return Point("files", "pass", "each document has its file")


def _scanner() -> Point:
    """Whether the malware scanner of the settings answers: while it does not, new files wait."""
    from xuecheng.city.documents.scanning import Finding, ScannerUnreachable, scanner

    found = scanner()
    if found is None:
        return Point("scanner", "pass", "none is set; files are called “not scanned”")
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"nothing wicked")
        file.flush()
        try:
            is_clean = found.scan(Path(file.name)).finding is Finding.CLEAN
        except ScannerUnreachable as error:
            is_clean, error_text = False, str(error)
        else:
            error_text = "it finds something in nothing"
    if not is_clean:
        return Point("scanner", "fail", f"does not answer ({error_text}); new files wait", "See XUECHENG_SCANNER.")
    return Point("scanner", "pass", "answers")


def _workdays() -> Point:
    from xuecheng.city.workdays import queries, rules

    known, today = queries.calendar(), clock.today()
    for year, state in ((today.year, "fail"), (today.year + 1, "warn")):
        if state == "warn" and today.month < 12:
            continue
        try:
            known.require(year)
        except (rules.YearMissing, rules.YearNotWhole, rules.YearOnlyExpected):
            remedy = "Bring it: xuecheng import --kind workdays.days"
            return Point("calendar", state, f"{year} is missing, not whole or only expected", remedy)
    return Point("calendar", "pass", f"{', '.join(map(str, known.years()))} known")


POINTS: list[Callable[[], Point | Found]] = [
    _settings, _second_factor, _database, _rights, _migrations, _assets, _disk, _clock, _queue, _outbox, _seals,
    _orphans, _files, _scanner, _workdays, *BACKUPS,
]  # fmt: skip


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def check(*, as_json: bool) -> None:
    """Check that this installation is sound. Exit code 1 if something fails."""
    console = Console(highlight=False)
    marks = {"pass": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}
    worst = "pass"
    for look in POINTS:
        try:
            point = look()
        except Exception as error:  # noqa: BLE001  # a check that cannot look is itself a finding
            point = Point(look.__name__.strip("_"), "fail", f"could not be looked at: {error}".splitlines()[0])
        worst = max(worst, point.state, key=["pass", "warn", "fail"].index)
        if as_json:
            click.echo(json.dumps(asdict(point), ensure_ascii=False))
        else:
            console.print(f"{marks[point.state]} {point.what:<12} {point.found}  [dim]{point.remedy}[/]")
    sys.exit(1 if worst == "fail" else 0)
