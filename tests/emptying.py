"""A database as it was before the first test, after one that committed: only what has rows is emptied.

Django truncates every table, which takes a second with two hundred of them, and then makes anew what migrations leave
there (roles, rights, calendars), which takes another. Most tests write a few rows into a few tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg
from django.db import connection
from psycopg import sql

_TABLES = """
    select n.nspname, c.relname, exists (select from pg_trigger where tgrelid = c.oid and tgenabled = 'A')
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'django_migrations' order by 1, 2"""


Table = tuple[str, str]
"""Schema and name."""


@dataclass
class Fresh:
    """What stands in a database that no test has used: table by table, as COPY writes it."""

    tables: list[Table] = field(default_factory=list)
    guarded: set[Table] = field(default_factory=set)
    """Of these nobody deletes a row, the owner neither: a trigger that always fires."""
    rows: dict[Table, bytes] = field(default_factory=dict)

    def look(self) -> None:
        """Remember what the database holds now. As its owner."""
        with connection.cursor() as cursor:
            cursor.execute(_TABLES)
            for schema, name, is_guarded in cursor.fetchall():
                self.tables.append((schema, name))
                self.guarded |= {(schema, name)} if is_guarded else set()
            for table in self._with_rows():
                with cursor.cursor.copy(sql.SQL("copy {} to stdout").format(sql.Identifier(*table))) as copying:
                    self.rows[table] = b"".join(bytes(part) for part in copying)

    def bring_back(self) -> None:
        """Make the database hold that again, and nothing else. As its owner: no trigger has a say, no key is checked."""
        with connection.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
            for table in self._with_rows():
                word = "truncate {} cascade" if table in self.guarded else "delete from {}"
                cursor.execute(sql.SQL(word).format(sql.Identifier(*table)))
            for table, rows in self.rows.items():
                with cursor.cursor.copy(sql.SQL("copy {} from stdin").format(sql.Identifier(*table))) as copying:
                    copying.write(rows)
            cursor.execute("set session_replication_role = origin")

    def _with_rows(self) -> list[Table]:
        asked = (
            sql.SQL("select {} where exists (select from {})").format(sql.Literal(place), sql.Identifier(*table))
            for place, table in enumerate(self.tables)
        )
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(" union all ").join(asked))
            return [self.tables[place] for (place,) in cursor.fetchall()]


fresh = Fresh()
"""What this process's database held before its first test."""

_LEFT = """
    select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'ledger') and c.relkind = 'r' and pg_relation_size(c.oid) > 32 * 8192"""
_UNKNOWN = "update pg_class set reltuples = -1 where reltuples = 0 and relkind in ('r', 'i') and oid >= 16384"


def tidy() -> None:
    """Clear away what tests have rolled back and deleted, and let no table be known as empty.

    A table that is known to be so is planned for as if it stayed so, whatever the next test writes.
    """
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as owner:
        owner.execute("set lock_timeout = '1s'")
        # To give back room at a table's end it would wait five seconds for a module that holds it.
        for (table,) in owner.execute(_LEFT).fetchall():
            owner.execute(sql.SQL("vacuum (truncate false) {}").format(sql.SQL(table)))
        owner.execute(_UNKNOWN)
