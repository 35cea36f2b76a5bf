"""Exchange of credits in the demonstration: agreements in every state, and what some learners asked under them.

Done through the same services as real ones; in one transaction, so that an interrupted load goes on.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Count

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.jobs import running
from xuecheng.city.organisations.models import Kind, Organisation, Tier
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.models import FrameworkLevel
from xuecheng.learning.exchange import services
from xuecheng.learning.exchange.models import Agreement, Appeal, Batch, Case, Statement
from xuecheng.learning.recognition.models import Posting
from xuecheng.learning.records.models import LearningRecord

from .cases import COLLEGE
from .law import FRAMEWORK
from .place import NAMESPACE

_DAYS = timedelta(days=1)
_UNIVERSITY = "GZ-KFDX"
_SINCE = date(2025, 9, 1)
_ENDS = ("settled", "settled", "waits", "refused", "appealed", "granted", "withdrawn", "raised", "lapsed")
"""What becomes of the learners' requests, one after the other."""
_ASKED_DAYS_AGO = {"raised": 40, "lapsed": 40, "waits": 5}
_SIGN_IN = ("chen.huifen", "he.jialin")


def exchange(keeper: Standing, officer: Standing, *, now: datetime) -> None:
    """The open university, a vocational school and a community college agree; learners ask."""
    with transaction.atomic():
        if Agreement.objects.exists():
            return
        rows = Organisation.objects.select_related("territory").order_by("code")
        university = rows.get(code=_UNIVERSITY)
        school = rows.filter(kind=Kind.SCHOOL, code__endswith="-ZYPX")[0]
        college = rows.filter(kind=Kind.COMMUNITY_COLLEGE, tier=Tier.DISTRICT)[0]
        opened = now - 200 * _DAYS
        pair = _Pair(keeper, officer, opened)
        desk = pair.agree(
            "school", university, school,
            services.Wish(
                name_zh="开放大学与职业培训学校课程互认", name_en="Open university and vocational school", effect_from=_SINCE,
                most_per_learner=3000, evidence="课程大纲和成绩单",
            ),
            [_ratio(university, school, ("formal", "4"), num=2, den=3), _pair(university, school, "OU-CS101", "IT101")],
        )  # fmt: skip
        pair.agree(
            "college", college, university,
            services.Wish(
                name_zh="社区课程进开放大学", name_en="Community courses at the open university", effect_from=_SINCE,
                is_automatic=True, most_per_period=300, period="year",
            ),
            [_ratio(college, university, ("community", "3"), num=1, den=3)],
        )  # fmt: skip
        # The learner and the registrars who sign in can walk through it: she asks, the university answers.
        home = rows.get(code=COLLEGE)
        pair.agree(
            "home", home, university,
            services.Wish(
                name_zh="荔湾社区课程进开放大学", name_en="Liwan's courses at the open university", effect_from=_SINCE,
                most_per_learner=2000, price_fen=3050,
            ),
            [
                _ratio(home, university, ("community", "1"), num=2, den=3),
                _ratio(university, home, ("formal", "4"), num=1, den=3),
            ],
        )  # fmt: skip
        pair.agree(
            "three", university, school,
            services.Wish(name_zh="三方学分互认", name_en="Three sides", effect_from=_SINCE, silence="accepts"),
            [_ratio(university, college, ("formal", "4"), num=1, den=2)], third=college, until="offered",
        )  # fmt: skip
        pair.agree(
            "care", school, university,
            services.Wish(name_zh="养老护理课程互认", name_en="Care of elders", effect_from=_SINCE),
            [_pair(school, university, "ZY-*", "HL101")], until="signed",
        )  # fmt: skip
        _on_the_way(pair, university, home)
        _given_up(pair, university, officer, now=now)
        _requests(desk, school, keeper, officer, now=now)
        _lately(home, university, keeper, now=now)
        _clear(keeper, officer, now=now)
        graduates = _graduates(university, school, now=now)
    if graduates is not None and graduates.job_id is not None:
        running.run(graduates.job_id)


