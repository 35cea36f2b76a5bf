"""`xuecheng settings`: secrets masked; everything that is wrong told at once (OPS-08)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xuecheng.config import database, environment

NEUTRAL = {"DJANGO_SETTINGS_MODULE": "xuecheng.config.settings", "PATH": os.environ["PATH"]}


def program(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    code = "from xuecheng.config.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "settings", *words],
        env={**NEUTRAL, "XUECHENG_HOME": str(home), **settings},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    done = program(
        tmp_path, XUECHENG_HTTPS="perhaps", XUECHENG_PAGE_SECONDS="x", XUECHENG_MAIL_TLS="no",
        XUECHENG_PROXY_ADDRESSES="the proxy", XUECHENG_METRICS_TOKEN="short", XUECHENG_SMS_TOKEN_FILE="/nowhere/x",
    )  # fmt: skip
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 6, done.stderr
    assert "Traceback" not in done.stderr


def test_a_secret_that_is_no_secret_is_refused_and_none_made_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "no-key").write_text("forty letters that are no key in PEM at all")
    done = program(
        tmp_path / "home", XUECHENG_SECRET_KEY_FILE=str(tmp_path / "empty"),
        XUECHENG_OIDC_KEY_FILE=str(tmp_path / "no-key"),
    )  # fmt: skip
    assert done.returncode == 2
    assert f"XUECHENG_SECRET_KEY_FILE names {tmp_path}/empty, which is empty" in done.stderr
    assert "XUECHENG_OIDC_KEY is no key in PEM" in done.stderr


def test_secrets_and_passwords_are_masked(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("hidden-word-of-the-metrics")
    done = program(
        tmp_path, "--set", DATABASE_URL="postgresql://owner:hidden-word@db/x", XUECHENG_SECRET_KEY="hidden-word-1",
        XUECHENG_MAIL_PASSWORD="hidden-word-2", XUECHENG_METRICS_TOKEN_FILE=str(secret), XUECHENG_HOSTS="a.example",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "hidden-word" not in done.stdout
    assert "postgresql://owner:…@db/x" in done.stdout
    assert "a.example" in done.stdout
    assert f"(from {secret})" in done.stdout


def test_outside_of_reading_the_settings_a_wrong_one_is_refused_where_it_is_asked_for(monkeypatch: Any) -> None:
    monkeypatch.setenv("XUECHENG_TRIED", "perhaps")
    with pytest.raises(environment.SettingInvalid, match="XUECHENG_TRIED"):
        environment.flag("XUECHENG_TRIED", "x", default=False)
    environment.DOCUMENTED.pop("XUECHENG_TRIED")


def test_through_a_pooler_no_options_are_handed_on_and_no_cursor_lies_on_the_server(monkeypatch: Any) -> None:
    monkeypatch.setenv("XUECHENG_POOLED", "1")
    monkeypatch.setenv("XUECHENG_PROCESS", "web")
    monkeypatch.setenv("DATABASE_APP_URL", "postgresql://site@pool:6432/xuecheng")
    made = database._for_process(database.application(Path("/nowhere")))
    assert "options" not in made["OPTIONS"]
    assert made["DISABLE_SERVER_SIDE_CURSORS"] is True
    monkeypatch.delenv("DATABASE_APP_URL")
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner@pool:6432/xuecheng")
    with pytest.raises(environment.SettingInvalid, match="DATABASE_APP_URL"):
        database.application(Path("/nowhere"))
