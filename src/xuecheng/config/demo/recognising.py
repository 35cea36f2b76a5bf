"""Recognition of prior learning in the demonstration: a centre, assessors, applications in every state, a group.

Done through the same services as real ones; in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation, Tier
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.priorlearning import queries, services
from xuecheng.learning.priorlearning.models import Application, Assignment, Centre, Evidence, Member
from xuecheng.learning.priorlearning.rules import Ticks
from xuecheng.learning.recognition.models import Posting

from .cases import COLLEGE
from .place import NAMESPACE

_DAYS = timedelta(days=1)
_ALL = Ticks(valid=True, authentic=True, sufficient=True, current=True)
_QUESTIONS = {
    ("HL101", 1): "您照顾过不能下床的人吗？每天都做些什么？",
    ("HL101", 2): "体温、脉搏、血压您会量吗？量了怎么记？",
    ("HL201", 1): "家里老人记不住事、认不得人的时候，您怎么跟他说话？",
}
_WITH_SIGN_IN = ("su.weiqiang", "xu.wenjing", "zheng.xiulan")
"""Assessors whom `xuecheng demo accounts` lists; six others assess beside them."""
_OTHERS, _MOST_MORE, _MEMBERS = 6, 12, 12
_STORIES = (
    (
        "照顾卧床的婆婆八年",
        "早上六点量血压、翻身，早饭打成糊慢慢喂；下午推到阳台晒太阳，晚上擦洗、按摩小腿，记在本子上。",
    ),
    ("在养老院做了十年护工", "一个班管六位老人，交接班要记体温、大小便，两小时翻一次身。"),
    ("带过失智的父亲", "父亲认不得路，我在门上挂铃，把他年轻时的照片贴在墙上，讲给他听。"),
)
_ANSWER = "会做。每天都做，做了好多年，邻居和社区护士都看见过。"


def recognise(keeper: Standing, officer: Standing, *, now: datetime) -> None:
    """The college whose registrar signs in recognises; carers apply, and another lodges for members of a craft."""
    with transaction.atomic():
        if Centre.objects.exists():
            return
        rows = Organisation.objects.select_related("territory").order_by("code")
        school = rows.get(code=COLLEGE)
        centre = services.open_centre(
            actor=officer, organisation=school, is_open=True, numbers={"published_least": 3, "second_percent": 60}
        )
        units = [UnitVersion.objects.filter(code=code).order_by("-version")[0] for code in ("HL101", "HL201")]
        for (code, outcome), words in _QUESTIONS.items():
            unit = next(one for one in units if one.code == code)
            services.write_guide(actor=officer, unit=unit, outcome=outcome, question_zh=words, question_en="")
        people = list(
            Person.objects.filter(is_fictional=True, is_active=True, merged_into=None, sign_in_name__startswith="r0")
            .exclude(pk__in=Posting.objects.filter(unit__in=units).values("learner"))
            .select_related("territory")
            .order_by("-sign_in_name")[: _OTHERS + len(_ENDS) + _MOST_MORE + _MEMBERS]
        )
        desk = _Desk(keeper, centre, units, now)
        named = list(Person.objects.filter(sign_in_name__in=_WITH_SIGN_IN).order_by("sign_in_name"))
        others, applicants = people[:_OTHERS], people[_OTHERS:-_MEMBERS]
        for person in (*named, *others):
            desk.lists(person, capacity=30)
        for number, (person, end) in enumerate(zip(applicants, _ENDS, strict=False)):
            end(desk, person, number)
        # The others have work enough: what is drawn from here on comes to those who sign in.
        for person in others:
            desk.lists(person, capacity=1)
        _meet(desk, named, applicants[len(_ENDS) :])
        _lodge(desk, rows.filter(kind=Kind.COMMUNITY_COLLEGE, tier=Tier.DISTRICT)[0], people[-_MEMBERS:])


class _Desk:
    """Whoever applies, looks through and assesses."""

    def __init__(self, keeper: Standing, centre: Centre, units: list[UnitVersion], now: datetime) -> None:
        self.keeper, self.centre, self.units, self.now = keeper, centre, units, now

    def lists(self, person: Person, *, capacity: int) -> None:
        """Keep somebody on the list of assessors, long before anything is drawn."""
        services.keep_assessor(
            actor=self.keeper, centre=self.centre, person=person, fields=["092"], capacity=capacity, employer=None,
            at=self.now - 400 * _DAYS,
        )  # fmt: skip

    def written(self, person: Person, number: int, *, at: datetime, n: int = 1) -> Application:
        """A draft with answers, one's own account, a diary and a witness."""
        me, title = _of(person, at), _STORIES[number % len(_STORIES)]
        made = services.begin_application(
            actor=me, public_id=_id(f"case/{person.pk}"), centre=self.centre, units=self.units[:n], at=at
        )
        row = queries.whole(made.pk)
        answers = {
            (claim.number, outcome): _ANSWER
            for claim in row.claims.all()
            for outcome in range(1, len(claim.unit.outcomes) + 1)
        }
        services.save_answers(
            actor=me, application=row, answers=answers, employer_name="自己家里", employer=None, at=at
        )
        services.add_statement(
            actor=me, application=row, public_id=_id(f"words/{person.pk}"), piece=services.Piece(*title), at=at
        )
        witness = services.name_witness(
            actor=me, application=row, public_id=_id(f"witness/{person.pk}"), piece=services.Piece("社区护士的证明"),
            contact=services.Contact("黄丽珍", "社区护士", "020-8888 1234"), at=at,
        )  # fmt: skip
        if number % 4:
            services.speak_as_witness(
                public_id=witness.public_id, code=services.contact_of(witness).code, confirms=True,
                statement="我每周上门一次，三年了，看着她给老人翻身、喂饭，手法很好。", at=at,
            )  # fmt: skip
        services.add_link(
            actor=me, application=row, public_id=_id(f"link/{person.pk}"), piece=services.Piece("护理日记", source="社区护士站"),
            link="https://example.org/diary", at=at,
        )  # fmt: skip
        return queries.whole(row.pk)

    def hands_in(self, member: Member, *, at: datetime) -> None:
        """A member of a group adds a witness to what the college said of all, and hands in; it is complete."""
        assert member.application is not None, "whoever agrees has a case"
        me, row = _of(member.person, at), queries.whole(member.application.pk)
        outcomes = [(claim.number, n) for claim in row.claims.all() for n in range(1, len(claim.unit.outcomes) + 1)]
        services.save_answers(
            actor=me, application=row, answers=dict.fromkeys(outcomes, _ANSWER), employer_name="", employer=None, at=at
        )
        services.add_statement(
            actor=me, application=row, public_id=_id(f"words/{member.person_id}"), piece=services.Piece(*_STORIES[0]),
            at=at,
        )  # fmt: skip
        services.submit_application(actor=me, application=queries.whole(row.pk), at=at)
        services.pass_screening(actor=self.keeper, application=queries.whole(row.pk), at=at + 2 * _DAYS)

    def submitted(self, person: Person, number: int, *, days: int, n: int = 1) -> Application:
        at = self.now - days * _DAYS
        row = self.written(person, number, at=at, n=n)
        services.submit_application(actor=_of(person, at), application=row, at=at)
        return queries.whole(row.pk)

    def assessing(self, person: Person, number: int, *, days: int, n: int = 1) -> Application:
        row = self.submitted(person, number, days=days, n=n)
        services.pass_screening(actor=self.keeper, application=row, at=self.now - (days - 2) * _DAYS)
        return queries.whole(row.pk)

    def decided(self, person: Person, number: int, word: str, *, days: int, n: int = 1) -> Application:
        row = self.assessing(person, number, days=days, n=n)
        at = self.now - (days - 4) * _DAYS
        for mine in self.places(row):
            for claim in row.claims.all():
                self.says(mine, claim.number, word, at=at)
        return queries.whole(row.pk)

    def says(self, mine: Assignment, number: int, word: str, *, at: datetime) -> None:
        row = queries.whole(mine.application_id)
        mine.application = row
        claim = queries.claim_of(row, number)
        assert claim is not None, "the unit was asked for"
        me = _of(mine.person, at)
        if word == "yes":
            pieces = Evidence.objects.filter(application=row, removed_at=None).values_list("number", flat=True)
            ticks = {(piece, outcome): _ALL for piece in pieces for outcome in range(1, len(claim.unit.outcomes) + 1)}
            services.tick_evidence(actor=me, assignment=mine, claim=claim, ticks=ticks, at=at)
        services.give_opinion(
            actor=me, assignment=mine, claim=claim, word=word, words=_WORDS[word], at=at,
            task="请拍一段翻身的录像，三分钟以内。" if word == "task" else "",
        )  # fmt: skip

    def places(self, row: Application, purpose: str = "assessing") -> list[Assignment]:
        rows = Assignment.objects.filter(application=row, purpose=purpose, round=row.round, ended_at=None)
        return list(rows.select_related("person").order_by("place"))

    def appealed(self, person: Person, number: int, *, days: int) -> Application:
        row = self.decided(person, number, "not_yet", days=days)
        claim = queries.claim_of(row, 1)
        assert claim is not None, "the unit was asked for"
        at = self.now - (days - 6) * _DAYS
        services.appeal(
            actor=_of(person, at),
            claim=claim,
            ground="evidence",
            words="养老院补开了工作证明，写明护理过失能老人。",
            at=at,
        )
        return queries.whole(row.pk)


