"""Whether two writings are one person's name (C-90). Exact after normalising: nothing here guesses."""

from __future__ import annotations

import unicodedata

# The dots that stand between the parts of a name: · • ・ ‧ ∙ ⋅ and the half-width one, which NFKC makes the third.
_DOTS = str.maketrans(dict.fromkeys("·•・‧∙⋅", "·"))


def name_key(name: str) -> str:
    """A name in the one form in which it is compared: NFKC, trimmed, one middle dot, Latin letters alike."""
    return unicodedata.normalize("NFKC", name).strip().translate(_DOTS).casefold()


def same_name(one: str, other: str) -> bool:
    """Whether both say one name; an empty one matches nothing."""
    key = name_key(one)
    return key != "" and key == name_key(other)
