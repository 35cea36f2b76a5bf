"""Making the application ready for a command: the database runs, Django is set up, the language is the terminal's."""

from __future__ import annotations

import os

from xuecheng.config import database, embedded, environment


def ready(*, as_owner: bool = False) -> None:
    """Start the embedded database unless an outside one is named, then set Django up.

    `as_owner`: the command changes more than the application may (demonstration, benchmarks, first operator).
    """
    if as_owner:
        os.environ["XUECHENG_IDENTITY"] = "owner"
    if database.outside_url() is None:
        embedded.start(environment.home())
    _set_up()


def ready_without_database() -> None:
    """Set Django up where no database runs yet, or a broken one; no signing key is made in place of a lost one."""
    home = environment.home()
    for file, name in environment.SIGNING.items():
        if name not in os.environ and f"{name}_FILE" not in os.environ and not (home / file).exists():
            os.environ[name] = environment.stand_in()
    _set_up()


def _set_up() -> None:
    import django
    from django.utils import translation

    django.setup()
    translation.activate("zh-hans" if os.environ.get("LANG", "").startswith("zh") else "en")
