"""Verbs of agreements 借聘兼转岗: drafted by the receiving unit, consented to in order, each in their own account."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from psycopg.types.range import DateRange, Int4Range, TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.people.rules import check_stands
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Denied
from xuecheng.coordination.staff import news, rules
from xuecheng.coordination.staff.models import (
    Agreement,
    AgreementHours,
    Consent,
    Fee,
    Teacher,
    TeacherHours,
    TeachingSession,
    spans_of,
)
from xuecheng.coordination.staff.queries.agreements import COUNTING, hours_in_force, next_party
from xuecheng.coordination.staff.queries.pool import limits_at
from xuecheng.coordination.staff.rules import Form, Party, Period, Span

DRAFT, SIGN, OWN = "staff.draft_agreement", "staff.sign_agreement", "staff.consent"
State = Agreement.State


class TeacherNotOpen(Refusal):
    message = _("This person is not in the pool now.")
    remedy = _("Their unit approves the entry first.")
    field = "teacher"


class TeacherNotShared(Refusal):
    message = _("This person lets no other unit find them.")
    remedy = _("Ask them to share their entry first.")
    field = "teacher"


class AgreementNotDraft(Refusal):
    message = _("This agreement was sent already.")
    remedy = _("Take it back, and draft another one.")


class AgreementNotAwaited(Refusal):
    message = _("Nobody's consent is awaited here.")


class NotYourTurn(Refusal):
    message = _("Another party says its word first: %(party)s.")
    remedy = _("Wait until it has.")


class OneVoiceEach(Refusal):
    message = _("You have spoken for another party already; each party speaks through somebody of its own.")
    remedy = _("Ask a colleague of that unit.")


class ReasonMissing(Refusal):
    message = _("Say why you do not consent.")
    field = "words"


class AgreementHoursTaken(Refusal):
    message = _("In that period another agreement takes some of these hours (T-08).")
    remedy = _("Choose other hours or another period.")
    field = "hours"


class FullTimeElsewhere(Refusal):
    message = _("Who is borrowed full-time works nowhere else beside the post (T-08).")
    remedy = _("Choose another period, or end the other agreement first.")
    field = "form"


class AgreementNotInForce(Refusal):
    message = _("This agreement is not in force.")


class ExtensionAsked(Refusal):
    message = _("An extension awaits consents already.")


class AgreementOver(Refusal):
    message = _("This agreement is over.")
    remedy = _("Agree anew.")


class RecallInsideSeries(Refusal):
    message = _("A running series of classes reaches beyond that day (T-05).")
    remedy = _("Name a substitute for its sessions from %(day)s on, or choose a later day.")
    field = "on"


class NotOverYet(Refusal):
    message = _("It is evaluated when it is over, from %(day)s on.")


class OutcomeWrong(Refusal):
    message = _("A transfer ends with the new post or with the old one, everything else with a mark (T-09).")
    remedy = _("Choose one of the answers given.")
    field = "outcome"


class EvaluationMissing(Refusal):
    message = _("Write a few words of evaluation.")
    field = "evaluation"


@dataclass(frozen=True, kw_only=True)
class AgreementText:
    """What an agreement says: first and last day, fees in fen by level; a full-time one takes the whole week."""

    form: Form
    begins_on: date
    ends_on: date
    hours: Collection[Span]
    is_full_time: bool = False
    fees: Mapping[int, int]
    main_minutes: int = 0
    purpose: str


def draft_agreement(
    *, actor: Standing, public_id: UUID, teacher: Teacher, receiver: Organisation, text: AgreementText, at: datetime
) -> Agreement:
    """Write an agreement for the receiving unit; nobody is asked yet. Asked again with the same id, the same one.

    A transfer takes the trial period that the level sets (T-09) and the whole week. Right: staff.draft_agreement at the
    receiver. Raises `Denied`, `TeacherNotOpen`, `TeacherNotShared`, `FormUsedBefore`, and what the rules of the form
    raise: `check_form`, `check_period`, `check_fees`, `check_hours`, `check_outside`, `check_week`, `MainHoursMissing`,
    `AgreementHoursTaken`, `FullTimeElsewhere`.
    """
    require(actor, DRAFT, on=receiver)
    rules.check_days(text.begins_on, text.ends_on)
    form, today = text.form, clock.date_of(at)
    limits = limits_at(receiver.territory.path, on=today)
    with trace.change(by=actor.person, why=text.purpose), _overlaps_refused():
        person = _locked(teacher.person_id)
        known = Agreement.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.teacher_id, known.receiver_id, known.form) != (teacher.pk, receiver.pk, form):
                raise FormUsedBefore
            return known
        row = Teacher.objects.select_related("home").get(pk=teacher.pk)
        if row.state != Teacher.State.OPEN:
            raise TeacherNotOpen
        if not row.is_shared and row.home_id != receiver.pk:
            raise TeacherNotShared
        has_other_home = row.has_post and row.home_id != receiver.pk
        rules.check_form(form, has_other_home=has_other_home)
        is_full_time = (text.is_full_time and form is Form.BORROW) or form is Form.TRANSFER
        ends = (
            rules.months_after(text.begins_on, limits.trial_months)
            if form is Form.TRANSFER
            else text.ends_on + timedelta(days=1)
        )
        period = (text.begins_on, ends)
        rules.check_period(form, period, today=today, limits=limits)
        rules.check_fees(form, dict(text.fees))
        hours = rules.check_hours(rules.WHOLE_WEEK if is_full_time else text.hours)
        made = Agreement(
            public_id=public_id,
            form=form.value,
            teacher=row,
            person=person,
            home=row.home if has_other_home else None,
            receiver=receiver,
            territory=receiver.territory,
            during=DateRange(*period),
            is_full_time=is_full_time,
            weekly_minutes=rules.minutes_of(hours),
            main_minutes=text.main_minutes if form is Form.CONCURRENT else 0,
            keeps_post=form in (Form.BORROW, Form.TRANSFER),
            recall_days=limits.recall_days if form is Form.BORROW else 0,
            purpose=text.purpose.strip(),
            drafted_by=actor.person,
        )
        _check_room(made, hours, on=today)
        made.save()
        AgreementHours.objects.bulk_create(
            AgreementHours(agreement=made, person=person, during=made.during, minutes=Int4Range(*one)) for one in hours
        )
        Fee.objects.bulk_create(Fee(agreement=made, level=level, fee_fen=fen) for level, fen in text.fees.items())
    return made


def send_agreement(*, actor: Standing, agreement: Agreement, at: datetime) -> Agreement:
    """Ask the parties, the first one first. Right: staff.draft_agreement at the receiver.

    Raises `Denied`, `AgreementNotDraft`.
    """
    require(actor, DRAFT, on=agreement.receiver)
    with trace.change(by=actor.person, why=gettext_noop("Consents are asked for")):
        row = _locked_agreement(agreement)
        if row.state == State.AWAITING:
            return row
        if row.state != State.DRAFT:
            raise AgreementNotDraft
        row.state = State.AWAITING
        row.save(update_fields=["state"])
        news.tell_whose_turn(row, at=at)
    return row


def withdraw_agreement(*, actor: Standing, agreement: Agreement, words: str) -> Agreement:
    """Take it back before it is in force. Right: staff.draft_agreement at the receiver.

    Raises `Denied`, `AgreementNotAwaited`.
    """
    require(actor, DRAFT, on=agreement.receiver)
    with trace.change(by=actor.person, why=words):
        row = _locked_agreement(agreement)
        if row.state == State.WITHDRAWN:
            return row
        if row.state not in (State.DRAFT, State.AWAITING):
            raise AgreementNotAwaited
        row.state = State.WITHDRAWN
        row.save(update_fields=["state"])
    return row


def consent_to_agreement(
    *, actor: Standing, agreement: Agreement, party: str, is_given: bool, words: str, at: datetime
) -> Agreement:
    """Say one party's word to the agreement, or to its extension. With the last yes it is in force (T-05…T-09).

    Right: the person for themselves (staff.consent), a unit through whoever may sign for it (staff.sign_agreement)
    and is neither the person nor has spoken for another party. The same word again changes nothing. Raises `Denied`,
    `AgreementNotAwaited`, `NotYourTurn`, `OneVoiceEach`, `ReasonMissing`, `TeacherNotOpen`, `AgreementOver`, and where
    the hours were taken meanwhile `AgreementHoursTaken`, `FullTimeElsewhere`, `WeekTooLong`, `InsideMainPost`.
    """
    by = _speaker(actor, agreement, Party(party))
    if not is_given and not words.strip():
        raise ReasonMissing
    with (
        trace.change(by=actor.person, why=words.strip() or gettext_noop("Consented")),
        _overlaps_refused(),
        refusing(agreement_consent_one_voice_each=OneVoiceEach),
    ):
        _locked(agreement.person_id)
        row = _locked_agreement(agreement)
        said = list(row.consents.all())
        mine = next((one for one in said if (one.round, one.party) == (row.round, party)), None)
        if mine is not None and (mine.by_id, mine.is_given) == (by, is_given):
            return row
        turn = next_party(row, said)
        if turn is None:
            raise AgreementNotAwaited
        if turn != party:
            raise NotYourTurn(party=Consent.Party(turn).label)
        if any(one.round == row.round and one.by_id in (by, *actor.person_keys) for one in said):
            raise OneVoiceEach
        Consent.objects.create(
            agreement=row, person_id=row.person_id, round=row.round, party=party, by_id=by, is_given=is_given, at=at,
            words=words.strip(),
        )  # fmt: skip
        if row.extends_to is None:
            _go_on(row, said, is_given=is_given, today=clock.date_of(at))
        else:
            _go_on_extending(row, said, is_given=is_given, today=clock.date_of(at))
        if row.state == State.AWAITING or row.extends_to is not None:
            news.tell_whose_turn(row, at=at)
        else:
            news.tell_changed(row, but=actor.person.pk, at=at)
    return row


def ask_extension(*, actor: Standing, agreement: Agreement, until: date, words: str, at: datetime) -> Agreement:
    """Ask home unit and person to extend borrowing, once; `until` is the new last day (T-05).

    Right: staff.draft_agreement at the receiver. Raises `Denied`, `AgreementNotInForce`, `AgreementOver`,
    `ExtensionAsked`, and what `check_extension` raises.
    """
    require(actor, DRAFT, on=agreement.receiver)
    rules.check_days(until)
    day_after = until + timedelta(days=1)
    with trace.change(by=actor.person, why=words):
        _locked(agreement.person_id)
        row = _locked_agreement(agreement)
        if row.extends_to == day_after:
            return row
        _running(row, today=clock.date_of(at))
        if row.extends_to is not None:
            raise ExtensionAsked
        limits = limits_at(row.receiver.territory.path, on=clock.date_of(at))
        rules.check_extension(Form(row.form), _period(row), day_after, was_extended=row.was_extended, limits=limits)
        row.extends_to, row.round = day_after, row.round + 1
        row.save(update_fields=["extends_to", "round"])
        news.tell_whose_turn(row, at=at)
    return row


def recall_agreement(*, actor: Standing, agreement: Agreement, on: date, words: str, at: datetime) -> Agreement:
    """The home unit calls its person back from a day on, with notice, and not out of a running series (T-05).

    Right: staff.sign_agreement at the home unit. Raises `Denied`, `AgreementNotInForce`, `AgreementOver`,
    `OnlyBorrowing`, `RecallTooEarly`, `EndsOutside`, `RecallInsideSeries`.
    """
    if agreement.home is None:
        raise rules.OnlyBorrowing
    require(actor, SIGN, on=agreement.home)
    with trace.change(by=actor.person, why=words):
        _locked(agreement.person_id)
        row = _locked_agreement(agreement)
        if row.state == State.RECALLED and row.during.upper == on:
            return row
        today = clock.date_of(at)
        _running(row, today=today)
        rules.check_recall(Form(row.form), _period(row), on, today=today, days=row.recall_days)
        _check_series(row, on)
        row.state = State.RECALLED
        _shorten(row, on)
        news.tell_changed(row, but=actor.person.pk, at=at)
    return row


def end_agreement(*, actor: Standing, agreement: Agreement, on: date, words: str, at: datetime) -> Agreement:
    """End a hire, work beside the post or a borrowing before its time, from a day on.

    A transfer ends by its evaluation. Right: staff.sign_agreement at the receiver. Raises `Denied`,
    `AgreementNotInForce`, `AgreementOver`, `EndsOutside`, `RecallInsideSeries`.
    """
    require(actor, SIGN, on=agreement.receiver)
    with trace.change(by=actor.person, why=words):
        _locked(agreement.person_id)
        row = _locked_agreement(agreement)
        if row.state == State.ENDED and row.during.upper == on:
            return row
        today = clock.date_of(at)
        _running(row, today=today)
        if row.form == Agreement.Form.TRANSFER:
            raise NotOverYet(day=row.during.upper)
        rules.check_end(_period(row), on, today=today)
        _check_series(row, on)
        row.state = State.ENDED
        _shorten(row, on)
        news.tell_changed(row, but=actor.person.pk, at=at)
    return row


def evaluate_agreement(
    *, actor: Standing, agreement: Agreement, outcome: str, evaluation: str, at: datetime
) -> Agreement:
    """Judge what is over; of a transfer's trial also decide: the new post for good, or back to the old one (T-09).

    Until then the old post is held. Right: staff.sign_agreement at the receiver, never the person. Raises `Denied`,
    `AgreementNotInForce`, `NotOverYet`, `OutcomeWrong`, `EvaluationMissing`.
    """
    require(actor, SIGN, on=agreement.receiver)
    if actor.person.pk == agreement.person_id or agreement.person_id in actor.person_keys:
        raise Denied(SIGN)
    if not evaluation.strip():
        raise EvaluationMissing
    with trace.change(by=actor.person, why=gettext_noop("Evaluated")):
        _locked(agreement.person_id)
        row = _locked_agreement(agreement)
        if row.state == State.EVALUATED and (row.outcome, row.evaluation) == (outcome, evaluation.strip()):
            return row
        if row.state not in (State.IN_FORCE, State.RECALLED, State.ENDED):
            raise AgreementNotInForce
        if row.during.upper > clock.date_of(at):
            raise NotOverYet(day=row.during.upper)
        decides = {Agreement.Outcome.FINAL.value, Agreement.Outcome.BACK.value}
        is_decision = outcome in decides
        if is_decision != (row.form == Agreement.Form.TRANSFER) or outcome not in Agreement.Outcome.values:
            raise OutcomeWrong
        row.state, row.outcome, row.evaluation = State.EVALUATED, outcome, evaluation.strip()
        row.keeps_post, row.extends_to = False, None
        row.save(update_fields=["state", "outcome", "evaluation", "keeps_post", "extends_to"])
        if outcome == Agreement.Outcome.FINAL:
            Teacher.objects.filter(pk=row.teacher_id).update(home=row.receiver)
            # What was owed was owed to the old post.
            TeacherHours.objects.filter(teacher=row.teacher_id, use=TeacherHours.Use.OWED).delete()
        news.tell_changed(row, but=actor.person.pk, at=at)
    return row


def _speaker(actor: Standing, agreement: Agreement, party: Party) -> int:
    """The key under which the actor speaks for a party, or `Denied`."""
    if party is Party.PERSON:
        if actor.entrusted is not None or agreement.person_id not in actor.own_keys(OWN):
            raise Denied(OWN)
        return agreement.person_id
    unit = agreement.home if party is Party.HOME else agreement.receiver
    if unit is None or agreement.person_id in actor.person_keys:
        raise Denied(SIGN)
    require(actor, SIGN, on=unit)
    return actor.person.pk


def _go_on(row: Agreement, said: Collection[Consent], *, is_given: bool, today: date) -> None:
    """After a word to the agreement itself: refused, the next one's turn, or in force."""
    if not is_given:
        row.state = State.REFUSED
        row.save(update_fields=["state"])
        return
    if row.during.upper <= today:
        raise AgreementOver
    if Teacher.objects.get(pk=row.teacher_id).state != Teacher.State.OPEN:
        raise TeacherNotOpen
    if len([one for one in said if one.round == row.round]) + 1 < len(rules.ORDER[Form(row.form)]):
        return
    _check_room(row, spans_of(row.hours.all()), on=today)
    row.state = State.IN_FORCE
    row.save(update_fields=["state"])
    row.hours.update(counts=True)


