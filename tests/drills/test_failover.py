"""The database's leader is asked to hand over, killed, frozen and thawed: nothing acknowledged is lost (REL §2.3)."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from .cluster import Cluster, why_not
from .house import House, Load, answers, free_port, report, until


class Scene(NamedTuple):
    cluster: Cluster
    house: House
    address: str


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    if reason := why_not():
        pytest.skip(reason)
    # The servers run as their own user, who must reach their folders.
    folder = Path("/var/tmp") / f"xuecheng-drill-{os.getpid()}"
    cluster = Cluster(folder / "cluster")
    house = House(folder / "home", url=cluster.url)
    house.home.mkdir()
    try:
        cluster.until_whole(400)
        with cluster.connect() as owner:
            owner.execute("create database xuecheng encoding 'UTF8' template template0")
        with cluster.connect("xuecheng") as owner:
            house.found(owner)
        house.run("build")
        port = free_port()
        house.web(port)
        address = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{address}/"), "the house answers", 120)
        yield Scene(cluster, house, address)
    finally:
        house.end()
        cluster.end()
        shutil.rmtree(folder, ignore_errors=True)


def under_load(
    scene: Scene, what: str, act: Callable[[], None], *, afterwards: Callable[[Load], None] | None = None
) -> None:
    scene.cluster.until_whole()
    with scene.house.load_on(scene.address) as load:
        until(lambda: len(load.acknowledged) > 20, "records are acknowledged")
        began = time.monotonic()
        act()
        until(lambda: any(at > began + 2 for at in list(load.acknowledged.values())), "it goes on", 120)
        before = len(load.acknowledged)
        until(lambda: len(load.acknowledged) > before + 20, "it goes on well")
        gap = load.gap_s(began)
        if afterwards is not None:
            afterwards(load)
    scene.house.holds()
    report(what, acknowledged=len(load.acknowledged), lost=0, gap=f"{gap:.1f} s", answers=dict(load.answers))


def test_asked_to_hand_over(scene: Scene) -> None:
    under_load(scene, "PostgreSQL: planned switchover by Patroni", scene.cluster.switch_over)


def test_the_leaders_server_is_killed(scene: Scene) -> None:
    def act() -> None:
        psutil.Process(scene.cluster.the_leader().postmaster()).kill()

    under_load(scene, "PostgreSQL: SIGKILL of the leader's postmaster", act)


def test_the_leaders_machine_dies(scene: Scene) -> None:
    dead = scene.cluster.the_leader()

    def act() -> None:
        dead.send(signal.SIGKILL)

    try:
        under_load(scene, "PostgreSQL: SIGKILL of the leader's node (Patroni and server)", act)
    finally:
        assert dead.process is not None
        dead.process.wait(20)
        dead.start()


def test_the_leader_stands_still_and_wakes_up(scene: Scene) -> None:
    """The dangerous one: what wakes up believes to be the leader still. Counted again after the thaw."""
    still = scene.cluster.the_leader()

    def thaw(load: Load) -> None:
        until(lambda: scene.cluster.leader() not in (None, still), "another leads")
        before = set(load.acknowledged)
        still.send(signal.SIGCONT)
        time.sleep(15)
        assert len(load.acknowledged) > len(before)
        assert scene.cluster.leader() is not still
        scene.house.holds()

    try:
        under_load(
            scene, "PostgreSQL: SIGSTOP of the leader's node, SIGCONT once another leads",
            lambda: still.send(signal.SIGSTOP), afterwards=thaw,
        )  # fmt: skip
    finally:
        still.send(signal.SIGCONT)
