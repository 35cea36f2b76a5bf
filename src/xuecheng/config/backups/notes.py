"""Notes of restore drills, a line each, in the folder of backups: whoever watches it sees them, on any machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .folder import Backups


@dataclass(frozen=True)
class Drill:
    """A note of a drill: when, of which backup, how long it took, what state was found, what was not well."""

    at: datetime
    backup: str
    seconds: float
    state: str
    wrong: list[str]


def note(backups: Backups, told: dict[str, Any]) -> None:
    with backups.drills().open("a", encoding="utf-8") as file:
        file.write(json.dumps(told, ensure_ascii=False) + "\n")


def last(backups: Backups) -> Drill | None:
    """The newest drill that is noted, whatever it found; None if there is none."""
    try:
        lines = backups.drills().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        try:
            told = json.loads(line)
            return Drill(
                datetime.fromisoformat(told["at"]), told["backup"], told["seconds"], told["state"], told["wrong"]
            )
        except (ValueError, KeyError):
            continue  # a line that was being written
    return None
