"""Pages of verification by employers."""

from .lists import bring, carry_on, download_answers, download_template, list_lists, show_list
from .own import give_consent, list_consents, withdraw_consent

__all__ = [
    "bring",
    "carry_on",
    "download_answers",
    "download_template",
    "give_consent",
    "list_consents",
    "list_lists",
    "show_list",
    "withdraw_consent",
]
