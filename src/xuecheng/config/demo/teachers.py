"""The demonstration's people who teach: eleven in each district, agreements in every state, hours of the last weeks.

Entries and hours are written in bulk; agreements go from hand to hand through the same services as real ones.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid5

from psycopg.types.range import DateRange, Int4Range, TimestamptzRange

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Level as Division
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.staff import rules, services
from xuecheng.coordination.staff.models import (
    Agreement,
    Qualification,
    Subject,
    Teacher,
    TeacherHours,
    TeacherKind,
    TeachingSession,
)
from xuecheng.coordination.staff.rules import ORDER, PARTS_OF_DAY, Form, Span, span
from xuecheng.coordination.staff.services import AgreementText
from xuecheng.coordination.staff.services.sessions import Wish

from .cases import COLLEGE
from .content import DISTRICT_LETTERS
from .place import NAMESPACE

if TYPE_CHECKING:
    from .load import Officers

_ISSUERS = {
    Subject.CALLIGRAPHY: ("书法教师资格证", "羊城书法协会"),
    Subject.SINGING: ("社会艺术水平考级教师证（声乐）", "南粤音乐考级中心"),
    Subject.DANCE: ("舞蹈教师资格证", "南粤舞蹈协会"),
    Subject.OPERA: ("粤曲传习师聘书", "岭南曲艺传习所"),
    Subject.CRAFTS: ("广绣传习人证书", "岭南手工传习所"),
    Subject.TAI_CHI: ("社会体育指导员（二级）", "羊城体育指导中心"),
    Subject.HEALTH: ("营养师证书", "南粤职业技能鉴定中心"),
    Subject.FIRST_AID: ("急救培训师资证", "羊城急救培训中心"),
    Subject.SMARTPHONE: ("信息技术教师资格证", "花城开放大学"),
    Subject.PHOTOGRAPHY: ("摄影师（三级）", "南粤职业技能鉴定中心"),
    Subject.LANGUAGES: ("教师资格证（英语）", "花城开放大学"),
    Subject.COOKING: ("中式烹调师（二级）", "南粤职业技能鉴定中心"),
    Subject.FAMILY: ("家庭教育指导师证书", "南粤终身学习研究所"),
    Subject.LAW: ("法律援助志愿者聘书", "邻里法律服务站"),
    Subject.TRADES: ("技工教师证", "南粤职业技能鉴定中心"),
}


class _Post(NamedTuple):
    """One of the eleven of a district: type, where they belong, whether they hold a post there."""

    kind: TeacherKind
    unit: str
    sessions: int
    has_post: bool = True


_POSTS = (
    *[_Post(TeacherKind.FULL_TIME, "SQXY", 12)] * 2,
    *[_Post(TeacherKind.PART_TIME, "ZYPX", 3)] * 3,
    *[_Post(TeacherKind.PART_TIME, "SHZZ", 5, has_post=False)] * 2,
    _Post(TeacherKind.PART_TIME, "TSG", 3),
    *[_Post(TeacherKind.VOLUNTEER, "SQXX01", 2, has_post=False)] * 3,
)
_WEEKS = 8
_ROBOT = "demonstration"


class _Hands(NamedTuple):
    """Who speaks for the units of the demonstration."""

    receiver: Standing
    home: Standing


def take_in(staff: dict[str, Person], officers: Officers, *, now: datetime) -> None:
    """Fill the pool and let agreements happen; what is there already is left."""
    today = clock.date_of(now)
    other = Standing(person=staff["ye.zhiheng"], holdings=officers.registers.holdings)
    hands = _Hands(receiver=officers.registers, home=other)
    if not Teacher.objects.exists():
        with trace.change(by=trace.robot(_ROBOT), why="演示城市"):
            _fill(hands, now=now)
            _her_entry(staff["chen.huifen"], hands, now=now)
            _taught(today)
    _agreements(hands, now=now)
    _next_week(hands, today)


def _fill(hands: _Hands, *, now: datetime) -> None:
    units = {one.code: one for one in Organisation.objects.select_related("territory")}
    for number, district in enumerate(
        Territory.objects.filter(level=Division.DISTRICT, is_current=True).order_by("code")
    ):
        people = Person.objects.filter(
            territory__path__startswith=district.path, sign_in_name__startswith="r0", birth_year__range=(1956, 1996)
        ).order_by("sign_in_name")
        letters = DISTRICT_LETTERS[district.name_zh]
        for place, (person, post) in enumerate(zip(people[: len(_POSTS)], _POSTS, strict=False)):
            _enter(person, post, units[f"{letters}-{post.unit}"], turn=number + place * 3, hands=hands, now=now)
    for letters, subjects in _SHORT.items():
        _also_teach(units[f"{letters}-SQXY"], subjects, hands, now=now)


_SHORT = {
    "TH": ((Subject.SMARTPHONE, 1), (Subject.TRADES, 1)), "YX": ((Subject.LAW, 1),), "HP": ((Subject.TRADES, 2),),
    "PY": ((Subject.CRAFTS, 1),), "HD": ((Subject.FAMILY, 1),), "NS": ((Subject.SINGING, 1),),
    "CH": ((Subject.SMARTPHONE, 1),), "ZC": ((Subject.CRAFTS, 1),),
}  # fmt: skip
"""What a college's own short courses ask of whoever teaches them: subject and level."""


