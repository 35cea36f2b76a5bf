"""Every setting that an operator may give, read from the environment by one typed function each.

`docs/operations.md` lists them; a test compares the list. Secrets may come from a file: `NAME_FILE` instead of `NAME`.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path


class SettingInvalid(Exception):
    """A setting has a value that cannot be used; the message names the setting and the remedy."""


@dataclass(frozen=True)
class Setting:
    """One documented setting: its name in the environment and what it means."""

    name: str
    meaning: str


DOCUMENTED: dict[str, Setting] = {}


@dataclass
class _Gathered:
    """While all settings are read, what is wrong is gathered, so that an operator is told all of it at once."""

    is_on: bool = False
    problems: list[str] = field(default_factory=list)


_gathered = _Gathered()


def gather() -> None:
    """From here on, what is wrong with a setting is kept and its default taken, until `tell_all`."""
    _gathered.is_on, _gathered.problems = True, []


def tell_all() -> None:
    """Raise one `SettingInvalid` with everything that was wrong since `gather`."""
    _gathered.is_on = False
    if _gathered.problems:
        raise SettingInvalid("\n".join(_gathered.problems))


def _refuse(problem: str, cause: Exception | None = None) -> None:
    if not _gathered.is_on:
        raise SettingInvalid(problem) from cause
    _gathered.problems.append(problem)


_SECRET = re.compile(r"SECRET|PASSWORD|TOKEN|OIDC_KEY")


def shown(name: str) -> str:
    """What a setting is now and where that comes from, for people: secrets masked, addresses without their password."""
    if value := os.environ.get(name):
        return "(secret)" if _SECRET.search(name) else _masked(value)
    if path := os.environ.get(f"{name}_FILE"):
        return f"(from {path})"
    return ""


def _masked(value: str) -> str:
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:…@", value)


def _read(name: str, meaning: str) -> str | None:
    DOCUMENTED[name] = Setting(name, meaning)
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            _refuse(f"{name}_FILE names {path}, which cannot be read: {error.strerror}", error)
            return None
        if not value:
            _refuse(f"{name}_FILE names {path}, which is empty.")
        return value or None
    return None


def text(name: str, default: str, meaning: str) -> str:
    return _read(name, meaning) or default


def optional_text(name: str, meaning: str) -> str | None:
    return _read(name, meaning)


def secret_text(name: str, meaning: str, *, least: int) -> str:
    """A secret of at least `least` signs; empty if none is given."""
    value = _read(name, meaning) or ""
    if value and len(value) < least:
        _refuse(f"{name} has {len(value)} signs; give at least {least} that nobody can guess.")
    return value


def flag(name: str, meaning: str, *, default: bool) -> bool:
    value = _read(name, meaning)
    if value is None:
        return default
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    _refuse(f"{name} is {value!r}; write 1 or 0.")
    return default


def number(name: str, default: int, meaning: str, *, least: int = 0) -> int:
    value = _read(name, meaning)
    if value is None:
        return default
    if not value.isdigit() or int(value) < least:
        _refuse(f"{name} is {value!r}; write a whole number of at least {least}.")
        return default
    return int(value)


def one_of(name: str, default: str, choices: list[str], meaning: str) -> str:
    value = text(name, default, meaning)
    if value not in choices:
        _refuse(f"{name} is {value!r}; write one of: {', '.join(choices)}.")
        return default
    return value


def words(name: str, default: list[str], meaning: str) -> list[str]:
    value = _read(name, meaning)
    return [word.strip() for word in value.split(",") if word.strip()] if value else default


def networks(name: str, meaning: str) -> list[str]:
    """Network addresses and networks, separated by commas; none if not given."""
    found = words(name, [], meaning)
    for word in found:
        try:
            ip_network(word, strict=False)
        except ValueError as error:
            _refuse(f"{name} names {word!r}; write addresses or networks, such as 10.0.0.0/8.", error)
            return []
    return found


def choice(name: str, default: str, choices: list[str], meaning: str) -> str:
    value = _read(name, meaning) or default
    if value not in choices:
        _refuse(f"{name} is {value!r}; write one of: {', '.join(choices)}.")
        return default
    return value


def home() -> Path:
    """The folder of everything that is written at run time: database, files, keys, logs."""
    given = _read("XUECHENG_HOME", "Folder of everything written at run time (database, uploaded files, keys, logs)")
    if given:
        return Path(given).resolve()
    checkout = Path(__file__).resolve().parents[3]
    return (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / "var"


def secret_key(folder: Path) -> str:
    """The signing key: from the environment, else made once and kept in the home folder, readable by its owner only."""
    if given := _read("XUECHENG_SECRET_KEY", "Signing key of sessions and links; made on first start if not given"):
        return given
    path = folder / "secret-key"
    if not path.exists():
        _keep_first(path, secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii")


def oidc_key(folder: Path) -> str:
    """The RSA key that signs identity tokens (PEM): from the environment, else made once and kept like `secret_key`."""
    meaning = "RSA key (PEM) that signs identity tokens for linked sites; made on first start if not given"
    if given := _read("XUECHENG_OIDC_KEY", meaning):
        if "-----BEGIN" not in given and not given.startswith(_STAND_IN):
            _refuse("XUECHENG_OIDC_KEY is no key in PEM. Make one: openssl genrsa 3072")
        return given
    path = folder / "oidc-key.pem"
    if not path.exists():
        _keep_first(path, _new_rsa_key())
    return path.read_text(encoding="ascii")


SIGNING = {"secret-key": "XUECHENG_SECRET_KEY", "oidc-key.pem": "XUECHENG_OIDC_KEY"}
"""Signing keys: the file in the home folder, and the setting that goes before it."""


_STAND_IN = "in place of a key: "


def stand_in() -> str:
    """For a process that signs nothing and may have no key made, such as a look at a home whose keys lie elsewhere."""
    return _STAND_IN + secrets.token_urlsafe(50)


def signing_keys(folder: Path) -> dict[str, bytes]:
    """The signing keys in use by the names of their files, wherever the settings keep them; none is made."""
    found: dict[str, bytes] = {}
    for file, name in SIGNING.items():
        given = _read(name, DOCUMENTED[name].meaning)
        if given and not given.startswith(_STAND_IN):
            found[file] = given.encode()
        elif (folder / file).exists():
            found[file] = (folder / file).read_bytes()
    return found


def _new_rsa_key() -> str:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  # needed once in an installation's life
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415  # only where a key is made

    made = rsa.generate_private_key(public_exponent=65_537, key_size=3_072)
    return made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def _keep_first(path: Path, text: str) -> None:
    """Write a file that its owner only may read, if none is there: of two first starts one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    try:
        # A link, not a rename: of two first starts at once, the second must not replace the first one's key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
