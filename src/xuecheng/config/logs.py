"""A line of the log: one JSON object, its moment in UTC, whatever was logged on one line (OPS-01)."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from xuecheng.web import events

_MASKED = "…"
# What identifies people wherever it turns up in words or in a trace. Numbers within our
# ids have letters or dashes beside them.
_PERSONAL = re.compile(r"(?<![\w-])(?:\d{17}[\dXx]|(?:\+?86[- ]?)?1[3-9]\d{9})(?![\w-])|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# PostgreSQL repeats values of the row there: "DETAIL:  Key (name)=(…) already exists."
_ROW = re.compile(r"^(\s*(?:DETAIL|CONTEXT|LINE \d+):).*$", re.MULTILINE)


class Line(logging.Formatter):
    """`{"at", "level", "event", "logger", "process", "message", facts …, "trace"}`; JSON escapes line ends."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": events.event_of(record),
            "logger": record.name,
            "process": record.process,
            "message": without_people(record.getMessage()),
        }
        line |= events.facts_of(record)
        if record.exc_info:
            line["trace"] = without_people(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def without_people(text: str) -> str:
    """`text` without identity and telephone numbers, e-mail addresses, and what the database tells of a row."""
    return _PERSONAL.sub(_MASKED, _ROW.sub(rf"\1 {_MASKED}", text))
