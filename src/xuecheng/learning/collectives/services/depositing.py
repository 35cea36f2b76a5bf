"""Verbs of deposits: what a collective did or was given, credited by the conversion rules in force.

The rules are those for everybody (C-17 … C-25): the engine of recognition judges what the registrar enters as it judges
a record, against all earlier deposits of the same collective. No amount is ever typed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.collectives import news
from xuecheng.learning.collectives.models import Collective, Deposit, DepositLine, Membership
from xuecheng.learning.collectives.queries.acts import KEEP
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import CreditClass
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.queries.intake import gift_of, line_of, memory_of
from xuecheng.learning.recognition.queries.law import Law, law_at_hand
from xuecheng.learning.recognition.services.keys import effective_at
from xuecheng.learning.records import rules as record_rules
from xuecheng.learning.records.models import Origin, Role
from xuecheng.learning.records.queries.arriving import reporters

from . import books
from .rows import MEMBER, locked_open

_ORIGIN = {Deposit.Source.ACTIVITY: Origin.NONFORMAL, Deposit.Source.AWARD: Origin.CERTIFICATE}
"""By which rules each source is judged."""


class OwnCollective(Refusal):
    message = _("You belong to this collective, so a colleague enters what it earned.")


class MinutesMissing(Refusal):
    message = _("Say how many minutes it took.")
    field = "minutes"


class ProofMissing(Refusal):
    message = _("Say where the proof lies: a list of who took part, a certificate, minutes of a meeting.")
    field = "proof"


class DepositedBefore(Refusal):
    message = _("This was entered before: the same code on the same day.")
    remedy = _("If more hours belong to it, take the first one back and enter all of it once.")
    field = "code"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is deposited: an activity with its minutes, or an award with its day."""

    source: str
    code: str
    title: str
    ended_on: date
    proof: str
    began_on: date | None = None
    minutes: int = 0
    role: str = Role.LEARNER

    def check(self) -> None:
        if self.source == Deposit.Source.ACTIVITY and not self.minutes:
            raise MinutesMissing
        if not self.proof.strip():
            raise ProofMissing


def deposit(*, actor: Standing, public_id: UUID, collective: Collective, given: Given, at: datetime) -> Deposit:
    """Enter what a collective earned together; its credit is posted to the collective, to nobody else (C-91).

    Asked again with the same id, the same deposit. Right: collectives.keep_account at the institution, and no member.
    Raises `Denied`, `AccountAtRest`, `OwnCollective`, `MinutesMissing`, `ProofMissing`, `DepositedBefore`,
    `FormUsedBefore`, the gates of C-13, the engine's reason where no rule gives anything, and what the ledger refuses
    with.
    """
    require(actor, KEEP, on=collective)
    given.check()
    with (
        trace.change(by=actor.person, why=gettext_noop("Deposited for a collective")),
        refusing(
            collective_deposit_public_id_once=FormUsedBefore,
            collective_deposit_once=DepositedBefore,
            collective_deposit_by_another=OwnCollective,
        ),
    ):
        row = locked_open(collective)
        known = Deposit.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.collective_id, known.code, known.ended_on) != (row.pk, given.code.strip(), given.ended_on):
                raise FormUsedBefore
            return known
        check_no_member(actor, row)
        law = law_at_hand(clock.date_of(at))
        record = record_of(row, law, public_id, given)
        _check_gates(actor, row, record, today=clock.date_of(at))
        lines = _judged(row, law, record)
        made = Deposit.objects.create(
            public_id=public_id, collective=row, source=given.source, code=record.code, title=record.title,
            began_on=given.began_on, ended_on=given.ended_on, minutes=record.minutes, role=given.role,
            proof=given.proof.strip()[:200], credits=sum(line.credits for line in lines), deposited_by=actor.person,
            deposited_at=at,
        )  # fmt: skip
        _post(made, row, law, lines, actor=actor.person.pk)
        news.tell_deposited(made, at=at)
    return made


def check_no_member(actor: Standing, row: Collective) -> None:
    if Membership.objects.filter(collective=row, person__in=actor.person_keys, state=MEMBER.STANDING).exists():
        raise OwnCollective


def record_of(row: Collective, law: Law, public_id: UUID, given: Given | Deposit) -> rules.Record:
    """What was entered, as the engine sees records. The collective stands where a learner does: never beside one."""
    issuer = law.issuers[row.institution_id]
    return rules.Record(
        key=f"{issuer.code}/{public_id}", learner=row.pk, institution=issuer.code,
        origin=_ORIGIN[Deposit.Source(given.source)].value, code=given.code.strip(), title=given.title.strip(),
        ended_on=given.ended_on, started_on=given.began_on,
        minutes=given.minutes if given.source == Deposit.Source.ACTIVITY else 0, role=given.role,
        facts={"mode": "", "institution_kind": issuer.kind, "institution_tier": issuer.tier},
    )  # fmt: skip


def _check_gates(actor: Standing, row: Collective, record: rules.Record, *, today: date) -> None:
    """The city's gates (C-13): days, amounts, what the institution is accredited for. Raises the first that is shut."""
    code = row.institution.code
    reporter = reporters(actor, KEEP, [code])[code]
    around = record_rules.Surroundings(
        today=today, person_ref=str(row.public_id), name=row.name_zh, known_name=row.name_zh,
        accreditations=reporter.accreditations,
    )  # fmt: skip
    for problem in record_rules.problems(record, around):
        raise problem


def _judged(row: Collective, law: Law, record: rules.Record) -> Sequence[rules.Line]:
    """What the rules in force give, beside all that stands. Raises the reason where they give nothing."""
    standing = Deposit.objects.filter(collective=row, taken_back_at=None).prefetch_related("lines").order_by("pk")
    (outcome,) = law.recognise([record], posted_of(row, law, standing))
    if outcome.state == rules.State.REFUSED:
        raise outcome.reasons[0].refusal()
    return outcome.lines


def posted_of(row: Collective, law: Law, deposits: Iterable[Deposit]) -> list[rules.Posted]:
    """Deposits that stand, with their lines, as the engine sees what was posted before."""
    posted = []
    for one in deposits:
        record = record_of(row, law, one.public_id, one)
        posted += [rules.Posted(record, line_of(dict(line.memory), record)) for line in one.lines.all()]
    return posted


def _post(made: Deposit, row: Collective, law: Law, lines: Sequence[rules.Line], *, actor: int) -> None:
    at = effective_at(made.ended_on)
    for line in lines:
        of = _class_of(law, line)
        key = None
        if line.credits:
            purpose = f"{line.rule_id}@{line.rule_version}/{gift_of(line)}"
            key = ledger.derive_key(
                at=at, source_system=books.SOURCE_SYSTEM, source_id=str(made.public_id), purpose=purpose
            )
        DepositLine.objects.create(
            deposit=made, credit_class=of, rule_id=law.rule_ids[line.rule_id, line.rule_version], credits=line.credits,
            key=key, memory=memory_of(line),
        )  # fmt: skip
        if key is not None:
            books.give(key, to=row, unit=of.pk, amount=line.credits, ref=made.pk, actor=actor, at=at)


def _class_of(law: Law, line: rules.Line) -> CreditClass:
    ordinal = law.frameworks[line.framework].ordinal(line.level) if line.level else 0
    return credit_class(framework=line.framework, kind=line.kind, level=ordinal, is_collective=True)
