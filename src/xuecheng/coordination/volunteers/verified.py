"""Codes of certificates of service, for the one page that verifies every code."""

from __future__ import annotations

from django.urls import reverse

from . import queries


def address_of(code: str) -> str:
    """The public page of a certificate of service; nothing if none has this code."""
    found = queries.certificate_with(code)
    return reverse("volunteers:verify_certificate", args=[found.certificate.code]) if found is not None else ""
