"""`xuecheng up`: prepare what is missing, start everything, keep it running, end it cleanly.

The supervisor keeps no state that matters: what must last is in the database. A killed child is started again; after a
SIGKILL of the supervisor itself the next start ends what was left over and goes on.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import IO

import click
import psutil
from rich.console import Console

from xuecheng.config import database, embedded, environment

from .plain import PACKAGE, build_all, migrate_schema

DEFAULT_PORT = 8000
_RESTART_PAUSES_S = (0.5, 1, 2, 5, 10)


class AlreadyRunning(click.ClickException):
    exit_code = 2


@dataclass
class Child:
    """A process we keep running."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    started_at: float = field(default=0.0)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"XUECHENG_IDENTITY": "application", "XUECHENG_LOG_LEVEL": "INFO"},
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  # only a system call; nothing of Python runs there
            )
        self.started_at = time.monotonic()

    def end(self, *, patience_s: float = 15) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _die_with_parent() -> None:
    # Linux only: without it, a SIGKILL of the supervisor leaves the children holding the port.
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def free_port(wanted: int, host: str) -> int:
    """`wanted`, or the next free port above it."""
    for port in range(wanted, wanted + 100):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise click.ClickException(f"No free port between {wanted} and {wanted + 99}; choose another with --port.")


