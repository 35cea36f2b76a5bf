"""Sealed rows for tests: identity documents, which are what the vault was built for."""

from __future__ import annotations

from typing import Any

from city.situations import a_person
from xuecheng.city import clock, vault
from xuecheng.city.ids import uuid7
from xuecheng.city.realname import rules
from xuecheng.city.realname.models import IdentityDocument

PURPOSE = "realname.number"


def a_number(count: int) -> str:
    """A valid number of somebody born in 1960 or later, another for each count."""
    year, rest = divmod(count, 999)
    body = f"440106{1960 + year % 50}0315{rest:03}"
    return body + rules.check_sign(body)


def a_document(number: str, **more: Any) -> IdentityDocument:
    """A claimed document in the caller's transaction, sealed as the service does it."""
    public_id = uuid7()
    values: dict[str, Any] = {
        "person": more.pop("person", None) or a_person(),
        "kind": "resident_id",
        "number_sealed": vault.seal(PURPOSE, str(public_id), number),
        "number_hash": vault.look_up_hash(PURPOSE, number),
        "name_on_document": "陈嘉敏",
        "claimed_at": clock.now(),
    }
    return IdentityDocument.objects.create(public_id=public_id, **(values | more))


def number_of(document: IdentityDocument) -> str:
    return vault.open_sealed(PURPOSE, str(document.public_id), bytes(document.number_sealed))


def found_by(number: str) -> list[int]:
    hashes = vault.look_up_hashes(PURPOSE, number)
    return list(IdentityDocument.objects.filter(number_hash__in=hashes).values_list("pk", flat=True))
