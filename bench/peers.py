"""A program of `bench/apart` that runs beside the measurement and answers it line by line."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]


class Peer:
    """A running program; it ends with the command, or when told to."""

    def __init__(self, program: str, *, environment: dict[str, str], log: Path) -> None:
        self._log = log
        path = os.pathsep.join([*filter(None, sys.path), str(CHECKOUT)])
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", f"bench.apart.{program}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=os.environ | {"PYTHONPATH": path} | environment,
            )
        atexit.register(self.end)

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """What the program answers to one wish. Raises `RuntimeError` with the end of its log if it died."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        process.stdin.flush()
        if line := process.stdout.readline():
            answer: dict[str, Any] = json.loads(line)
            return answer
        process.wait(10)
        raise RuntimeError("\n".join(self._log.read_text(errors="replace").splitlines()[-15:]))

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
