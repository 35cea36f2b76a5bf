"""Where everything of ours stands. What is written into what is signed is always the address of the installation."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, override

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Installation
from xuecheng.learning.proofs.identifiers import did_web

from .rules import REVOCATION, SUSPENSION, Issuer, Place

_HERE: Final = "https://localhost"
"""Where nobody said the address of the installation: this machine's."""
_LOCAL: Final = re.compile(r"^\s*https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?/")


def root() -> str:
    """`https://HOST`, without a slash at its end; where nobody said the address, this machine's."""
    return settings.SITE_ADDRESS.rstrip("/") or _HERE


def to_open(request: HttpRequest, name: str, *args: object) -> str:
    """Where the reader opens a page of ours: under the installation's address, or the one at hand if none is set."""
    path = reverse(f"badges:{name}", args=args)
    return f"{root()}{path}" if settings.SITE_ADDRESS else request.build_absolute_uri(path)


def as_signed(text: str) -> str:
    """An address of ours as it is written into what is signed; on this machine it is opened under other names too."""
    return text if settings.SITE_ADDRESS else _LOCAL.sub(f"{_HERE}/", text, count=1)


def did_of(issuer: Organisation | None) -> str:
    """`did:web:HOST` of the platform, `did:web:HOST:issuers:CODE` of an institution."""
    return did_web(root() if issuer is None else f"{root()}/issuers/{issuer.code}")


def page_of(issuer: Organisation | None) -> str:
    return root() if issuer is None else f"{root()}/issuers/{quote(issuer.code)}/"


def issuer_of(issuer: Organisation | None) -> Issuer:
    """An issuer as its credentials name it, in Chinese."""
    if issuer is not None:
        return Issuer(did_of(issuer), issuer.name_zh, page_of(issuer))
    installation = Installation.objects.select_related("city").first()
    with override("zh-hans"):
        name = gettext("%(city)s Lifelong Learning Credit Bank") % {
            "city": installation.city.name if installation else ""
        }
    return Issuer(did_of(None), name.strip(), page_of(None))


def credential(public_id: UUID) -> str:
    return f"{root()}/credentials/{public_id}"


def achievement(public_id: UUID) -> str:
    return f"{root()}/achievements/{public_id}"


def status_list(number: int, purpose: str) -> str:
    return f"{root()}/status/{number}/{purpose}"


def place(number: int, index: int) -> Place:
    return Place(status_list(number, REVOCATION), status_list(number, SUSPENSION), index)


def keys() -> str:
    return f"{root()}/keys"
