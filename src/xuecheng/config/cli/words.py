"""What hinders a command, in words for whoever typed it: the setting that is meant, and what to do. No trace."""

from __future__ import annotations

import errno
import os
import pwd
from pathlib import Path

from django.db import DatabaseError, OperationalError, ProgrammingError

from xuecheng.config import environment
from xuecheng.config.embedded import ServerWillNotStart

REFUSED, FAULT = 2, 3

#: SQLSTATEs of PostgreSQL: undefined table, column, function, schema.
_NO_SUCH_SCHEMA = {"42P01", "42703", "42883", "3F000"}
_NOT_ALLOWED = "42501"
#: Classes of them: no connection, no sign-in, no such database, the server stops. Without one there was no answer.
_NOT_REACHED = ("08", "28", "3D", "57P")
_NOTHING_LEFT = "53"

_FULL = {errno.ENOSPC, errno.EDQUOT}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


def in_words(error: BaseException) -> tuple[int, str] | None:
    """The exit code and the sentences; None for a fault that somebody has to look into."""
    from xuecheng.city.refusals import Refusal
    from xuecheng.city.rights import Denied

    match error:
        case Refusal() | environment.SettingInvalid():
            return REFUSED, str(error)
        case Denied():
            return REFUSED, f"This account may not do that ({error.act})."
        case ServerWillNotStart():
            return FAULT, f"The embedded database does not start. The end of its log:\n{error}"
        case DatabaseError():
            return _of_the_database(error)
        case OSError():
            return _of_a_file(error)
    return None


def is_unreachable(error: DatabaseError) -> bool:
    """Whether no statement could be asked: no connection, no sign-in, or it was lost."""
    if "invalid connection option" in str(error):
        return True
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return isinstance(error, OperationalError) and (not state or state.startswith(_NOT_REACHED))


def _of_the_database(error: DatabaseError) -> tuple[int, str] | None:
    state = getattr(error.__cause__, "sqlstate", None) or ""
    says = str(error).partition("\n")[0]
    if is_unreachable(error):
        name = "DATABASE_URL" if os.environ.get("XUECHENG_IDENTITY") == "owner" else "DATABASE_APP_URL or DATABASE_URL"
        return FAULT, f"The database does not answer. Is it started, and is {name} right?\n{says}"
    if isinstance(error, ProgrammingError) and state in _NO_SUCH_SCHEMA:
        return FAULT, f"The database is empty or of an older release. Bring it up to date: xuecheng migrate\n{says}"
    if state == _NOT_ALLOWED:
        return REFUSED, (
            "The login that DATABASE_URL names may not do this. Give the owner’s address "
            f"(docs/operations.md “Installing it on Debian”, step 7).\n{says}"
        )
    if state.startswith(_NOTHING_LEFT):
        return FAULT, (
            f"The database has no room or no connection left (docs/operations.md “When something is wrong”).\n{says}"
        )
    return None


def _of_a_file(error: OSError) -> tuple[int, str] | None:
    from xuecheng.config.backups.outside import ToolFailed

    if isinstance(error, ToolFailed):
        return FAULT, str(error)
    if error.errno in _FULL:
        where = f": {error.filename}" if error.filename else ""
        return FAULT, f"The disk is full{where}. Make room (docs/operations.md “Disk full”), then try again."
    if error.errno in _CLOSED and error.filename:
        if error.errno == errno.EROFS:
            return REFUSED, (
                f"{error.filename} cannot be written: it is read-only here. Mount its disk for writing; of a unit of "
                "systemd, add the folder to ReadWritePaths (docs/operations.md “Backups”)."
            )
        return REFUSED, f"{error.filename} may not be opened or written by {_name_of(os.geteuid())}.{_whose()}"
    return None


def _whose() -> str:
    """Who would be let in, and how to be them."""
    home = environment.home()
    try:
        owner = home.stat().st_uid
    except OSError:
        return f" XUECHENG_HOME is {home}: is that the right folder?"
    if owner == os.geteuid():
        return " Mend its owner and mode, or the setting that names it."
    return f" XUECHENG_HOME ({home}) belongs to {_name_of(owner)}: {as_them(owner)}"


def as_them(owner: int) -> str:
    """How to run the command as the user whose home it is."""
    return f"run the command as that user (runuser -u {_name_of(owner)} -- …)."


def of_another(home: Path) -> str:
    """What to tell root in a home that is not root’s: what root leaves there the site could not read. Else nothing."""
    try:
        owner = home.stat().st_uid
    except OSError:
        return ""
    if os.geteuid() != 0 or owner == 0:
        return ""
    return f"XUECHENG_HOME ({home}) belongs to {_name_of(owner)}, who could not read what root writes: {as_them(owner)}"


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
