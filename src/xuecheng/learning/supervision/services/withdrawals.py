"""Verbs of withdrawal: open and freeze, give notice, state, hear, decide, appeal (C-71 … C-74)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.people.groups import lock_accounts
from xuecheng.city.people.rules import check_stands
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.workdays.queries import due_after
from xuecheng.learning.badges import services as badges
from xuecheng.learning.credentials.services import revoke_resting_on
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.exchange import services as exchange
from xuecheng.learning.exchange.models import Case as ExchangeCase
from xuecheng.learning.foreign.services.crediting import LEDGER_KIND as FOREIGN
from xuecheng.learning.priorlearning.services.granting import LEDGER_KIND as PRIOR_LEARNING
from xuecheng.learning.recognition.queries.postings import standing_postings
from xuecheng.learning.recognition.services.corrections import NothingStands, count_anew, withdraw_credit
from xuecheng.learning.recognition.services.deciding import give_again
from xuecheng.learning.recognition.services.withholding import freeze_postings, release_frozen
from xuecheng.learning.records.models import DECIDED_ORIGINS, LearningRecord, Origin
from xuecheng.learning.supervision import news, queries
from xuecheng.learning.supervision.models import (
    Appeal,
    Dependent,
    Ground,
    Item,
    Shortfall,
    Statement,
    Suspicion,
    Withdrawal,
)
from xuecheng.learning.supervision.queries.acts import ANSWER, APPEALS, DECIDE, INVESTIGATE, STATE_OWN
from xuecheng.learning.supervision.queries.dependents import taken_of, uses_of

from .clocks import APPEAL_ANSWER_DAYS, APPEAL_DAYS, STATEMENT_DAYS
from .shortfalls import OwnCredit, ReasonsMissing, set_off
from .suspicions import OwnRecords

PART_KIND = 50
"""Kind of the transfer that takes back what is left of a posting, where some of it was used; `ref` is the record."""


class CaseOpenAlready(Refusal):
    message = _("A case about this record is open already.")


class NotOpen(Refusal):
    message = _("This case was decided already.")


class NoticeFirst(Refusal):
    message = _("Learner and institution have not been told yet.")
    remedy = _("Give notice first.")


class TooEarly(Refusal):
    message = _("It may be answered until %(until)s; not both have said something yet.")
    remedy = _("Decide after that day, or once both have answered.")


class HearingOwed(Refusal):
    message = _("A hearing was asked for and was not held yet.")


class OpenedByYou(Refusal):
    message = _("Whoever opened the case, or issued the credit, does not decide it (C-71).")
    remedy = _("Ask a colleague.")


class HearingNotYet(Refusal):
    message = _("A hearing is written down once it was held, and held after notice was given.")
    field = "held_at"


class HearingKnown(Refusal):
    message = _("The hearing of that time is written down already, and what was written stays.")
    remedy = _("Write down when the other one began.")
    field = "held_at"


class TooLateToState(Refusal):
    message = _("It could be answered until it was decided.")


class NotYours(Refusal):
    message = _("Only the learner and the institution say something to it.")


class NothingToAppeal(Refusal):
    message = _("Only a withdrawal can be appealed against.")


class TooLateToAppeal(Refusal):
    message = _("An appeal could be lodged until %(until)s.")


class AppealedAlready(Refusal):
    message = _("Your side has lodged its appeal already; it can be read on this page.")
    remedy = _("Wait for the answer.")


class AppealDecided(Refusal):
    message = _("This appeal was decided already.")


def open_withdrawal(
    *,
    actor: Standing,
    public_id: UUID,
    record: LearningRecord,
    ground: str,
    reason: str,
    at: datetime,
    suspicion: Suspicion | None = None,
) -> Withdrawal:
    """Open a case about the credit of a record: all that stands for it is frozen in the same transaction. Asked again
    with the same id, the same case.

    Right: supervision.investigate over the issuer. Raises `Denied`, `ReasonsMissing`, `OwnRecords`, `NothingStands`,
    `CaseOpenAlready`.
    """
    require(actor, INVESTIGATE, on=record)
    if not reason.strip():
        raise ReasonsMissing(at_field="reason")
    if record.learner_id in actor.person_keys or record.entered_by_id in actor.person_keys:
        raise OwnRecords
    with (
        trace.change(by=actor.person, why=reason),
        refusing(withdrawal_public_id_once=FormUsedBefore, withdrawal_one_open_per_record=CaseOpenAlready),
    ):
        keys = lock_accounts(record.learner_id, may_have_left=True)
        known = Withdrawal.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.record_id != record.pk:
                raise FormUsedBefore
            return known
        check_stands(record.learner.erased_at)
        ledger.lock_books(books=[record.book])
        postings = list(standing_postings(record))
        if not postings:
            raise NothingStands
        row = Withdrawal.objects.create(
            public_id=public_id, learner_id=record.learner_id, institution_id=record.institution_id,
            record_id=record.pk, book=record.book, title=record.title, suspicion=suspicion,
            ground=Ground(ground), reason=reason.strip()[:1000], opened_by=actor.person, opened_at=at,
        )  # fmt: skip
        taken = taken_of(keys, [one.key for one in postings])
        freeze_postings(postings=postings, used=taken, case=public_id, ref=row.pk, actor_id=actor.person.pk, at=at)
        Item.objects.bulk_create(
            Item(
                withdrawal=row, posting=one.key, credit_class_id=one.credit_class_id, credits=one.credits,
                used=min(one.credits, taken.get(one.key, 0)),
            )
            for one in postings
        )  # fmt: skip
        badges.suspend_for_case(
            learner_ids=keys, postings=[one.key for one in postings], case=public_id,
            why=gettext_noop("The credit is being looked into"), at=at,
        )  # fmt: skip
        if suspicion is not None:
            Suspicion.objects.filter(pk=suspicion.pk, state__in=Suspicion.OPEN).update(
                state=Suspicion.State.PURSUED, taken_by=actor.person, ended_at=at
            )
    return row


def give_notice(*, actor: Standing, case: Withdrawal, at: datetime) -> Withdrawal:
    """Tell learner and issuer, who have fifteen working days to state or to ask for a hearing (C-71). Said twice, once.

    Right: supervision.investigate over the issuer. Raises `Denied`, `NotOpen`.
    """
    require(actor, INVESTIGATE, on=case.place_scope())
    with trace.change(by=actor.person, why=gettext_noop("Notice of a withdrawal given")):
        row = _locked(case)
        if row.state != Withdrawal.State.OPENED:
            if row.is_open:
                return row
            raise NotOpen
        row.state, row.noticed_at = Withdrawal.State.NOTICED, at
        row.due_on = due_after(clock.date_of(at), STATEMENT_DAYS)
        row.save(update_fields=["state", "noticed_at", "due_on"])
        news.tell_noticed(row, at=at)
    return row


def make_statement(
    *, actor: Standing, case: Withdrawal, words: str, wants_hearing: bool = False, at: datetime
) -> Statement:
    """The learner, or the issuer's registrar, says something to the notice, until it is decided. Said twice in the same
    words, once.

    Right: supervision.state_own of one's own, supervision.answer at the issuer. Raises `Denied`, `ReasonsMissing`,
    `NoticeFirst`, `TooLateToState`.
    """
    is_own = case.learner_id in actor.person_keys
    require(actor, STATE_OWN if is_own else ANSWER, on=case.learner if is_own else case.place_scope())
    if not words.strip():
        raise ReasonsMissing
    with trace.change(by=actor.person, why=gettext_noop("Statement in a withdrawal")):
        row = _locked(case)
        side = Statement.Side.LEARNER if is_own else Statement.Side.ISSUER
        known = row.statements.filter(side=side, words=words.strip()[:2000], wants_hearing=wants_hearing).first()
        if known is not None:
            return known
        if row.state == Withdrawal.State.OPENED:
            raise NoticeFirst
        if not row.is_open:
            raise TooLateToState
        made = Statement.objects.create(
            withdrawal=row, side=side, by=actor.person, at=at, words=words.strip()[:2000], wants_hearing=wants_hearing
        )
        news.tell_stated(row, made, at=at)
    return made


def hold_hearing(*, actor: Standing, case: Withdrawal, held_at: datetime, words: str, at: datetime) -> Withdrawal:
    """Write down that a hearing was held and what was said; another one is kept beside it. Said twice in the same
    words, once.

    Right: supervision.investigate over the issuer. Raises `Denied`, `ReasonsMissing`, `HearingNotYet`, `HearingKnown`,
    `NoticeFirst`, `NotOpen`."""
    require(actor, INVESTIGATE, on=case.place_scope())
    if not words.strip():
        raise ReasonsMissing
    with trace.change(by=actor.person, why=gettext_noop("Hearing in a withdrawal")):
        row, said, held_at = _locked(case), words.strip()[:2000], _minute(held_at)
        known = row.hearings.filter(held_at=held_at).first()
        if known is not None:
            if known.words != said:
                raise HearingKnown
            return row
        if row.state == Withdrawal.State.OPENED or row.noticed_at is None:
            raise NoticeFirst
        if not row.is_open:
            raise NotOpen
        if not _minute(row.noticed_at) <= held_at <= at:
            raise HearingNotYet
        row.hearings.create(held_at=held_at, words=said, by=actor.person, at=at)
        row.state = Withdrawal.State.HEARD
        row.save(update_fields=["state"])
    return row


def decide_withdrawal(*, actor: Standing, case: Withdrawal, withdraws: bool, words: str, at: datetime) -> Withdrawal:
    """Decide: take the credit back by a posting, or close the case and free it. All of it in one transaction (C-71).

    What was used elsewhere is not taken: it becomes a shortfall (C-73); exchanges that were not settled end, settled
    ones wait for their own decision (C-72); transcripts that rest on it alone are revoked, and credentials (C-74).
    Said twice, once.

    Right: supervision.decide_withdrawal over the issuer; not who opened it, entered the record or gave the credit.
    Raises `Denied`, `ReasonsMissing`, `OpenedByYou`, `OwnCredit`, `NoticeFirst`, `TooEarly`, `HearingOwed`, `NotOpen`.
    """
    require(actor, DECIDE, on=case.place_scope())
    if not words.strip():
        raise ReasonsMissing
    verdict = Withdrawal.State.WITHDRAWN if withdraws else Withdrawal.State.CLOSED
    with trace.change(by=actor.person, why=words):
        row = _locked(case)
        if row.state == verdict and row.decided_by_id in actor.person_keys:
            return row
        _check_may_decide(actor, row, at=at)
        row.state, row.decided_by, row.decided_at = verdict, actor.person, at
        row.decision_words = words.strip()[:1000]
        if withdraws:
            row.appeal_until = due_after(clock.date_of(at), APPEAL_DAYS)
            _withdraw(row, actor_id=actor.person.pk, at=at)
        else:
            ledger.lock_books(books=[row.book])
            release_frozen(case=row.public_id, ref=row.pk, actor_id=actor.person.pk, at=at)
            badges.resume_after_case(case=row.public_id, at=at)
        row.save(update_fields=["state", "decided_by", "decided_at", "decision_words", "appeal_until"])
        news.tell_decided(row, at=at)
    return row


def lodge_appeal(*, actor: Standing, case: Withdrawal, words: str, at: datetime) -> Appeal:
    """Ask that somebody else looks at a withdrawal, each side once, within fifteen working days. Said twice in the same
    words, once.

    Right: supervision.state_own of one's own, supervision.answer at the issuer. Raises `Denied`, `ReasonsMissing`,
    `AppealedAlready`, `NothingToAppeal`, `TooLateToAppeal`.
    """
    is_own = case.learner_id in actor.person_keys
    require(actor, STATE_OWN if is_own else ANSWER, on=case.learner if is_own else case.place_scope())
    if not words.strip():
        raise ReasonsMissing
    with trace.change(by=actor.person, why=gettext_noop("Appeal against a withdrawal")):
        row = _locked(case)
        side = Statement.Side.LEARNER if is_own else Statement.Side.ISSUER
        known = row.appeals.filter(side=side).first()
        if known is not None:
            if known.words == words.strip()[:1000]:
                return known
            raise AppealedAlready
        if row.state != Withdrawal.State.WITHDRAWN or row.appeal_until is None:
            raise NothingToAppeal
        if clock.date_of(at) > row.appeal_until:
            raise TooLateToAppeal(until=row.appeal_until)
        made = Appeal.objects.create(
            withdrawal=row, side=side, by=actor.person, words=words.strip()[:1000], lodged_at=at,
            due_on=due_after(clock.date_of(at), APPEAL_ANSWER_DAYS),
        )  # fmt: skip
        news.tell_appealed(made, at=at)
    return made


def decide_appeal(*, actor: Standing, appeal: Appeal, grants: bool, answer: str, at: datetime) -> Appeal:
    """Let the withdrawal stand, or recognise the record anew: by a posting of its own, from which the case's shortfalls
    are filled at once, those that were written off too (C-73). Said twice, once.

    Right: supervision.decide_appeal over the issuer; neither who decided nor who opened. Raises `Denied`,
    `ReasonsMissing`, `OpenedByYou`, `OwnCredit`, `AppealDecided`.
    """
    require(actor, APPEALS, on=appeal.withdrawal.place_scope())
    if not answer.strip():
        raise ReasonsMissing(at_field="answer")
    with trace.change(by=actor.person, why=answer):
        case = _locked(appeal.withdrawal)
        row = Appeal.objects.select_for_update(no_key=True).get(pk=appeal.pk)
        verdict = Appeal.State.GRANTED if grants else Appeal.State.UPHELD
        if row.state != Appeal.State.OPEN:
            if row.state == verdict and row.decided_by_id in actor.person_keys:
                return row
            raise AppealDecided
        _check_other(actor, case)
        if case.decided_by_id in actor.person_keys:
            raise OpenedByYou
        if grants:
            record = LearningRecord.objects.get(pk=case.record_id)
            latest = LearningRecord.objects.get(
                institution_id=record.institution_id, record_key=record.record_key, book=record.book, is_latest=True
            )
            ledger.lock_books(books=[case.book])
            stood = {one.key for one in standing_postings(latest)}
            if latest.origin in DECIDED_ORIGINS:
                # People decided it on evidence, and no rule would give it again.
                kind = FOREIGN if latest.origin == Origin.FOREIGN else PRIOR_LEARNING
                give_again(record=latest, ledger_kind=kind, officer_id=actor.person.pk, at=at)
            else:
                count_anew(record=latest, officer_id=actor.person.pk, why=answer.strip()[:200], at=at)
            given = [one for one in standing_postings(latest) if one.key not in stood]
            set_off(case=case, given=given, actor_id=actor.person.pk, at=at)
            case.state = Withdrawal.State.RESTORED
            case.save(update_fields=["state"])
        # What is granted to one side the other has no longer to ask for.
        for one in [row, *case.appeals.filter(state=Appeal.State.OPEN).exclude(pk=row.pk)] if grants else [row]:
            one.state, one.answer, one.decided_by, one.decided_at = verdict, answer.strip()[:1000], actor.person, at
            one.save(update_fields=["state", "answer", "decided_by", "decided_at"])
        row.withdrawal = case
        news.tell_appeal_decided(row, at=at)
    return row


def _withdraw(row: Withdrawal, *, actor_id: int, at: datetime) -> None:
    """Reverse what a case is about, and note what rests on it. One transaction; the caller holds the learner's lock."""
    keys = lock_accounts(row.learner_id, may_have_left=True)
    items = {one.posting: one for one in row.items.select_for_update(no_key=True)}
    ended = _end_open_exchanges(row, keys, list(items), actor_id=actor_id, at=at)
    ledger.lock_books(books=[row.book])
    release_frozen(case=row.public_id, ref=row.pk, actor_id=actor_id, at=at)
    taken = taken_of(keys, list(items))
    at_most = _recoverable(row, items, taken)
    record = LearningRecord.objects.get(pk=row.record_id)
    withdraw_credit(
        record=record, officer_id=actor_id, why=row.decision_words[:200], at=at, at_most=at_most, part_kind=PART_KIND
    )
    for key, item in items.items():
        item.used, item.recovered = min(item.credits, taken.get(key, 0)), min(item.credits, at_most[key])
        item.save(update_fields=["used", "recovered"])
        if item.recovered < item.credits:
            Shortfall.objects.create(
                item=item, learner_id=row.learner_id, credit_class_id=item.credit_class_id,
                credits=item.credits - item.recovered, since=at,
            )  # fmt: skip
    Dependent.objects.bulk_create(ended)
    Dependent.objects.bulk_create(
        Dependent(withdrawal=row, exchange_id=use.case_id, posting=use.posting, credits=use.credits)
        for use in uses_of(keys, list(items))
    )
    revoke_resting_on(learner_ids=keys, gone=list(items), at=at, why=row.decision_words)
    badges.revoke_resting_on(learner_ids=keys, gone=list(items), at=at, why=row.decision_words)