_WORDS = {
    "yes": "讲得清楚，手法规范，有社区护士的证明。",
    "task": "口头讲得好，还想看实际动作。",
    "not_yet": "翻身时没有说到保护关节；再练习，补一份护士的评语。",
}


def _end_returned(desk: _Desk, person: Person, number: int) -> None:
    row = desk.submitted(person, number, days=4)
    services.return_application(
        actor=desk.keeper, application=row, reason="evidence", words="第二项没有材料，请补一张照片或一位证人。",
        at=desk.now - 2 * _DAYS,
    )  # fmt: skip


def _end_declined(desk: _Desk, person: Person, number: int) -> None:
    row = desk.submitted(person, number, days=6)
    services.decline_application(
        actor=desk.keeper, application=row, reason="unit", words="这个单元要求在机构里护理过，可先申请“居家照护基础”。",
        at=desk.now - 3 * _DAYS,
    )  # fmt: skip


def _end_paused(desk: _Desk, person: Person, number: int) -> None:
    row = desk.assessing(person, number, days=12)
    services.pause_application(actor=_of(person, desk.now), application=row, at=desk.now - 3 * _DAYS)


def _end_met(desk: _Desk, person: Person, number: int) -> None:
    row = desk.assessing(person, number, days=9)
    at = desk.now - 5 * _DAYS
    services.call_meeting(
        actor=desk.keeper, application=row, public_id=_id(f"meeting/{person.pk}"), kind="interview",
        begins_at=_in_the_morning(at + 8 * _DAYS), minutes=40, place="实训楼 203 室", at=at,
    )  # fmt: skip


