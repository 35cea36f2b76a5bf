"""Named situations of recognition: a certification body with officers, a college with records, rules in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from city.situations import TODAY, a_person, a_registrar, an_organisation, forget_what_is_kept, holding, small_city
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import CreditClass, FrameworkLevel, UnitVersion
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.recognition.models import DryRun, Result, RuleVersion, Run
from xuecheng.learning.recognition.queries import intake as reading
from xuecheng.learning.recognition.queries.dry_runs import newest_record_id, records_in_all
from xuecheng.learning.recognition.queries.law import law_on
from xuecheng.learning.recognition.queries.rule_versions import wording_digest
from xuecheng.learning.recognition.services import recognising, runs
from xuecheng.learning.recognition.services.keys import effective_at
from xuecheng.learning.recognition.services.recognising import Recogniser, Tally
from xuecheng.learning.recognition.services.rule_versions import (
    RuleText,
    approve_rule,
    draft_rule,
    new_version,
    propose_rule,
)
from xuecheng.learning.records.models import LearningRecord

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
_numbers = count(1)


def number() -> int:
    return next(_numbers)


HOURS = {
    "priority": 50,
    "match": {"origin": "nonformal", "min_minutes": 60},
    "quantity": {"from": "minutes"},
    "give": [{"framework": "GD-LEQ", "kind": "community", "level": "1"}],
}
"""Sixteen hours of community learning are one credit."""


def body(**changes: Any) -> dict[str, Any]:
    """The plain rule of hours with some parts replaced."""
    return HOURS | changes


@dataclass
class City:
    """A college, the certification body with two officers, a registrar."""

    college: Organisation
    centre: Organisation
    author: Standing
    approver: Standing
    registrar: Standing
    places: dict[str, Any] = field(default_factory=dict)


def a_city() -> City:
    places = small_city()
    load_frameworks()
    city = places["广州市"]
    college = an_organisation(places["天河区"], name_zh="天河社区学院")
    centre = an_organisation(city, kind=Kind.CERTIFICATION_BODY, name_zh="广州市学分认证中心")
    officers = []
    for name in ("何敏仪", "林国栋"):
        person = a_person(name)
        holding(person, "certification_officer", territory=city)
        officers.append(standing_of(person, today=TODAY))
    return City(college, centre, *officers, a_registrar(college), places)


def text(rule_body: dict[str, Any] = HOURS, *, since: date = LONG_AGO, until: date | None = None) -> RuleText:
    return RuleText(
        name_zh="社区课程换学分",
        name_en="Credit for community courses",
        body=rule_body,
        effect_from=since,
        effect_to=until,
        why="Hours of community learning should count.",
    )


def a_draft(city: City, rule_body: dict[str, Any] = HOURS, *, code: str = "", **days: Any) -> RuleVersion:
    return draft_rule(
        actor=city.author, public_id=uuid4(), keeper=city.centre, text=text(rule_body, **days), at=NOW, code=code
    )


def a_dry_run(rule: RuleVersion, by: Person, **found: Any) -> DryRun:
    """A finished dry run of the rule's present wording, in which nothing was found but `found`."""
    nothing: dict[str, Any] = {"count": 0, "credits": []}
    result: dict[str, Any] = {
        "records": 0,
        "matched": 0,
        "given": [],
        "gained": [],
        "people": {"more": nothing, "same": nothing, "less": nothing},
        "learners_over_cap": 0,
        "institutions": [],
        "conflicts": [],
    }
    return DryRun.objects.create(
        rule=rule,
        asked_by=by,
        asked_at=NOW,
        finished_at=NOW,
        wording_digest=wording_digest(rule),
        record_count=records_in_all(),
        newest_record_id=newest_record_id(),
        digest="sha256:" + "0" * 64,
        result=result | found,
    )


def in_force(city: City, rule_body: dict[str, Any] = HOURS, *, code: str = "", **days: Any) -> RuleVersion:
    """A rule drafted by one officer and approved by the other."""
    return approved(city, a_draft(city, rule_body, code=code, **days))


