"""A credential as a picture and as a sheet of paper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext

from xuecheng.city.territories.models import Installation
from xuecheng.learning.credentials.glyphs import printable
from xuecheng.learning.credentials.typesetting import compiler, qr_svg, typeset
from xuecheng.web.templatetags.xc import credits as shown
from xuecheng.web.templatetags.xc import date_only

from . import addresses, queries
from .models import Badge

_FOLDER = Path(__file__).resolve().parent / "typst"
_DOTS_PER_INCH = 200


def picture_png(row: Badge) -> bytes:
    """The picture, 630 dots wide."""
    made = _compiled(row, "png", ppi=_DOTS_PER_INCH)
    if not isinstance(made, bytes):
        raise TypeError("typst answered no picture")
    return made


def picture_svg(row: Badge) -> str:
    made = _compiled(row, "svg")
    if not isinstance(made, bytes):
        raise TypeError("typst answered no drawing")
    return made.decode()


def sheet_pdf(row: Badge, *, holder: str, address: str) -> bytes:
    """The sheet on A4; `holder` is printed as whose it is, nothing if it bears no name. At `address` it is verified."""
    of = queries.class_of(row.achievement)
    installation = Installation.objects.first()
    data = {
        "lang": "en" if get_language() == "en" else "zh",
        "title": printable(row.achievement.title),
        "kind": row.achievement.get_kind_display(),
        "holder": printable(holder),
        "about": printable(row.achievement.about),
        "facts": [
            [gettext("Issued by"), printable(_issuer(row))],
            [gettext("Credits"), shown(row.credits)],
            [gettext("Framework"), of.framework_name],
            [gettext("Kind of credit"), " ".join(filter(None, [of.kind_name, of.level_label]))],
            [gettext("Learnt until"), date_only(row.awarded_on)],
            [gettext("Issued on"), date_only(row.issued_at)],
            *([[gettext("Valid until"), date_only(row.valid_until)]] if row.valid_until else []),
        ],
        "qr": qr_svg(address),
        "qr_alt": gettext("QR code of the address at which this credential is verified"),
        "verify": gettext("Scan to verify"),
        "url": address,
        "note": gettext(
            "This sheet is a picture of a digitally signed credential. Whether it holds is answered there."
        ),
        "demonstration": gettext("Demonstration: the person and the records are made up.")
        if installation and installation.is_demonstration
        else "",
    }
    return typeset(_FOLDER / "sheet.typ", data, at=row.issued_at)


def _compiled(row: Badge, form: Any, **more: Any) -> Any:
    data = {
        "lang": "en" if get_language() == "en" else "zh",
        "title": printable(row.achievement.title),
        "issuer": printable(_issuer(row)),
        "credits": gettext("%(n)s credits") % {"n": shown(row.credits)},
        "day": date_only(row.awarded_on),
    }
    made = compiler(_FOLDER).compile(
        input=_FOLDER / "badge.typ", format=form, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, **more
    )
    return made[0] if isinstance(made, list) else made


def _issuer(row: Badge) -> str:
    return row.issuer.name if row.issuer is not None else addresses.issuer_of(None).name