def _go_on_extending(row: Agreement, said: Collection[Consent], *, is_given: bool, today: date) -> None:
    """After a word to an extension: it falls, waits for the next one, or the period becomes longer."""
    if is_given and len([one for one in said if one.round == row.round]) + 1 < len(rules.EXTENSION_ORDER):
        return
    if is_given:
        if row.state != State.IN_FORCE or row.during.upper <= today:
            raise AgreementOver
        row.during = DateRange(row.during.lower, row.extends_to)
        row.was_extended = True
        _check_room(row, spans_of(row.hours.all()), on=today)
        row.hours.update(during=row.during)
    row.extends_to = None
    row.save(update_fields=["during", "was_extended", "extends_to"])


def _check_room(row: Agreement, hours: Collection[Span], *, on: date) -> None:
    """T-07, T-08: whether the person has these hours in that period; the constraints say the same, in fewer words."""
    period, form = _period(row), Form(row.form)
    others = hours_in_force(row.person_id, period, without=row.pk)
    if rules.overlap(hours, [one for _when, one in others]):
        raise AgreementHoursTaken
    owed = spans_of(TeacherHours.objects.filter(teacher=row.teacher_id, use=TeacherHours.Use.OWED))
    if form in (Form.CONCURRENT, Form.HIRE):
        rules.check_outside(hours, owed)
    bound = Agreement.objects.filter(person=row.person_id, state__in=COUNTING, during__overlap=row.during).exclude(
        pk=row.pk
    )
    if form is Form.BORROW and row.is_full_time and bound.filter(form=Form.CONCURRENT).exists():
        raise FullTimeElsewhere
    if form is Form.CONCURRENT:
        if bound.filter(form=Form.BORROW, is_full_time=True).exists():
            raise FullTimeElsewhere
        if not row.main_minutes:
            raise rules.MainHoursMissing
        limits = limits_at(row.receiver.territory.path, on=on)
        parts = [(when, one[1] - one[0]) for when, one in others]
        rules.check_week(row.main_minutes, parts, (period, rules.minutes_of(hours)), limits)


