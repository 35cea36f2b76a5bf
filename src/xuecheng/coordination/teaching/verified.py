"""Codes of certificates, for the one page that verifies every code."""

from __future__ import annotations

from django.urls import reverse

from . import queries


def address_of(code: str) -> str:
    """The public page of a certificate; nothing if no certificate has this code."""
    found = queries.certificate_with(code)
    return reverse("teaching:verify_certificate", args=[found.certificate.code]) if found is not None else ""
