"""What a password must not be, for Django's list of validators."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .rules.passwords import is_guessed_first


class NotGuessedFirst:
    """Nothing but words of the place, runs of the keyboard, dates or a phone number (ASVS 6.2.11)."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise Django's `ValidationError`."""
        del user
        if is_guessed_first(password):
            raise ValidationError(self.get_help_text(), code="guessed_first")

    def get_help_text(self) -> str:
        """What to do instead."""
        return _("This password is among the first that strangers try. Take a short sentence of your own.")
