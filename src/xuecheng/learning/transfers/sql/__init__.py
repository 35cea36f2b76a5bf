"""Functions and triggers as versioned SQL, loaded by migrations. A file that a release has run is never edited."""

from __future__ import annotations

from pathlib import Path


def text(name: str) -> str:
    """The SQL of the file `name` of this folder."""
    return (Path(__file__).resolve().parent / name).read_text(encoding="utf-8")
