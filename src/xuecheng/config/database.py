"""Which PostgreSQL is used, and in whose name.

Two identities, one server: the **owner** migrates; the **application** (role `xuecheng_app`) does everything else and
may neither change the schema nor rewrite history (`ledger.md` §4.1 "Privileges"). `DATABASE_URL` names an outside
server; without it the embedded one is used.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from . import environment

APPLICATION_ROLE = "xuecheng_app"
MIGRATION_WAITS_S = 3
"""How long a migration waits for a lock, and with it all who come behind it."""
COME_AGAIN = 75
"""Exit code of a migration that could not have its lock: whole steps are done, the rest waits for another try."""
# A server that takes no connection, or a network that swallows what is sent, is known within half a minute instead of
# the quarter of an hour that the system would wait; what a server takes long to answer is another thing.
_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_URL = "DATABASE_URL"
_MEANING = "postgresql:// address of an outside server (15 or later), as its owner; without it the embedded one runs"


def outside_url() -> str | None:
    return environment.optional_text(_URL, _MEANING)


def current(home: Path) -> dict[str, Any]:
    """The identity this process runs under: the application's, unless a command of the owner started it."""
    return _for_process(_current(home))


def _for_process(settings: dict[str, Any]) -> dict[str, Any]:
    """Statements of a page end after some seconds, those of jobs and commands do not; no migration waits long."""
    seconds = environment.number(
        "XUECHENG_PAGE_SECONDS", 10, "Seconds after which the database ends a statement of a page; 0: never"
    )
    process = os.environ.get("XUECHENG_PROCESS")
    if process == "migrate":
        # Whoever waits for a lock makes all behind it wait too: soon given up, and tried again (`cli.plain`).
        return _with_options(settings, f"-c lock_timeout={MIGRATION_WAITS_S * 1000}")
    if process != "web" or not seconds:
        return settings
    if is_pooled():
        return settings  # the pooler sets it: deploy/pgbouncer/pgbouncer.ini
    return _with_options(settings, f"-c statement_timeout={seconds * 1000}")


def is_pooled() -> bool:
    """Whether the database is reached through PgBouncer in transaction mode: no options, no server cursors."""
    return environment.flag(
        "XUECHENG_POOLED",
        "Whether the database is reached through PgBouncer in transaction mode; for web processes, never for workers",
        default=False,
    )


def _current(home: Path) -> dict[str, Any]:
    identity = environment.text(
        "XUECHENG_IDENTITY", "application", "Set by the commands that migrate: in whose name the database is reached"
    )
    return owner(home) if identity == "owner" else application(home)


def owner(home: Path) -> dict[str, Any]:
    """Connection as the owner of the schema: for migrations, the demonstration's bulk loading and checks."""
    if url := outside_url():
        return _from_url(url)
    return _embedded(home, user="postgres")


def application(home: Path) -> dict[str, Any]:
    """Connection as the application. On an outside server: `DATABASE_APP_URL`, else the owner's login in the role."""
    app_url = environment.optional_text(
        "DATABASE_APP_URL", "Address of the same server for a login that is a member of xuecheng_app only (production)"
    )
    if app_url:
        return _from_url(app_url, "DATABASE_APP_URL")
    if url := outside_url():
        return _with_options(_from_url(url), f"-c role={APPLICATION_ROLE}")
    return _embedded(home, user=APPLICATION_ROLE)


def _embedded(home: Path, *, user: str) -> dict[str, Any]:
    # The socket's folder is known only once the server has started; `embedded.start` leaves it in this file.
    place = home / "database" / "socket-folder"
    host = place.read_text(encoding="utf-8") if place.exists() else str(home / "database" / "18")
    return _base() | {"NAME": "xuecheng", "USER": user, "HOST": host}


def _base() -> dict[str, Any]:
    pooled = is_pooled()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # A server that does not answer is told as that, and holds up no probe for ever.
        "OPTIONS": {"application_name": "xuecheng", **_PATIENCE} | ({} if pooled else {"options": "-c timezone=UTC"}),
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "TEST": {"TEMPLATE": "template0"},
    }


def _from_url(url: str, name: str = _URL) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    # No piece of it is shown: it may be one of the password.
    if parts.scheme not in ("postgres", "postgresql") or parts.fragment:
        raise environment.SettingInvalid(
            f"{name} is no address such as postgresql://user:password@host:5432/xuecheng. "
            "Signs other than letters and digits in a password are written %XX: %23 for #, %2F for /, %40 for @."
        )
    query = dict(parse_qsl(parts.query))
    settings = _base() | {
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket's folder is written as ?host=/folder, as libpq does.
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": query.pop("port", None) or (str(port) if port else ""),
    }
    given = query.pop("options", "")
    settings["OPTIONS"] = settings["OPTIONS"] | query
    return _with_options(settings, given) if given else settings


def _with_options(settings: dict[str, Any], more: str) -> dict[str, Any]:
    options = settings["OPTIONS"]
    if is_pooled():
        raise environment.SettingInvalid(
            "XUECHENG_POOLED hands on no options of a connection; set DATABASE_APP_URL to a login that is a member of "
            "xuecheng_app only, without ?options=."
        )
    return settings | {"OPTIONS": options | {"options": f"{options['options']} {more}"}}