def approved(city: City, draft: RuleVersion, *, at: datetime = NOW) -> RuleVersion:
    propose_rule(actor=city.author, rule=draft, at=at)
    a_dry_run(draft, city.author.person)
    return approve_rule(actor=city.approver, rule=draft, reason="", at=at)


def followed(city: City, rule: RuleVersion, rule_body: dict[str, Any], *, since: date) -> RuleVersion:
    """The next version of a rule, approved."""
    draft = new_version(actor=city.author, public_id=uuid4(), of=rule, text=text(rule_body, since=since), at=NOW)
    return approved(city, draft)


def a_unit(city: City, *, credits_: int = 300, code: str = "") -> UnitVersion:
    """A published unit of level 2, of the community kind."""
    level = FrameworkLevel.objects.get(framework__code="GD-LEQ", label="2")
    return UnitVersion.objects.create(
        code=code or f"HL-{number()}",
        version=1,
        title_zh="家庭养老护理",
        title_en="Caring for elders at home",
        level=level,
        field="0922",
        kind="community",
        credits=credits_,
        outcomes=[{"zh": "会照护", "en": "Can care", "assessed_by": ["practical"]}],
        keeper=city.centre,
        valid_from=LONG_AGO,
        state="published",
        drafted_by=city.author.person,
        decided_by=city.approver.person,
        decided_at=NOW,
    )


def a_learner(name: str = "陈嘉敏") -> Person:
    return a_person(name)


def a_record(learner: Person, institution: Organisation, **facts: Any) -> LearningRecord:
    """A passed activity of 16 hours that ended on 30 April 2026, but for `facts`."""
    values: dict[str, Any] = {
        "book": ledger.book_of(learner.pk),
        "record_key": f"K-{number():05}",
        "origin": "nonformal",
        "code": "SQ-SF101",
        "title": "书法入门",
        "ended_on": date(2026, 4, 30),
        "minutes": 960,
        "digest": bytes(32),
        "source": "import",
        "entered_by_id": 0,
        "entered_at": NOW,
    } | facts
    return LearningRecord.objects.create(learner=learner, institution=institution, **values)


def corrected(record: LearningRecord, **facts: Any) -> LearningRecord:
    """The next version of a record, with some facts changed."""
    kept = {
        name: getattr(record, name)
        for name in ("record_key", "origin", "code", "title", "ended_on", "minutes", "level", "grade", "grade_scale")
    }
    return a_record(
        record.learner,
        record.institution,
        **kept | {"version": record.version + 1, "replaces_id": record.pk, "reason": "Registered wrongly"} | facts,
    )


def recognised(*records: LearningRecord, again: bool = False) -> Tally:
    """Recognise these records, all learners together, by the law as it stands."""
    recogniser = Recogniser(law_on(TODAY), run_id=None)
    with transaction.atomic():
        return recogniser.recognise(
            [record.pk for record in records], books={record.book for record in records}, at=NOW, again=again
        )


def answer(record: LearningRecord) -> Result:
    return Result.objects.get(record_id=record.pk, book=record.book)


def balances(learner: Person) -> dict[str, int]:
    """What the ledger holds for a learner, hundredths by class ("community/1")."""
    names = {one.pk: f"{one.kind}/{one.level}" for one in CreditClass.objects.all()}
    return {names[held.unit]: held.balance for held in ledger.balances_of(learner_id=learner.pk)}


def midnight(day: date) -> datetime:
    return effective_at(day)


def issuing_account(learner: Person, institution: Organisation) -> int:
    """The account from which an institution issued to the book of a learner."""
    (account,) = (
        held.account
        for held in ledger.balances_of_owner(owner_kind=ledger.OwnerKind.INSTITUTION, owner_id=institution.pk)
        if ledger.book_of_account(held.account) == ledger.book_of(learner.pk)
    )
    return account


def spent(learner: Person, hundredths: int) -> None:
    """The learner spends credit somewhere: it goes to a partner's account."""
    _move(learner, hundredths, to_partner=True)


def given_back(learner: Person, hundredths: int) -> None:
    _move(learner, hundredths, to_partner=False)


