"""Certificates of service as PDF (V-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext, ngettext, override, pgettext

from xuecheng.learning.credentials.glyphs import printable
from xuecheng.learning.credentials.typesetting import qr_svg, typeset
from xuecheng.web.templatetags.xc import date_only, hours

from .models import Certificate

_TEMPLATE = Path(__file__).resolve().parent / "typst" / "certificate.typ"


def certificate_pdf(certificate: Certificate, *, verify_url: str) -> bytes:
    """The certificate on A4, always the same for the same one."""
    with override(certificate.language):
        data = _printed(certificate, verify_url if certificate.code else "")
    return typeset(_TEMPLATE, data, at=certificate.issued_at)


@dataclass(frozen=True)
class Line:
    """An activity in words of the language in force."""

    activity: str
    organisation: str
    period: str
    times: str
    hours: str


def lines_of(certificate: Certificate) -> list[Line]:
    """What was served, for the sheet as for the page that verifies it."""
    english = get_language() == "en"
    return [
        Line(
            line["activity"],
            (english and line["organisation_en"]) or line["organisation_zh"],
            _period(line),
            ngettext("%(n)d time", "%(n)d times", line["times"]) % {"n": line["times"]},
            hours(line["minutes"]),
        )
        for line in certificate.content["lines"]
    ]


def _printed(certificate: Certificate, url: str) -> dict[str, Any]:
    """Everything the template prints, in words of the certificate's language."""
    content = certificate.content
    return {
        "lang": "en" if certificate.language == "en" else "zh",
        "title": gettext("Certificate of volunteer service"),
        "number": certificate.number,
        "code": certificate.code or "",
        "verify": gettext("Verify at"),
        "url": url,
        "qr": qr_svg(url) if url else "",
        "qr_alt": gettext("QR code of the address at which this certificate is verified"),
        "facts": [
            [gettext("Holder"), printable(content["holder"])],
            [gettext("Issued on"), date_only(certificate.issued_at)],
            [pgettext("certificate", "Number"), certificate.number],
            [gettext("Service together"), hours(certificate.minutes)],
            [pgettext("volunteer", "Star"), str(certificate.star) if certificate.star else "—"],
        ],
        "head": [
            pgettext("volunteer", "Activity"),
            gettext("Organiser"),
            gettext("From – until"),
            gettext("Times served"),
            gettext("Service"),
        ],
        "rows": [
            [printable(one.activity), printable(one.organisation), one.period, one.times, one.hours]
            for one in lines_of(certificate)
        ],
        "note": gettext(
            "Issued free of charge from the records of the organisers named here: whoever organises records, whoever"
            " records certifies. Hours are those between checking in and out, without travel, waiting and pauses."
        )
        + _late(content["lines"]),
        "demonstration": gettext("Demonstration: the person and the records are made up.")
        if content["is_fictional"]
        else "",
    }


def _late(lines: list[dict[str, Any]]) -> str:
    """What was registered afterwards is said (V-08); certificates of before know of none."""
    minutes = sum(line.get("late_minutes", 0) for line in lines)
    if not minutes:
        return ""
    told = gettext("Of these, %(hours)s were registered afterwards from stamped lists, confirmed by a second person.")
    return " " + told % {"hours": hours(minutes)}


def _period(line: dict[str, Any]) -> str:
    first, last = (date_only(date.fromisoformat(line[name])) for name in ("first_on", "last_on"))
    return first if first == last else f"{first} – {last}"
