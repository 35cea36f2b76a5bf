"""Taking a deposit back, from an open account or, by a second person, from a closed one.

What stands is always what the rules give: a deposit on which later ones rest is taken back after them. Of a closed
account the credit is called back from where it went: from the account that inherited it, or from what lapsed.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.learning.collectives import news
from xuecheng.learning.collectives.models import Collective, Deposit, Remainder
from xuecheng.learning.collectives.queries.acts import KEEP
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.queries.law import Law, law_at_hand

from . import books
from .depositing import check_no_member, posted_of, record_of
from .rows import STATE, AccountAtRest, locked


class TakeBackReasonMissing(Refusal):
    message = _("Say why it is taken back.")
    field = "why"


class LaterDepositRests(Refusal):
    message = _("The credit of “%(title)s” of %(day)s rests on this one.")
    remedy = _("Take that one back first. Then take this one back, and enter that one anew.")


class TakenBackByAnother(Refusal):
    message = _("The account is closed. Who entered the deposit or closed the account does not take it back.")
    remedy = _("Ask a colleague.")


def take_back(*, actor: Standing, deposit: Deposit, why: str, at: datetime) -> Deposit:
    """Post a deposit back and say why. Said twice, once.

    After closing its credit is called back from the heir, or from what lapsed, and by a second person only.
    Right: as for depositing. Raises `Denied`, `AccountAtRest`, `OwnCollective`, `TakeBackReasonMissing`,
    `LaterDepositRests`, `TakenBackByAnother`, and `CreditsSpent` or `CreditsInsufficient` where the credit is gone.
    """
    require(actor, KEEP, on=deposit.collective)
    if not why.strip():
        raise TakeBackReasonMissing
    with (
        trace.change(by=actor.person, why=gettext_noop("Deposit of a collective taken back")),
        refusing(collective_taken_back_by_another=TakenBackByAnother),
    ):
        line = _locked_line(deposit.collective)
        collective = line[0]
        row = Deposit.objects.select_related("collective__institution__territory").get(pk=deposit.pk)
        if row.taken_back_at is not None:
            return row
        check_no_member(actor, collective)
        if collective.state == STATE.CLOSED and {row.deposited_by_id, collective.closed_by_id} & {*actor.person_keys}:
            raise TakenBackByAnother
        _check_nothing_rests_on(row, collective)
        row.taken_back_by, row.taken_back_at, row.why = actor.person, at, why.strip()[:200]
        row.save(update_fields=["taken_back_by", "taken_back_at", "why"])
        news.tell_taken_back(row, at=at, by_heir=line[-1])
        _post_back(row, line, actor=actor.person.pk, at=at)
    return row


def _locked_line(collective: Collective) -> list[Collective]:
    """The account and, of a closed one, those that inherited from it one after the other, locked by ascending key."""
    wanted = _line_of(collective.pk)
    found = {key: locked(Collective(pk=key)) for key in sorted(wanted)}
    # Between looking and locking one of them may have been closed.
    if _line_of(collective.pk) != wanted or found[collective.pk].state not in (STATE.OPEN, STATE.CLOSED):
        raise AccountAtRest
    return [found[key] for key in wanted]


def _line_of(key: int) -> list[int]:
    line: list[int] = []
    heir: int | None = key
    while heir is not None:
        line.append(heir)
        heir = Remainder.objects.filter(collective=heir, to__isnull=False).values_list("to", flat=True).first()
    return line


def _post_back(row: Deposit, line: list[Collective], *, actor: int, at: datetime) -> None:
    collective, last = line[0], line[-1]
    ledger.lock_books(books={collective.book, last.book})
    for one in row.lines.exclude(key=None).order_by("pk"):
        assert one.key is not None, "lines that gave nothing are left out"
        if collective.state == STATE.CLOSED:
            books.call_back(
                one.key, of=collective, last=last, unit=one.credit_class_id, amount=one.credits, why=row.why,
                ref=row.pk, actor=actor, at=at,
            )  # fmt: skip
        books.take_back(one.key, of=collective, why=row.why, actor=actor)
        if collective.state == STATE.CLOSED:
            books.shut_again(collective, one.credit_class_id, why=row.why, actor=actor)


def _check_nothing_rests_on(row: Deposit, collective: Collective) -> None:
    """Later deposits get by the law of their day what they would have got without this one (C-20, C-23, C-25)."""
    rows = Deposit.objects.filter(collective=collective, taken_back_at=None).prefetch_related("lines").order_by("pk")
    standing = list(rows)
    # The newest first: nothing rests on that one in its turn.
    for later in reversed(standing):
        if later.pk <= row.pk:
            continue
        law = law_at_hand(clock.date_of(later.deposited_at))
        before = [one for one in standing if one.pk < later.pk]
        without = [one for one in before if one.pk != row.pk]
        if _gift(collective, law, later, before) != _gift(collective, law, later, without):
            raise LaterDepositRests(title=later.title, day=f"{later.ended_on:%Y-%m-%d}")


def _gift(collective: Collective, law: Law, row: Deposit, before: list[Deposit]) -> list[tuple[object, ...]]:
    """What a deposit gives beside those before it, by rule and class, and which hours it leaves to the next ones."""
    (outcome,) = law.recognise([record_of(collective, law, row.public_id, row)], posted_of(collective, law, before))
    if outcome.state == rules.State.REFUSED:
        return []
    return sorted(
        (one.rule_id, one.rule_version, *one.of, one.unit or "", one.credits, one.carried_minutes)
        for one in outcome.lines
    )
