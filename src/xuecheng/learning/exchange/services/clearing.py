"""Verbs of clearing: draw a period, acknowledge, doubt a line, explain it, close for good (C-35)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Scope, Standing, scope_of
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.exchange import news, queries, rules
from xuecheng.learning.exchange.models import Case, ClearingPeriod, Doubt, Statement, StatementLine
from xuecheng.learning.exchange.queries import ACKNOWLEDGE, CLEAR

from .agreements import OneSideEach
from .cases import ROBOT

_PERIODS = UUID("4bb5a0bd-6f53-5b6c-9a64-0a4bb2f5a7c1")
"""What the ids of periods that the clock draws are made of, with their days: drawn twice, they are the same."""


class PeriodEmpty(Refusal):
    message = _("It must end after it begins.")
    field = "ends_on"


class PeriodNotOver(Refusal):
    message = _("Only days that are over are cleared: up to %(today)s at most.")
    field = "ends_on"


class DaysClearedBefore(Refusal):
    message = _("Some of these days were cleared already.")
    field = "begins_on"


class PeriodClosed(Refusal):
    message = _("This period is closed; nothing of it changes any more.")


class NotASide(Refusal):
    message = _("This institution is no side of the statement.")


class DoubtOpen(Refusal):
    message = _("A line that your side doubts is not explained yet.")
    remedy = _("Wait until the other side or the certification body explains it, then acknowledge.")


class DoubtWordsMissing(Refusal):
    message = _("Say what is wrong with the line.")
    field = "words"


class DoubtedBefore(Refusal):
    message = _("This line was doubted already.")


class ExplanationMissing(Refusal):
    message = _("Explain the line.")
    field = "answer"


class OwnDoubt(Refusal):
    message = _("The other side or the certification body explains it.")


class NotAcknowledged(Refusal):
    message = _("Not every statement is acknowledged by both sides, or a line is not explained yet.")


def draw_period(*, actor: Standing, public_id: UUID, begins_on: date, ends_on: date, at: datetime) -> ClearingPeriod:
    """Draw the statements of all pairs for `[begins_on, ends_on)`, which is over, and tell both sides of each.
    Asked again with the id, the same.

    Right: exchange.keep_clearing over the city. Raises `Denied`, `PeriodEmpty`, `PeriodNotOver`, `DaysClearedBefore`.
    """
    require(actor, CLEAR, on=Scope())
    if begins_on >= ends_on:
        raise PeriodEmpty
    today = clock.date_of(at)
    if ends_on > today:
        raise PeriodNotOver(today=today)
    with (
        trace.change(by=actor.person, why=gettext_noop("Clearing period drawn")),
        refusing(exchange_period_no_day_twice=DaysClearedBefore, exchange_period_public_id_once=FormUsedBefore),
    ):
        _lock_periods()
        known = ClearingPeriod.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.begins_on, known.ends_on) != (begins_on, ends_on):
                raise FormUsedBefore
            return known
        return _draw(public_id, rules.Days(begins_on, ends_on), by=actor.person, at=at)


def draw_ended(*, at: datetime) -> list[ClearingPeriod]:
    """Draw what was exchanged in calendar periods that are over and that nobody drew; answers what was drawn, in order.

    A period has `CLEARING_MONTHS` months and is drawn `CLEARING_WAIT_DAYS` days after its end [K]. Where an officer
    drew some of its days, the days around them are drawn; days without any exchange are left. Each period is a
    transaction of its own, by the robot “exchange”: stopped, the next run goes on. Said twice, once.
    """
    today = clock.date_of(at)
    before = rules.months_around(today - timedelta(days=settings.CLEARING_WAIT_DAYS), settings.CLEARING_MONTHS)[0]
    made: list[ClearingPeriod] = []
    while (day := queries.first_uncleared(before=before)) is not None:
        with trace.change(by=ROBOT, why=gettext_noop("Clearing period drawn")):
            _lock_periods()
            within = rules.months_around(day, settings.CLEARING_MONTHS)
            days = rules.free_days(day, within, queries.drawn_days(within))
            if days is not None:  # else somebody drew it just now
                made.append(_draw(uuid5(_PERIODS, f"{days.begins_on}/{days.ends_on}"), days, by=None, at=at))
    return made


def acknowledge(*, actor: Standing, statement: Statement, organisation: Organisation, at: datetime) -> Statement:
    """Acknowledge a statement for one side. Said twice, once.

    Right: exchange.acknowledge_clearing at that side. Raises `Denied`, `NotASide`, `PeriodClosed`, `DoubtOpen`,
    `OneSideEach`.
    """
    require(actor, ACKNOWLEDGE, on=organisation)
    with trace.change(by=actor.person, why=gettext_noop("Clearing statement acknowledged")):
        _open_period(statement)
        row = Statement.objects.select_for_update(no_key=True).get(pk=statement.pk)
        if organisation.pk not in (row.one_id, row.other_id):
            raise NotASide
        if Doubt.objects.filter(line__statement=row, organisation=organisation, answer="").exists():
            raise DoubtOpen
        side, across = ("one", "other") if organisation.pk == row.one_id else ("other", "one")
        if getattr(row, f"{side}_seen_at") is None:
            if getattr(row, f"{across}_seen_by_id") in actor.person_keys:
                raise OneSideEach
            setattr(row, f"{side}_seen_by", actor.person)
            setattr(row, f"{side}_seen_at", at)
            row.save(update_fields=[f"{side}_seen_by", f"{side}_seen_at"])
    return row


def raise_doubt(*, actor: Standing, line: StatementLine, organisation: Organisation, words: str, at: datetime) -> Doubt:
    """Say what is wrong with a line; what this side acknowledged is open again. Said twice, once.

    Right: exchange.acknowledge_clearing at that side. Raises `Denied`, `NotASide`, `PeriodClosed`, `DoubtWordsMissing`,
    `DoubtedBefore`.
    """
    require(actor, ACKNOWLEDGE, on=organisation)
    if not words.strip():
        raise DoubtWordsMissing
    with (
        trace.change(by=actor.person, why=words),
        refusing(exchange_doubt_line_id_key=DoubtedBefore),
    ):
        _open_period(line.statement)
        row = Statement.objects.select_for_update(no_key=True).get(pk=line.statement_id)
        if organisation.pk not in (row.one_id, row.other_id):
            raise NotASide
        known = Doubt.objects.filter(line=line).first()
        if known is not None:
            if known.organisation_id == organisation.pk and known.words == words.strip()[:300]:
                return known
            raise DoubtedBefore
        side = "one" if organisation.pk == row.one_id else "other"
        setattr(row, f"{side}_seen_by", None)
        setattr(row, f"{side}_seen_at", None)
        row.save(update_fields=[f"{side}_seen_by", f"{side}_seen_at"])
        return Doubt.objects.create(
            line=line, organisation=organisation, words=words.strip()[:300], raised_by=actor.person, raised_at=at
        )


def explain_line(*, actor: Standing, doubt: Doubt, answer: str, at: datetime) -> Doubt:
    """Explain a doubted line; both stand beside it. Said twice, once.

    Right: exchange.acknowledge_clearing at the other side, or exchange.keep_clearing. Raises `Denied`, `OwnDoubt`,
    `ExplanationMissing`, `PeriodClosed`.
    """
    statement = doubt.line.statement
    other = statement.other if doubt.organisation_id == statement.one_id else statement.one
    if not actor.may(CLEAR, Scope()):
        if actor.may(ACKNOWLEDGE, scope_of(doubt.organisation)) and not actor.may(ACKNOWLEDGE, scope_of(other)):
            raise OwnDoubt
        require(actor, ACKNOWLEDGE, on=other)
    if not answer.strip():
        raise ExplanationMissing
    with trace.change(by=actor.person, why=answer):
        _open_period(statement)
        row = Doubt.objects.select_for_update(no_key=True).get(pk=doubt.pk)
        if row.raised_by_id in actor.person_keys:
            raise OwnDoubt
        if not row.answer:
            row.answer, row.answered_by, row.answered_at = answer.strip()[:300], actor.person, at
            row.save(update_fields=["answer", "answered_by", "answered_at"])
    return row


def close_period(*, actor: Standing, period: ClearingPeriod, at: datetime) -> ClearingPeriod:
    """Close it for good. Said twice, once.

    Right: exchange.keep_clearing over the city. Raises `Denied`, `NotAcknowledged`.
    """
    require(actor, CLEAR, on=Scope())
    with (
        trace.change(by=actor.person, why=gettext_noop("Clearing period closed")),
        refusing(exchange_period_acknowledged=NotAcknowledged),
    ):
        row = ClearingPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
        if row.state == ClearingPeriod.State.CLOSED:
            return row
        row.state, row.closed_by, row.closed_at = ClearingPeriod.State.CLOSED, actor.person, at
        row.save(update_fields=["state", "closed_by", "closed_at"])
    return row


def _lock_periods() -> None:
    """Who draws waits for who draws: else two of them deadlock on the exclusion constraint."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('clearing'))")


