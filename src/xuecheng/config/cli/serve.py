"""`xuecheng serve`: the web process of production: granian, numbers of several processes added up, an orderly end.

Told to end (SIGTERM), `/readyz` answers 503 at once while everything else is still answered; after the drain time the
processes take no new requests, finish those they have, and the exit code is 0 (REL-06).
"""

from __future__ import annotations

import errno
import os
import socket
import time
from importlib import import_module
from pathlib import Path

import click

from xuecheng.config import environment


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on: the proxy's side.")
@click.option("--port", default=8000, show_default=True, type=int)
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="About one a core.")
@click.option("--threads", default=6, show_default=True, type=click.IntRange(1, 64), help="Requests at once, each.")
@click.option(
    "--drain", default=0, show_default=True, type=click.IntRange(0, 60), help="Seconds that /readyz is red first."
)
def serve(*, host: str, port: int, processes: int, threads: int, drain: int) -> None:
    """Serve pages: what systemd starts. Needs a migrated database; `up` is for trying."""
    # Read here first: a process that cannot read them would end and be started again, for ever.
    import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    _refuse_taken(host, port)
    # Before the server loads the application: the numbers of each process go to files of this folder.
    folder = _fresh_folder(environment.home() / "run" / f"web-{port}")
    stopping = folder / "stopping"
    os.environ |= {"PROMETHEUS_MULTIPROC_DIR": str(folder), "XUECHENG_STOPPING": str(stopping)}
    from granian.constants import Interfaces
    from granian.server.mp import MPServer

    class Draining(MPServer):
        """Says that it is about to stop before it stops."""

        def shutdown(self, exit_code: int = 0) -> None:
            """Turn `/readyz` red, wait until the proxy has seen it, then end in order."""
            stopping.touch()
            time.sleep(drain)
            super().shutdown(exit_code)  # type: ignore[no-untyped-call]  # untyped there

    Draining(
        "xuecheng.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        # A page's statement ends after XUECHENG_PAGE_SECONDS; whoever takes longer than this has no hope.
        workers_kill_timeout=30,
        log_dictconfig=_LOG,
    ).serve()


class NoSuchPlace(click.ClickException):
    exit_code = 2


def _refuse_taken(host: str, port: int) -> None:
    """The server would share its port with a process that has it already; each would answer half."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            remedy = {
                errno.EADDRINUSE: f"End what listens there (ss -ltnp 'sport = :{port}'), or choose another --port.",
                errno.EACCES: "Ports below 1024 are the proxy’s; choose a --port from 1024 on.",
            }.get(error.errno or 0, "Is --host an address of this machine?")
            raise NoSuchPlace(f"{host}:{port} cannot be listened at: {error.strerror or error}. {remedy}") from error


def _fresh_folder(folder: Path) -> Path:
    """Without what an earlier server left: its counts would be added to ours, and its end be taken for ours."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in (*folder.glob("*.db"), folder / "stopping"):
        one.unlink(missing_ok=True)
    return folder


#: The server's own few words in the shape of all others.
_LOG = {"formatters": {name: {"()": "xuecheng.config.logs.Line"} for name in ("generic", "access")}}
