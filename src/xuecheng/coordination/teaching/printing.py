"""Certificates of completion as PDF: one sheet, or those of a whole class, from what was certified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext

from xuecheng.learning.credentials.glyphs import printable
from xuecheng.learning.credentials.typesetting import qr_svg, typeset
from xuecheng.web.templatetags.xc import date_only, hours

from .models import Certificate

_TEMPLATE = Path(__file__).resolve().parent / "typst" / "certificates.typ"
AddressOf = Callable[[Certificate], str]


def certificates_pdf(certificates: Sequence[Certificate], *, verify_url: AddressOf) -> bytes:
    """A sheet of A4 across for each certificate (at least one), in the language in force."""
    data = {
        "lang": "en" if get_language() == "en" else "zh",
        "title": gettext("Certificate of completion"),
        "number": gettext("No."),
        "verify": gettext("Verify at"),
        "stamp": gettext("Stamp of the college"),
        "note": gettext("It certifies a course of community education, and is no certificate of formal education."),
        "sheets": [_sheet(one, verify_url(one)) for one in certificates],
    }
    return typeset(_TEMPLATE, data, at=max(one.issued_at for one in certificates))


def said_on(certificate: Certificate) -> dict[str, str]:
    """What a certificate says, in the language in force: for the sheet of paper as for the pages."""
    printed = certificate.snapshot
    in_words = "en" if get_language() == "en" else "zh"
    return {
        "holder": printed["holder"],
        "course": printed[f"course_{in_words}"],
        "college": printed[f"college_{in_words}"],
        "from": date_only(date.fromisoformat(printed["began_on"])),
        "to": date_only(date.fromisoformat(printed["ended_on"])),
        "n": str(printed["attended"]),
        "of": str(printed["held"]),
        "hours": hours(printed["minutes"]),
    }


def sentence(said: dict[str, str]) -> str:
    """The body of a certificate, after the name."""
    if said["from"] == said["to"]:
        return gettext(
            "attended the course “%(course)s” of %(college)s on %(from)s, came to %(n)s of %(of)s sessions,"
            " %(hours)s in all, and completed it by its rules."
        ) % said  # fmt: skip
    return gettext(
        "attended the course “%(course)s” of %(college)s from %(from)s to %(to)s, came to %(n)s of %(of)s sessions,"
        " %(hours)s in all, and completed it by its rules."
    ) % said  # fmt: skip


def _sheet(certificate: Certificate, url: str) -> dict[str, Any]:
    said = said_on(certificate)
    return {
        "holder": printable(said["holder"]),
        "text": printable(sentence(said)),
        "college": printable(said["college"]),
        "issued_on": date_only(certificate.issued_at),
        "number": certificate.number,
        "code": certificate.code,
        "url": url,
        "qr": qr_svg(url),
        "qr_alt": gettext("QR code of the address at which this certificate is verified"),
        "demonstration": gettext("Demonstration: the person and the records are made up.")
        if certificate.snapshot["is_demonstration"]
        else "",
    }
