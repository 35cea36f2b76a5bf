"""The web process as a unit starts it: a line for each answer, a port of its own, and nothing left of it when killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

#: Nobody listens there: pages say that they cannot be had, and nobody's data are touched.
_NO_DATABASE = "postgresql://somebody@127.0.0.1:9/xuecheng"


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment_of(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("XUECHENG_LOG_LEVEL", "DATABASE_APP_URL")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "xuecheng.config.settings", "XUECHENG_HOME": str(home), "DATABASE_URL": _NO_DATABASE,
        "XUECHENG_SECURITY_CONTACT": "mailto:weakness@city.example",
    }  # fmt: skip


def words(port: int) -> list[str]:
    return [sys.executable, "-m", "xuecheng.config.cli.run", "serve", "--port", str(port), "--threads", "2"]


@contextmanager
def serving(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    home.mkdir(exist_ok=True)
    with (home / "web.log").open("wb") as log:
        running = subprocess.Popen(
            words(port), env=environment_of(home), stdout=log, stderr=log, start_new_session=True
        )
        try:
            for _try in range(900):
                with suppress(httpx.HTTPError):
                    httpx.get(f"http://127.0.0.1:{port}/healthz").raise_for_status()
                    break
                time.sleep(0.2)
            else:
                pytest.fail((home / "web.log").read_text())
            yield running
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def test_each_answer_has_a_line_the_port_is_its_own_and_killed_nothing_lives_on(tmp_path: Path) -> None:
    port, home = a_port(), tmp_path / "home"
    with serving(home, port) as first:
        httpx.get(f"http://127.0.0.1:{port}/.well-known/security.txt", timeout=180).raise_for_status()
        lines = [json.loads(line) for line in (home / "web.log").read_text().splitlines() if line[:1] == "{"]
        assert [line["status"] for line in lines if line["event"] == "request"] == [200]

        second = subprocess.run(
            words(port), env=environment_of(home), capture_output=True, text=True, timeout=180, check=False
        )
        assert second.returncode == 2
        assert f"127.0.0.1:{port}" in second.stderr
        assert "--port" in second.stderr
        assert "Traceback" not in second.stderr

        its_own = psutil.Process(first.pid).children()
        assert its_own
        first.kill()
        _gone, alive = psutil.wait_procs(its_own, timeout=10)
        assert alive == []
