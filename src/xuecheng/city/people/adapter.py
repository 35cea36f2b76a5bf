"""How allauth treats our people."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's own sign-up stays shut: `identity` opens accounts, by its own pages."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("identity:show_security")

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """The sign-in name is given, never made up."""
