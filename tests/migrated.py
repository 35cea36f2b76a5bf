"""A database with all migrations run, once for each state of them: every worker's own is a copy, made in a second.

What is remembered is the state of the files that make a schema; Django still runs `migrate` on each copy, so that a mistake
here could only cost time.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from xuecheng.config.embedded import Embedded
from xuecheng.config.migrating import rendering_what_changed

_ROOT = Path(__file__).resolve().parent.parent
_SOURCES = _ROOT / "src" / "xuecheng"
_LOCK = 7260
"""Advisory lock of the server's own database: the second worker waits for the first one's template."""


def template() -> str:
    """The name of the migrated database, which nobody is connected to."""
    name = f"migrated_{_state()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
        cursor.execute("select datname from pg_database where datname like 'migrated\\_%%'")
        found = {row[0] for row in cursor.fetchall()}
        for old in found - {name}:
            cursor.execute(f'drop database "{old}"')
        if name not in found:
            making = f"making_{name}"
            cursor.execute(f'drop database if exists "{making}"')
            cursor.execute(f'create database "{making}"')
            _migrate(making)
            cursor.execute(f'alter database "{making}" rename to "{name}"')
        cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])
    return name


def pour_into(server: Embedded, database: str) -> None:
    """The same into the empty database of a server of one's own, in seconds instead of a minute of migrating."""
    name = template()
    # Of a copy of its own: a database that somebody reads is none that another worker can copy.
    read = f"read_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'create database "{read}" template "{name}"')
        cursor.execute("select rolname from pg_roles where rolname !~ '^pg_'")
        wanted = {row[0] for row in cursor.fetchall()}
        cursor.execute("select roleid::regrole::text, member::regrole::text from pg_auth_members where roleid >= 16384")
        members = cursor.fetchall()
    with server.connect() as there:
        for role in wanted - {row[0] for row in there.execute("select rolname from pg_roles")}:
            there.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
        for role, member in members:
            there.execute(sql.SQL("grant {} to {}").format(sql.Identifier(role), sql.Identifier(member)))
    at = connection.settings_dict
    reach = {"PGHOST": at["HOST"], "PGPORT": str(at["PORT"]), "PGUSER": at["USER"], "PGPASSWORD": at["PASSWORD"]}
    known = os.environ | {key: value for key, value in reach.items() if value}
    dump = [str(server.programs / "pg_dump"), read]
    pour = [str(server.programs / "psql"), "-h", str(server.socket_folder), "-U", "postgres", "-qX1", "-o", os.devnull]
    with subprocess.Popen(dump, stdout=subprocess.PIPE, env=known) as dumping:
        # In one transaction: one flush, although this server flushes as the product's does.
        subprocess.run([*pour, "-v", "ON_ERROR_STOP=1", database], stdin=dumping.stdout, check=True)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'drop database "{read}"')
    if dumping.returncode:
        raise OSError(f"pg_dump ended with {dumping.returncode}")


def _migrate(name: str) -> None:
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        with rendering_what_changed():
            call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def _state() -> str:
    digest = hashlib.sha256(",".join(settings.INSTALLED_APPS).encode())
    ours = [*_SOURCES.rglob("migrations/*.py"), *_SOURCES.rglob("*.sql"), _SOURCES / "config" / "rights.py"]
    for path in [_ROOT / "requirements" / "run.txt", *sorted(ours)]:
        digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