def _on_the_way(pair: _Pair, university: Organisation, home: Organisation) -> None:
    """A draft of the open university, one that waits for its signature, one that waits for Liwan's."""
    museum, works = (Organisation.objects.select_related("territory").get(code=code) for code in ("GZ-BWG", "GZ-QY"))
    pair.agree(
        "museum", university, museum,
        services.Wish(
            name_zh="岭南民俗讲座互认", name_en="Lectures on Lingnan's customs", effect_from=_SINCE,
            evidence="讲座签到和小结",
        ),
        [_ratio(museum, university, ("community", "2"), num=1, den=3)], until="drafted",
    )  # fmt: skip
    pair.agree(
        "works", works, university,
        services.Wish(
            name_zh="企业培训课程互认", name_en="Training at the Pearl River Works", effect_from=_SINCE, answer_days=15
        ),
        [_ratio(works, university, ("training", "3"), num=1, den=2)], until="offered",
    )  # fmt: skip
    pair.agree(
        "digital", university, home,
        services.Wish(
            name_zh="数字技能课程互认", name_en="Digital skills", effect_from=_SINCE, most_per_learner=1000
        ),
        [_pair(university, home, "OU-CS101", "IT101")], until="offered",
    )  # fmt: skip


def _given_up(pair: _Pair, university: Organisation, officer: Standing, *, now: datetime) -> None:
    """One that the other side did not sign, one that the certification body sent back, two of which notice was given:
    one ends soon, one is over."""
    rows = Organisation.objects.select_related("territory").order_by("code")
    centre, library = (rows.filter(kind=kind)[0] for kind in (Kind.SOCIAL_INSTITUTION, Kind.LIBRARY))
    registrar = _registrar_of_university(now)
    refused = pair.agree(
        "centre", centre, university,
        services.Wish(name_zh="邻里学习小组互认", name_en="Neighbours' circles", effect_from=_SINCE),
        [_ratio(centre, university, ("community", "1"), num=1, den=1)], until="offered",
    )  # fmt: skip
    services.reject_agreement(
        actor=registrar,
        agreement=refused,
        why="学习小组没有考核，一比一没有依据；有成果记录后再谈。",
        at=now - 150 * _DAYS,
    )
    sent_back = pair.agree(
        "reading", library, university,
        services.Wish(name_zh="读书活动互认", name_en="Reading together", effect_from=_SINCE),
        [_ratio(library, university, ("community", "2"), num=1, den=2)], until="signed",
    )  # fmt: skip
    services.reject_agreement(
        actor=officer, agreement=sent_back, why="请写明每次活动的学习成果和证据，再次提交。", at=now - 140 * _DAYS
    )
    for key, code, name_zh, name_en, told, last in (
        ("evening", "GZ-SQXY", "夜校课程进开放大学", "Evening school at the open university", 20, -45),
        ("old", "TH-ZYPX", "老年护理课程互认（旧）", "Care of elders, the former one", 120, 30),
    ):
        side = rows.get(code=code)
        row = pair.agree(
            key, side, university, services.Wish(name_zh=name_zh, name_en=name_en, effect_from=_SINCE),
            [_ratio(side, university, ("community", "4"), num=1, den=3)],
        )  # fmt: skip
        services.end_agreement(
            actor=registrar, agreement=row, organisation=university, on=clock.date_of(now) - last * _DAYS,
            why="课程已经改版，另签新的协议。", at=now - told * _DAYS,
        )  # fmt: skip


