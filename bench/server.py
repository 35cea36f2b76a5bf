"""A server of the measurements' own: durable as in production, apart from the data people work with."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from xuecheng.config import embedded
from xuecheng.learning.creditbank import sql as ledger_sql

from .frame import Context

PARAMETERS = {"fsync": "on", "synchronous_commit": "on", "shared_buffers": "1GB", "max_wal_size": "8GB"}


@cache
def server(home: Path) -> embedded.Embedded:
    return embedded.start(home, parameters=PARAMETERS)


def fresh_database(
    context: Context, name: str, *, with_ledger: bool = True, template: str = "template0"
) -> psycopg.Connection:
    """A new database `name`, as its owner: empty or a copy of `template`, and with the ledger in it if wanted."""
    running = server(context.home)
    with running.connect() as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = any(%s)", [[name, template]]
        )
        connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("create database {} encoding 'UTF8' locale 'C.UTF-8' template {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    made = running.connect(name)
    if not with_ledger:
        return made
    roles, *owned = ledger_sql.FIRST_RELEASE
    made.execute(ledger_sql.text(roles))
    with made.transaction():
        for statement in ledger_sql.as_owner(*owned, *ledger_sql.SECOND_RELEASE):
            made.execute(statement)
    return made


def template(
    context: Context,
    name: str,
    *,
    made_of: Iterable[Path | str],
    make: Callable[[], None],
    copied_from: str = "template0",
) -> str:
    """A database to be copied, made once and kept from run to run as long as what it is `made_of` stays the same.

    `make` fills the database `name`, a copy of `copied_from`, or makes it anew.
    """
    found = sha256()
    for part in made_of:
        found.update(part.encode() if isinstance(part, str) else part.read_bytes())
    stamp = context.home / f"{name}.made-of"
    with server(context.home).connect() as connection:
        is_there = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    if not is_there or not stamp.exists() or stamp.read_text() != found.hexdigest():
        context.say(f"making the template {name}, once for all runs")
        fresh_database(context, name, with_ledger=False, template=copied_from).close()
        make()
        stamp.write_text(found.hexdigest())
    return name


def point_django_at(context: Context, name: str) -> None:
    """Let Django's own connection, which the product's client uses, reach the database `name` of this server."""
    connections.close_all()
    running = server(context.home)
    settings = connections["default"].settings_dict
    settings.update(NAME=name, USER="postgres", HOST=str(running.socket_folder), PORT="", PASSWORD="")


def tool(context: Context, program: str, *arguments: str, database: str) -> str:
    """Run one of the server's own programs, such as pgbench, against `database`."""
    running = server(context.home)
    done = subprocess.run(
        [str(running.programs / program), "-h", str(running.socket_folder), "-U", "postgres", *arguments, database],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def timed(work: Callable[[], Any]) -> float:
    """Seconds that `work` takes by the wall clock."""
    from time import perf_counter

    began = perf_counter()
    work()
    return perf_counter() - began