def _end_differ(desk: _Desk, person: Person, number: int) -> None:
    row = desk.assessing(person, number, days=11)
    for mine, word in zip(desk.places(row), ("yes", "not_yet"), strict=True):
        desk.says(mine, 1, word, at=desk.now - 6 * _DAYS)


def _end_changed(desk: _Desk, person: Person, number: int) -> None:
    row = desk.appealed(person, number, days=25)
    appeal = queries.appeals_of(row)[0]
    for mine, vote in zip(desk.places(row, "panel"), ("change", "change", "uphold"), strict=True):
        mine.application = row
        at = desk.now - 12 * _DAYS
        services.vote_appeal(
            actor=_of(mine.person, at),
            assignment=mine,
            appeal=appeal,
            vote=vote,
            words="工作证明属实，足以认定。",
            at=at,
        )


def _end_withdrawn(desk: _Desk, person: Person, number: int) -> None:
    row = desk.submitted(person, number, days=7)
    services.withdraw_application(actor=_of(person, desk.now), application=row, at=desk.now - 5 * _DAYS)


_ENDS: tuple[Callable[[_Desk, Person, int], object], ...] = (
    lambda desk, person, number: desk.decided(person, 1, "yes", days=20, n=2),
    lambda desk, person, number: desk.written(person, number, at=desk.now - 2 * _DAYS),
    lambda desk, person, number: desk.submitted(person, number, days=3),
    lambda desk, person, number: desk.submitted(person, number, days=10),
    _end_returned,
    _end_declined,
    _end_paused,
    _end_met,
    _end_differ,
    lambda desk, person, number: desk.decided(person, 1, "task", days=15),
    lambda desk, person, number: desk.decided(person, number, "not_yet", days=14),
    lambda desk, person, number: desk.appealed(person, number, days=16),
    _end_changed,
    _end_withdrawn,
    lambda desk, person, number: desk.decided(person, 1, "yes", days=60),
)
"""What becomes of the applications, one after the other; the last is closed by the clock."""


