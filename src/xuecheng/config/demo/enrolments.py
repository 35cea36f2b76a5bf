"""Who is in the demonstration's classes: a full one with a waiting list, one by lot, settled ones; fees at the desk.

People enrol through the same services as real ones, in the moment in which a class opens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.people.models import Person
from xuecheng.coordination.classes import hooks
from xuecheng.coordination.classes import services as classes
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.classes.services.sessions import SessionsConflict
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.enrolment import rules, services
from xuecheng.coordination.enrolment.models import Charge, Enrolment, Lottery
from xuecheng.coordination.facilities.models import Space
from xuecheng.coordination.staff.models import Qualification, Teacher

from .classes import WHY
from .place import NAMESPACE

WISH, PLACES = 40, 30
"""Forty want thirty places in the calligraphy class that is drawn by lot."""
BEACON = "03 09 17 22 28 31 + 07"
_FULL, _WAIT, _FEW = 3, 6, 5
"""The third class that opens, a running one, has six people waiting; five come to each of the others."""
_COUNTER = "LW-SQXY"
_RESIDENT = "chen.huifen"


@contextmanager
def taking_part(keeper: Standing) -> Iterator[None]:
    """While classes are planned and moved, people come: they enrol when one opens, and some leave before it is over."""
    heard = _Heard(keeper)
    listeners = (
        (hooks.when_opened, heard.opened),
        (hooks.when_started, heard.started),
        (hooks.when_finished, heard.finished),
    )
    for hook, listener in listeners:
        hook.register(listener)
    try:
        yield
    finally:
        for hook, listener in listeners:
            hook.listeners.remove(listener)


class _Heard:
    """What the demonstration's people do when a class moves."""

    def __init__(self, keeper: Standing) -> None:
        self.keeper = keeper
        self.turn = 0

    def opened(self, row: CourseClass, at: datetime) -> None:
        """A few come to each class; to one of those that run more than it has seats."""
        self.turn += 1
        wanted = row.seats_most + _WAIT if self.turn == _FULL else _FEW
        _enrol(row, wanted, self.keeper, at=at, first=self.turn * 37)

    def started(self, row: CourseClass, at: datetime) -> None:
        """By now the lottery is drawn, and whoever was to pay has paid."""
        lottery = Lottery.objects.filter(course_class=row).first()
        if lottery is not None and row.enrolment_closes_at is not None:
            _draw(lottery, self.keeper, at=max(at, row.enrolment_closes_at))
        _take_money(row, self.keeper, at=at)

    def finished(self, row: CourseClass, at: datetime) -> None:
        for number, one in enumerate(_those_in(row, Enrolment.State.ENROLLED)):
            if number % 9 == 8:
                services.withdraw(actor=self.keeper, enrolment=one, at=at)


def enrol_more(keeper: Standing, *, now: datetime) -> None:
    """What goes on today: a place that came free is offered, and the calligraphy class is drawn by lot."""
    if Enrolment.objects.filter(state=Enrolment.State.OFFERED).exists() or not CourseClass.objects.exists():
        return
    for row in CourseClass.objects.filter(state=CourseClass.State.RUNNING, roll__waiting__gt=0).order_by("pk"):
        for leaver in _those_in(row, Enrolment.State.ENROLLED)[:1]:
            services.withdraw(actor=keeper, enrolment=leaver, at=now)
    her = Person.objects.select_related("territory").get(sign_in_name=_RESIDENT)
    open_to_all = CourseClass.objects.filter(
        host__code=_COUNTER, state=CourseClass.State.OPEN, allocation=CourseClass.Allocation.FIRST_COME
    )
    for row in open_to_all.order_by("pk")[:1]:
        _enrol_one(row, her, Standing(person=her), at=now)
    _calligraphy_by_lot(keeper, her, now=now)
    for job in Job.objects.filter(kind=services.DRAW, state=Job.State.WAITING):
        running.run(job.pk)


