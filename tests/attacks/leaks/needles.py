"""What must stand nowhere, in every form in which it could, and where it was looked for."""

from __future__ import annotations

import base64
import logging
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection

SHORT = 9
"""Needles of so few signs are found only by themselves, never within a longer row of digits or letters."""


def forms_of(needle: str) -> set[str]:
    """A needle as it may be written: as it is, for addresses, as hexadecimal, in base64 wherever it begins."""
    raw = needle.encode()
    found = {needle, needle.lower(), quote(needle, safe="")}
    if len(needle) >= SHORT:
        found |= {raw.hex(), raw.hex().upper()}
        for shift in range(3):
            # The signs that hold bits of the needle alone, whatever stands before and behind it.
            text = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
            kept = text[-(-shift * 8 // 6) : len(raw) * 8 // 6]
            found |= {kept, kept.replace("+", "-").replace("/", "_")}
    return found


def _pattern(needle: str) -> re.Pattern[str]:
    parts = "|".join(sorted(map(re.escape, forms_of(needle)), key=len, reverse=True))
    return re.compile(rf"(?<![0-9A-Za-z.])(?:{parts})(?![0-9A-Za-z])" if len(needle) < SHORT else parts)


@dataclass
class Search:
    """Needles by name, and texts by place. `found` tells which needle stands where it must not."""

    needles: dict[str, str] = field(default_factory=dict)
    allowed: dict[tuple[str, str], str] = field(default_factory=dict)
    """(beginning of a needle's name, beginning of a place) → why it stands there."""
    texts: list[tuple[str, str]] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)

    def hide(self, **needles: str) -> None:
        for name, needle in needles.items():
            assert len(needle) >= 6, f"the needle {name} is too short to be told from chance"
            self.needles[name] = needle

    def look(self, place: str, text: object) -> None:
        self.texts.append((place, str(text)))

    def look_at(self, answer: Any) -> Any:
        """An answer of the site: its address, its headers, its text."""
        asked = f"{answer.request['PATH_INFO']}?{answer.request.get('QUERY_STRING', '')}"
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        self.look("address asked", asked)
        self.look("address led to", answer.headers.get("Location", ""))
        headers = {name: value for name, value in answer.headers.items() if name != "Location"}
        self.look(f"headers {answer.request['PATH_INFO']}", headers)
        self.look(f"page {answer.status_code} {answer.request['PATH_INFO']}", content.decode(errors="replace"))
        return answer

    def look_into_the_database(self) -> None:
        """A dump: every row of every table as text, and what sessions hold, opened."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select quote_ident(schemaname) || '.' || quote_ident(tablename), tablename from pg_tables"
                " where schemaname not in ('pg_catalog', 'information_schema')"
            )
            for table, name in cursor.fetchall():
                cursor.execute(f"select coalesce(string_agg(t::text, E'\\n'), '') from {table} t")
                self.look(f"table {name}", cursor.fetchone()[0])
        for session in Session.objects.all():
            self.look("session, opened", SessionStore().decode(session.session_data))

    def look_into_the_log(self, records: list[logging.LogRecord]) -> None:
        for record in records:
            text = f"{record.getMessage()} {record.args} {record.exc_text or ''} {vars(record).get('extra', '')}"
            self.look(f"log {record.name}", text)

    def found(self) -> list[str]:
        """Each needle with each place where it must not stand."""
        leaks = []
        for name, needle in self.needles.items():
            pattern = _pattern(needle)
            for place, text in self.texts:
                if pattern.search(text) and not self._may(name, place):
                    leaks.append(f"{name} stands in {place}")
        return sorted(set(leaks))

    def _may(self, name: str, place: str) -> bool:
        for pair in self.allowed:
            if name.startswith(pair[0]) and place.startswith(pair[1]):
                self.used.add(pair)
                return True
        return False