def _graduates(university: Organisation, school: Organisation, *, now: datetime) -> Batch | None:
    """The open university asks for everybody who finished one of its courses: the one that most people took."""
    learnt = Posting.objects.filter(
        institution=university, credit_class__kind="formal", reverses=None, credits__gte=100
    )
    records = LearningRecord.objects.filter(pk__in=learnt.values("record_id"))
    course = records.values_list("code").annotate(many=Count("pk")).order_by("-many", "code").first()
    if course is None:
        return None
    return services.lodge_batch(
        actor=_registrar_of_university(now), public_id=_id("graduates"), source=university,
        target=school, code=course[0], ended_from=clock.date_of(now) - 730 * _DAYS, ended_to=clock.date_of(now),
        consents="教务处档案柜 2025 届毕业生同意书", at=now - _DAYS,
    )  # fmt: skip


def _clear(keeper: Standing, officer: Standing, *, now: datetime) -> None:
    """Two months up to a week ago, acknowledged by both sides and closed; the days since wait for an officer."""
    last = clock.date_of(now) - 7 * _DAYS
    period = services.draw_period(
        actor=officer, public_id=_id("period"), begins_on=last - 60 * _DAYS, ends_on=last, at=now
    )
    for row in Statement.objects.filter(period=period).select_related("one__territory", "other__territory"):
        for side in (row.one, row.other):
            services.acknowledge(actor=_speaker(keeper, side, now), statement=row, organisation=side, at=now)
    services.close_period(actor=officer, period=period, at=now)


class _Pair:
    """Whoever drafts, signs and approves."""

    def __init__(self, keeper: Standing, officer: Standing, opened: datetime) -> None:
        self._keeper, self._officer, self._at = keeper, officer, opened

    def agree(
        self, key: str, one: Organisation, other: Organisation, wish: services.Wish, terms: list[services.TermWish], *,
        third: Organisation | None = None, until: str = "approved",
    ) -> Agreement:  # fmt: skip
        """An agreement that came as far as `until`."""
        others = [other] if third is None else [other, third]
        speaks = _speaker(self._keeper, one, self._at)
        row = services.draft_agreement(
            actor=speaks, public_id=_id(key), organisation=one, others=others, wish=wish, at=self._at
        )
        row = Agreement.objects.select_related("drafted_for__territory").get(pk=row.pk)
        for term in terms:
            services.add_term(actor=speaks, agreement=row, wish=term)
        if until == "drafted":
            return row
        row = services.offer_agreement(actor=speaks, agreement=row, at=self._at)
        if until == "offered":
            return row
        for side in others:
            signs = _speaker(self._keeper, side, self._at)
            row = services.sign_agreement(actor=signs, agreement=row, organisation=side, at=self._at)
        if until == "signed":
            return row
        return services.approve_agreement(actor=self._officer, agreement=row, at=self._at)


def _speaker(keeper: Standing, side: Organisation, at: datetime) -> Standing:
    """Whoever speaks for an institution: nobody speaks for two sides of one agreement."""
    return keeper if side.code != _UNIVERSITY else _registrar_of_university(at)


def _registrar_of_university(at: datetime) -> Standing:
    return standing_of(Person.objects.get(sign_in_name="ye.zhiheng"), today=clock.date_of(at))


def _requests(
    agreement: Agreement, target: Organisation, keeper: Standing, officer: Standing, *, now: datetime
) -> None:
    source = agreement.drafted_for
    postings = (
        Posting.objects.filter(institution=source, credit_class__kind="formal", reverses=None, credits__gte=100)
        .exclude(learner__merged_into__isnull=False)
        .order_by("learner", "key")
    )
    seen: set[int] = set()
    for posting in postings.iterator(chunk_size=200):
        if len(seen) == len(_ENDS):
            return
        if posting.learner_id in seen or Posting.objects.filter(reverses=posting.key, book=posting.book).exists():
            continue
        how = _ENDS[len(seen)]
        seen.add(posting.learner_id)
        _request(posting, target, how, keeper, officer, now=now)