def _move(learner: Person, hundredths: int, *, to_partner: bool) -> None:
    (held,) = ledger.balances_of(learner_id=learner.pk)
    partner = ledger.open_account(
        book=ledger.book_of(learner.pk),
        owner_kind=ledger.OwnerKind.PARTNER,
        owner_id=1,
        role=ledger.Role.MAIN,
        unit=held.unit,
    )
    debit, credit = (held.account, partner) if to_partner else (partner, held.account)
    transfer = ledger.Transfer(uuid4(), debit, credit, hundredths, 1, NOW)
    ledger.post(transfer=transfer, kind=90, actor=1)


def learners_of_one_book(many: int, *, book: int = 7) -> list[Person]:
    """Learners whose numbers leave the same remainder, as a sequence gives them 256 apart."""
    highest = Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    first = highest - highest % ledger.BOOKS + ledger.BOOKS + book
    return [
        Person.objects.create(pk=first + ledger.BOOKS * n, sign_in_name=f"book-{book}-{number()}", name="陈嘉敏")
        for n in range(many)
    ]


@contextmanager
def counting() -> Iterator[CaptureQueriesContext]:
    forget_what_is_kept()
    with CaptureQueriesContext(connection) as captured:
        yield captured


class Hand:
    """Holds the work of a run as a job's progress does; `stop_after` slices it breaks, as a killed worker would."""

    def __init__(self, *, stop_after: int | None = None) -> None:
        self.done = 0
        self.total: int | None = None
        self.cursor: dict[str, Any] = {}
        self.slices = 0
        self._stop_after = stop_after

    @contextmanager
    def slice(self) -> Iterator[None]:
        kept = self.done, dict(self.cursor)
        try:
            with transaction.atomic():
                yield
                if self.slices == self._stop_after:
                    raise Killed  # noqa: TRY301
                self.slices += 1
        except BaseException:
            self.done, self.cursor = kept
            raise

    def report(self) -> None:
        """Show progress; nothing is written here."""


class Killed(Exception):
    """The worker is gone in the middle of a slice: nothing of it is kept."""


def a_run(city: City, **facts: Any) -> Run:
    return Run.objects.create(organisation=city.college, started_by=city.registrar.person, started_at=NOW, **facts)


def spread(learners: Iterable[Person], institution: Organisation, *, each: int = 3) -> list[LearningRecord]:
    """Some records for each of many learners, ending month by month."""
    return [
        a_record(learner, institution, ended_on=date(2026, 1, 31) + timedelta(days=31 * month))
        for learner in learners
        for month in range(each)
    ]


def standing(person: Person) -> Standing:
    return standing_of(person, today=TODAY)


def signed_in(who: Standing) -> Client:
    client = Client()
    client.force_login(who.person)
    return client


def forget() -> None:
    """What pages keep for some minutes is counted anew."""
    cache.clear()


def in_one_transaction(act: Callable[[], Any]) -> Any:
    with transaction.atomic():
        return act()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all at the same time, each on a connection of its own; a fault in one is raised here."""
    start = Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def do(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait()
            answers[place] = act()
        except BaseException as error:  # noqa: BLE001  raised again by whoever asked
            answers[place] = error
        finally:
            connection.close()

    threads = [Thread(target=do, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer_ in answers:
        if isinstance(answer_, BaseException):
            raise answer_
    return answers


# Where a slice can break: the step is done, then the worker is gone.
_STEPS = {
    "intake": (reading, "intake"),
    "given": (reading, "given"),
    "post_batch": (ledger, "post_batch"),
    "write_postings": (recognising, "write_postings"),
    "write_results": (recognising, "write_results"),
    "count_in": (runs, "count_in"),
}


def break_after(patch: pytest.MonkeyPatch, step: str) -> None:
    owner, name = _STEPS[step]
    whole = getattr(owner, name)

    def broken(*arguments: Any, **named: Any) -> Any:
        whole(*arguments, **named)
        raise Killed

    patch.setattr(owner, name, broken)


def work(job: Job) -> None:
    """Do a job as a worker does."""
    running.run(job.pk)
