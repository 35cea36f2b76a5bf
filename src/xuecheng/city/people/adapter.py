"""How allauth treats our people."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's own sign-up stays shut: `identity` opens accounts, by its own pages."""

    # In the words of our pages, and with what to do; which of the two is wrong is not told.
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Sign-in name or password is not right. Type both once more."),
        "too_many_login_attempts": _("Too many wrong tries. Wait five minutes, or have a new password set for you."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Paths of this site only: a bare word would be looked up as the name of a page, and break."""
        return bool(url) and url.startswith("/") and bool(super().is_safe_url(url))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("identity:show_security")

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """The sign-in name is given, never made up."""
