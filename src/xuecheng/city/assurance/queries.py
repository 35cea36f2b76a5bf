"""The list as the release brings it: the standard in one file, our judgements in another."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from .rules import LegalPoint, Requirement

DATA = Path(__file__).parent / "data"
STANDARD, JUDGEMENTS, LAW = DATA / "asvs-5.0.0.csv", DATA / "judgements.csv", DATA / "law.csv"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def requirements() -> tuple[Requirement, ...]:
    """Those of levels 1 and 2, in the standard's order. A judgement that is missing is our mistake."""
    judged = {row["id"]: row for row in _rows(JUDGEMENTS)}
    return tuple(
        Requirement(
            id=row["req_id"],
            chapter=row["chapter_id"],
            section=row["section_name"],
            text=row["req_description"],
            level=int(row["L"]),
            applies=judged[row["req_id"]]["applies"],
            state=judged[row["req_id"]]["state"],
            control=judged[row["req_id"]]["control"],
            control_zh=judged[row["req_id"]]["control_zh"],
            where=tuple(judged[row["req_id"]]["where"].split()),
            test=judged[row["req_id"]]["test"],
            why_en=judged[row["req_id"]]["why_en"],
            why_zh=judged[row["req_id"]]["why_zh"],
        )
        for row in _rows(STANDARD)
        if row["L"] in ("1", "2")
    )


@cache
def legal_points() -> tuple[LegalPoint, ...]:
    """Points of law that are parameters here."""
    return tuple(LegalPoint(**row) for row in _rows(LAW))
