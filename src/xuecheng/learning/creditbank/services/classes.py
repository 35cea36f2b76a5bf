"""Classes of credit: the numbers by which the ledger keeps apart what is never added up (C-01)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from xuecheng.city.refusals import Refusal, refusing
from xuecheng.learning.creditbank.models import CreditClass

_ATTEMPTS = 20


class ClassNumberTaken(Refusal):
    """Two processes met over one free number; never reaches a person, because another number is tried."""


def credit_class(*, framework: str, kind: str, level: int) -> CreditClass:
    """The class of credit of a framework's kind and level (its ordinal; 0 for none), numbered if it is new.

    A number is given once and stands in the ledger for ever. One query when the class is known.
    """
    for _attempt in range(_ATTEMPTS):
        known = CreditClass.objects.filter(framework_code=framework, kind=kind, level=level).first()
        if known is not None:
            return known
        # Who comes second waits on the number or on the class itself, and then finds the class or the next number.
        try:
            with (
                transaction.atomic(),
                refusing(creditbank_creditclass_pkey=ClassNumberTaken, credit_class_once=ClassNumberTaken),
            ):
                number = (CreditClass.objects.aggregate(highest=Max("id"))["highest"] or 0) + 1
                return CreditClass.objects.create(id=number, framework_code=framework, kind=kind, level=level)
        except ClassNumberTaken:
            continue
    raise AssertionError("twenty rivals in a row each took the number that was free")