def _running(row: Agreement, *, today: date) -> None:
    if row.state != State.IN_FORCE:
        raise AgreementNotInForce
    if row.during.upper <= today:
        raise AgreementOver


def _check_series(row: Agreement, on: date) -> None:
    """T-05: no series that began before that day loses its teacher after it without a substitute."""
    start = datetime(on.year, on.month, on.day, tzinfo=clock.zone())
    planned = TeachingSession.objects.filter(agreement=row, state=TeachingSession.State.PLANNED)
    if planned.filter(during__overlap=TimestamptzRange(start, None)).exists():
        raise RecallInsideSeries(day=on)


def _shorten(row: Agreement, on: date) -> None:
    row.during = DateRange(row.during.lower, on)
    row.extends_to = None
    row.save(update_fields=["state", "during", "extends_to"])
    row.hours.update(during=row.during)


def _period(row: Agreement) -> Period:
    return (row.during.lower, row.during.upper)


def _locked(person_id: int) -> Person:
    """Whatever takes a person's hours queues at the person's row, before any of the person's agreements."""
    row = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    check_stands(row.erased_at)
    return row


def _locked_agreement(agreement: Agreement) -> Agreement:
    rows = Agreement.objects.select_related("home__territory", "receiver__territory")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=agreement.pk)


def _overlaps_refused() -> AbstractContextManager[None]:
    return refusing(
        agreement_hours_one_at_a_time=AgreementHoursTaken,
        agreement_full_time_excludes_concurrent=FullTimeElsewhere,
    )