def _calligraphy_by_lot(keeper: Standing, her: Person, *, now: datetime) -> None:
    """Enrolment has ended yesterday, the number from outside is there, the places are drawn."""
    teacher = _somebody_for_calligraphy()
    version = CourseVersion.objects.filter(
        course__subject="calligraphy", course__is_shared=True, state="approved", levels__contains=["district"],
        seats_most__gte=PLACES,
    ).order_by("sessions", "pk").first()  # fmt: skip
    if teacher is None or version is None:
        return
    college, opens = teacher.home, now - timedelta(days=14)
    first = clock.date_of(now) + timedelta(days=7 - clock.date_of(now).weekday())
    season = classes.create_season(
        actor=keeper,
        public_id=_id(f"season:{college.code}"),
        organisation=college,
        territory=college.territory,
        wish=classes.SeasonWish(
            name_zh="书法专项", name_en="Calligraphy", begins_on=first, ends_on=first + timedelta(weeks=20),
            planning_from=first - timedelta(weeks=8), planning_to=first - timedelta(weeks=4),
            enrolment_from=clock.date_of(opens), enrolment_to=clock.date_of(now),
        ),
        why=WHY,
    )  # fmt: skip
    row = classes.plan_class(
        actor=keeper,
        public_id=_id(f"lot:{college.code}"),
        version=version,
        host=college,
        season=season,
        wish=classes.ClassWish(
            code="SF-01", seats_least=8, seats_most=PLACES, fee_fen=version.fee_fen, allocation="lottery",
            enrolment_opens_at=opens, enrolment_closes_at=now - timedelta(days=1), priority=("elders",),
            note="想学的人多，名额摇号，年满60岁的先排。",
        ),
    )  # fmt: skip
    if not _with_sessions(row, version, teacher, keeper, at=opens):
        return
    row = classes.open_class(actor=keeper, course_class=row, at=opens)
    _enrol_one(row, her, Standing(person=her), at=opens + timedelta(hours=2))
    _enrol(row, WISH - 1, keeper, at=opens + timedelta(hours=3), first=7)
    _draw(Lottery.objects.get(course_class=row), keeper, at=now - timedelta(hours=20))
    for charge in _due(row)[: PLACES // 2]:
        services.pay_charge(
            actor=keeper, public_id=_id(f"paid:{charge.public_id}"), charge=charge, provider="cash", at=now
        )


def _somebody_for_calligraphy() -> Teacher | None:
    """A full-time teacher of a college whose qualification does not run out."""
    may_teach = Qualification.objects.filter(
        teacher=OuterRef("pk"), subject="calligraphy", state="confirmed", during__endswith=None
    )
    found = Teacher.objects.filter(Exists(may_teach), kind="full_time", state="open", home__code__endswith="-SQXY")
    return found.select_related("home__territory", "person").order_by("pk").first()


def _with_sessions(
    row: CourseClass, version: CourseVersion, teacher: Teacher, keeper: Standing, *, at: datetime
) -> bool:
    """Sessions at the first time at which a large enough room and the teacher are free; answers whether there is one."""
    room = Space.objects.filter(
        venue__owner=row.host, parts=None, sharing="whole", capacity__gte=PLACES
    ).order_by("-capacity", "pk").first()  # fmt: skip
    if room is None:
        return False
    for weekday, hour in ((day, hour) for hour in (10, 15, 17) for day in (1, 3, 2, 4)):
        days = [row.season.first_day + timedelta(weeks=week, days=weekday) for week in range(version.sessions)]
        slots = classes.slots_of(row.public_id, days, time(hour), version.minutes)
        try:
            classes.add_sessions(actor=keeper, course_class=row, slots=slots, space=room, teacher=teacher, at=at)
        except SessionsConflict:
            continue
        return True
    return False


def _enrol(row: CourseClass, wanted: int, keeper: Standing, *, at: datetime, first: int) -> None:
    """So many residents enrol for themselves; one in ten comes to the counter. Who may not, does not."""
    asked = dict(row.eligibility)
    people = Person.objects.filter(is_fictional=True, is_active=True, sign_in_name__startswith="r0")
    first, done = first % max(1, people.count() - wanted), 0
    for number, person in enumerate(islice(people.select_related("territory").order_by("pk")[first:], wanted * 2)):
        if done == wanted:
            return
        actor = keeper if number % 10 == 9 else Standing(person=person)
        try:
            _enrol_one(row, person, actor, at=at + timedelta(seconds=number))
        except (rules.OnlyForLocals, rules.TooYoung, rules.TooOld, rules.OnlyForFirstTimers):
            if not asked:
                raise
            continue
        done += 1


def _enrol_one(row: CourseClass, person: Person, actor: Standing, *, at: datetime) -> None:
    services.enrol(
        actor=actor, public_id=_id(f"{row.public_id}:{person.public_id}"), course_class=row, person=person, at=at,
        meets_requirement=True,
    )  # fmt: skip


def _draw(lottery: Lottery, keeper: Standing, *, at: datetime) -> None:
    services.freeze_lottery(actor=keeper, lottery=lottery, at=at)
    services.start_draw(actor=keeper, lottery=lottery, beacon=BEACON, at=at)
    services.draw(key=lottery.pk, at=at)


def _take_money(row: CourseClass, keeper: Standing, *, at: datetime) -> None:
    """Everybody pays at the desk; whoever is on subsistence allowance has it waived."""
    waivers = row.version.waivers
    for number, charge in enumerate(_due(row)):
        wish: dict[str, Any] = {
            "actor": keeper,
            "public_id": _id(f"paid:{charge.public_id}"),
            "charge": charge,
            "at": at,
        }
        if number % 12 == 5 and waivers:
            services.waive_charge(**wish, waiver=waivers[0], amount_fen=None, why="证明已核对")
        else:
            services.pay_charge(**wish, provider="cash")


def _due(row: CourseClass) -> list[Charge]:
    rows = Charge.objects.filter(enrolment__course_class=row, state=Charge.State.DUE).order_by("pk")
    return list(
        rows.select_related(
            "enrolment__course_class__version", "enrolment__course_class__host__territory",
            "enrolment__course_class__territory", "organisation__territory", "person",
        )
    )  # fmt: skip


def _those_in(row: CourseClass, state: str) -> list[Enrolment]:
    rows = Enrolment.objects.filter(course_class=row, state=state).order_by("number")
    return list(rows.select_related("course_class__host__territory", "course_class__territory", "person"))


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE, f"enrolment:{name}")
