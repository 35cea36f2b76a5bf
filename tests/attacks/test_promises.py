"""What settings and code promise, held to it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from xuecheng.config import environment, settings

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "xuecheng"
MODULES = [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]


def test_nothing_is_evaluated_or_run_as_code() -> None:
    found = [
        f"{path.name}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec")
    ]
    assert found == []


def test_no_password_ends_by_itself() -> None:
    names = [entry["NAME"] for entry in settings.AUTH_PASSWORD_VALIDATORS]
    assert not [name for name in names if re.search("expir|age|history", name, re.IGNORECASE)]
    assert not [path for path in MODULES if "password_expires" in path.read_text(encoding="utf-8")]


def test_no_form_asks_a_secret_question() -> None:
    for path in [*PACKAGE.rglob("forms.py"), *PACKAGE.rglob("forms/*.py")]:
        assert not re.search(r"secret_question|security_question|password_hint", path.read_text(encoding="utf-8"))


@pytest.mark.django_db
def test_session_keys_are_long_and_random() -> None:
    keys = set()
    for _ in range(20):
        store = SessionStore()
        store.create()
        keys.add(store.session_key)
    assert len(keys) == 20
    assert all(re.fullmatch("[a-z0-9]{32}", key or "") for key in keys)
    assert 36**32 > 2**128


def test_times_of_tokens_are_short() -> None:
    assert settings.IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN <= 60
    assert settings.IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN <= 600
    assert settings.IDP_OIDC_ID_TOKEN_EXPIRES_IN <= 600


def test_passwords_are_kept_by_argon2() -> None:
    """The module's own value: tests hash with something faster."""
    source = (PACKAGE / "config" / "settings.py").read_text(encoding="utf-8")
    first = re.search(r"PASSWORD_HASHERS = \[\s*\"([^\"]+)\"", source)
    assert first
    assert first[1].endswith("Argon2PasswordHasher")


def test_secrets_are_made_here_and_none_is_shipped(tmp_path: Path) -> None:
    one, other = environment.secret_key(tmp_path / "one"), environment.secret_key(tmp_path / "other")
    assert one != other
    assert len(one) >= 40
    assert settings.SECRET_KEY not in "".join(path.read_text(encoding="utf-8") for path in MODULES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/static/", "/.git/config", "/pyproject.toml", "/static/../secret-key", "/var/", "/files/"]
)
def test_nothing_of_the_checkout_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_times_for_advisories_are_written_down() -> None:
    guide = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert re.search(r"critical.*\b\d+ days", guide, re.IGNORECASE)


def test_logs_go_to_standard_output_only() -> None:
    handlers = settings.LOGGING["handlers"]
    assert {one["class"] for one in handlers.values()} == {"logging.StreamHandler"}
