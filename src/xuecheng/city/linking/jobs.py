"""The routine of linking: tokens and codes that nobody can use any more are forgotten."""

from __future__ import annotations

from datetime import timedelta

from allauth.idp.oidc.models import Token

from xuecheng.city import clock

from .models import SpentGrant

SPENT_KEPT_FOR = timedelta(days=100)
"""Longer than a refresh token can live: a spent one is known as spent for as long as its family lives."""


def sweep() -> None:
    """Expired tokens, and grants that were spent long ago."""
    Token.objects.expired().delete()
    SpentGrant.objects.filter(spent_at__lt=clock.now() - SPENT_KEPT_FOR).delete()
