"""Whether the place in a number is one that the standard has ever named (GB/T 2260, as python-stdnum lists it)."""

from __future__ import annotations

from functools import lru_cache

from stdnum import numdb

from . import rules


@lru_cache(maxsize=8192)
def is_known_area(area: str) -> bool:
    """Whether six digits are a county or district, of today or before. What is not known is marked, not refused."""
    if not rules.is_province(area):
        return False
    if area[:2] in ("81", "82", "83"):
        return area[2:] == "0000"
    return any(found.get("county") for _digits, found in numdb.get("cn/loc").info(area))
