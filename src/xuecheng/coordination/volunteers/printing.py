"""Certificates of service as PDF (V-06)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, ngettext, override, pgettext

from xuecheng.learning.credentials.glyphs import printable
from xuecheng.learning.credentials.typesetting import typeset
from xuecheng.web.templatetags.xc import date_only, hours

from .models import Certificate

_TEMPLATE = Path(__file__).resolve().parent / "typst" / "certificate.typ"


def certificate_pdf(certificate: Certificate) -> bytes:
    """The certificate on A4, always the same for the same one."""
    with override(certificate.language):
        data = _printed(certificate)
    return typeset(_TEMPLATE, data, at=certificate.issued_at)


def _printed(certificate: Certificate) -> dict[str, Any]:
    """Everything the template prints, in words of the certificate's language."""
    english = certificate.language == "en"
    content = certificate.content
    return {
        "lang": "en" if english else "zh",
        "title": gettext("Certificate of volunteer service"),
        "number": certificate.number,
        "facts": [
            [gettext("Holder"), printable(content["holder"])],
            [gettext("Issued on"), date_only(certificate.issued_at)],
            [gettext("Number"), certificate.number],
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
            [
                printable(line["activity"]),
                printable((english and line["organisation_en"]) or line["organisation_zh"]),
                _period(line),
                ngettext("%(n)d time", "%(n)d times", line["times"]) % {"n": line["times"]},
                hours(line["minutes"]),
            ]
            for line in content["lines"]
        ],
        "note": gettext(
            "Issued free of charge from the records of the organisers named here: whoever organises records, whoever"
            " records certifies. Hours are those between checking in and out, without travel, waiting and pauses."
        ),
        "demonstration": gettext("Demonstration: the person and the records are made up.")
        if content["is_fictional"]
        else "",
    }


def _period(line: dict[str, Any]) -> str:
    first, last = (date_only(date.fromisoformat(line[name])) for name in ("first_on", "last_on"))
    return first if first == last else f"{first} – {last}"