def _meet(desk: _Desk, named: list[Person], people: list[Person]) -> None:
    """Cases until each assessor who signs in has an interview to come, and one to write down; one after the other."""
    for days_until in (2, -1):
        lacking = {one.pk for one in named}
        begins_at = _in_the_morning(desk.now + days_until * _DAYS)
        while lacking and people:
            person = people.pop()
            row = desk.assessing(person, 1, days=9)
            at = desk.now - 5 * _DAYS
            services.call_meeting(
                actor=desk.keeper, application=row, public_id=_id(f"meeting/{person.pk}"), kind="interview",
                begins_at=begins_at, minutes=40, place="实训楼 203 室", at=at,
            )  # fmt: skip
            begins_at += timedelta(minutes=50)
            lacking -= {mine.person_id for mine in desk.places(row)}


def _lodge(desk: _Desk, college: Organisation, people: list[Person]) -> None:
    """A college lodges for carers who learnt from one another: one has not answered, one does not want it, the others'
    cases are assessed, some of them by a second assessor, as the sample says."""
    at = desk.now - 12 * _DAYS
    made = services.lodge_group(
        actor=desk.keeper, public_id=_id("group"), organisation=college, centre=desk.centre, title="邻里照护互助组",
        statement="组员轮流照护街坊的失能老人，每人每周至少两个半天，社区护士定期指导。", units=desk.units[:1],
        members=[(one.sign_in_name, one.name) for one in people], at=at,
    )  # fmt: skip
    members = list(Member.objects.filter(group=made).select_related("person").order_by("pk"))
    for number, member in enumerate(members[1:]):
        services.answer_group(actor=_of(member.person, at), member=member, agrees=number > 0, at=at + _DAYS)
        if number > 1:
            desk.hands_in(Member.objects.select_related("person", "application").get(pk=member.pk), at=at + 2 * _DAYS)
    services.tend(at=desk.now)


def _in_the_morning(at: datetime) -> datetime:
    """Ten o'clock of that day, when people meet."""
    return datetime.combine(clock.date_of(at), time(10), tzinfo=clock.zone())


def _of(person: Person, at: datetime) -> Standing:
    today: date = clock.date_of(at)
    return standing_of(person, today=today)


def _id(key: str) -> UUID:
    return uuid5(NAMESPACE, f"recognition:{key}")
