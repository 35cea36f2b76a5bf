"""Shortfalls: what could not be taken back because it was used, and how it is filled (C-73)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import lock_accounts
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.exchange.queries import holdings_of
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.recognition.services.withholding import mark_owed
from xuecheng.learning.supervision.models import Dependent, Fill, Shortfall, Withdrawal
from xuecheng.learning.supervision.queries.acts import DECIDE

from .scanning import ROBOT

FILL_KIND = 51
"""Kind of the transfer that fills a shortfall; its `ref` is the number of the case."""
_SYSTEM = "xuecheng.supervision"
_A_SLICE = 200

logger = logging.getLogger("xuecheng.supervision")


class DependentDecided(Refusal):
    message = _("This was decided already.")


class ShortfallEnded(Refusal):
    message = _("This shortfall is filled or written off already.")


class FilledMeanwhile(Refusal):
    message = _("Later credit filled what is missing, or it was written off; the learner would pay twice.")
    remedy = _("Let the exchange stand.")


class ReasonsMissing(Refusal):
    message = _("Say why; the learner reads it.")
    field = "words"


class OwnCredit(Refusal):
    message = _("Nobody decides about their own credits.")
    remedy = _("Ask a colleague.")


def replace_dependent(*, actor: Standing, dependent: Dependent, postings: Collection[UUID], at: datetime) -> Dependent:
    """Let other credit of the learner take the place of the withdrawn one behind an exchange: the exchange holds, and
    so much of the shortfall is filled from it (C-72): one posting that is enough, or the several that together are
    (`exchange.queries.replacements`). Said twice, once.

    Refused where later credit filled so much already that the rest of the shortfall is less than the exchange uses: the
    learner would give for it twice.

    Right: supervision.decide_withdrawal over the issuer. Raises `Denied`, `OwnCredit`, `DependentDecided`,
    `FilledMeanwhile`, `exchange.ReplacementUnfit`, and what the ledger refuses with.
    """
    require(actor, DECIDE, on=dependent.withdrawal.place_scope())
    with trace.change(by=actor.person, why=gettext_noop("Other credit took the place of a withdrawn one")):
        row = _locked(actor, dependent)
        if row.state == Dependent.State.REPLACED and {row.replaced_by, *row.replaced_beside} == set(postings):
            return row
        _check_open(row)
        taken = exchange.replace_source(case=row.exchange, lost=row.posting, by=postings, at=at)
        shortfall = Shortfall.objects.select_related("item__withdrawal").get(
            item__withdrawal=row.withdrawal, item__posting=row.posting
        )
        if sum(taken.values()) > shortfall.left:
            raise FilledMeanwhile
        given = {one.key: one for one in Posting.objects.filter(key__in=taken, book=row.withdrawal.book)}
        for posting, amount in taken.items():
            _take(shortfall, given[posting], amount, actor.person.pk, at)
        row.state, row.decided_by, row.decided_at = Dependent.State.REPLACED, actor.person, at
        row.replaced_by, *row.replaced_beside = taken
        row.save(update_fields=["state", "replaced_by", "replaced_beside", "decided_by", "decided_at"])
    return row


def let_stand(*, actor: Standing, dependent: Dependent, words: str, at: datetime) -> Dependent:
    """Decide that an exchange stands although its credit was withdrawn, and why; the shortfall stays (C-72).

    Right: supervision.decide_withdrawal over the issuer. Raises `Denied`, `ReasonsMissing`, `OwnCredit`,
    `DependentDecided`.
    """
    require(actor, DECIDE, on=dependent.withdrawal.place_scope())
    if not words.strip():
        raise ReasonsMissing
    with trace.change(by=actor.person, why=words):
        row = _locked(actor, dependent)
        if row.state == Dependent.State.STANDS and row.words == words.strip()[:500]:
            return row
        _check_open(row)
        row.state, row.words = Dependent.State.STANDS, words.strip()[:500]
        row.decided_by, row.decided_at = actor.person, at
        row.save(update_fields=["state", "words", "decided_by", "decided_at"])
    return row


def write_off(*, actor: Standing, shortfall: Shortfall, words: str, at: datetime) -> Shortfall:
    """Ask no more for what is missing, and say why: it was used in good faith (C-73). Said twice, once.

    Right: supervision.decide_withdrawal over the issuer. Raises `Denied`, `ReasonsMissing`, `OwnCredit`,
    `ShortfallEnded`.
    """
    require(actor, DECIDE, on=shortfall.item.withdrawal.place_scope())
    if not words.strip():
        raise ReasonsMissing
    with trace.change(by=actor.person, why=words):
        if shortfall.learner_id in actor.person_keys:
            raise OwnCredit
        lock_accounts(shortfall.learner_id, may_have_left=True)
        row = Shortfall.objects.select_for_update(no_key=True).get(pk=shortfall.pk)
        if row.state == Shortfall.State.WRITTEN_OFF and row.words == words.strip()[:500]:
            return row
        if row.state != Shortfall.State.OPEN:
            raise ShortfallEnded
        row.state, row.words = Shortfall.State.WRITTEN_OFF, words.strip()[:500]
        row.ended_by, row.ended_at = actor.person, at
        row.save(update_fields=["state", "words", "ended_by", "ended_at"])
    return row


def fill_shortfalls(*, at: datetime) -> int:
    """Fill open shortfalls from credit of the same class that came later and is free, the oldest first (C-73).

    Safe twice. Answers how many transfers were posted. An account that the ledger does not let pay is left for later.
    """
    posted = 0
    after = 0
    while True:
        rows = list(
            Shortfall.objects.filter(state=Shortfall.State.OPEN, pk__gt=after)
            .order_by("pk").values_list("pk", "learner")[:_A_SLICE]
        )  # fmt: skip
        for key, learner_id in rows:
            try:
                with trace.change(by=ROBOT, why=gettext_noop("Shortfall filled from later credit")):
                    posted += _fill(key, learner_id, at=at)
            except ledger.NotPosted as refusal:
                logger.warning("supervision.not_filled", extra={"shortfall": key, "code": refusal.code})
        if len(rows) < _A_SLICE:
            return posted
        after = rows[-1][0]


def _fill(key: int, learner_id: int, *, at: datetime) -> int:
    lock_accounts(learner_id, may_have_left=True)
    row = Shortfall.objects.select_for_update(no_key=True, of=("self",)).select_related("item__withdrawal").get(pk=key)
    if row.state != Shortfall.State.OPEN:
        return 0
    later = {
        one.key: one
        for one in Posting.objects.filter(
            learner_id=learner_id, credit_class_id=row.credit_class_id, reverses__isnull=True, posted_at__gte=row.since
        ).order_by("posted_at", "key")
    }
    if not later:
        return 0
    free = {one.posting: one.held.free for one in holdings_of([learner_id])}
    posted = 0
    for posting_key, posting in later.items():
        account = ledger.learner_account(learner_id=learner_id, unit=row.credit_class_id)
        amount = min(row.credits - row.filled, free.get(posting_key, 0), ledger.balance(account=account))
        if amount <= 0:
            continue
        _take(row, posting, amount, 0, at)
        mark_owed(posting=posting, credits_=amount, case=row.item.withdrawal.public_id, at=at)
        posted += 1
        if row.state != Shortfall.State.OPEN:
            break
    return posted


def set_off(*, case: Withdrawal, given: Sequence[Posting], actor_id: int, at: datetime) -> None:
    """Fill a case's shortfalls from the credit that an appeal gave anew: what was used is not had twice (C-73).

    One that was written off too: it was forgiven because the credit was gone, and now it is there again. For verbs that
    hold the locks of learner and book.
    """
    left = {one.key: one.credits for one in given}
    rows = Shortfall.objects.select_for_update(no_key=True, of=("self",)).select_related("item__withdrawal")
    for row in rows.filter(item__withdrawal=case, filled__lt=F("credits")).order_by("pk"):
        for posting in given:
            amount = min(row.credits - row.filled, left[posting.key])
            if amount > 0 and posting.credit_class_id == row.credit_class_id:
                _take(row, posting, amount, actor_id, at)
                mark_owed(posting=posting, credits_=amount, case=case.public_id, at=at)
                left[posting.key] -= amount


def _take(row: Shortfall, posting: Posting, amount: int, actor_id: int, at: datetime) -> None:
    """Let so much go to the issuer of the withdrawn credit, and note it."""
    case = row.item.withdrawal
    ledger.lock_books(books=[case.book])
    account = ledger.learner_account(learner_id=row.learner_id, unit=row.credit_class_id)
    issuing = ledger.open_account(
        book=case.book, owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=case.institution_id,
        role=ledger.Role.ISSUING, unit=row.credit_class_id,
    )  # fmt: skip
    # The same posting may fill in several steps, under the learner's lock.
    step = row.fills.filter(posting=posting.key).count()
    key = ledger.derive_key(
        at=at, source_system=_SYSTEM, source_id=f"{case.public_id}/{row.item.posting}",
        purpose=f"fill/{posting.key}/{step}",
    )  # fmt: skip
    ledger.post(transfer=ledger.Transfer(key, account, issuing, amount, case.pk, at), kind=FILL_KIND, actor=actor_id)
    Fill.objects.create(shortfall=row, posting=posting.key, key=key, credits=amount, at=at)
    Shortfall.objects.filter(pk=row.pk, filled=F("credits") - amount).update(
        filled=F("credits"), state=Shortfall.State.FILLED, ended_at=at
    ) or Shortfall.objects.filter(pk=row.pk).update(filled=F("filled") + amount)
    row.refresh_from_db(fields=["filled", "state", "ended_at"])


def _locked(actor: Standing, dependent: Dependent) -> Dependent:
    lock_accounts(dependent.withdrawal.learner_id, may_have_left=True)
    rows = Dependent.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("withdrawal__institution__territory", "exchange").get(pk=dependent.pk)
    if row.withdrawal.learner_id in actor.person_keys:
        raise OwnCredit
    return row


def _check_open(row: Dependent) -> None:
    if row.state != Dependent.State.OPEN:
        raise DependentDecided
