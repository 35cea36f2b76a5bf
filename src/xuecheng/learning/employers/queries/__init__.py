"""Questions of verification by employers."""

from .acts import CHECK, CONSENT
from .holders import inquiries, own_consent, own_consents
from .lists import bodies, body, checked_list, counts_of, fits, given_rows, lists

__all__ = [
    "CHECK",
    "CONSENT",
    "bodies",
    "body",
    "checked_list",
    "counts_of",
    "fits",
    "given_rows",
    "inquiries",
    "lists",
    "own_consent",
    "own_consents",
]
