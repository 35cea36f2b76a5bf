"""A line of the log: one JSON object, its moment in UTC, whatever was logged on one line."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class Line(logging.Formatter):
    """`{"at": …, "level": …, "logger": …, "message": …, "trace": …}`; line ends within are escaped by JSON itself."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
