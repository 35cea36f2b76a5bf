"""PostgreSQL as three nodes that Patroni keeps, one etcd, HAProxy before them: on one machine, for a drill (REL §2.3)."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import requests

from faults.frozen import family

from .house import ROOT, free_port, until

PASSWORD = "only-for-the-drill"
TTL_S = 20
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
_NODE = """
scope: drill
name: {name}
restapi: {{listen: "127.0.0.1:{rest}", connect_address: "127.0.0.1:{rest}"}}
etcd3: {{host: "127.0.0.1:{etcd}"}}
bootstrap:
  dcs:
    ttl: {ttl}
    loop_wait: 3
    retry_timeout: 5
    primary_start_timeout: 60
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      parameters: {{max_connections: 60, shared_buffers: 64MB, max_wal_size: 1GB}}
  initdb: [{{encoding: UTF8}}, {{locale: C.UTF-8}}, data-checksums]
postgresql:
  listen: "127.0.0.1:{port}"
  connect_address: "127.0.0.1:{port}"
  data_dir: {folder}/data
  bin_dir: {programs}
  pgpass: {folder}/pgpass
  pg_hba:
    - local all all trust
    - host all all 127.0.0.1/32 md5
    - host replication all 127.0.0.1/32 md5
  pg_ctl_timeout: 120
  parameters: {{unix_socket_directories: "{folder}"}}
  authentication:
    superuser: {{username: postgres, password: {password}}}
    replication: {{username: replicator, password: {password}}}
    rewind: {{username: rewinder, password: {password}}}
"""
_PROXY = """
defaults
  mode tcp
  timeout connect 2s
  timeout client 10m
  timeout server 10m
listen writes
  bind 127.0.0.1:{port}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
"""


def why_not() -> str:
    """What is missing for the drill; "" if nothing."""
    for program, package in (("etcd", "etcd-server"), ("haproxy", "haproxy")):
        if shutil.which(program) is None:
            return f"{program} is missing and cannot be installed here: apt-get install {package}"
    if not any(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        return "PostgreSQL is missing and cannot be installed here: apt-get install postgresql"
    if not (patroni_folder() / "patroni").exists():
        return "Patroni is missing and cannot be installed here: pip install -r requirements/drill.txt"
    if os.getuid():
        return "it starts servers as the user postgres, which only root can"
    # Patroni starts the server through its own interpreter; one in somebody's home is out of reach and it would wait for ever.
    python = shlex.quote(str(patroni_folder() / "python"))
    if subprocess.run(
        [*AS_POSTGRES, "sh", "-c", f"cd / && exec {python} -c ''"], check=False, capture_output=True
    ).returncode:
        return "the user postgres cannot run Patroni's Python: remove var/drill-venv and install Debian's python3-venv"
    return ""


def patroni_folder() -> Path:
    return ROOT / "var" / "drill-venv" / "bin"


class Node:
    def __init__(self, cluster: Cluster, name: str) -> None:
        self.name, self.port, self.rest = name, free_port(), free_port()
        self.folder = cluster.folder / name
        self.folder.mkdir()
        self.configuration = self.folder / "patroni.yml"
        self.configuration.write_text(
            _NODE.format(
                name=name, rest=self.rest, etcd=cluster.etcd_port, port=self.port, folder=self.folder, ttl=TTL_S,
                programs=cluster.programs, password=PASSWORD,
            )
        )  # fmt: skip
        shutil.chown(self.folder, "postgres", "postgres")
        self.folder.chmod(0o750)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [*AS_POSTGRES, str(patroni_folder() / "patroni"), str(self.configuration)]
        with (self.folder.parent / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                words, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            )  # fmt: skip

    def says(self) -> dict[str, Any]:
        with suppress(requests.RequestException, ValueError):
            found: dict[str, Any] = requests.get(f"http://127.0.0.1:{self.rest}/patroni", timeout=2).json()
            return found
        return {}

    def postmaster(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])

    def everything(self) -> list[psutil.Process]:
        """Patroni, the server, and all that came of them."""
        found = family(self.process.pid) if self.process is not None else []
        with suppress(OSError, psutil.NoSuchProcess):
            found += family(self.postmaster())
        return list({one.pid: one for one in found}.values())

    def send(self, number: int) -> None:
        for one in self.everything():
            with suppress(psutil.NoSuchProcess):
                one.send_signal(number)


class Cluster:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        self.programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
        self.etcd_port, peer, self.port = free_port(), free_port(), free_port()
        self.others: list[subprocess.Popen[bytes]] = []
        self._start(
            "etcd", "--data-dir", str(folder / "etcd"), "--listen-client-urls", f"http://127.0.0.1:{self.etcd_port}",
            "--advertise-client-urls", f"http://127.0.0.1:{self.etcd_port}", "--listen-peer-urls",
            f"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
            "--initial-cluster", f"default=http://127.0.0.1:{peer}", "--unsafe-no-fsync",
        )  # fmt: skip
        self.nodes = [Node(self, name) for name in ("one", "two", "three")]
        for node in self.nodes:
            node.start()
        servers = "".join(f"  server {one.name} 127.0.0.1:{one.port} check port {one.rest}\n" for one in self.nodes)
        (folder / "haproxy.cfg").write_text(_PROXY.format(port=self.port, servers=servers))
        self._start("haproxy", "-f", str(folder / "haproxy.cfg"))

    def _start(self, *command: str) -> None:
        with (self.folder / f"{command[0]}.log").open("ab") as log:
            self.others.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True))

    def leader(self) -> Node | None:
        """Who has the leader's key and answers so."""
        leaders = [one for one in self.nodes if one.says().get("role") in ("primary", "master")]
        return leaders[0] if len(leaders) == 1 else None

    def the_leader(self) -> Node:
        until(self.leader, "there is one leader", 120)
        found = self.leader()
        assert found is not None
        return found

    def until_whole(self, patience_s: float = 180) -> None:
        """One leader, two that follow it, one of them in step with each commit."""

        def is_whole() -> bool:
            node = self.leader()
            said = node.says() if node else {}
            streams = [one for one in said.get("replication", []) if one["state"] == "streaming"]
            return len(streams) == 2 and any(one["sync_state"] in ("sync", "quorum") for one in streams)

        until(is_whole, "the cluster is whole", patience_s)

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{PASSWORD}@127.0.0.1:{self.port}/xuecheng"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        deadline = time.monotonic() + 60
        while True:
            try:
                return psycopg.connect(
                    host="127.0.0.1", port=self.port, user="postgres", password=PASSWORD, dbname=database,
                    autocommit=True, connect_timeout=3,
                )  # fmt: skip
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def switch_over(self) -> None:
        """As an operator asks for it, to be taken over by the one in step."""
        node = self.the_leader()
        answer = requests.post(
            f"http://127.0.0.1:{node.rest}/switchover", data=json.dumps({"leader": node.name}), timeout=60
        )
        assert answer.status_code == 200, answer.text

    def end(self) -> None:
        for node in self.nodes:
            node.send(signal.SIGCONT)  # whoever stands still could not end
            everything = node.everything()
            for one in everything:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            if node.process is not None:
                node.process.wait(20)
            psutil.wait_procs(everything, timeout=20)
        for other in self.others:
            other.kill()
            other.wait(20)
