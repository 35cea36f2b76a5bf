"""Transcripts as PDF, from the snapshot."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, override, pgettext

from xuecheng.learning.creditbank.rules import shown_card_number
from xuecheng.web.templatetags.xc import credits as shown
from xuecheng.web.templatetags.xc import date_only

from .glyphs import printable
from .models import Transcript
from .typesetting import qr_svg, typeset

_FOLDER = Path(__file__).resolve().parent / "typst"


def transcript_pdf(transcript: Transcript, *, verify_url: str) -> bytes:
    """The transcript on A4, always the same for the same snapshot and address."""
    with override(transcript.language):
        data = _printed(transcript, verify_url)
    return typeset(_FOLDER / "transcript.typ", data, at=transcript.issued_at)


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
            *([[pgettext("transcript", "Covers"), printable(content["covers"])]] if content.get("covers") else []),
            *([[gettext("Purpose"), printable(content["purpose"])]] if content.get("purpose") else []),
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
        "qr": qr_svg(verify_url),
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
