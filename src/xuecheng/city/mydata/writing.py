"""The archive itself: a ZIP with pages to read and print, tables for machines, and files, written front to back."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.template.loader import render_to_string
from django.utils.translation import override

from . import parts as registry
from .parts import Part, Sheet, Subject
from .rows import both
from .words import TECHNICAL

SCHEMA = "xuecheng.mydata"
VERSION = 1


def write_archive(
    file: Any, *, subject: Subject, name: str, made_at: datetime, after_part: Callable[[int, int], None]
) -> dict[str, int]:
    """Write all parts into `file`, which need not seek. Answers the number of rows of each part."""
    parts = registry.all_parts()
    counts: dict[str, int] = {}
    kept: list[dict[str, Any]] = []
    with zipfile.ZipFile(cast("BinaryIO", file), "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate(parts, start=1):
            tables = _write_part(archive, part, subject)
            files = _write_files(archive, part, subject)
            counts[part.name] = sum(table["rows"] for table in tables)
            kept.append(
                {"name": part.name, "label": both(part.label), "rows": counts[part.name], "files": files}
                | {"data": f"data/{part.name}.json", "page": f"pages/{part.name}.html", "tables": tables}
            )
            after_part(number, len(parts))
        left_out: list[dict[str, Any]] = [
            {"table": model, "field": field, "why": both(why)} for model, field, why in registry.left_out()
        ]
        manifest = {"schema": SCHEMA, "version": VERSION, "made_at": made_at.isoformat(), "parts": kept}
        _text(archive, "manifest.json", json.dumps(manifest | {"left_out": left_out}, ensure_ascii=False, indent=1))
        _text(archive, "schema.json", json.dumps(described(), ensure_ascii=False, indent=1))
        reasons = {str(one["why"]): one["why"] for one in left_out}
        facts = {"parts": kept, "left_out": reasons.values(), "name": name, "made_at": made_at, "version": VERSION}
        _text(archive, "index.html", render_to_string("mydata/archive/index.html", facts))
    return counts


def _text(archive: zipfile.ZipFile, path: str, text: str) -> None:
    archive.writestr(path, text)


def _write_part(archive: zipfile.ZipFile, part: Part, subject: Subject) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = []
    with archive.open(f"data/{part.name}.json", "w", force_zip64=True) as entry:
        head = {"schema": SCHEMA, "version": VERSION, "part": part.name, "label": both(part.label)}
        entry.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "tables": [')
        for number, sheet in enumerate(part.collect(subject)):
            entry.write(b",\n" if number else b"\n")
            tables.append(_write_table(entry, sheet))
        entry.write(b"\n]}\n")
    with archive.open(f"pages/{part.name}.html", "w", force_zip64=True) as entry:
        for piece in _page(part, subject):
            entry.write(piece.encode())
    return tables


def _write_table(entry: Any, sheet: Sheet) -> dict[str, Any]:
    fields = [{"name": name, "label": both(label)} for name, label in sheet.fields]
    head = {"table": sheet.name, "label": both(sheet.label), "fields": fields}
    entry.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": [')
    count = 0
    for row in sheet.rows():
        entry.write((b",\n" if count else b"\n") + json.dumps(row, ensure_ascii=False).encode())
        count += 1
    entry.write(b"]}")
    return {"table": sheet.name, "label": both(sheet.label), "rows": count}


def _page(part: Part, subject: Subject) -> Iterator[str]:
    """The page of a part, in pieces: the same rows once more, for the eye."""
    with override("zh-hans"):
        yield render_to_string("mydata/archive/head.html", {"label": both(part.label)})
        for sheet in part.collect(subject):
            fields = [(name, both(label)) for name, label in sheet.fields if name not in TECHNICAL]
            is_empty = True
            for row in sheet.rows():
                if is_empty:
                    facts = {"label": both(sheet.label), "is_history": sheet.name.endswith("event")}
                    yield render_to_string("mydata/archive/table.html", facts)
                is_empty = False
                cells = [
                    (label, _shown(row.get(name))) for name, label in fields if row.get(name) not in (None, "", [])
                ]
                yield render_to_string("mydata/archive/row.html", {"cells": cells})
            if not is_empty:
                yield "</section>\n"
        yield "</main></body></html>\n"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是 Yes" if value else "否 No"
    if value == "me":
        return "本人 me"
    if isinstance(value, dict) and value.keys() == {"code", "zh", "en"}:
        return f"{value['zh']} {value['en']}"
    if isinstance(value, dict) and value.keys() == {"begins", "ends"}:
        return f"{value['begins'] or '…'} – {value['ends'] or '…'}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _write_files(archive: zipfile.ZipFile, part: Part, subject: Subject) -> list[str]:
    paths: list[str] = []
    for file in part.files(subject) if part.files else ():
        path = f"files/{part.name}/{file.path}"
        with archive.open(path, "w", force_zip64=True) as entry:
            for chunk in file.chunks():
                entry.write(chunk)
        paths.append(path)
    return paths


def described() -> dict[str, Any]:
    """JSON Schema of a file in `data/`."""
    text = {
        "type": "object",
        "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
        "required": ["zh", "en"],
    }
    field = {"type": "object", "properties": {"name": {"type": "string"}, "label": text}, "required": ["name", "label"]}
    table = {
        "type": "object",
        "properties": {
            "table": {"type": "string"},
            "label": text,
            "fields": {"type": "array", "items": field},
            "rows": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["table", "label", "fields", "rows"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{SCHEMA} {VERSION}",
        "description": "One part of what is kept of a person. Times are ISO 8601; "
        "a period is {begins, ends}, half-open; a choice is {code, zh, en}; "
        "“me” is the person; credits are hundredths; other people's names are masked.",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "version": {"const": VERSION},
            "part": {"type": "string"},
            "label": text,
            "tables": {"type": "array", "items": table},
        },
        "required": ["schema", "version", "part", "label", "tables"],
    }
