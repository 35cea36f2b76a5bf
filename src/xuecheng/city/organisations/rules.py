"""The law of organisations: names and codes, the three tiers of colleges, and how a status follows another."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

COLLEGE = "community_college"
TIERS = ("city", "district", "street")
"""The three levels of the community college network, from the top down (I4)."""

ACTIVE, SUSPENDED, CLOSED = "active", "suspended", "closed"

FOLLOWS = {ACTIVE: {SUSPENDED, CLOSED}, SUSPENDED: {ACTIVE, CLOSED}, CLOSED: {ACTIVE}}
"""Which states may follow which: a closed organisation is reopened before it can be suspended."""


class OrganisationCodeWrong(Refusal):
    message = _("“%(code)s” cannot be a code.")
    remedy = _("Use 2 to 24 capital letters, digits and hyphens, beginning with a letter or digit.")
    field = "code"


class OrganisationNameMissing(Refusal):
    message = _("The Chinese name is missing.")
    field = "name_zh"


class TierMissing(Refusal):
    message = _("A community college has a tier.")
    remedy = _("Choose city, district or street.")
    field = "tier"


class TierNotForKind(Refusal):
    message = _("Only a community college has a tier.")
    remedy = _("Leave it empty.")
    field = "tier"


class ParentTierNotAbove(Refusal):
    message = _("A college belongs to one of a higher tier.")
    field = "parent"


class CreditCodeWrong(Refusal):
    message = _("“%(code)s” is no unified social credit code.")
    remedy = _("It has 18 digits and capital letters, never I, O, S, V or Z. Copy it from the certificate.")
    field = "credit_code"


class CreditCodeMistyped(CreditCodeWrong):
    message = _("The check digit of “%(code)s” does not fit: a character is mistyped or two are swapped.")
    remedy = _("Compare it with the certificate.")


class StatusCannotFollow(Refusal):
    message = _("This organisation is closed on that day.")
    remedy = _("Reopen it first.")
    field = "on"


class StatusAlready(Refusal):
    message = _("This is its status on that day already.")
    field = "on"


def normalise_code(text: str) -> str:
    """A short code as files write it: full-width signs and small letters made plain. Raises `OrganisationCodeWrong`."""
    code = unicodedata.normalize("NFKC", text).strip().upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{1,23}", code):
        raise OrganisationCodeWrong(code=text)
    return code


def check_tier(kind: str, tier: str) -> None:
    """Raise `TierMissing` or `TierNotForKind`: colleges have a tier, nobody else."""
    if kind == COLLEGE and tier not in TIERS:
        raise TierMissing
    if kind != COLLEGE and tier:
        raise TierNotForKind


def check_parent_tier(tier: str, parent_tier: str) -> None:
    """Raise `ParentTierNotAbove` for a college under a college of its own tier or a lower one (I4)."""
    if tier and parent_tier and TIERS.index(parent_tier) >= TIERS.index(tier):
        raise ParentTierNotAbove


def check_follows(state: str, following: str) -> None:
    """Raise `StatusAlready` or `StatusCannotFollow` unless `following` may come after `state`."""
    if state == following:
        raise StatusAlready
    if following not in FOLLOWS[state]:
        raise StatusCannotFollow
