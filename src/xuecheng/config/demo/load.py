"""Loading the demonstration city, step by step; each step finds what is there and does the rest.

People and bodies are written in bulk; everything the mechanisms do (rules by two officers, records, recognition,
postings) goes through the same services as real work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid5

from django.db import connection, transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Holding, Standing, standing_of
from xuecheng.city.access.rules import ROLES
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.rights import OWNER
from xuecheng.city.territories import files as territory_files
from xuecheng.city.territories import services as territories
from xuecheng.city.territories.models import Installation, Territory
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank import services as bank
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion
from xuecheng.learning.network import services as network
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.recognition.services import dry_runs, rule_versions, runs
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import LearningRecord, Source
from xuecheng.learning.records.services.entering import enter_records

from . import (
    attendance,
    badging,
    carding,
    classes,
    courses,
    enrolments,
    exchanging,
    family,
    law,
    outside,
    recognising,
    redeeming,
    rolling,
    supervising,
    together,
    venues,
    verifying,
    volunteering,
)
from .content import DISTRICT_ENGLISH
from .people import Made, began_at, make_residents, make_staff, residents_there
from .place import NAMESPACE, Places, lay_out
from .plan import SIZES, Learnt, learnt, season_of

Report = Callable[[str, int, int], None]
"""What is being done, how many are done, of how many (0: unknown)."""
_PEOPLE_A_SLICE = 2_000
_RECORDS_A_CALL = 4_000
_NOT_YET = timedelta(days=14)
"""What ended so recently is still to be recognised: the demonstration shows waiting records too."""


@dataclass
class Hand:
    """The progress of work done here and now, in the form that jobs' work expects."""

    say: Callable[[int, int | None], None] = lambda _done, _total: None
    done: int = 0
    total: int | None = None
    cursor: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def slice(self) -> Iterator[None]:
        with transaction.atomic():
            yield
        self.say(self.done, self.total)

    def report(self) -> None:
        self.say(self.done, self.total)


class Officers(NamedTuple):
    drafts: Standing
    decides: Standing
    registers: Standing


def is_loaded() -> bool:
    return Installation.objects.exclude(demonstration_size="").exists()


def load(*, size: str, report: Report) -> dict[str, int]:
    """Load the city of `size`; answers how much of everything there is.

    Interrupted, the same call goes on where it was, as of the moment when it began: on another day the same seed would
    have other seasons.
    """
    now = began_at() or clock.now()
    today = clock.date_of(now)
    report("territories", 0, 0)
    _territories(today)
    report("organisations", 0, 0)
    places = lay_out(size=size)
    staff = make_staff(at=now, today=today)
    officers = _officers(staff, today)
    report("frameworks, units, rules", 0, 0)
    _law(officers, now)
    _residents_and_records(places, officers, size=size, today=today, now=now, report=report)
    from . import cases, colleges, situations, teachers  # noqa: PLC0415  # they use this module's steps

    situations.tell_the_story(staff, officers, now=now)
    recognise_all(officers, "first", now=now, report=report)
    report("situations", 0, 0)
    cast = cases.cast_of(staff, officers, today=today, now=clock.now())
    cases.happen(cast)
    recognise_all(officers, "second", now=cast.now, organisation=cast.college)
    _newest_records(places, officers, today=today, now=now)
    situations.arrange(staff, officers, cast, now=now)
    report("venues", 0, 0)
    venues.lay_out_venues(places, officers.registers, now=now)
    report("courses", 0, 0)
    courses.teach(places, officers.registers, officers.decides, now=now)
    report("teachers", 0, 0)
    teachers.take_in(staff, officers, now=now)
    report("classes", 0, 0)
    with enrolments.taking_part(officers.registers):
        classes.hold_classes(places, officers.registers, now=now)
    enrolments.enrol_more(officers.registers, now=now)
    report("colleges", 0, 0)
    colleges.found_network(places, staff, now=now)
    report("volunteers", 0, 0)
    volunteering.call_for(officers.registers, officers.decides, now=now)
    attendance.recognise(now=clock.now())
    _counters(staff, officers, now=now, report=report)
    network.roll_up(now=clock.now(), at_once=True)
    report("seals", 0, 0)
    ledger.seal_all()
    ledger.publish_city_head()
    report("supervision", 0, 0)
    supervising.supervise(officers.decides, officers.drafts, now=now)
    Installation.objects.filter(pk=1).update(demonstration_size=size, is_demonstration=True)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return {"residents": SIZES[size], "records": LearningRecord.objects.count()}


