"""The program without a database it can use says so and what to do, and shows no traceback or password."""

from __future__ import annotations

import os
import subprocess
import sys

from learning.creditbank.ledger.conftest import scratch_database, server_parameters


def program(*words: str, url: str) -> subprocess.CompletedProcess[str]:
    code = "from xuecheng.config.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "xuecheng.config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_database_without_our_tables_is_named_with_the_remedy() -> None:
    with scratch_database("xuecheng_nothing_in_it") as name:
        given = server_parameters()
        parts = {"host": given.get("host", ""), "port": given.get("port", ""), "user": given.get("user", "")}
        password = f":{given['password']}" if "password" in given else ""
        url = "postgresql://{user}%s@/%s?host={host}&port={port}".format(**parts) % (password, name)
        for words in (["ledger", "verify"], ["demo", "load"]):
            done = program(*words, url=url)
            assert done.returncode == 3, done.stderr
            assert "xuecheng migrate" in done.stderr
            assert "Traceback" not in done.stderr


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    done = program("ledger", "verify", url="postgresql://someone:hidden-word@127.0.0.1:9/xuecheng")
    assert done.returncode == 3, done.stderr
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden-word" not in done.stderr + done.stdout
