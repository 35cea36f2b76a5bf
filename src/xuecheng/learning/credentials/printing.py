"""Transcripts as PDF: typeset by Typst from the snapshot, with the fonts of a wheel embedded, tagged for readers."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst
from django.utils.translation import gettext, override

from xuecheng.learning.creditbank.rules import shown_card_number
from xuecheng.web.templatetags.xc import credits as shown
from xuecheng.web.templatetags.xc import date_only

from .glyphs import further_fonts, printable
from .models import Transcript

_FOLDER = Path(__file__).resolve().parent / "typst"


@cache
def _compiler() -> typst.Compiler:
    """One compiler for the process: the fonts are 20 MB and are read once."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[pylopdf_fonts_zh_cn.sans_path().parent, *({font.parent for font in further_fonts()})],
    )
    return typst.Compiler(root=_FOLDER, font_paths=fonts, ignore_system_fonts=True)


def transcript_pdf(transcript: Transcript, *, verify_url: str) -> bytes:
    """The transcript on A4, always the same for the same snapshot and address."""
    with override(transcript.language):
        data = json.dumps(_printed(transcript, verify_url), ensure_ascii=False)
    return typeset(_FOLDER / "transcript.typ", data, at=transcript.issued_at)


def typeset(template: Path, data: str, *, at: datetime) -> bytes:
    """A document as PDF by a template that reads its JSON text from `sys.inputs.data`; the same for the same words.

    Floors above print theirs by it too: the fonts are read once for all.
    """
    made = _compiler().compile(
        input=template.read_bytes(), format="pdf", sys_inputs={"data": data}, timestamp=int(at.timestamp())
    )
    if not isinstance(made, bytes):
        raise TypeError("typst answered no document")
    return made


def _printed(transcript: Transcript, verify_url: str) -> dict[str, Any]:
    """Everything the template prints, in words of the transcript's language."""
    content = transcript.snapshot
    return {
        "lang": "en" if transcript.language == "en" else "zh",
        "title": gettext("Learning transcript"),
        "issuer": gettext("%(city)s Lifelong Learning Credit Bank") % {"city": content["city"]},
        "facts": [
            [gettext("Holder"), printable(content["holder"])],
            *([[gettext("Card number"), shown_card_number(content["card_number"])]] if content["card_number"] else []),
            [gettext("Issued on"), _day(content["issued_on"])],
            [gettext("Verification code"), transcript.code],
        ],
        "tables": [_table(table) for table in content["frameworks"]],
        "note": gettext(
            "This transcript lists the credits that stood on the account on the day of issue. Each was posted to a"
            " sealed ledger under the rule named beside it. Whether anything changed since is answered under the code"
            " below."
        ),
        "demonstration": gettext("Demonstration: the person and the records are made up.")
        if content["is_demonstration"]
        else "",
        "code": transcript.code,
        "url": verify_url,
        "verify": gettext("Verify at"),
        "page": gettext("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "qr": _qr(verify_url),
        "qr_alt": gettext("QR code of the address at which this transcript is verified"),
    }


def _table(table: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": table["name"],
        "head": [
            gettext("What was learnt"),
            gettext("Where"),
            gettext("Ended on"),
            gettext("Kind"),
            gettext("Level"),
            gettext("Rule"),
            gettext("Credits"),
        ],
        "rows": [
            [
                printable(line["title"]),
                printable(line["institution"]),
                _day(line["ended_on"]),
                line["kind"],
                line["level"],
                line["rule"],
                shown(line["credits"]),
            ]
            for line in table["lines"]
        ],
        "totals_title": gettext("Totals by kind and level"),
        "totals_head": [gettext("Kind"), gettext("Level"), gettext("Credits")],
        "totals": [[one["kind"], one["level"], shown(one["credits"])] for one in table["totals"]],
        "total": [gettext("Together"), shown(table["total"])],
    }


def _day(iso: str) -> str:
    return date_only(date.fromisoformat(iso))


def _qr(text: str) -> str:
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True, dark="#000")
    return out.getvalue().decode()
