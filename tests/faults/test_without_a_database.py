"""The program without a database it can use says so and what to do, and shows no traceback or password."""

from __future__ import annotations

import json
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
        timeout=180,
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


def a_url(name: str, *, user: str = "") -> str:
    given = server_parameters()
    password = f":{given['password']}" if "password" in given and not user else ""
    place = f"host={given.get('host', '')}&port={given.get('port', '')}"
    return f"postgresql://{user or given.get('user', '')}{password}@/{name}?{place}"


def test_migrating_tells_of_a_server_that_does_not_answer_and_shows_no_trace() -> None:
    done = program("migrate", url="postgresql://someone:hidden-word@127.0.0.1:9/xuecheng")
    assert done.returncode == 3, done.stderr
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden-word" not in done.stderr + done.stdout


def test_who_may_not_change_the_schema_is_told_so_before_anything_is_migrated() -> None:
    import psycopg

    with scratch_database("xuecheng_not_mine") as name, psycopg.connect(**server_parameters(), autocommit=True) as hand:
        hand.execute("drop role if exists xuecheng_not_its_owner")
        hand.execute("create role xuecheng_not_its_owner login password 'another-word'")
        try:
            url = a_url(name, user="xuecheng_not_its_owner:another-word")
            done = program("migrate", url=url)
        finally:
            hand.execute("drop role xuecheng_not_its_owner")
    assert done.returncode == 2, done.stderr
    assert "xuecheng_not_its_owner may not change the schema" in done.stderr
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_that_cannot_be_read_is_refused_without_a_piece_of_its_password() -> None:
    for command, url in (
        ("migrate", "postgresql://x:hidden#word@host/y"),
        ("check", "postgresql://x:hidden/word@host/y"),
        ("check", "postgresql://x@host:5x/y"),
    ):
        done = program(command, url=url)
        assert done.returncode == 2, done.stderr
        assert "DATABASE_URL is no address such as" in done.stderr
        assert "Traceback" not in done.stderr
        assert "hidden" not in done.stderr
    assert "Traceback" not in program("ledger", "verify", url="postgresql://x@host/y?sslmod=require").stderr


def test_a_look_at_everything_names_the_settings_of_a_database_that_is_away() -> None:
    done = program("check", "--json", url="postgresql://someone:hidden-word@127.0.0.1:9/xuecheng")
    points = {point["what"]: point for point in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 1, done.stderr
    assert points["database"]["found"].startswith("does not answer")
    assert "DATABASE_URL" in points["database"]["remedy"]