def _end_open_exchanges(
    row: Withdrawal, keys: Sequence[int], postings: Sequence[UUID], *, actor_id: int, at: datetime
) -> list[Dependent]:
    """End requests for exchange that were not settled: their credit goes back first, to be taken with the rest."""
    ended = []
    for use in uses_of(keys, postings):
        if use.is_open:
            case = ExchangeCase.objects.get(pk=use.case_id)
            exchange.void_case(case=case, actor_id=actor_id, at=at)
            ended.append(
                Dependent(
                    withdrawal=row, exchange=case, posting=use.posting, credits=use.credits,
                    state=Dependent.State.VOIDED, decided_at=at, decided_by_id=actor_id,
                )
            )  # fmt: skip
    return ended


def _recoverable(row: Withdrawal, items: dict[UUID, Item], taken: dict[UUID, int]) -> dict[UUID, int]:
    """Of each posting, what is unused and lies on the account: never more, so that nobody's balance falls below 0."""
    left: dict[int, int] = {}
    most: dict[UUID, int] = {}
    for key, item in items.items():
        unit = item.credit_class_id
        if unit not in left:
            left[unit] = ledger.balance(account=ledger.learner_account(learner_id=row.learner_id, unit=unit))
        most[key] = max(0, min(item.credits - taken.get(key, 0), left[unit]))
        left[unit] -= most[key]
    return most


