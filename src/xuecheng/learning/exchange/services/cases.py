"""Verbs of cases: ask, accept, refuse, withdraw, appeal, and what the clock does (C-33, C-34, C-36)."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import lock_accounts
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.trace import robot
from xuecheng.city.workdays.queries import due_after
from xuecheng.learning.creditbank.ledger import NotPosted
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.exchange import news, queries, rules
from xuecheng.learning.exchange.models import Appeal, Case, Difference, Lot, Silence, Use
from xuecheng.learning.exchange.queries import APPEALS, ASK, DECIDE

from . import books

logger = logging.getLogger("xuecheng.exchange")

ROBOT = robot("exchange")
"""Acts where an agreement decides by itself, and where the clock does."""

REASON_LEAST = 3
"""Signs of the shortest reason that still says something, such as “低一级”; “不行” says nothing (C-36; ours)."""

APPEAL_ANSWER_DAYS = 20
"""Working days in which an appeal is answered (C-44 gives recognition the same; ours)."""


class CreditsUnknown(Refusal):
    message = _("There are no such credits on your account.")
    field = "posting"


class UnitAskedAlready(Refusal):
    message = _("You asked for this unit already, or hold it.")
    field = "posting"


class NotOpen(Refusal):
    message = _("This request was decided or taken back already.")


class OwnCase(Refusal):
    message = _("Nobody decides about their own credits.")
    remedy = _("Ask a colleague.")


class DifferenceMissing(Refusal):
    message = _("A refusal names a substantial difference: level, amount, outcomes, quality assurance, or age (C-36).")
    field = "difference"


class ReasonMissing(Refusal):
    message = _("Say in a few words what the difference is; the learner reads it.")
    field = "words"


class SourceTakenBack(Refusal):
    message = _("The credits behind this request were taken back meanwhile.")
    remedy = _("Refuse it; what is held goes back.")


class TooLateToWithdraw(Refusal):
    message = _("It was accepted or ended already, and is not taken back any more.")


class SourceFrozen(Refusal):
    message = _("It is being looked into whether the credits behind this request were given rightly.")
    remedy = _("Wait until that is decided; nothing is lost meanwhile.")


class ReplacementUnfit(Refusal):
    message = _("These credits cannot take the place of the withdrawn ones: too few are free, or other terms apply.")
    field = "posting"


class NotRefused(Refusal):
    message = _("Only a refusal can be appealed against.")


class TooLateToAppeal(Refusal):
    message = _("An appeal could be lodged until %(until)s.")


class WordsMissing(Refusal):
    message = _("Say what is wrong with the refusal.")
    field = "words"


class AppealDecided(Refusal):
    message = _("This appeal was decided already.")


class OwnRefusal(Refusal):
    message = _("Whoever refused does not decide the appeal.")
    remedy = _("Ask a colleague.")


class AnswerMissing(Refusal):
    message = _("Say why; the learner reads it.")
    field = "answer"


def ask_exchange(*, actor: Standing, public_id: UUID, posting: UUID, target: Organisation, at: datetime) -> Case:
    """Ask that credits of one posting count at `target`: they are held in the same transaction. Where the agreement
    decides by itself, they are exchanged at once.

    Asked again with the same id, the same case. Right: exchange.ask_exchange, one's own. Raises `Denied`,
    `CreditsUnknown`, `NoClause`, what stands against it, `UnitAskedAlready`, and what the ledger refuses with.
    """
    require(actor, ASK, on=actor.person)
    return ask_for(
        learner_id=actor.person.pk, by=actor.person, public_id=public_id, posting=posting, target=target, at=at
    )


def ask_for(
    *,
    learner_id: int,
    by: Person,
    public_id: UUID,
    posting: UUID,
    target: Organisation,
    at: datetime,
    after_appeal: Case | None = None,
    is_one_of_many: bool = False,
) -> Case:
    """The same, for verbs that have checked the right to it. The registrar is told of many at once, not of each."""
    with (
        trace.change(by=by, why=gettext_noop("Asked that credits count elsewhere")),
        refusing(
            exchange_case_public_id_once=FormUsedBefore,
            exchange_case_unit_once=UnitAskedAlready,
            exchange_use_no_hundredth_twice=rules.InUse,
        ),
    ):
        keys = lock_accounts(learner_id)
        if Case.objects.filter(public_id=public_id).exists():
            known = Case.objects.select_related("target__territory", "agreement").get(public_id=public_id)
            if known.learner_id not in keys or known.target_id != target.pk:
                raise FormUsedBefore
            return known
        holdings = queries.holdings_of(keys)
        holding = next((one for one in holdings if one.posting == posting), None)
        if holding is None:
            raise CreditsUnknown
        answer = queries.Counting(keys, holdings, at=at).towards(holding, target.pk)
        if answer is None:
            raise rules.NoClause
        if answer.against:
            raise answer.against[0]
        case = _written(answer, by=by, public_id=public_id, at=at, after_appeal=after_appeal)
        if answer.agreement.is_automatic or after_appeal is not None:
            _accept(case, decider=None if after_appeal is None else by, at=at)
        elif not is_one_of_many:
            news.tell_asked(case, at=at)
    return case


def accept_case(*, actor: Standing, case: Case, at: datetime) -> Case:
    """Accept: the source is taken and the target given, in one transaction. Should the ledger refuse the posting (a
    frozen account, a spent budget), it stays accepted and `tend` tries again. Said twice, once.

    Right: exchange.decide_case at the receiving institution; exchange.decide_appeal, once it was raised. Raises
    `Denied`, `OwnCase`, `NotOpen`, `SourceTakenBack`.
    """
    _require_answering(actor, case)
    with trace.change(by=actor.person, why=gettext_noop("Exchange of credits accepted")):
        row = _locked_case(case)
        _check_other(actor, row)
        if row.state in (Case.State.ACCEPTED, Case.State.SETTLED):
            return row
        if row.state != Case.State.EARMARKED:
            raise NotOpen
        _accept(row, decider=actor.person, at=at)
    return row


def refuse_case(*, actor: Standing, case: Case, difference: str, words: str, at: datetime) -> Case:
    """Refuse for a substantial difference, in words that the learner reads; what was held goes back (C-36).

    Said twice, once. Right: exchange.decide_case at the receiving institution; exchange.decide_appeal, once it was
    raised. Raises `Denied`, `OwnCase`, `NotOpen`, `DifferenceMissing`, `ReasonMissing`.
    """
    _require_answering(actor, case)
    if difference not in Difference.values:
        raise DifferenceMissing
    if len(words.strip()) < REASON_LEAST:
        raise ReasonMissing
    with trace.change(by=actor.person, why=words):
        row = _locked_case(case)
        _check_other(actor, row)
        if row.state == Case.State.REFUSED:
            return row
        if row.state != Case.State.EARMARKED:
            raise NotOpen
        row.difference, row.words, row.decided_by = difference, words.strip()[:500], actor.person
        _end(row, Case.State.REFUSED, actor=actor.person.pk, at=at)
        news.tell_answered(row, at=at)
    return row


def withdraw_case(*, actor: Standing, case: Case, at: datetime) -> Case:
    """Take one's request back before it is accepted; exactly what was held goes back. Said twice, once.

    Right: exchange.ask_exchange, one's own. Raises `Denied`, `TooLateToWithdraw`.
    """
    require(actor, ASK, on=case.learner)
    with trace.change(by=actor.person, why=gettext_noop("Request for exchange taken back by the learner")):
        row = _locked_case(case)
        if row.state == Case.State.WITHDRAWN:
            return row
        if row.state != Case.State.EARMARKED:
            raise TooLateToWithdraw
        _end(row, Case.State.WITHDRAWN, actor=actor.person.pk, at=at)
    return row


def appeal(*, actor: Standing, case: Case, words: str, at: datetime) -> Appeal:
    """Ask that somebody else looks at a refusal, once, within the agreement's days. Said twice, once.

    Right: exchange.ask_exchange, one's own. Raises `Denied`, `NotRefused`, `TooLateToAppeal`, `WordsMissing`.
    """
    require(actor, ASK, on=case.learner)
    if not words.strip():
        raise WordsMissing
    with trace.change(by=actor.person, why=gettext_noop("Appeal against a refused exchange")):
        row = _locked_case(case)
        known = Appeal.objects.filter(case=row).first()
        if known is not None:
            return known
        if row.state != Case.State.REFUSED or row.decided_at is None:
            raise NotRefused
        until = appeal_until(row)
        if until is not None and clock.date_of(at) > until:
            raise TooLateToAppeal(until=until)
        made = Appeal.objects.create(
            case=row, words=words.strip()[:500], lodged_at=at,
            due_on=due_after(clock.date_of(at), APPEAL_ANSWER_DAYS),
        )  # fmt: skip
        news.tell_appealed(made, at=at)
    return made


def appeal_until(case: Case) -> date | None:
    """The last day on which a refusal can be appealed against; None: there is nothing to appeal against."""
    if case.state != Case.State.REFUSED or case.decided_at is None:
        return None
    return due_after(clock.date_of(case.decided_at), case.agreement.appeal_days)


def decide_appeal(*, actor: Standing, appeal: Appeal, grants: bool, answer: str, at: datetime) -> Appeal:
    """Let the refusal stand, or exchange after all: under the clause in force now, by a case of its own, at once.

    Right: exchange.decide_appeal over the receiving institution; not who refused, nor the learner. Said twice, once.
    Raises `Denied`, `OwnRefusal`, `OwnCase`, `AnswerMissing`, `AppealDecided`, and what `ask_exchange` does.
    """
    require(actor, APPEALS, on=appeal.case.target)
    if not answer.strip():
        raise AnswerMissing
    with trace.change(by=actor.person, why=answer):
        case = _locked_case(appeal.case)
        row = Appeal.objects.get(pk=appeal.pk)
        row.case = case
        _check_other(actor, case)
        if case.decided_by_id in actor.person_keys:
            raise OwnRefusal
        verdict = Appeal.State.GRANTED if grants else Appeal.State.UPHELD
        if row.state != Appeal.State.OPEN:
            if row.state == verdict:
                return row
            raise AppealDecided
        if grants:
            use = case.uses.select_related("lot").order_by("pk").first()
            assert use is not None, "a case uses something"
            ask_for(
                learner_id=case.learner_id, by=actor.person, public_id=uuid5(case.public_id, "appeal"),
                posting=use.lot.posting, target=case.target, at=at, after_appeal=case,
            )  # fmt: skip
        row.state, row.answer, row.decided_by, row.decided_at = verdict, answer.strip()[:500], actor.person, at
        row.save(update_fields=["state", "answer", "decided_by", "decided_at"])
        news.tell_appeal_decided(row, at=at)
    return row


def void_case(*, case: Case, actor_id: int, at: datetime) -> Case:
    """End a request whose source was withdrawn: what was held goes back, for the reversal to take (C-72).

    For verbs that decided about the source and hold its learner's lock. Said twice, once. Raises `NotOpen`.
    """
    row = _locked_case(case)
    if row.state == Case.State.VOIDED:
        return row
    if row.state not in Case.OPEN:
        raise NotOpen
    _end(row, Case.State.VOIDED, actor=actor_id, at=at)
    news.tell_answered(row, at=at)
    return row


def replace_source(*, case: Case, lost: UUID, by: Collection[UUID], at: datetime) -> dict[UUID, int]:
    """Let other credits of the learner stand for withdrawn ones behind a settled exchange (C-72): one of
    `queries.replacements`, named by all its postings. Answers how many hundredths of which posting took their place;
    the ledger is the caller's to settle, under the same lock.

    For verbs that decided about the source. Raises `ReplacementUnfit`.
    """
    row = _locked_case(case)
    ways = queries.replacements(row, lost=lost, at=at)
    way = next((one for one in ways if set(one.postings) == set(by)), None)
    if way is None:
        raise ReplacementUnfit
    for use in Use.objects.filter(case=row, lot__posting=lost, is_live=True):
        use.is_live = False
        use.save(update_fields=["is_live"])
    for part in way.parts:
        books.note_use(row, _lot_of(part.holding), part.credits)
    return {part.holding.posting: part.credits for part in way.parts}


def tend(*, at: datetime) -> int:
    """What the clock does (C-34): who did not answer in time is raised to the certification body; after that a request
    lapses, or counts as accepted where the agreement says so. What was accepted and not posted is tried again.

    Safe at any time, and twice. Answers how many moved.
    """
    today = clock.date_of(at)
    moved = 0
    late = queries.overdue(today=today).order_by("due_on", "pk")
    for key, learner in list(late.values_list("pk", "learner")):
        try:
            with trace.change(by=ROBOT, why=gettext_noop("Not answered in time")):
                moved += _past_due(_locked_case(Case(pk=key, learner_id=learner)), at=at)
        except NotPosted as refusal:
            # An account that was frozen holds up its own case, not those after it.
            logger.warning("exchange.not_given_back", extra={"case": key, "code": refusal.code})
    unposted = queries.unsettled(before=at).order_by("pk")
    for key, learner in list(unposted.values_list("pk", "learner")):
        with trace.change(by=ROBOT, why=gettext_noop("Accepted exchange posted")):
            row = _locked_case(Case(pk=key, learner_id=learner))
            moved += row.state == Case.State.ACCEPTED and _settle(row, actor=0, at=at)
    return moved


def _past_due(row: Case, *, at: datetime) -> bool:  # noqa: PLR0911  # each answer is a step of the clock
    today = clock.date_of(at)
    if row.state != Case.State.EARMARKED:
        return False
    if row.escalated_at is None:
        if today <= row.due_on:
            return False
        row.escalated_at, row.ends_on = at, due_after(today, row.agreement.escalation_days)
        row.save(update_fields=["escalated_at", "ends_on"])
        news.tell_overdue(row, at=at)
        return True
    if row.ends_on is None or today <= row.ends_on:
        return False
    if row.agreement.silence == Silence.ACCEPTS:
        try:
            with transaction.atomic():
                _accept(row, decider=None, at=at)
        except (SourceFrozen, SourceTakenBack) as refusal:
            if isinstance(refusal, SourceFrozen):
                return False  # it waits for the decision about its source
            row.refresh_from_db()
        else:
            return True
    _end(row, Case.State.LAPSED, actor=0, at=at)
    news.tell_answered(row, at=at)
    return True


def _written(answer: queries.Answer, *, by: Person, public_id: UUID, at: datetime, after_appeal: Case | None) -> Case:
    """The case, with its credits held: asked and earmarked in one transaction."""
    holding, clause = answer.holding, answer.clause
    target_class = answer.target_class
    if target_class is None:
        framework = clause.as_level.framework
        target_class = credit_class(framework=framework, kind=clause.as_kind, level=clause.as_ordinal).pk
    lot = _lot_of(holding)
    case = Case.objects.create(
        public_id=public_id,
        learner_id=holding.learner_id,
        term_id=clause.id,
        agreement=answer.agreement,
        source_id=clause.source,
        target_id=clause.target,
        source_class_id=holding.of.unit,
        target_class_id=target_class,
        source_credits=answer.worth.source,
        target_credits=answer.worth.target,
        target_unit=clause.as_unit,
        asked_at=at,
        asked_by=by,
        due_on=due_after(clock.date_of(at), answer.agreement.answer_days),
        after_appeal=after_appeal,
    )
    case.title = lot.title
    case.hold = books.hold(case, lot, actor=by.pk, at=at)
    case.state = Case.State.EARMARKED
    case.save(update_fields=["hold", "state"])
    return case


def _lot_of(holding: queries.Holding) -> Lot:
    """The lot of a posting, noted when it is first exchanged: under the lock of its learner nobody else does."""
    lot = Lot.objects.filter(posting=holding.posting, learner_id=holding.learner_id).first()
    return lot or Lot.objects.create(
        posting=holding.posting,
        learner_id=holding.learner_id,
        institution_id=holding.held.institution,
        credit_class_id=holding.of.unit,
        credits=holding.held.credits,
        title=holding.title,
    )


def _accept(row: Case, *, decider: Person | None, at: datetime) -> None:
    """Accept and post; nobody is the decider where an agreement decides by itself."""
    row.state, row.decided_by, row.decided_at = Case.State.ACCEPTED, decider, at
    with refusing(exchange_case_source_stands=SourceTakenBack, exchange_case_source_not_frozen=SourceFrozen):
        row.save(update_fields=["state", "decided_by", "decided_at"])
    _settle(row, actor=decider.pk if decider is not None else 0, at=at)


def _settle(row: Case, *, actor: int, at: datetime) -> bool:
    """Post an accepted case. What the ledger refuses leaves it accepted, with everything held as it was."""
    try:
        with transaction.atomic():
            books.take_and_give(row, actor=actor, at=at)
            row.state, row.settled_at = Case.State.SETTLED, at
            row.save(update_fields=["state", "settled_at"])
    except NotPosted:
        row.state, row.settled_at = Case.State.ACCEPTED, None
        return False
    news.tell_answered(row, at=at)
    return True


def _end(row: Case, state: Case.State, *, actor: int, at: datetime) -> None:
    books.give_back(row, actor=actor, at=at)
    row.state, row.decided_at = state, at
    row.save(update_fields=["state", "decided_at", "difference", "words", "decided_by"])


def _locked_case(case: Case) -> Case:
    """The case as it is now, under the lock of its learner."""
    lock_accounts(case.learner_id)
    rows = Case.objects.select_related("learner", "source", "target__territory", "agreement")
    return rows.prefetch_related("uses__lot").get(pk=case.pk)


def _require_answering(actor: Standing, case: Case) -> None:
    """The receiving institution answers; when nobody there did in time, whoever it was raised to may (C-34)."""
    if not queries.may_answer(actor, case):
        raise Denied(DECIDE)


def _check_other(actor: Standing, case: Case) -> None:
    if case.learner_id in actor.person_keys:
        raise OwnCase
