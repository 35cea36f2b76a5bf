"""What a credential says and how it is written: pure functions of values and given times."""

from .baking import baked_png, baked_svg, unbaked_png
from .documents import (
    REVOCATION,
    SUSPENSION,
    Holder,
    Issuer,
    Place,
    Said,
    achievement_document,
    badge_document,
    clr_document,
    did_document,
    midnight,
    number,
    status_document,
)

__all__ = [
    "REVOCATION",
    "SUSPENSION",
    "Holder",
    "Issuer",
    "Place",
    "Said",
    "achievement_document",
    "badge_document",
    "baked_png",
    "baked_svg",
    "clr_document",
    "did_document",
    "midnight",
    "number",
    "status_document",
    "unbaked_png",
]