def _also_teach(
    college: Organisation, subjects: tuple[tuple[Subject, int], ...], hands: _Hands, *, now: datetime
) -> None:
    """A college's own courses are taught by its own: what its two full-time posts hold otherwise fits no short course."""
    posts = list(Teacher.objects.filter(home=college, kind=TeacherKind.FULL_TIME).order_by("pk"))
    for number, (subject, level) in enumerate(subjects):
        free = [one for one in posts[number:] if not one.qualifications.filter(subject=subject).exists()]
        for teacher in free[:1]:
            teacher.subjects = sorted({*teacher.subjects, subject.value})
            teacher.save(update_fields=["subjects"])
            _qualify(teacher, subject, level=level, turn=1, hands=hands, now=now)


def _enter(person: Person, post: _Post, unit: Organisation, *, turn: int, hands: _Hands, now: datetime) -> Teacher:
    subjects = list(_ISSUERS)
    subject, second = subjects[turn % len(subjects)], subjects[(turn + 4) % len(subjects)]
    # Of each district one entry waits for its unit.
    waits = post.kind == TeacherKind.VOLUNTEER and turn % 3 == 0
    teacher = Teacher.objects.create(
        public_id=uuid5(NAMESPACE, f"teacher:{person.sign_in_name}"),
        person=person,
        kind=post.kind,
        home=unit,
        has_post=post.has_post,
        territory=person.territory or unit.territory,
        subjects=sorted({subject.value, second.value}),
        languages=["cmn", "yue"] if turn % 4 else ["cmn", "eng", "yue"],
        travel_km=(5, 10, 15, 30)[turn % 4],
        sessions=post.sessions,
        is_shared=turn % 7 != 3,
        state=Teacher.State.ASKED if waits else Teacher.State.OPEN,
        decided_by=None if waits else hands.receiver.person,
        entered_at=now - timedelta(days=300),
    )
    _hours(teacher, turn)
    for index, one in enumerate((subject, second)):
        _qualify(teacher, one, level=1 + (turn + index) % 3, turn=turn + index, hands=hands, now=now)
    return teacher


def _free(turn: int, *, has_post: bool) -> list[Span]:
    days = [(turn + step) % 5 for step in range(3)]
    evenings = [span(day, *PARTS_OF_DAY["evening"]) for day in sorted(days)]
    weekend = [span(5, *PARTS_OF_DAY["morning"]), span(5, *PARTS_OF_DAY["afternoon"])]
    mornings = [] if has_post else [span(day, *PARTS_OF_DAY["morning"]) for day in sorted(days)]
    return [*evenings, *weekend, *mornings]


def _hours(teacher: Teacher, turn: int) -> None:
    # Who works full-time for a college teaches in the daytime, too: nothing is owed to anybody else.
    owes = teacher.has_post and teacher.kind == TeacherKind.PART_TIME
    owed = rules.WHOLE_WEEK if owes else ()
    free = _free(turn, has_post=owes)
    TeacherHours.objects.bulk_create(
        TeacherHours(teacher=teacher, use=use, minutes=Int4Range(*one))
        for use, spans in ((TeacherHours.Use.FREE, free), (TeacherHours.Use.OWED, owed))
        for one in spans
    )