def _counters(staff: dict[str, Person], officers: Officers, *, now: datetime, report: Report) -> None:
    """What the credit bank does at its counters, beside recording: exchange, phases, cards, redemption."""
    report("exchange", 0, 0)
    exchanging.exchange(officers.registers, officers.decides, now=now)
    report("recognition", 0, 0)
    recognising.recognise(officers.registers, officers.decides, now=now)
    report("outside", 0, 0)
    outside.bring(officers.drafts, officers.decides, now=now)
    report("rollout", 0, 0)
    rolling.roll_out(officers.drafts, officers.decides, now=now)
    report("cards", 0, 0)
    carding.cards(staff, now=now)
    report("redemption", 0, 0)
    redeeming.redeem(officers.registers, now=now)
    family.give(staff, officers.drafts, officers.decides, now=now)
    report("collectives", 0, 0)
    together.learn_together(staff, officers.registers, now=now)
    report("badges", 0, 0)
    badging.certify(officers.registers, officers.decides, now=now)
    verifying.verify(staff, now=now)


def _territories(today: date) -> None:
    folder = territory_files.SHIPPED / "guangzhou"
    territories.load_territories(
        territory_files.read_territories((folder / "territories.csv").read_bytes()),
        actor=OWNER,
        valid_from=date.fromisoformat((folder / "as-of.txt").read_text().strip()),
        today=today,
        populations=territory_files.read_populations((folder / "districts.csv").read_bytes()),
        names_en=territory_files.read_english_names((folder / "names_en.csv").read_bytes()),
        reason="演示城市",
    )
    for name, english in DISTRICT_ENGLISH.items():
        Territory.objects.filter(name_zh=name, level="district", name_en="").update(name_en=f"{english} District")
    city = Territory.objects.get(level="city", is_current=True)
    Installation.objects.get_or_create(pk=1, defaults={"city": city, "is_demonstration": True})


def _officers(staff: dict[str, Person], today: date) -> Officers:
    city = Territory.objects.get(level="city", is_current=True)
    everywhere = Holding(
        public_id="demonstration", role="registrar", organisation_id=None, organisation_name_zh="", organisation_name_en="",
        territory_path=city.path, acts=ROLES["registrar"].acts,
    )  # fmt: skip
    return Officers(
        drafts=standing_of(staff["ou.yongyi"], today=today),
        decides=standing_of(staff["liang.zhiyuan"], today=today),
        registers=Standing(person=staff["huang.xiaotong"], holdings=(everywhere,)),
    )


def _law(officers: Officers, now: datetime) -> None:
    bank.load_frameworks()
    keeper = Organisation.objects.select_related("territory").get(code="GZ-XFRZ")
    levels = {level.label: level for level in FrameworkLevel.objects.filter(framework__code=law.FRAMEWORK)}
    for unit in law.UNITS:
        if UnitVersion.objects.filter(code=unit.code).exists():
            continue
        draft = bank.draft_unit(
            actor=officers.drafts,
            public_id=uuid5(NAMESPACE, f"unit:{unit.code}"),
            code=unit.code,
            draft=law.unit_draft(unit, level=levels[unit.level], keeper=keeper),
            why="首批认证单元",
        )
        bank.publish_unit(actor=officers.decides, unit=draft, at=now, reason="成果可考核，学分合适")
    began = datetime(2023, 1, 10, 10, tzinfo=clock.zone())
    for plan in law.rules():
        _approved(plan, officers, keeper, at=began)


def _approved(plan: law.RulePlan, officers: Officers, keeper: Organisation, *, at: datetime) -> RuleVersion:
    rule = drafted(plan, officers, keeper, at=at)
    if rule.state in (RuleVersion.State.APPROVED, RuleVersion.State.ENDED):
        return rule
    rule = rule_versions.propose_rule(actor=officers.drafts, rule=rule, at=at)
    tried(rule, officers.drafts, at=at)
    return rule_versions.approve_rule(actor=officers.decides, rule=rule, reason="试算结果合理，同意施行", at=at)


def drafted(plan: law.RulePlan, officers: Officers, keeper: Organisation, *, at: datetime) -> RuleVersion:
    """Version 1 of a planned rule, drafted by the first officer; again, the same one, ended meanwhile or not."""
    public_id = uuid5(NAMESPACE, f"rule:{plan.code}")
    return RuleVersion.objects.select_related("keeper__territory").filter(
        public_id=public_id
    ).first() or rule_versions.draft_rule(
        actor=officers.drafts,
        public_id=public_id,
        keeper=keeper,
        code=plan.code,
        text=rule_versions.RuleText(
            name_zh=plan.name_zh,
            name_en=plan.name_en,
            body=plan.body,
            effect_from=law.SINCE,
            effect_to=None,
            why=plan.why,
        ),
        at=at,
    )


