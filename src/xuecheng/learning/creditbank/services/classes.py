"""Classes of credit: the numbers by which the ledger keeps apart what is never added up (C-01)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from xuecheng.city.refusals import Refusal, refusing
from xuecheng.learning.creditbank.ledger import FIRST_COLLECTIVE_UNIT
from xuecheng.learning.creditbank.models import CreditClass

_ATTEMPTS = 20


class ClassNumberTaken(Refusal):
    """Two processes met over one free number; never reaches a person, because another number is tried."""


def credit_class(*, framework: str, kind: str, level: int, is_collective: bool = False) -> CreditClass:
    """The class of credit of a framework's kind and level (its ordinal; 0 for none), numbered if it is new.

    A number is given once and stands in the ledger for ever. What collectives earn is of a class of its own (C-91). One
    query when the class is known.
    """
    alike = CreditClass.objects.filter(is_collective=is_collective)
    below = FIRST_COLLECTIVE_UNIT - 1 if is_collective else 0
    for _attempt in range(_ATTEMPTS):
        known = alike.filter(framework_code=framework, kind=kind, level=level).first()
        if known is not None:
            return known
        # Who comes second waits on the number or on the class itself, and then finds the class or the next number.
        try:
            with (
                transaction.atomic(),
                refusing(creditbank_creditclass_pkey=ClassNumberTaken, credit_class_once=ClassNumberTaken),
            ):
                number = (alike.aggregate(highest=Max("id"))["highest"] or below) + 1
                return CreditClass.objects.create(
                    id=number, framework_code=framework, kind=kind, level=level, is_collective=is_collective
                )
        except ClassNumberTaken:
            continue
    raise AssertionError("twenty rivals in a row each took the number that was free")