def _qualify(teacher: Teacher, subject: Subject, *, level: int, turn: int, hands: _Hands, now: datetime) -> None:
    today = clock.date_of(now)
    title, issuer = _ISSUERS[subject]
    licensed = subject.value in rules.LICENSED
    # Some run out within the season, so that the search says so.
    until = today + timedelta(days=20 + turn) if turn % 7 == 0 else None
    waits = turn % 11 == 10
    Qualification.objects.create(
        public_id=uuid5(NAMESPACE, f"qualification:{teacher.public_id}:{subject}"),
        teacher=teacher,
        person_id=teacher.person_id,
        subject=subject,
        level=level,
        title=title,
        issuer=issuer,
        licence_number=f"演示{2000 + turn:05d}" if licensed else "",
        needs_licence=licensed,
        during=DateRange(date(2021, 3, 1), until),
        state=Qualification.State.CLAIMED if waits else Qualification.State.CONFIRMED,
        reviewed_by=None if waits else hands.receiver.person,
        reviewed_at=None if waits else now - timedelta(days=290),
    )


def _her_entry(person: Person, hands: _Hands, *, now: datetime) -> None:
    """陈惠芬 teaches calligraphy to beginners: a hire waits for her word."""
    unit = Organisation.objects.select_related("territory").get(code="LW-SQXX01")
    post = _Post(TeacherKind.PART_TIME, "SQXX01", 3, has_post=False)
    _enter(person, post, unit, turn=30, hands=hands, now=now)


def _taught(today: date) -> None:
    """Checked-in sessions of the last eight weeks, each teacher on a weekday of their own."""
    held = {"SQXY": 8, "ZYPX": 4, "SHZZ": 6, "TSG": 5, "SQXX01": 3}
    monday = today - timedelta(days=today.weekday() + 7 * _WEEKS)
    rows = []
    opened = Teacher.objects.filter(state=Teacher.State.OPEN, person__sign_in_name__startswith="r0")
    for number, teacher in enumerate(opened.select_related("home__territory").order_by("pk")):
        for week in range(held.get(teacher.home.code.split("-")[1], 0)):
            day = monday + timedelta(days=7 * week + number % 5)
            begins = datetime.combine(day, time(9 + number % 3 * 5), tzinfo=clock.zone())
            rows.append(
                TeachingSession(
                    public_id=uuid5(NAMESPACE, f"session:{teacher.public_id}:{week}"),
                    teacher=teacher,
                    person_id=teacher.person_id,
                    kind=teacher.kind,
                    organisation=teacher.home,
                    territory=teacher.home.territory,
                    place=f"{2 + number % 4}01室",
                    subject=teacher.subjects[0],
                    level=1,
                    during=TimestamptzRange(begins, begins + timedelta(minutes=120)),
                    state=TeachingSession.State.TAUGHT,
                    checked_in_at=begins - timedelta(minutes=8),
                )
            )
    TeachingSession.objects.bulk_create(rows)


class _Case(NamedTuple):
    """One agreement of the college: its form, when it was drafted, and how far it went."""

    key: str
    form: Form
    days_ago: int
    days: int
    went: str
    purpose: str


_CASES = (
    _Case("draft", Form.CONCURRENT, 0, 90, "draft", "春季太极班"),
    _Case("home", Form.BORROW, 0, 200, "sent", "社区课程研发"),
    _Case("refused", Form.CONCURRENT, 6, 90, "refused", "周末亲子课"),
    _Case("withdrawn", Form.CONCURRENT, 9, 90, "withdrawn", "暑期兴趣班"),
    _Case("concurrent", Form.CONCURRENT, 30, 120, "in_force", "秋冬书画班"),
    _Case("recalled", Form.BORROW, 60, 250, "recalled", "街道学校教学指导"),
    _Case("extending", Form.BORROW, 90, 200, "extending", "老年大学声乐教学"),
    _Case("ended", Form.CONCURRENT, 40, 100, "ended", "职工夜校"),
    _Case("evaluated", Form.CONCURRENT, 200, 150, "evaluated", "春季手机班"),
    _Case("transfer", Form.TRANSFER, 150, 0, "decided", "转任社区学院专职教师"),
)


def _agreements(hands: _Hands, *, now: datetime) -> None:
    """Teachers of other units who hold posts there teach for the college of Liwan, in every state there is."""
    college = Organisation.objects.select_related("territory").get(code=COLLEGE)
    rows = Teacher.objects.filter(has_post=True, is_shared=True, state=Teacher.State.OPEN, kind=TeacherKind.PART_TIME)
    away = rows.exclude(home=college).select_related("person", "home__territory").order_by("pk")
    for case, teacher in zip(_CASES, away[: len(_CASES)], strict=False):
        _happen(case, teacher, college, hands, now=now)
    her = Teacher.objects.select_related("person", "home__territory").get(person__sign_in_name="chen.huifen")
    made = _drafted(_Case("hire", Form.HIRE, 0, 120, "sent", "初级书法班"), her, college, hands, now=now)
    if made.state == Agreement.State.DRAFT:
        services.send_agreement(actor=hands.receiver, agreement=made, at=now)


