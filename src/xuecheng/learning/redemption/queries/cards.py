"""Whom a card at a counter names. The one place that reads cards here."""

from __future__ import annotations

import re
from uuid import UUID

from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.creditbank.rules.cards import normalise_card_number
from xuecheng.learning.redemption import rules

_IN_ADDRESS = re.compile(r"[?&]code=([0-9]{10})")


def card_holder(text: str) -> Person | None:
    """Whose learning card has this number, typed or scanned. Raises `CardNumberWrong`. One query."""
    row = LearningAccount.objects.filter(card_number=normalise_card_number(text)).select_related("person").first()
    return row.person if row is not None else None


def holder_of_account(account: UUID) -> Person | None:
    """Whose learning account this is. One query."""
    row = LearningAccount.objects.filter(public_id=account).select_related("person").first()
    return row.person if row is not None else None


def account_of(person: Person) -> UUID | None:
    """The public id of a person's learning account."""
    return LearningAccount.objects.filter(person=person).values_list("public_id", flat=True).first()


def is_card(text: str) -> bool:
    """Whether what was typed or scanned has the length of a card's number rather than a voucher's."""
    return len(re.sub(r"[^0-9０-９]", "", text)) > 10 and _IN_ADDRESS.search(text) is None


def voucher_in(text: str) -> str:
    """The voucher's number in what was scanned or typed. Raises `VoucherNumberWrong`."""
    found = _IN_ADDRESS.search(text)
    return rules.normalise_voucher(found.group(1) if found else text)
