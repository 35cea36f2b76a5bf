"""Processes that stand still: SIGSTOP and SIGCONT. Frozen is worse than dead, for nobody is told (REL §2.4)."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil


def family(pid: int) -> list[psutil.Process]:
    """A process and all that came of it, the eldest first."""
    eldest = psutil.Process(pid)
    return [eldest, *eldest.children(recursive=True)]


def send_to(processes: list[psutil.Process], number: signal.Signals) -> None:
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(number)


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Within, the process and its children do nothing; they keep their connections and their locks."""
    stopped = family(pid)
    send_to(stopped, signal.SIGSTOP)
    try:
        yield
    finally:
        # Those that came of it meanwhile cannot be: it stood still.
        send_to(stopped, signal.SIGCONT)


def kill(pid: int) -> None:
    """SIGKILL to the process and its children, and wait until they are gone."""
    gone = family(pid)
    send_to(gone, signal.SIGKILL)
    psutil.wait_procs(gone, timeout=20)