def tried(rule: RuleVersion, officer: Standing, *, at: datetime) -> None:
    """A finished dry run of `rule`, run here and not in the queue."""
    dry_run = dry_runs.try_rule(
        actor=officer, public_id=uuid5(NAMESPACE, f"dry-run:{rule.public_id}:{at}"), rule=rule, at=at
    )
    if dry_run.finished_at is None:
        hand = Hand()
        dry_runs.run_dry_run(dry_run, hand, today=clock.date_of(at), now=at)
        if dry_run.job is not None:
            _mark_done(dry_run.job.pk, at, count=hand.done)


def _mark_done(job_id: int, at: datetime, *, count: int) -> None:
    # What was done here needs no worker: the queued task finds the job ended and leaves it.
    Job.objects.filter(pk=job_id).update(
        state=Job.State.DONE, began_at=at, ended_at=at, done_count=count, total_count=count or None
    )


def entry_of(person: Made, one: Learnt, places: Places) -> Entry:
    """A planned record as its institution reports it."""
    institution = _institution(person, one, places)
    return Entry(
        institution_code=institution.code,
        record_key=f"{one.season[:4]}-{one.key}",
        person_ref=person.card_number,
        name=person.name,
        origin=one.kind,
        code=one.code,
        title=one.title,
        ended_on=one.ended_on,
        started_on=one.started_on,
        term=one.season if one.kind != "certificate" else "",
        minutes=one.minutes,
        credits_local=one.minutes * 100 // 960 if one.kind == "formal" else None,
        grade=one.grade,
        grade_scale={"formal": "percent", "certificate": "two"}.get(one.kind, ""),
        status=one.status,
        role=one.role,
        attended_sessions=one.attended or None,
        held_sessions=one.held or None,
        evidence="演示：签到表" if one.kind == "nonformal" else "",
    )


def _institution(person: Made, one: Learnt, places: Places) -> Organisation:
    if one.kind == "formal":
        return places.formal[one.where % len(places.formal)]
    bodies = (places.certificate if one.kind == "certificate" else places.nonformal)[person.district_id]
    return bodies[one.where % len(bodies)]


def _residents_and_records(
    places: Places, officers: Officers, *, size: str, today: date, now: datetime, report: Report
) -> None:
    """Slice by slice; the next one is made up while the database writes the records of the last.

    Interrupted, it goes on before the last slice whose residents are there: all records of the slices before are.
    """
    count = SIZES[size]
    begin = max(0, residents_there() // _PEOPLE_A_SLICE - 2) * _PEOPLE_A_SLICE
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="records") as writer:
        try:
            writing = writer.submit(_enter, officers, [], now)
            for first in range(begin, count, _PEOPLE_A_SLICE):
                people = make_residents(places, first=first, count=min(_PEOPLE_A_SLICE, count - first), at=now)
                entries = [
                    entry_of(person, one, places)
                    for person in people
                    for one in learnt(person.plan, size=size, until=today)
                    if one.ended_on < today - _NOT_YET
                ]
                writing.result()
                writing = writer.submit(_enter, officers, entries, now)
                report("residents and records", min(first + _PEOPLE_A_SLICE, count), count)
            writing.result()
        finally:
            writer.submit(connection.close)


def _enter(officers: Officers, entries: list[Entry], now: datetime) -> None:
    for first in range(0, len(entries), _RECORDS_A_CALL):
        enter_records(
            actor=officers.registers, entries=entries[first : first + _RECORDS_A_CALL], source=Source.IMPORT, at=now
        )


def recognise_all(
    officers: Officers,
    name: str,
    *,
    now: datetime,
    report: Report | None = None,
    organisation: Organisation | None = None,
) -> None:
    """Recognise everything that waits, here and not in the queue; a run of this `name` happens once."""
    run = runs.start_recognition(
        actor=officers.decides, public_id=uuid5(NAMESPACE, f"run:{name}"), at=now, organisation=organisation
    )
    if run.finished_at is not None:
        return
    say = report or (lambda _what, _done, _total: None)
    hand = Hand(say=lambda done, total: say("recognition", done, total or 0))
    runs.recognise_run(run, hand, now=clock.now)
    if run.job is not None:
        _mark_done(run.job.pk, now, count=hand.done)


def _newest_records(places: Places, officers: Officers, *, today: date, now: datetime) -> None:
    """A few records that came in after the last recognition, so that something waits."""
    people = list(make_residents(places, first=0, count=120, at=now))
    entries = [
        entry_of(person, one, places)._replace(
            started_on=today - timedelta(days=3 + person.number % 9 + (one.ended_on - one.started_on).days),
            ended_on=today - timedelta(days=3 + person.number % 9),
            term=season_of(today) if one.kind != "certificate" else "",
            record_key=f"N-{one.key}",
        )
        for person in people
        for one in list(learnt(person.plan, size="small", until=today))[:1]
        if one.started_on < today - timedelta(days=20)
    ]
    _enter(officers, entries, now)
