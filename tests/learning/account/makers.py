"""Situations of the credit bank: a small city, its bodies and officers, and learners with credit on their accounts.

Credit is posted through the ledger itself, with the rows that recognition leaves beside each posting.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from psycopg.types.range import DateRange

from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation, Tier
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Installation, Level, Territory
from xuecheng.learning.creditbank import ledger, rules
from xuecheng.learning.creditbank.models import CreditClass, LearningAccount
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.creditbank.services.classes import credit_class as number_class
from xuecheng.learning.recognition.models import Posting, Result, RuleVersion
from xuecheng.learning.recognition.services.corrections import IN_POSTING
from xuecheng.learning.records.models import LearningRecord, Origin, Source, Status

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 12, tzinfo=UTC)
_numbers = itertools.count(1)
# The ledger outlives the test run: keys of this run are of no other.
_RUN = uuid4().hex


def number() -> int:
    return next(_numbers)


# A city, its bodies, its people.


def city() -> Territory:
    known = Territory.objects.filter(code="440100000000").first()
    if known is None:
        known = _territory("440100000000", Level.CITY, "广州市", "Guangzhou", None)
        Installation.objects.create(id=1, city=known)
    return known


def district(code: str = "440103000000", name: str = "荔湾区", english: str = "Liwan") -> Territory:
    return Territory.objects.filter(code=code).first() or _territory(code, Level.DISTRICT, name, english, city())


def _territory(code: str, level: str, name: str, english: str, parent: Territory | None) -> Territory:
    made = Territory.objects.create(
        code=code, level=level, name_zh=name, name_en=english, parent=parent, path=f"/new-{code}/"
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def body(
    name: str = "广东省学分银行广州分部", *, kind: str = Kind.CERTIFICATION_BODY, at: Territory | None = None
) -> Organisation:
    return Organisation.objects.create(
        code=f"B-{number()}",
        kind=kind,
        tier=Tier.STREET if kind == Kind.COMMUNITY_COLLEGE else "",
        name_zh=name,
        name_en=f"Body {name}",
        territory=at or city(),
    )


def school(name: str = "逢源街社区学校", *, at: Territory | None = None) -> Organisation:
    return body(name, kind=Kind.COMMUNITY_COLLEGE, at=at or district())


def person(name: str = "陈惠芬", **fields: object) -> Person:
    return Person.objects.create(sign_in_name=f"p{number()}", name=name, **fields)


def officer(role: str = "certification_officer", *, at: Territory | None = None, name: str = "林美玲") -> Standing:
    """Somebody who holds `role` over a territory, the whole city if none is given."""
    who = person(name)
    RoleHolding.objects.create(
        person=who, role=role, territory=at or city(), during=DateRange(date(2020, 1, 1), None), reason="appointed"
    )
    return standing_of(who, today=TODAY)


def registrar(at: Organisation, name: str = "黄志远") -> Standing:
    who = person(name)
    RoleHolding.objects.create(
        person=who, role="registrar", organisation=at, during=DateRange(date(2020, 1, 1), None), reason="appointed"
    )
    return standing_of(who, today=TODAY)


def standing(who: Person) -> Standing:
    return standing_of(who, today=TODAY)


def learner(name: str = "陈惠芬", *, with_card: bool = True, **fields: object) -> Person:
    who = person(name, territory=fields.pop("territory", None) or district(), **fields)
    if with_card:
        LearningAccount.objects.create(
            person=who, card_number=rules.card_number(f"{number():012}"), opened_at=NOW - timedelta(days=900)
        )
    return who


# Frameworks, classes, rules.


def credit_class(kind: str = "community", level: int = 1, framework: str = "GD-LEQ") -> CreditClass:
    load_frameworks()
    return number_class(framework=framework, kind=kind, level=level)


def rule(code: str | None = None, *, version: int = 1, name: str = "社区课程学时") -> RuleVersion:
    code = code or f"R-{number():04}"
    return RuleVersion.objects.filter(code=code, version=version).first() or RuleVersion.objects.create(
        code=code,
        version=version,
        name_zh=name,
        name_en="Hours of community courses",
        body={
            "match": {"origin": "nonformal", "min_minutes": 60},
            "quantity": {"from": "minutes"},
            "give": [{"framework": "GD-LEQ", "kind": "community", "level": "1"}],
        },
        effect_from=date(2020, 1, 1),
        keeper=body(),
        state="approved",
        drafted_by=person("周立新"),
        drafted_at=NOW,
        why="Hours of courses count",
        decided_by=person("何敏仪"),
        decided_at=NOW,
        dry_run_digest="0" * 64,
    )


# Records and credit.


def record(
    who: Person,
    *,
    title: str = "太极拳初级",
    ended_on: date = date(2026, 11, 5),
    minutes: int = 1440,
    institution: Organisation | None = None,
    **fields: object,
) -> LearningRecord:
    return LearningRecord.objects.create(
        book=ledger.book_of(who.pk),
        learner=who,
        institution=institution or school(),
        record_key=str(fields.pop("record_key", f"K-{number()}")),
        origin=fields.pop("origin", Origin.NONFORMAL),
        code="TJ101",
        title=title,
        ended_on=ended_on,
        minutes=minutes,
        status=fields.pop("status", Status.PASSED),
        digest=bytes(32),
        source=Source.IMPORT,
        entered_by_id=0,
        entered_at=fields.pop("entered_at", NOW),
        **fields,
    )


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=8)


@dataclass(frozen=True)
class Credited:
    record: LearningRecord
    posting: Posting


def credit(
    who: Person,
    hundredths: int = 150,
    *,
    of: CreditClass | None = None,
    under: RuleVersion | None = None,
    for_record: LearningRecord | None = None,
    posted_at: datetime = NOW,
    valid_until: date | None = None,
    **fields: object,
) -> Credited:
    """Credit `who` for a record, in the ledger and beside it."""
    for_record = for_record or record(who, **fields)
    of = of or credit_class()
    under = under or rule("R-0412")
    book = ledger.book_of(who.pk)
    key = ledger.derive_key(
        at=midnight(for_record.ended_on), source_system="tests", source_id=f"{_RUN}-{number()}", purpose="credit"
    )
    issuing = ledger.open_account(
        book=book,
        owner_kind=ledger.OwnerKind.INSTITUTION,
        owner_id=for_record.institution_id,
        role=ledger.Role.ISSUING,
        unit=of.pk,
    )
    ledger.post(
        transfer=ledger.Transfer(
            key=key,
            debit=issuing,
            credit=ledger.learner_account(learner_id=who.pk, unit=of.pk),
            amount=hundredths,
            ref=for_record.pk,
            effective_at=midnight(for_record.ended_on),
        ),
        kind=10,
        actor=0,
    )
    posting = Posting.objects.create(
        key=key,
        book=book,
        learner=who,
        institution_id=for_record.institution_id,
        record_id=for_record.pk,
        rule=under,
        credit_class=of,
        credits=hundredths,
        worth=hundredths,
        minutes_used=for_record.minutes,
        effective_on=for_record.ended_on,
        valid_until=valid_until,
        cap_state=[
            {"cap": "year", "period": "2026", "before": 0, "after": hundredths, "max": 2000, "items": False},
        ],
        posted_at=posted_at,
    )
    result(for_record, state=Result.State.CREDITED, credits_=hundredths)
    return Credited(record=for_record, posting=posting)


def take_back(
    credited: Credited, *, why: str = "考勤更正，少4小时", posted_at: datetime = NOW, by: Person | None = None
) -> Posting:
    """Reverse what `credit` posted, in the ledger and beside it."""
    first = credited.posting
    key = ledger.part_key(first.key, 9)
    ledger.reverse(book=first.book, key=key, reversed_key=first.key, reason=IN_POSTING, actor=by.pk if by else 0)
    posting = Posting.objects.create(
        key=key,
        book=first.book,
        learner_id=first.learner_id,
        institution_id=first.institution_id,
        record_id=first.record_id,
        rule_id=first.rule_id,
        credit_class_id=first.credit_class_id,
        credits=-first.credits,
        effective_on=first.effective_on,
        reverses=first.key,
        why=why,
        officer_id=by.pk if by else None,
        posted_at=posted_at,
    )
    Result.objects.filter(record_id=first.record_id, book=first.book).update(state=Result.State.REVERSED)
    return posting


def result(
    of: LearningRecord,
    *,
    state: str = Result.State.REFUSED,
    reasons: Sequence[dict[str, object]] = (),
    credits_: int = 0,
) -> Result:
    return Result.objects.create(
        record_id=of.pk,
        book=of.book,
        learner_id=of.learner_id,
        institution_id=of.institution_id,
        state=state,
        reason=str(reasons[0]["code"]) if reasons else "",
        reasons=list(reasons),
        credits=credits_,
        decided_at=NOW,
    )
