"""What was looked at and what was found: the faults by place, and counts by judge and view."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """An address with the way it was looked at → what is wrong; each judge's looks and findings in each view."""

    wrong: dict[str, list[Any]] = field(default_factory=dict)
    counts: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    lowest: dict[str, int] = field(default_factory=dict)
    photographs: int = 0

    def add(self, where: str, *what: object) -> None:
        """Something wrong that no judge of the table found."""
        self.wrong.setdefault(where, []).extend(what)

    def saw(self, judge: str, view: str, where: str, what: list[Any]) -> None:
        """`judge` looked once, and found `what`."""
        count = self.counts.setdefault(judge, {}).setdefault(view, [0, 0])
        count[0] += 1
        count[1] += len(what)
        if what:
            self.add(where, *what)

    def scored(self, name: str, score: int) -> None:
        """One of Lighthouse's scores of a page; the lowest is told."""
        self.lowest[name] = min(score, self.lowest.get(name, 100))

    def take_in(self, other: dict[str, Any]) -> None:
        """Another report, as `as_json` gave it."""
        for where, what in other["wrong"].items():
            self.add(where, *what)
        for judge, views in other["counts"].items():
            for view, (looks, findings) in views.items():
                count = self.counts.setdefault(judge, {}).setdefault(view, [0, 0])
                count[0] += looks
                count[1] += findings
        for name, score in other["lowest"].items():
            self.scored(name, score)
        self.photographs += other["photographs"]

    def as_json(self) -> dict[str, Any]:
        return {
            "wrong": self.wrong,
            "counts": self.counts,
            "lowest": self.lowest,
            "photographs": self.photographs,
        }

    def table(self) -> str:
        """Markdown: a row a judge, a column a view, `looks: findings`."""
        views = list(dict.fromkeys(view for some in self.counts.values() for view in some))
        rows = [f"| judge | {' | '.join(views)} |", f"|---|{'---|' * len(views)}"]
        for judge, some in self.counts.items():
            cells = (f"{some[view][0]}: {some[view][1]}" if view in some else "" for view in views)
            rows.append(f"| {judge} | {' | '.join(cells)} |")
        rows += [f"Lowest of Lighthouse: {self.lowest}"] if self.lowest else []
        return "\n".join(rows)
