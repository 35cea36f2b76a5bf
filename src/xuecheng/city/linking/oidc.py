"""How allauth's provider behaves here: its adapter."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from importlib import import_module
from typing import Any, Literal

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.conf import settings
from django.utils.functional import Promise

from xuecheng.city.people.models import Person

from .models import Link
from .scopes import SCOPES
from .services import random_signs, subject_for

# allauth loads these on first use, and fails where another part of `cryptography` was loaded before (as here, by
# `city.webhooks`): then every process but the one that made the key would answer 500 for it.
for _part in ("asymmetric.rsa", "serialization"):
    import_module(f"cryptography.hazmat.primitives.{_part}")


class OidcAdapter(DefaultOIDCAdapter):  # type: ignore[misc]  # allauth ships no types
    """Subjects are pairwise, ids and secrets letters and digits, tokens kept as keyed hashes, claims the least."""

    scope_display: dict[str, Promise] = {name: scope.label for name, scope in SCOPES.items()}

    def generate_client_id(self) -> str:
        return random_signs(24)

    def generate_client_secret(self) -> str:
        return random_signs(48)

    def hash_token(self, token: str) -> str:
        return hmac.new(settings.SECRET_KEY.encode(), b"token\n" + token.encode(), hashlib.sha256).hexdigest()

    def get_user_sub(self, client: Any, user: Any) -> str:
        return subject_for(person=user, client=client).subject

    def get_user_by_sub(self, client: Any, sub: str) -> Person | None:
        link = Link.objects.select_related("person").filter(client=client, subject=sub).first()
        return link.person if link is not None and link.person.is_active else None

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: Any,
        client: Any,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """The subject; with `profile` the name and the language. No sign-in name, no address."""
        del purpose, email, kwargs
        claims: dict[str, Any] = {"sub": self.get_user_sub(client, user)}
        if "profile" in scopes:
            claims |= {"name": user.name, "locale": "en" if user.language == "en" else "zh-CN"}
        return claims
