"""The voucher of a reservation for print, on A6: for whoever has no phone, and for the counter that gives it them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext, ngettext, pgettext

from xuecheng.city.territories.models import Installation
from xuecheng.learning.redemption.models import OfferKind, Redemption
from xuecheng.learning.redemption.rules import shown_voucher
from xuecheng.web.templatetags.xc import credits as shown_credits
from xuecheng.web.templatetags.xc import day_time, money, points

from .glyphs import printable
from .typesetting import qr_svg, typeset

_TEMPLATE = Path(__file__).resolve().parent / "typst" / "voucher.typ"


def voucher_pdf(row: Redemption, *, counter_url: str) -> bytes:
    """One page. `counter_url` is what its code says: the counter's page with the number filled in."""
    return typeset(_TEMPLATE, _printed(row, counter_url), at=row.reserved_at)


def _printed(row: Redemption, counter_url: str) -> dict[str, Any]:
    """Everything the template prints, in words of the reader's language."""
    installation = Installation.objects.select_related("city").first()
    return {
        "lang": "en" if get_language() == "en" else "zh",
        "title": pgettext("sheet of paper", "Voucher"),
        "issuer": printable(row.organisation.name),
        "offer": printable(row.offer.title),
        "facts": [[name, printable(value)] for name, value in _facts(row)],
        "number": shown_voucher(row.code),
        "qr": qr_svg(counter_url),
        "qr_alt": gettext("QR code of the voucher"),
        "until": gettext("Kept until %(until)s") % {"until": day_time(row.until)},
        "note": gettext("The voucher pays a course fee, on the page of the fee or at the desk. It is worth no money.")
        if row.offer.kind == OfferKind.FEE
        else gettext("Bring your learning card: the counter looks at the name. It is worth no money."),
        "demonstration": gettext("Demonstration: the person and the records are made up.")
        if installation and installation.is_demonstration
        else "",
    }


def _facts(row: Redemption) -> list[tuple[str, str]]:
    facts = [(gettext("Holder"), row.learner.name)]
    if row.left > 1 or not row.offer.takes_points:
        facts.append(
            (pgettext("redemption", "How many"), ngettext("%(n)s item", "%(n)s items", row.left) % {"n": row.left})
        )
    if row.offer.kind == OfferKind.FEE:
        facts.append((gettext("Worth"), money(row.offer.face_fen * row.left)))
    if row.points:
        held = points(row.points * row.left)
        facts.append((gettext("Set aside for it"), gettext("%(n)s points") % {"n": held}))
    for one in row.allocations.all():
        amount = gettext("%(credits)s credits") % {"credits": shown_credits(one.credits)}
        facts.append((gettext("Credit"), f"{one.unit.title}, {amount}"))
    if row.offer.place:
        facts.append((gettext("Handed out"), row.offer.place))
    return facts