def _request(
    posting: Posting, target: Organisation, how: str, keeper: Standing, officer: Standing, *, now: datetime
) -> None:
    asked = now - _ASKED_DAYS_AGO.get(how, 15) * _DAYS
    learner = Person.objects.get(pk=posting.learner_id)
    own = standing_of(learner, today=asked.date())
    made = services.ask_exchange(
        actor=own, public_id=uuid5(_id("case"), str(posting.key)), posting=posting.key, target=target, at=asked
    )
    case = Case.objects.select_related("learner", "source", "target__territory", "agreement").get(pk=made.pk)
    answered = asked + _DAYS
    if how == "settled":
        services.accept_case(actor=keeper, case=case, at=answered)
    elif how in ("refused", "appealed", "granted"):
        services.refuse_case(
            actor=keeper,
            case=case,
            difference="outcomes",
            words="这门课没有实操考核，我校同名单元要求现场操作。",
            at=answered,
        )
        if how != "refused":
            services.appeal(actor=own, case=case, words="课程有上机考试，成绩单第二页写着。", at=answered + _DAYS)
        if how == "granted":
            appeal = Appeal.objects.select_related("case__learner", "case__target__territory").get(case=case)
            services.decide_appeal(
                actor=officer,
                appeal=appeal,
                grants=True,
                answer="上机考试属实，学习成果相当。",
                at=answered + 2 * _DAYS,
            )
    elif how == "withdrawn":
        services.withdraw_case(actor=own, case=case, at=answered)
    elif how == "lapsed":
        services.tend(at=asked + 20 * _DAYS)
        services.tend(at=asked + 36 * _DAYS)
    elif how == "raised":
        services.tend(at=now)


def _lately(home: Organisation, university: Organisation, keeper: Standing, *, now: datetime) -> None:
    """Some days ago credits went both ways between the two institutions whose registrars sign in: not cleared yet."""
    for source, target, kind, level, most in (
        (home, university, "community", 1, 4),
        (university, home, "formal", 4, 2),
    ):
        rows = Posting.objects.filter(
            institution=source, credit_class__kind=kind, credit_class__level=level, reverses=None, credits__gte=50,
            learner__merged_into=None,
        ).exclude(learner__sign_in_name__in=_SIGN_IN)  # fmt: skip
        taken = set(Case.objects.values_list("learner", flat=True))
        done = 0
        for posting in rows.order_by("-learner", "key")[:60]:
            if posting.learner_id in taken or done == most:
                continue
            taken.add(posting.learner_id)
            done += _exchanged(posting, target, keeper, at=now - 4 * _DAYS)


def _exchanged(posting: Posting, target: Organisation, keeper: Standing, *, at: datetime) -> bool:
    """Asked, and accepted two days later; False where a rule stands against it."""
    own = standing_of(Person.objects.get(pk=posting.learner_id), today=clock.date_of(at))
    try:
        with transaction.atomic():
            made = services.ask_exchange(
                actor=own, public_id=uuid5(_id("case"), str(posting.key)), posting=posting.key, target=target, at=at
            )
    except Refusal:
        return False
    case = Case.objects.select_related("learner", "source", "target__territory", "agreement").get(pk=made.pk)
    services.accept_case(actor=_speaker(keeper, target, at), case=case, at=at + 2 * _DAYS)
    return True


def _ratio(
    source: Organisation, target: Organisation, of_kind: tuple[str, str], *, num: int, den: int
) -> services.TermWish:
    kind, level = of_kind
    of = FrameworkLevel.objects.get(framework__code=FRAMEWORK, framework__version=1, label=level)
    return services.TermWish(
        source=source,
        target=target,
        basis="level",
        of_kind=kind,
        of_level=of,
        as_kind=kind,
        as_level=of,
        num=num,
        den=den,
    )


def _pair(source: Organisation, target: Organisation, code: str, unit: str) -> services.TermWish:
    return services.TermWish(source=source, target=target, basis="course", of_code=code, as_unit=unit)


def _id(key: str) -> UUID:
    return uuid5(NAMESPACE, f"exchange:{key}")
