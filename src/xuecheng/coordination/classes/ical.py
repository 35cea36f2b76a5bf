"""Timetables as calendars read them: iCalendar, RFC 5545."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from xuecheng.coordination.classes.models import ClassSession

TYPE = "text/calendar; charset=utf-8"
_WIDEST = 75
"""Octets of a line without its end (§3.1)."""


def calendar_of(name: str, sessions: Iterable[ClassSession], *, at: datetime, host: str) -> str:
    """A calendar of sessions, called `name`. `host` makes the ids of events unique in the world (§3.8.4.7)."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Xuecheng//Timetable//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H",
    ]  # fmt: skip
    for one in sessions:
        lines += _event(one, at=at, host=host)
    lines.append("END:VCALENDAR")
    return "".join(folded(line) + "\r\n" for line in lines)


def _event(session: ClassSession, *, at: datetime, host: str) -> list[str]:
    row = session.course_class
    is_off = session.state == ClassSession.State.CANCELLED or row.state == "cancelled"
    found = [
        "BEGIN:VEVENT",
        f"UID:{session.public_id}@{host}",
        f"DTSTAMP:{_utc(at)}",
        f"DTSTART:{_utc(session.during.lower)}",
        f"DTEND:{_utc(session.during.upper)}",
        f"SUMMARY:{escaped(f'{row.title} ({session.number})')}",
    ]
    if session.space is not None:
        place = f"{session.space.venue.name} {session.space.name}, {session.space.venue.address}"
        found.append(f"LOCATION:{escaped(place)}")
    if session.topic:
        found.append(f"DESCRIPTION:{escaped(session.topic)}")
    found += [f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}", "END:VEVENT"]
    return found


def escaped(text: str) -> str:
    """A text value (§3.3.11): no line of its own, no separator; signs of control are gone."""
    kept = "".join(sign for sign in text.replace("\r\n", "\n") if sign in "\n\t" or sign.isprintable())
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n").replace("\t", " ")


def folded(line: str) -> str:
    """A content line of at most 75 octets, cut between signs; what follows begins with a blank (§3.1)."""
    parts: list[str] = []
    part, width = "", 0
    for sign in line:
        size = len(sign.encode())
        if width + size > _WIDEST:
            parts.append(part)
            part, width = " ", 1
        part += sign
        width += size
    return "\r\n".join([*parts, part])


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
