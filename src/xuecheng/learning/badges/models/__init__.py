"""Credentials that the credit bank issues 证书: keys, achievements, badges, status lists, shares, who looked."""

from .badges import Achievement, Badge, Batch, IssuingRule, StatusList
from .keys import SigningKey
from .sharing import Look, Share, ShareItem

__all__ = [
    "Achievement",
    "Badge",
    "Batch",
    "IssuingRule",
    "Look",
    "Share",
    "ShareItem",
    "SigningKey",
    "StatusList",
]