def only_one(home: Path) -> IO[str]:
    """The lock of this home folder: a second supervisor is told where the first one answers."""
    run = home / "run"
    run.mkdir(parents=True, exist_ok=True)
    lock = (run / "up.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        note = run / "address"
        where = f" at {note.read_text()}" if note.exists() else ""
        raise AlreadyRunning(
            f"Xuecheng is running already{where}. Stop it there with Ctrl-C, or with: xuecheng stop"
        ) from error
    return lock


def stop_leftovers(home: Path) -> int:
    """End the processes that an earlier supervisor of this home left behind; answers how many there were."""
    note = home / "run" / "children.json"
    if not note.exists():
        return 0
    ended = 0
    known = json.loads(note.read_text())
    # The supervisor first, or it would start its children again; told to end, it ends them itself.
    for name in sorted(known, key=lambda one: one != "supervisor"):
        pid, started = known[name]
        try:
            process = psutil.Process(pid)
            if abs(process.create_time() - started) > 2:
                continue
            family = [process] if name == "supervisor" else [*process.children(recursive=True), process]
            for one in family:
                one.terminate()
            _gone, alive = psutil.wait_procs(family, timeout=40 if name == "supervisor" else 10)
            for one in alive:
                one.kill()
            ended += 1
        except psutil.NoSuchProcess:
            continue
    note.unlink(missing_ok=True)
    return ended


@click.command()
@click.option(
    "--port",
    type=int,
    default=None,
    help=f"Port of the web server; the next free one from {DEFAULT_PORT} if not given.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--demo", "size", type=click.Choice(["small", "district", "city", "none"]), default="small", show_default=True
)
@click.option("--prepare-only", is_flag=True, help="Prepare everything and end without serving.")
def up(*, port: int | None, host: str, size: str, prepare_only: bool) -> None:
    """Start database, web server and workers. The first start installs nothing more, but builds, migrates and loads."""
    console = Console(highlight=False)
    home = environment.home()
    lock = only_one(home)
    stop_leftovers(home)
    _prepare(console, home, size)
    if prepare_only:
        return
    wanted = port or int(os.environ.get("PORT", DEFAULT_PORT))
    chosen = free_port(wanted, host)
    if chosen != wanted:
        console.print(f"[yellow]Port {wanted} is in use; taking {chosen}.[/]")
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{chosen}/"  # noqa: S104  # compared, not bound
    children = _children(home, host, chosen)
    try:
        _serve(console, home, children, address)
    finally:
        for child in reversed(children):
            child.end()
        (home / "run" / "children.json").unlink(missing_ok=True)
        (home / "run" / "address").unlink(missing_ok=True)
        if database.outside_url() is None:
            embedded.stop(home)
        lock.close()
        console.print("Stopped. Nothing is lost; start again with the same command.")


def _prepare(console: Console, home: Path, size: str) -> None:
    steps: list[tuple[str, Callable[[], object]]] = []
    if database.outside_url() is None:
        steps.append(("Database (embedded PostgreSQL 18)", lambda: embedded.start(home)))
    steps.append(("Pages: styles, icons, languages", build_all))
    steps.append(("Schema", _migrate_if_needed))
    if size != "none":
        steps.append((f"Demonstration city ({size})", lambda: _load_demo_if_empty(size)))
    for number, (what, step) in enumerate(steps, start=1):
        began = time.monotonic()
        with console.status(f"{number}/{len(steps)} {what} …"):
            step()
        console.print(f"[green]✓[/] {number}/{len(steps)} {what} [dim]{time.monotonic() - began:.1f} s[/]")


def _migrate_if_needed() -> None:
    """Migrate unless the last start did so for these very files: asking Django costs seconds on each start."""
    stamp = environment.home() / "run" / "schema.json"
    wanted = {"files": _migration_files(), "applied": _ask_owner("select count(*) from django_migrations")}
    if wanted["applied"] and stamp.exists() and json.loads(stamp.read_text()) == wanted:
        return
    migrate_schema()
    stamp.write_text(json.dumps(wanted | {"applied": _ask_owner("select count(*) from django_migrations")}))


#: Files that a migration runs, or that are brought into the database after each: rights, roles, calendars.
_MIGRATED = (
    "**/migrations/*.py",
    "**/sql/*.sql",
    "config/rights.py",
    "city/access/rules.py",
    "city/workdays/data/*.csv",
)


def _migration_files() -> str:
    """Digest of what migrations come from: our own files, what is loaded after them, versions of other packages."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _MIGRATED for path in PACKAGE.glob(pattern)):
        digest.update(path.name.encode() + path.read_bytes())
    for name in ("django", "django-pghistory", "procrastinate", "django-allauth"):
        digest.update(version(name).encode())
    return digest.hexdigest()


def _ask_owner(question: str) -> object:
    """The one value that answers `question`; None while the table is not there."""
    import psycopg

    place = database.owner(environment.home())
    with (
        suppress(psycopg.Error),
        psycopg.connect(
            host=place["HOST"] or None,
            port=place.get("PORT") or None,
            user=place["USER"] or None,
            password=place.get("PASSWORD") or None,
            dbname=place["NAME"],
        ) as connection,
    ):
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]  # our own literals
        return row[0] if row else None
    return None


def _load_demo_if_empty(size: str) -> None:
    if _ask_owner("select demonstration_size from territories_installation"):
        return
    command = [sys.executable, "-m", "xuecheng.config.cli.run", "demo", "load", "--size", size, "--if-empty"]
    if subprocess.run(command, check=False).returncode:
        # What went wrong stands above, from the program that did it.
        raise click.ClickException(
            "The demonstration city could not be loaded. Start again: it goes on where it stopped."
        )


def _children(home: Path, host: str, port: int) -> list[Child]:
    logs = home / "log"
    python = sys.executable
    return [
        Child(
            "web",
            [
                python,
                "-m",
                "xuecheng.config.cli.run",
                "serve",
                "--host",
                host,
                "--port",
                str(port),
            ],
            logs / "web.log",
        ),
        Child("worker", [python, "-m", "xuecheng.config.cli.worker", "jobs", "2"], logs / "worker.log"),
        Child("routines", [python, "-m", "xuecheng.config.cli.worker", "routines", "1"], logs / "routines.log"),
        Child("errands", [python, "-m", "xuecheng.config.cli.worker", "now,normal", "3"], logs / "errands.log"),
    ]


def _serve(console: Console, home: Path, children: list[Child], address: str) -> None:
    stopping = False

    def _ask_to_stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, _ask_to_stop)
    signal.signal(signal.SIGINT, _ask_to_stop)
    web, *workers = children
    web.start()
    _note(home, children)
    (home / "run" / "address").write_text(address)
    # The list of sign-ins is made beside the web server's start; the workers leave both the processor until it answers.
    sign_ins = _ask_for_sign_ins()
    with console.status("Web server …"):
        _wait_until_it_answers(address, web, should_stop=lambda: stopping)
    if not stopping:
        for worker in workers:
            worker.start()
        _note(home, children)
        _welcome(console, address, sign_ins)
    while not stopping:
        time.sleep(0.5)
        if database.outside_url() is None and not _database_lives(home):
            console.print("[yellow]The database stopped; starting it again.[/]")
            embedded.start(home)
        for child in children:
            _keep(console, home, child, children)


def _keep(console: Console, home: Path, child: Child, children: list[Child]) -> None:
    if child.process is not None and child.process.poll() is None:
        if time.monotonic() - child.started_at > 60:
            child.falls = 0
        return
    pause = _RESTART_PAUSES_S[min(child.falls, len(_RESTART_PAUSES_S) - 1)]
    if time.monotonic() - child.started_at < pause:
        return
    child.falls += 1
    console.print(f"[yellow]{child.name} ended; starting it again. Its log: {child.log}[/]")
    child.start()
    _note(home, children)


def _note(home: Path, children: list[Child]) -> None:
    alive = {"supervisor": (os.getpid(), psutil.Process().create_time())}
    for child in children:
        if child.process is not None:
            try:
                alive[child.name] = (child.process.pid, psutil.Process(child.process.pid).create_time())
            except psutil.NoSuchProcess:
                continue
    (home / "run" / "children.json").write_text(json.dumps(alive))


def _database_lives(home: Path) -> bool:
    file = home / "database" / "18" / "postmaster.pid"
    try:
        return bool(psutil.pid_exists(int(file.read_text().split("\n", 1)[0])))
    except (OSError, ValueError):
        return False


def _wait_until_it_answers(address: str, web: Child, *, should_stop: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not should_stop():
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  # our own address
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
            if web.process is not None and web.process.poll() is not None:
                break
    if not should_stop():
        tail = "\n".join(web.log.read_text(errors="replace").splitlines()[-15:]) if web.log.exists() else ""
        raise click.ClickException(f"The web server does not answer. The end of {web.log}:\n{tail}")


def _ask_for_sign_ins() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "xuecheng.config.cli.run", "demo", "accounts"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _welcome(console: Console, address: str, sign_ins: subprocess.Popen[str]) -> None:
    console.print()
    console.print(f"学城 Xuecheng is running: [bold underline]{address}[/]")
    answer, _errors = sign_ins.communicate()
    if sign_ins.returncode == 0:
        console.print(answer.rstrip(), markup=False)
    console.print("[dim]Ctrl-C stops everything.[/]")
