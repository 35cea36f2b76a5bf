"""`xuecheng check`: is this installation sound? Each point passes, warns or fails, with its remedy (OPS-05)."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

import click
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from rich.console import Console

from xuecheng.city import clock
from xuecheng.city.jobs.models import Job
from xuecheng.city.notices import queries as notices
from xuecheng.city.notices.senders import is_for_real
from xuecheng.city.operations.points import Look, Point, Said, look
from xuecheng.config.backups.points import POINTS as BACKUPS
from xuecheng.web.providers import installation

from .looking import LOOKED_AT_TOO, SLOW_TOO

_FILES_LOOKED_AT = 1_000
_MIGRATE = _("Run: xuecheng migrate")


def _settings() -> Point:
    if not settings.HTTPS and set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"}:
        return Point(
            "settings", "warn", _("served to others without https"), _("Set XUECHENG_HTTPS=1 behind a proxy with TLS.")
        )
    if settings.HTTPS and not settings.PROXY_ADDRESSES:
        return Point(
            "settings", "warn", _("https is on, but no proxy’s forwarded headers are believed"),
            _("Set XUECHENG_PROXY_ADDRESSES to the address of the proxy that ends TLS."),
        )  # fmt: skip
    return Point("settings", "pass", _("read and valid"))


def _database() -> Point:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('server_version_num')::int, current_user, current_setting('fsync')")
            version, user, fsync = cursor.fetchone()
    except DatabaseError as error:
        away = Said(_("does not answer: %(why)s"), why=str(error).partition("\n")[0][:200])
        return Point("database", "fail", away, _("Is it started, and are DATABASE_URL and DATABASE_APP_URL right?"))
    if version < 150000:
        return Point("database", "fail", f"PostgreSQL {version // 10000}", _("Use PostgreSQL 15 or later."))
    if fsync != "on":
        return Point("database", "fail", _("fsync is off: an answered posting may vanish"), _("Set fsync = on."))
    return Point(
        "database", "pass", Said(_("PostgreSQL %(version)s, as %(user)s"), version=version // 10000, user=user)
    )


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
            "rights", "fail", Said(_("the application may rewrite %(count)s tables of history"), count=found), _MIGRATE
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls "
            "or has_schema_privilege(r.oid, 'public', 'CREATE'), "
            "pg_has_role(session_user, (select nspowner from pg_namespace where nspname = 'ledger'), 'MEMBER') "
            "and current_user = 'xuecheng_app' from pg_roles r where r.rolname = 'xuecheng_app'"
        )
        is_mighty, could_be_owner = cursor.fetchone() or (True, False)
    if is_mighty:
        may = _("the role xuecheng_app may change the schema or other roles")
        return Point("rights", "fail", may, _("Take these rights from it; see “An outside PostgreSQL” in the guide."))
    if could_be_owner:
        could = _("the site signs in as the schema’s owner and only steps down")
        return Point(
            "rights", "warn", could, _("Set DATABASE_APP_URL to a login that is a member of xuecheng_app only.")
        )
    return Point("rights", "pass", _("history can only be added to"))


def _migrations() -> Point:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Point("migrations", "fail", Said(_("%(count)s not applied"), count=len(plan)), _MIGRATE)
    return Point("migrations", "pass", _("all applied"))


def _assets() -> Point:
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        return Point("assets", "fail", _("not built"), _("Run: xuecheng build"))
    return Point("assets", "pass", _("built"))


def _disk() -> Point:
    usage = shutil.disk_usage(settings.HOME)
    free = usage.free / usage.total
    text = Said(_("%(size)s GB free"), size=round(usage.free / 1e9))
    if usage.free < 2e9 or free < 0.03:
        return Point("disk", "fail" if usage.free < 5e8 else "warn", text, _("Make room before the database stops."))
    return Point("disk", "pass", text)


def _clock() -> Point:
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        (theirs,) = cursor.fetchone()
    drift = abs((clock.now() - theirs).total_seconds())
    if drift > 5:
        return Point(
            "clock",
            "fail",
            Said(_("database and this machine differ by %(seconds)s s"), seconds=round(drift)),
            _("Set both clocks by NTP."),
        )
    return Point("clock", "pass", _("agrees with the database"))


def _queue() -> Point:
    waiting = Job.objects.filter(state=Job.State.WAITING, created_at__lt=clock.now() - timedelta(minutes=10)).count()
    failed = Job.objects.filter(state=Job.State.FAILED, ended_at__gt=clock.now() - timedelta(days=1)).count()
    if waiting:
        return Point(
            "queue",
            "warn",
            Said(_("%(count)s jobs wait for more than 10 minutes"), count=waiting),
            _("Is a worker running? See its log."),
        )
    if failed:
        return Point(
            "queue", "warn", Said(_("%(count)s jobs failed since yesterday"), count=failed), _("See the page of jobs.")
        )
    return Point("queue", "pass", _("moving"))


def _outbox() -> Point:
    """Messages that wait though they are due, are tried again, or were given up; and whether any reach somebody."""
    now = clock.now()
    oldest = notices.oldest_wait(at=now)
    if oldest is not None and oldest > notices.LATE_AFTER:
        waited = Said(_("a message waits for %(minutes)s min"), minutes=round(oldest.total_seconds() / 60))
        return Point("outbox", "warn", waited, _("Is the errands worker running? See its log."))
    again, failed = notices.troubled_count(), notices.failed_count(since=now - timedelta(days=1))
    if again or failed:
        words = _("%(again)s messages are tried again, %(failed)s were given up since yesterday")
        return Point("outbox", "warn", Said(words, again=again, failed=failed), _("See the page of the outbox."))
    files = [channel for channel in notices.CHANNELS if not is_for_real(channel)]
    if files and (settings.HTTPS or not installation().is_demonstration):
        remedy = _("Set XUECHENG_MAIL_HOST and XUECHENG_SMS_URL.")
        told = Said(_("%(channels)s: to files only, one-time codes too"), channels=", ".join(files))
        return Point("outbox", "warn", told, remedy)
    return Point("outbox", "pass", _("moving"))


def _seals() -> Point:
    from xuecheng.learning.creditbank import ledger

    age = max((tail.age(now=clock.now()) for tail in ledger.tails()), default=timedelta())
    if age > ledger.ALARM_AFTER:
        remedy = _("Is the routines worker running? Or: xuecheng ledger seal")
        late = Said(_("postings unsealed for %(minutes)s min"), minutes=round(age.total_seconds() / 60))
        return Point("seals", "warn", late, remedy)
    return Point("seals", "pass", _("up to date"))


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
            "orphans",
            "fail",
            Said(_("%(count)s people or institutions of records are gone"), count=found),
            _("Restore them; never delete."),
        )
    return Point("orphans", "pass", _("none"))


def _second_factor() -> Point:
    """ASVS 6.3.3: whoever works with other people's data shows more than a password."""
    if settings.IDENTITY_STAFF_SECOND_FACTOR:
        return Point("second factor", "pass", _("asked of all staff"))
    if installation().is_demonstration:
        return Point("second factor", "pass", _("not asked of staff: a demonstration"))
    return Point("second factor", "warn", _("not asked of staff"), _("Set XUECHENG_STAFF_SECOND_FACTOR=1."))


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
        return Point(
            "files",
            "fail",
            Said(_("%(count)s files of documents are gone"), count=missing),
            _("Restore them from the backup."),
        )
    late = (clock.now() - 2 * ORPHANS_AFTER).timestamp()
    lying = islice((one for one in storage.lying(before=late) if one.sha256), _FILES_LOOKED_AT)
    found = {one.sha256 for one in lying}
    orphans = len(found - set(digests.filter(sha256__in=found)))
    if orphans:
        return Point(
            "files",
            "warn",
            Said(_("%(count)s files without a row"), count=orphans),
            _("Is the routines worker running?"),
        )
    return Point("files", "pass", _("each document has its file"))