def _draw(public_id: UUID, days: rules.Days, *, by: Person | None, at: datetime) -> ClearingPeriod:
    begins, ends = (datetime.combine(day, time(), tzinfo=clock.zone()) for day in days)
    period = ClearingPeriod.objects.create(
        public_id=public_id, begins_on=days.begins_on, ends_on=days.ends_on,
        during=TimestamptzRange(begins, ends, "[)"), drawn_by=by, drawn_at=at,
    )  # fmt: skip
    _write_statements(period)
    news.tell_drawn(period, at=at)
    return period


def _write_statements(period: ClearingPeriod) -> None:
    """A statement for each pair and framework, a line for each case that was settled in the period."""
    statements: dict[tuple[str, int, int], Statement] = {}
    lines: list[StatementLine] = []
    rows = Case.objects.filter(
        state=Case.State.SETTLED, settled_at__gte=period.during.lower, settled_at__lt=period.during.upper
    )
    for case in rows.select_related("target_class", "agreement").order_by("pk").iterator(chunk_size=2000):
        one, other = sorted((case.source_id, case.target_id))
        key = (case.target_class.framework_code, one, other)
        if key not in statements:
            statements[key] = Statement(
                public_id=uuid5(period.public_id, "/".join(map(str, key))), period=period, framework_code=key[0],
                one_id=one, other_id=other,
            )  # fmt: skip
        statement = statements[key]
        fee = case.target_credits * case.agreement.price_fen // 100
        if case.source_id == one:
            statement.to_other += case.target_credits
            statement.owed_by_one_fen += fee
        else:
            statement.to_one += case.target_credits
            statement.owed_by_other_fen += fee
        lines.append(StatementLine(statement=statement, case=case, credits=case.target_credits, fee_fen=fee))
    Statement.objects.bulk_create(statements.values())
    StatementLine.objects.bulk_create(lines, batch_size=1000)


def _open_period(statement: Statement) -> ClearingPeriod:
    period = ClearingPeriod.objects.select_for_update(no_key=True).get(pk=statement.period_id)
    if period.state == ClearingPeriod.State.CLOSED:
        raise PeriodClosed
    return period
