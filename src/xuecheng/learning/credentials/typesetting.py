"""Sheets of paper as PDF: typeset by Typst with the fonts of a wheel embedded, tagged for readers."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst

from .glyphs import further_fonts


@cache
def fonts() -> typst.Fonts:
    """For the process: they are 20 MB and are read once."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[pylopdf_fonts_zh_cn.sans_path().parent, *({font.parent for font in further_fonts()})],
    )


@cache
def compiler(folder: Path) -> typst.Compiler:
    """One compiler of a folder of templates."""
    return typst.Compiler(root=folder, font_paths=fonts(), ignore_system_fonts=True)


def typeset(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of a template with its data (`sys.inputs.data`, one JSON text); always the same for the same and `at`."""
    made = compiler(template.parent).compile(
        input=template,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst answered no document")
    return made


def qr_svg(text: str) -> str:
    """A QR code as the templates take it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True, dark="#000")
    return out.getvalue().decode()
