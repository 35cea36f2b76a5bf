"""How allauth treats sign-in and second factors here."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from xuecheng.city import clock, vault
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.web import providers

from .models import FactorSecret
from .queries import FACTOR

_BOTH = {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets are sealed; a passkey is a way in and demands nothing of whoever signs in another way, but of staff."""

    def encrypt(self, text: str) -> str:
        """Keep the secret in a row of its own, which rotation reaches; what allauth keeps is the row's name."""
        public_id = uuid7()
        with transaction.atomic():
            sealed = vault.seal(FACTOR, str(public_id), text)
            FactorSecret.objects.create(public_id=public_id, sealed=sealed)
        return str(public_id)

    def decrypt(self, encrypted_text: str) -> str:
        row = FactorSecret.objects.get(public_id=UUID(encrypted_text))
        return vault.open_sealed(FACTOR, encrypted_text, bytes(row.sealed))

    def build_totp_svg(self, url: str) -> str:
        sink = io.BytesIO()
        segno.make(url, error="m").save(sink, kind="svg", border=2, xmldecl=False, omitsize=True)
        return sink.getvalue().decode()

    def get_totp_label(self, user: Any) -> str:
        return str(user.name)

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.sign_in_name)

    def _get_site_name(self) -> str:
        return providers.installation().site

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  # allauth's name
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("My passkey") if number == 1 else _("Passkey %(number)s") % {"number": number}

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Whether a sign-in by password or code goes on to a second factor, when asked for both kinds at once."""
        if types is None or set(types) != _BOTH:
            return bool(super().is_mfa_enabled(user, types=types))
        kinds = set(Authenticator.objects.filter(user_id=user.pk, type__in=_BOTH).values_list("type", flat=True))
        if Authenticator.Type.TOTP in kinds or not kinds:
            return bool(kinds)
        return settings.IDENTITY_STAFF_SECOND_FACTOR and bool(standing_of(user, today=clock.today()).holdings)
