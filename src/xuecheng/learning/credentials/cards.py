"""The learning card for print, in the size of a bank card, as PDF and as a picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext

from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Installation
from xuecheng.learning.cards.models import Card
from xuecheng.learning.creditbank.rules import shown_card_number

from .glyphs import printable
from .typesetting import compiler, qr_svg, typeset

_TEMPLATE = Path(__file__).resolve().parent / "typst" / "card.typ"
_DOTS_PER_INCH = 300


def card_pdf(card: Card, holder: Person, *, read_url: str, found_url: str, terms_url: str) -> bytes:
    """Front and back, one page each, 85.60 × 53.98 mm."""
    return typeset(
        _TEMPLATE,
        _printed(card, holder, read_url=read_url, found_url=found_url, terms_url=terms_url),
        at=card.issued_at,
    )


def card_png(card: Card, holder: Person, *, read_url: str, found_url: str, terms_url: str) -> bytes:
    """The front as a picture, 300 dots per inch."""
    data = _printed(card, holder, read_url=read_url, found_url=found_url, terms_url=terms_url)
    made = compiler(_TEMPLATE.parent).compile(
        input=_TEMPLATE, format="png", ppi=_DOTS_PER_INCH, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )
    front = made[0] if isinstance(made, list) else made
    if not isinstance(front, bytes):
        raise TypeError("typst answered no picture")
    return front


def _printed(card: Card, holder: Person, *, read_url: str, found_url: str, terms_url: str) -> dict[str, Any]:
    """Everything the template prints, in words of the reader's language."""
    installation = Installation.objects.select_related("city").first()
    city = installation.city.name if installation else ""
    return {
        "lang": "en" if get_language() == "en" else "zh",
        "title": gettext("Lifelong learning card"),
        "issuer": gettext("%(city)s Lifelong Learning Credit Bank") % {"city": city},
        "holder": printable(holder.name),
        "number": shown_card_number(card.number),
        "qr": qr_svg(read_url),
        "qr_alt": gettext("QR code of the learning card"),
        "demonstration": gettext("Demonstration: the person and the records are made up.")
        if installation and installation.is_demonstration
        else "",
        "found_title": gettext("Found this card?"),
        "found": gettext("Hand it in at any learning place, or tell its holder here. Nobody asks who you are:"),
        "found_url": found_url,
        "note": gettext(
            "The number says nothing about its holder. Whoever shows this card is asked for the name as well."
        ),
        "terms": gettext("Terms: %(address)s") % {"address": terms_url},
        "lost": gettext("Lost it? Freeze it at once under “My learning card”, or at any counter."),
    }
