"""Signing in: who has two accounts that were merged signs in with either name and is the one that is kept."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from .models import Person


class MergedAccounts(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's backend; a merged account's password opens the kept one.

    Sessions that a merged account still has end with their next page: they are signed with its own password.
    """

    def authenticate(self, request: Any, **credentials: Any) -> Person | None:
        return self._counting(super().authenticate(request, **credentials))

    def get_user(self, user_id: Any) -> Person | None:
        # With the place they belong to: nearly every page asks what they may do there.
        found = Person.objects.select_related("territory").filter(pk=user_id).first()
        return self._counting(found if found is not None and self.user_can_authenticate(found) else None)

    def _counting(self, found: Person | None) -> Person | None:
        if found is None or found.merged_into_id is None:
            return found
        kept = Person.objects.select_related("territory").get(pk=found.merged_into_id)
        return kept if self.user_can_authenticate(kept) else None
