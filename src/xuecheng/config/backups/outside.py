"""An outside server: a dump by its own tools. Its log and points in time are pgBackRest's or barman's work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from xuecheng.config import database, environment
from xuecheng.learning.creditbank import sql

from . import sealing, server
from .refusals import DatabaseNotEmpty, DatabasesDiffer, DumpNeedsADatabase
from .sealing import BackupKey, Sealed

PART = "database.dump"
#: Where Debian keeps the programs of each release.
_DEBIAN = Path("/usr/lib/postgresql")


class ToolFailed(OSError):
    """A program of PostgreSQL's ended with a fault, which it has told itself."""


def is_outside() -> bool:
    return database.outside_url() is not None


def tool(name: str, major: int) -> Path:
    """The program of the outside server's own release: a newer one writes what the server cannot read again.

    Raises `ToolMissing`.
    """
    found = shutil.which(name)
    for path in (_DEBIAN / str(major) / "bin" / name, Path(found) if found else None):
        if path is not None and path.exists() and server.version_of(path) == major:
            return path
    # The embedded server's wheel brings those of its own two releases.
    return server.tool(name, major)


def dump(target: Path, *, name: str, key: BackupKey) -> Sealed:
    """`pg_dump -Fc` of the whole database, sealed while it comes; nothing plain is written. Raises `ToolMissing`."""
    place = database.owner(environment.home())
    with _connected(place) as connection:
        major = connection.info.server_version // 10_000
    command = [str(tool("pg_dump", major)), "--format=custom", "--no-password"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=_words(place)) as running:
        try:
            return sealing.seal(_read(running), target, name=name, key=key)
        finally:
            running.kill()


def _read(running: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What the program writes; that it failed is noticed before the last piece is sealed."""
    assert running.stdout is not None
    while piece := running.stdout.read(1 << 20):
        yield piece
    if running.wait():
        raise ToolFailed(f"pg_dump ended with {running.returncode}; its words stand above")


def restore(dumped: Iterator[bytes]) -> None:
    """Bring a dump into the empty database that DATABASE_URL names.

    Raises `DumpNeedsADatabase`, `DatabaseNotEmpty`, `DatabasesDiffer`, `ToolFailed`.
    """
    if not is_outside():
        raise DumpNeedsADatabase
    place = database.owner(environment.home())
    if (other := database.application(environment.home())["NAME"]) != place["NAME"]:
        # What is looked at afterwards would be the living city, and all would be well.
        raise DatabasesDiffer(owner=place["NAME"], application=other)
    with _connected(place) as connection:
        major = connection.info.server_version // 10_000
        found = connection.execute(
            "select count(*) from pg_class where relkind in ('r', 'p') and relnamespace in "
            "(select oid from pg_namespace where nspname in ('public', 'ledger'))"
        ).fetchone()
        if found is not None and found[0]:
            raise DatabaseNotEmpty
        program = tool("pg_restore", major)
        # Roles belong to the server and stand in no dump.
        connection.execute(re.sub(r"(?m)^create schema.*$", "", sql.text(sql.FIRST_RELEASE[0])))
    command = [str(program), "--exit-on-error", "--no-password", f"--dbname={place['NAME']}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=_words(place)) as running:
        assert running.stdin is not None
        for piece in dumped:
            running.stdin.write(piece)
        running.stdin.close()
        if running.wait():
            raise ToolFailed(
                f"pg_restore ended with {running.returncode}; its words stand above. What came until then lies in the "
                f"database {place['NAME']}: make that anew, empty, before the next try."
            )


def _connected(place: dict[str, Any]) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=place["HOST"] or None, port=place.get("PORT") or None, user=place["USER"] or None,
        password=place.get("PASSWORD") or None, dbname=place["NAME"], autocommit=True, **_tls(place),
    )  # fmt: skip


def _tls(place: dict[str, Any]) -> dict[str, Any]:
    """What the address asks of the server's certificate and shows of its own: `sslmode`, `sslrootcert` …"""
    return {name: value for name, value in place["OPTIONS"].items() if name.startswith("ssl")}


def _words(place: dict[str, Any]) -> dict[str, str]:
    """How libpq's programs are told where the database is: in the environment, where no list of processes shows it."""
    told = {"PGHOST": place["HOST"], "PGPORT": place.get("PORT"), "PGUSER": place["USER"],
            "PGPASSWORD": place.get("PASSWORD"), "PGDATABASE": place["NAME"],
            **{f"PG{name.upper()}": value for name, value in _tls(place).items()}}  # fmt: skip
    return os.environ | {name: value for name, value in told.items() if value}
