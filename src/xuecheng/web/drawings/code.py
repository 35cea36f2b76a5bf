"""A QR code, black on white, for whoever holds a telephone before the screen."""

from __future__ import annotations

import io

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def qr_code(address: str, *, label: str) -> SafeString:
    """The code of an address as a picture of the page; `label` says to who cannot see it what it is."""
    out = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(out, kind="svg", border=1, xmldecl=False, svgns=False, omitsize=True, svgclass=None, lineclass=None)
    picture = f'<svg role="img" aria-label="{escape(label)}"'
    return mark_safe(out.getvalue().decode().replace("<svg", picture, 1))  # noqa: S308  # our own drawing
