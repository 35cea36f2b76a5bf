"""Personal learning accounts 个人学习账户: opened once, with the number that stands on the card (C-82)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.learning.creditbank import rules
from xuecheng.learning.creditbank.models import LearningAccount

_RANDOM_DIGITS = 12
_ATTEMPTS = 20


class CardNumberTaken(Refusal):
    """Somebody has this number already; never reaches a person, because another one is drawn."""


def open_learning_accounts(person_ids: Sequence[int], at: datetime) -> None:
    """Learning accounts for many people at once, as an import opens them; who has one keeps it.

    A number that is taken is drawn again, for those it was drawn for only.
    """
    missing = list(person_ids)
    for _attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic(), refusing(card_number_once=CardNumberTaken):
                LearningAccount.objects.bulk_create(
                    [LearningAccount(person_id=key, card_number=fresh_card_number(), opened_at=at) for key in missing],
                    ignore_conflicts=True,
                )
        except CardNumberTaken:
            # One of them was the number of a card that was replaced: such numbers stand with the cards only.
            continue
        found = set(LearningAccount.objects.filter(person__in=missing).values_list("person_id", flat=True))
        missing = [key for key in missing if key not in found]
        if not missing:
            return
    raise AssertionError("twenty random numbers in a row were taken")


def fresh_card_number() -> str:
    """A random number for a card (C-82). Whether somebody has it already, the table says that takes it."""
    return rules.card_number(f"{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}}")


def open_learning_account(*, person: Person, at: datetime) -> LearningAccount:
    """The learning account of `person`, opened at `at` if they have none. One query when they have one.

    The card's number is random (C-82): it tells nothing about its holder and cannot be counted through.
    """
    for _attempt in range(_ATTEMPTS):
        known = LearningAccount.objects.filter(person=person).first()
        if known is not None:
            return known
        try:
            with (
                transaction.atomic(),
                refusing(
                    learning_account_card_number_once=CardNumberTaken, creditbank_learningaccount_pkey=CardNumberTaken,
                    card_number_once=CardNumberTaken,
                ),
            ):  # fmt: skip
                return LearningAccount.objects.create(person=person, card_number=fresh_card_number(), opened_at=at)
        except CardNumberTaken:
            continue
    raise AssertionError("twenty random numbers in a row were taken")
