"""Django's own commands, for developers: `python -m xuecheng.config.manage …`. Operators use `xuecheng`."""

import os
import sys
from contextlib import nullcontext

import django
from django.core.management import execute_from_command_line
from django.db import DatabaseError, connection

from xuecheng.config.cli.words import REFUSED, in_words
from xuecheng.config.database import COME_AGAIN
from xuecheng.config.environment import SettingInvalid
from xuecheng.config.migrating import nothing_is_there, rendering_what_changed

_NO_LOCK = "55P03"


def main(words: list[str]) -> None:
    """Run the command that `words` name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
    try:
        django.setup()
        is_migration = words[1:2] == ["migrate"]
        if is_migration:
            _only_for_the_owner()
        with rendering_what_changed() if is_migration and nothing_is_there() else nullcontext():
            execute_from_command_line(words)
    except (DatabaseError, SettingInvalid, OSError) as error:
        if getattr(error.__cause__, "sqlstate", "") == _NO_LOCK:
            sys.stderr.write(f"{str(error).partition(chr(10))[0]}\n")
            sys.exit(COME_AGAIN)
        told = in_words(error)
        if told is None:
            raise
        sys.stderr.write(f"{told[1]}\n")
        sys.exit(told[0])


def _only_for_the_owner() -> None:
    """Another login would find nothing to migrate and give no rights, or break off half-way: said before the first."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user, has_schema_privilege('public', 'CREATE')")
        name, may_change = cursor.fetchone()
    if not may_change:
        sys.stderr.write(
            f"{name} may not change the schema. Give the owner’s address: DATABASE_URL=postgresql://xuecheng_owner@… "
            "xuecheng migrate (docs/operations.md “Installing it on Debian”, step 7).\n"
        )
        sys.exit(REFUSED)


if __name__ == "__main__":
    main(sys.argv)
