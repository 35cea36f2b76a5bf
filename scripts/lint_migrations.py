"""Migrations that would stop a running city, or break the release that still runs on them, are refused (OPS-07).

Looks at each migration that no release has run yet (`rules/migrations/released.txt`): squawk reads the SQL that it
would run on PostgreSQL 15, and a few rules of our own read its operations. No database is needed.

Usage: lint_migrations.py [--release VERSION]
`--release` notes the migrations of today as run by that release; a release does so.

A migration that must do what is refused says why, rule by rule:

    class Migration(migrations.Migration):
        unsafe_because = {"ban-drop-column": "Written by nothing since 0.4; 0.5 no longer reads it."}
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RELEASED = ROOT / "rules" / "migrations" / "released.txt"
SQUAWK_RULES = ROOT / "rules" / "migrations" / "squawk.toml"
OURS = "xuecheng."

Key = tuple[str, str]


@dataclass(frozen=True)
class Finding:
    """What a migration would do to a running city, and what to do instead."""

    migration: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.migration}: {self.rule}\n    {self.text}"


def released() -> set[Key]:
    """Migrations that a release has run: changed no more, and looked at no more."""
    lines = RELEASED.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line.strip() and not line.startswith("#"))
    return {(app, name) for app, name in pairs}


def in_order(loader: Any) -> list[Any]:
    """Every migration, each after those it needs."""
    keys: dict[Key, None] = {}
    for leaf in loader.graph.leaf_nodes():
        keys.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    return [loader.graph.nodes[key] for key in keys]


def findings(migrations: Iterable[Any], state: Any) -> list[Finding]:
    """What is wrong with `migrations`, which come one after the other upon `state`. The state is used up."""
    texts: dict[str, tuple[Any, str]] = {}
    found: list[Finding] = []
    new_tables: set[str] = set()
    for migration in migrations:
        name = f"{migration.app_label}.{migration.name}"
        sql, state = _sql(migration, state)
        new_tables |= set(re.findall(r'create table (?:if not exists )?"?(?:public"?\.)?"?(\w+)', sql, re.IGNORECASE))
        texts[name] = migration, sql
        found += _by_our_rules(migration, name, state, new_tables)
    found += _by_squawk(texts, new_tables)
    return [*_unexcused(found, texts)]


def _unexcused(found: list[Finding], texts: dict[str, tuple[Any, str]]) -> Iterator[Finding]:
    for name, (migration, _sql_text) in texts.items():
        excused: dict[str, str] = getattr(migration, "unsafe_because", {})
        hit = {one.rule for one in found if one.migration == name}
        for rule in sorted(set(excused) - hit):
            yield Finding(name, rule, "It says why it may do this, and does not do it: take that out.")
        yield from (one for one in found if one.migration == name and not excused.get(one.rule, "").strip())


def _sql(migration: Any, state: Any) -> tuple[str, Any]:
    """What the migration would run, and the state after it. Left out are triggers: a brief lock, and no scan."""
    from django.db import connections
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

    connection = connections["default"]
    # Nobody is asked which server this is.
    connection.__dict__["pg_version"] = 150_000

    class OnPaper(connection.SchemaEditorClass):  # type: ignore[name-defined,misc]
        """Writes statements down; no server puts their parameters in, and none is asked for names."""

        def execute(self, sql: Any, params: Any = ()) -> None:
            BaseDatabaseSchemaEditor.execute(self, sql, params)

        def _constraint_names(self, *_args: Any, **_more: Any) -> list[str]:
            return ["named_when_it_runs"]

    editor = OnPaper(connection, collect_sql=True, atomic=False)
    # Django forbids concurrent indexes within a transaction; here is none, whatever the migration says.
    with editor:
        for operation in migration.operations:
            after = state.clone()
            operation.state_forwards(migration.app_label, after)
            if not type(operation).__module__.startswith("pgtrigger") and operation.reduces_to_sql:
                operation.database_forwards(migration.app_label, editor, state, after)
            state = after
    del connection.__dict__["pg_version"]
    return "\n".join(editor.collected_sql), state


_WRITES = re.compile(r"(?:^|;)\s*(?:insert\s+into|update|delete\s+from|copy|truncate|merge\s+into)\b", re.IGNORECASE)
_BODY = re.compile(r"(\$\w*\$).*?\1", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*")


def _by_our_rules(migration: Any, name: str, state: Any, new_tables: set[str]) -> Iterator[Finding]:
    from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
    from django.db.migrations.operations import AddField, RunPython, RunSQL

    for operation in migration.operations:
        writes = isinstance(operation, RunSQL) and any(
            _WRITES.search(_BODY.sub("", _COMMENT.sub("", text))) for text in _statements(operation.sql)
        )
        if isinstance(operation, RunPython) or writes:
            yield Finding(
                name,
                "data-in-schema",
                "It changes rows while the schema is locked, for as long as the city is large. "
                "Add what is needed, fill it by a job that commits in slices, switch, drop later.",
            )
        if isinstance(operation, AddField):
            model = state.models[migration.app_label, operation.model_name_lower]
            table = model.options.get("db_table") or f"{migration.app_label}_{operation.model_name_lower}"
            field = operation.field
            # Rows of a history are written by its trigger, which is made anew in the same moment.
            is_history = "pgh_id" in model.fields
            if not (field.null or field.has_db_default() or field.many_to_many or is_history or table in new_tables):
                yield Finding(
                    name,
                    "old-code-cannot-insert",
                    f"{table}.{operation.name} must be filled and the database has no default for it: the release "
                    "that still runs cannot insert. Give it db_default, or let it be null until the next release.",
                )
    concurrent = AddIndexConcurrently, RemoveIndexConcurrently
    if not migration.atomic and (len(migration.operations) > 1 or not isinstance(migration.operations[0], concurrent)):
        yield Finding(
            name,
            "half-done",
            "Without a transaction, what fails in the middle stays half done and cannot be run again. "
            "One index, made or removed concurrently, is all that such a migration may hold.",
        )


def _statements(sql: Any) -> list[str]:
    return [sql] if isinstance(sql, str) else [one if isinstance(one, str) else one[0] for one in sql]


# A new column that is null everywhere has nothing to be validated: PostgreSQL skips the scan, the lock is a moment's.
_NEW_EMPTY_COLUMN = re.compile(
    r"^alter table \S+ add column (?!.*\bdefault\b).* null constraint .* references ", re.IGNORECASE
)
_ON_TABLE = re.compile(r'\b(?:alter table|on)\s+(?:only\s+)?"?(\w+)', re.IGNORECASE)


def _by_squawk(texts: dict[str, tuple[Any, str]], new_tables: set[str]) -> Iterator[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        for is_atomic in (True, False):
            files = {}
            for name, (migration, sql) in texts.items():
                if migration.atomic == is_atomic and sql.strip():
                    path = Path(folder) / f"{name}.sql"
                    path.write_text(sql, encoding="utf-8")
                    files[str(path)] = name
            for row in _squawk([*files], in_transaction=is_atomic) if files else ():
                name = files[row["file"]]
                statement = texts[name][1].splitlines()[row["line"]]
                table = _ON_TABLE.search(statement)
                if (table and table[1] in new_tables) or _NEW_EMPTY_COLUMN.match(statement):
                    continue
                yield Finding(name, row["rule_name"], f"{row['message']} {row['help'] or ''}\n    {statement[:300]}")


def _squawk(files: list[str], *, in_transaction: bool) -> list[dict[str, Any]]:
    program = Path(sys.executable).with_name("squawk")
    flag = "--assume-in-transaction" if in_transaction else "--no-assume-in-transaction"
    done = subprocess.run(
        [str(program), "--config", str(SQUAWK_RULES), flag, "--reporter", "json", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise RuntimeError(f"squawk did not run: {done.stderr[-2000:]}")
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def note_release(version: str, migrations: list[Any]) -> int:
    """Write down that a release has run the migrations of today."""
    head = [line for line in RELEASED.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    known = released()
    ours = [one for one in migrations if type(one).__module__.startswith(OURS)]
    new = [(one.app_label, one.name) for one in ours if (one.app_label, one.name) not in known]
    if new:
        head.append(f"# {version}: {len(new)} migrations.")
    pairs = sorted(known | set(new))
    RELEASED.write_text("\n".join([*head, *(f"{app} {name}" for app, name in pairs), ""]), encoding="utf-8")
    return len(new)


def main(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
    os.environ.setdefault("XUECHENG_IDENTITY", "owner")
    import django

    django.setup()
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    from xuecheng.config.migrating import rendering_what_changed

    loader = MigrationLoader(None)
    migrations = in_order(loader)
    if words[:1] == ["--release"]:
        print(f"{note_release(words[1], migrations)} migrations noted as released.")
        return 0
    known = released()
    state, new = ProjectState(real_apps=loader.unmigrated_apps), []
    gone = sorted(known - set(loader.graph.nodes))
    for migration in migrations:
        if (migration.app_label, migration.name) in known or not type(migration).__module__.startswith(OURS):
            state = migration.mutate_state(state, preserve=False)
        else:
            new.append(migration)
    with rendering_what_changed():
        found = findings(new, state)
    for one in found:
        print(one)
    for app, name in gone:
        print(f"{app}.{name}: released and gone. A database that ran it would not be understood any more.")
    print(f"{len(new)} migrations are newer than the last release; {len(found)} findings.")
    return 1 if found or gone else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