def _drafted(case: _Case, teacher: Teacher, college: Organisation, hands: _Hands, *, now: datetime) -> Agreement:
    at = now - timedelta(days=case.days_ago)
    begins = clock.date_of(at) + timedelta(days=1)
    text = AgreementText(
        form=case.form,
        begins_on=begins,
        ends_on=begins + timedelta(days=max(case.days, 1)),
        hours=[span(5, *PARTS_OF_DAY["morning"])],
        is_full_time=case.key in ("home", "recalled"),
        fees={1: 20_000, 2: 26_000} if case.form is Form.HIRE else {},
        main_minutes=40 * 60 if case.form is Form.CONCURRENT else 0,
        purpose=case.purpose,
    )
    known = Agreement.objects.filter(public_id=_id(case.key)).select_related("receiver__territory", "home__territory")
    return known.first() or services.draft_agreement(
        actor=hands.receiver, public_id=_id(case.key), teacher=teacher, receiver=college, text=text, at=at
    )


def _id(key: str) -> UUID:
    return uuid5(NAMESPACE, f"agreement:{key}")


def _happen(case: _Case, teacher: Teacher, college: Organisation, hands: _Hands, *, now: datetime) -> None:
    row = _drafted(case, teacher, college, hands, now=now)
    if row.state != Agreement.State.DRAFT or case.went == "draft":
        return
    if case.went == "withdrawn":
        services.withdraw_agreement(actor=hands.receiver, agreement=row, words="报名人数不足，不再开班")
        return
    row = services.send_agreement(actor=hands.receiver, agreement=row, at=now)
    if case.went == "sent":
        return
    at = now - timedelta(days=case.days_ago)
    if case.went == "refused":
        _say(row, "home", hands, at=at, words="本校周末有教研活动", is_given=False)
        return
    for party in ORDER[case.form]:
        row = _say(row, party.value, hands, at=at)
    _then(case, row, hands, now=now)


def _say(
    row: Agreement, party: str, hands: _Hands, *, at: datetime, words: str = "", is_given: bool = True
) -> Agreement:
    actor = {
        "home": hands.home,
        "receiver": hands.receiver,
        "person": standing_of(row.person, today=clock.date_of(at)),
    }[party]
    return services.consent_to_agreement(actor=actor, agreement=row, party=party, is_given=is_given, words=words, at=at)


def _then(case: _Case, row: Agreement, hands: _Hands, *, now: datetime) -> None:
    """What came after it was in force."""
    today = clock.date_of(now)
    match case.went:
        case "recalled":
            on = today + timedelta(days=40)
            services.recall_agreement(actor=hands.home, agreement=row, on=on, words="下学期毕业班缺教师", at=now)
        case "extending":
            until = row.last_day + timedelta(days=90)
            services.ask_extension(actor=hands.receiver, agreement=row, until=until, words="合唱团要参加汇演", at=now)
        case "ended":
            on = today + timedelta(days=5)
            services.end_agreement(actor=hands.receiver, agreement=row, on=on, words="夜校改为线上", at=now)
        case "evaluated" | "decided":
            services.evaluate_agreement(
                actor=hands.receiver,
                agreement=row,
                outcome="final" if case.went == "decided" else "good",
                evaluation="备课认真，学员评价好" if case.went == "evaluated" else "试用期满，胜任专职岗位",
                at=now,
            )
        case _:
            return


def _next_week(hands: _Hands, today: date) -> None:
    """Two sessions of the college that are still to come."""
    college = Organisation.objects.select_related("territory").get(code=COLLEGE)
    monday = today + timedelta(days=7 - today.weekday())
    own = Teacher.objects.filter(home=college, state=Teacher.State.OPEN).order_by("pk")[:2]
    for number, teacher in enumerate(own):
        held = Qualification.objects.filter(
            teacher=teacher, state=Qualification.State.CONFIRMED, during__contains=monday + timedelta(days=number)
        ).first()
        if held is None:
            continue
        begins = datetime.combine(monday + timedelta(days=number), time(9), tzinfo=clock.zone())
        wish = Wish(
            organisation=college, territory=college.territory, place="多功能室", subject=held.subject, level=1,
            begins_at=begins, ends_at=begins + timedelta(minutes=90),
        )  # fmt: skip
        services.assign_teacher(
            actor=hands.receiver,
            public_id=uuid5(NAMESPACE, f"next-week:{teacher.public_id}"),
            teacher=teacher,
            wish=wish,
        )
