"""Whom a card at a counter named, and what was typed there: a voucher or a card."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from xuecheng.city.access.queries import Standing
from xuecheng.city.people.models import Person
from xuecheng.learning.cards.models import Use
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.redemption import rules

_IN_ADDRESS = re.compile(r"[?&]code=([0-9]{10})")


STANDS_FOR = timedelta(minutes=15)
"""So long after a card was read at a counter its holder is taken to stand there."""


def holder_before(viewer: Standing, account: UUID, *, at: datetime) -> Person | None:
    """Whose learning account this is, where the viewer read its card just before: nobody looks people up here.

    One query.
    """
    read = Use.objects.filter(card__account__public_id=account, by=viewer.person, at__gt=at - STANDS_FOR)
    row = read.select_related("card__account__person").first()
    return row.card.account.person if row is not None else None


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
