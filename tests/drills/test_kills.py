"""Database, web and worker are killed in turn under load, again and again: nothing acknowledged is lost (REL §2.3)."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress

import psutil

from faults.frozen import family, frozen
from xuecheng.config import embedded

from .house import BIN, House, answers, free_port, report, spread, until

ROUNDS = int(os.environ.get("DRILL_ROUNDS", "10"))


def pid_of(house: House, name: str) -> int:
    if name == "database":
        return int((house.home / "database" / "18" / "postmaster.pid").read_text().split("\n", 1)[0])
    return int(json.loads((house.home / "run" / "children.json").read_text())[name][0])


def kill_hard(house: House, name: str) -> None:
    """SIGKILL to the process and what came of it, all at once; another one is started by the supervisor."""
    old = pid_of(house, name)
    for one in family(old):
        with suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGKILL)

    def is_another() -> bool:
        with suppress(OSError, ValueError, KeyError):
            new = pid_of(house, name)
            return new != old and psutil.pid_exists(new)
        return False

    until(is_another, f"another {name}")


def test_killed_again_and_again_under_load_nothing_acknowledged_is_lost(house: House) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    house.start(str(BIN / "xuecheng"), "up", "--port", str(port), "--demo", "none", log="up.log")
    until(lambda: answers(f"{address}/"), "the house answers", 300)
    until(lambda: "worker" in (house.home / "run" / "children.json").read_text(), "the workers are up")
    gaps: dict[str, list[float]] = {name: [] for name in ("database", "web", "worker")}
    with house.load_on(address) as load:
        until(lambda: len(load.acknowledged) > 20, "records are acknowledged")
        for turn in range(ROUNDS):
            for name, seen in gaps.items():
                if name == "worker":
                    house.recognise()
                began = time.monotonic()
                kill_hard(house, name)
                before = len(load.acknowledged)
                until(lambda before=before: len(load.acknowledged) > before + 10, f"after {name}, turn {turn}")
                seen.append(load.gap_s(began))
    until(lambda: answers(f"{address}/"), "it answers")
    house.recognise()
    until(
        lambda: (found := house.state())["jobs_open"] == 0 and found["without_a_result"] == 0,
        "all is recognised",
        300,
    )
    house.close()  # the supervisor, and with it all that it keeps
    embedded.start(house.home)
    state = house.holds()
    assert state["jobs_failed"] == 0
    report(
        f"SIGKILL of database, web and worker, {ROUNDS} times each, {load.threads} programs entering records",
        acknowledged=len(load.acknowledged), lost=0, twice=0,
        gap_database=spread(gaps["database"]), gap_web=spread(gaps["web"]), gap_worker=spread(gaps["worker"]),
        answers=dict(load.answers),
    )  # fmt: skip


def test_a_frozen_database_keeps_people_waiting_and_loses_nothing(house: House) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    house.web(port)
    until(lambda: answers(f"{address}/"), "the house answers", 120)
    with house.load_on(address) as load:
        until(lambda: len(load.acknowledged) > 20, "records are acknowledged")
        began = time.monotonic()
        with frozen(pid_of(house, "database")):
            time.sleep(8)
        before = len(load.acknowledged)
        until(lambda: len(load.acknowledged) > before + 20, "it goes on")
        gap = load.gap_s(began)
    house.holds()
    report("SIGSTOP of the database for 8 s, then SIGCONT", acknowledged=len(load.acknowledged), lost=0,
           gap=f"{gap:.1f} s", answers=dict(load.answers))  # fmt: skip