def _scanner() -> Point:
    """Whether the malware scanner of the settings answers: while it does not, new files wait."""
    from xuecheng.city.documents.scanning import Finding, ScannerUnreachable, scanner

    found = scanner()
    if found is None:
        return Point("scanner", "pass", _("none is set; files are called “not scanned”"))
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"nothing wicked")
        file.flush()
        try:
            is_clean = found.scan(Path(file.name)).finding is Finding.CLEAN
        except ScannerUnreachable as error:
            is_clean, error_text = False, str(error)
        else:
            error_text = str(_("it finds something in nothing"))
    if not is_clean:
        return Point(
            "scanner", "fail", Said(_("does not answer (%(why)s); new files wait"), why=error_text),
            _("See XUECHENG_SCANNER."),
        )  # fmt: skip
    return Point("scanner", "pass", _("answers"))


def _workdays() -> Point:
    from xuecheng.city.workdays import queries, rules

    known, today = queries.calendar(), clock.today()
    for year, state in ((today.year, "fail"), (today.year + 1, "warn")):
        if state == "warn" and today.month < 12:
            continue
        try:
            known.require(year)
        except (rules.YearMissing, rules.YearNotWhole, rules.YearOnlyExpected):
            remedy = _("Bring it: xuecheng import --kind workdays.days")
            lacking = Said(_("%(year)s is missing, not whole or only expected"), year=year)
            return Point("calendar", state, lacking, remedy)
    return Point("calendar", "pass", Said(_("%(years)s known"), years=", ".join(map(str, known.years()))))


POINTS: list[Callable[[], Point]] = [
    _settings, _second_factor, _database, _rights, _migrations, _assets, _disk, _clock, _queue, _outbox, _seals,
    _orphans, _files, _scanner, _workdays, *BACKUPS, *LOOKED_AT_TOO,
]  # fmt: skip
#: These read much or ask outside: the page of operators shows what they found last night.
SLOW = {_orphans, _files, *SLOW_TOO}


def looks() -> Sequence[Look]:
    """The same for the routine that keeps what was found (`city.operations`)."""
    return [Look(one.__name__.strip("_"), one, is_slow=one in SLOW) for one in POINTS]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def check(*, as_json: bool) -> None:
    """Check that this installation is sound. Exit code 1 if something fails."""
    console = Console(highlight=False)
    marks = {"pass": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}
    worst = "pass"
    for one in looks():
        with override("en"):
            point = look(one)
            found, remedy = str(point.found), str(point.remedy)
        worst = max(worst, point.state, key=["pass", "warn", "fail"].index)
        if as_json:
            told = {"what": point.what, "state": point.state, "found": found, "remedy": remedy}
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            console.print(f"{marks[point.state]} {point.what:<13} {found}  [dim]{remedy}[/]")
    sys.exit(1 if worst == "fail" else 0)