def _minute(moment: datetime) -> datetime:
    """Hearings are written down to the minute; what came in the same one counts as before."""
    return moment.replace(second=0, microsecond=0)


def _locked(case: Withdrawal) -> Withdrawal:
    """The case as it is now, under the lock of its learner."""
    lock_accounts(case.learner_id, may_have_left=True)
    rows = Withdrawal.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("learner", "institution__territory", "suspicion").get(pk=case.pk)


def _check_may_decide(actor: Standing, row: Withdrawal, *, at: datetime) -> None:
    if not row.is_open:
        raise NotOpen
    _check_other(actor, row)
    if row.state == Withdrawal.State.OPENED or row.due_on is None:
        raise NoticeFirst
    statements = list(row.statements.all())
    sides = {one.side for one in statements}
    # A hearing answers the requests that came before it, and takes nobody's days to say something.
    heard_at = row.hearings.aggregate(Max("held_at"))["held_at__max"]
    if any(one.wants_hearing and (heard_at is None or _minute(one.at) > heard_at) for one in statements):
        raise HearingOwed
    if clock.date_of(at) <= row.due_on and len(sides) < len(Statement.Side):
        raise TooEarly(until=row.due_on)


def _check_other(actor: Standing, row: Withdrawal) -> None:
    """Neither the learner, nor who opened the case, entered the record or gave its credit (C-71)."""
    mine = set(actor.person_keys)
    if row.learner_id in mine:
        raise OwnCredit
    if queries.involved_in(row) & mine:
        raise OpenedByYou
