"""Django's own commands, for developers: `python -m xuecheng.config.manage …`. Operators use `xuecheng`."""

import os
import sys
from contextlib import nullcontext

import django
from django.core.management import execute_from_command_line
from django.db import OperationalError

from xuecheng.config.database import COME_AGAIN
from xuecheng.config.migrating import nothing_is_there, rendering_what_changed

_NO_LOCK = "55P03"


def main(words: list[str]) -> None:
    """Run the command that `words` name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
    django.setup()
    try:
        is_first = words[1:2] == ["migrate"] and nothing_is_there()
        with rendering_what_changed() if is_first else nullcontext():
            execute_from_command_line(words)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _NO_LOCK:
            raise
        sys.stderr.write(f"{str(error).partition(chr(10))[0]}\n")
        sys.exit(COME_AGAIN)


if __name__ == "__main__":
    main(sys.argv)
