"""Personal learning accounts 个人学习账户: opened once, with the number that stands on the card (C-82)."""

from __future__ import annotations

import secrets
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


def open_learning_account(*, person: Person, at: datetime) -> LearningAccount:
    """The learning account of `person`, opened at `at` if they have none. One query when they have one.

    The card's number is random (C-82): it tells nothing about its holder and cannot be counted through.
    """
    for _attempt in range(_ATTEMPTS):
        known = LearningAccount.objects.filter(person=person).first()
        if known is not None:
            return known
        digits = f"{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}}"
        try:
            with (
                transaction.atomic(),
                refusing(
                    learning_account_card_number_once=CardNumberTaken, creditbank_learningaccount_pkey=CardNumberTaken
                ),
            ):
                return LearningAccount.objects.create(
                    person=person, card_number=rules.card_number(digits), opened_at=at
                )
        except CardNumberTaken:
            continue
    raise AssertionError("twenty random numbers in a row were taken")
