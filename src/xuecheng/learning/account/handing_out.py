"""Balances and the whole statement, for the archive of one's own data: the ledger as its owner reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.mydata.parts import Sheet, Subject, register

from .queries.entries import Mine
from .queries.holdings import accounts_of
from .queries.statement import whole_statement

_BALANCES = (
    ("framework", _("framework")),
    ("kind", _("kind of credit")),
    ("level", _("level")),
    ("role", _("kind of account")),
    ("balance", _("balance, in hundredths of a credit")),
)
_LINES = (
    ("number", _("number in the ledger")),
    ("learnt_on", _("counts from")),
    ("booked_on", _("booked on")),
    ("kind", _("kind of credit")),
    ("level", _("level")),
    ("amount", _("amount, in hundredths of a credit")),
    ("after", _("after it, in hundredths of a credit")),
)


def _mine(subject: Subject) -> Mine:
    return accounts_of(learner_id=subject.keys[0], keys=subject.keys)


def _sheets(subject: Subject) -> Iterable[Sheet]:
    mine = _mine(subject)

    def balances() -> Iterator[dict[str, Any]]:
        for one in mine.holdings:
            of = mine.names[one.unit]
            yield {
                "framework": of.framework_name,
                "kind": of.kind_name,
                "level": of.level_label,
                "role": one.role.name.lower(),
                "balance": one.balance,
            }

    def lines() -> Iterator[dict[str, Any]]:
        for line in whole_statement(mine):
            yield {
                "number": line.entry.seq,
                "learnt_on": line.learnt_on.isoformat(),
                "booked_on": line.booked_on.isoformat(),
                "kind": line.of.kind_name,
                "level": line.of.level_label,
                "amount": line.amount,
                "after": line.after,
            }

    yield Sheet("ledger.balance", pgettext_lazy("archive", "Balances"), _BALANCES, balances)
    yield Sheet("ledger.statement", pgettext_lazy("archive", "Statement"), _LINES, lines)


def _count(subject: Subject) -> int:
    return len(_mine(subject).main)


def declare() -> None:
    register(
        "statement",
        _("Balances and statement"),
        _sheets,
        order=110,
        url_name="account:see_account",
        count=_count,
        covers=(("ledger.account", "owner_id"),),
    )
