"""What may be looked for, and how often."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

SHORTEST, LONGEST, MOST_WORDS = 2, 60, 6


class NothingToSearch(Refusal):
    message = _("Type what you look for.")
    field = "q"


class SearchTooShort(Refusal):
    message = _("One character is too little to look for.")
    remedy = _("Type two or more.")
    field = "q"


class SearchTooLong(Refusal):
    message = _("This is too long to look for.")
    remedy = _("Type at most %(most)d signs in %(words)d words.")
    field = "q"


class SearchForNumber(Refusal):
    message = _("Numbers of identity cards and telephones are not looked for here.")
    remedy = _("Type a name. Nothing was looked up.")
    field = "q"


class TooManySearches(Refusal):
    message = _("Too many searches in a short time.")
    remedy = _("Wait a few minutes, then search again.")
    field = "q"


def check(text: str, *, is_number: bool) -> None:
    """Raise the refusal for words that are too few or too many, or that are a number of a person."""
    if len(text) > LONGEST or len(text.split()) > MOST_WORDS:
        raise SearchTooLong(most=LONGEST, words=MOST_WORDS)
    if not text:
        raise NothingToSearch
    if len(text) < SHORTEST:
        raise SearchTooShort
    if is_number:
        raise SearchForNumber
