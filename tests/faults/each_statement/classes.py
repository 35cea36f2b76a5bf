"""Verbs of classes: seasons, planning, sessions, moving, cloning, feeds."""

from __future__ import annotations

from datetime import date

from city.situations import TODAY
from coordination.classes import situations as so
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.coordination.classes import services
from xuecheng.coordination.classes.models import ClassSession, CourseClass

DAY = date(2027, 3, 1)


def _season() -> services.SeasonWish:
    return services.SeasonWish(
        name_zh="春季", begins_on=DAY, ends_on=DAY, planning_from=DAY, planning_to=DAY, enrolment_from=DAY,
        enrolment_to=DAY,
    )  # fmt: skip


def _class(town: Town, *, state: str = "draft", count: int = 2) -> CourseClass:
    return so.a_live_class(town.city.registrar, town.city.college, state=state, count=count)


def _session(town: Town, *, state: str = "draft") -> ClassSession:
    return so.sessions(_class(town, state=state))[0]


@row("coordination.classes.create_season")
def _(town: Town) -> Verb:
    college = town.city.college
    return lambda: services.create_season(
        actor=town.city.registrar, public_id=uuid7(), organisation=college, territory=college.territory,
        wish=_season(), why=WHY,
    )  # fmt: skip


@row("coordination.classes.change_season")
def _(town: Town) -> Verb:
    season = so.a_season(town.city.college)
    return lambda: services.change_season(actor=town.city.registrar, season=season, wish=_season(), why=WHY)


@row("coordination.classes.plan_class")
def _(town: Town) -> Verb:
    there = _class(town, count=0)
    wish = so.a_wish()
    return lambda: services.plan_class(
        actor=town.city.registrar, public_id=uuid7(), version=there.version, host=town.city.college,
        season=there.season, wish=wish,
    )  # fmt: skip


@row("coordination.classes.change_class")
def _(town: Town) -> Verb:
    there, wish = _class(town, count=0), so.a_wish(note="带毛笔")
    return lambda: services.change_class(actor=town.city.registrar, course_class=there, wish=wish, why=WHY)


@row("coordination.classes.add_sessions")
def _(town: Town) -> Verb:
    other = so.sessions(_class(town))[0]
    there = _class(town, count=0)
    wish = services.slots_of(uuid7(), [date(2027, 6, 1)], so.EVENING, 60)
    return lambda: services.add_sessions(
        actor=town.city.registrar, course_class=there, slots=wish, space=other.space, teacher=None, at=clock.now()
    )


@row("coordination.classes.move_session")
def _(town: Town) -> Verb:
    one = _session(town)
    (there,) = services.slots_of(uuid7(), [date(2027, 6, 1)], so.EVENING, 60)
    return lambda: services.move_session(
        actor=town.city.registrar, session=one, begins_at=there.begins_at, ends_at=there.ends_at, space=one.space,
        at=clock.now(), why=WHY,
    )  # fmt: skip


@row("coordination.classes.substitute_teacher")
def _(town: Town) -> Verb:
    one, other = _session(town), so.a_teacher(town.city.college, "代课")
    return lambda: services.substitute_teacher(
        actor=town.city.registrar, session=one, teacher=other, at=clock.now(), why=WHY, onward=True
    )


@row("coordination.classes.cancel_session")
def _(town: Town) -> Verb:
    one = _session(town, state="open")
    return lambda: services.cancel_session(actor=town.city.registrar, session=one, at=clock.now(), why=WHY)


@row("coordination.classes.remove_session")
def _(town: Town) -> Verb:
    one = _session(town)
    return lambda: services.remove_session(actor=town.city.registrar, session=one, at=clock.now())


@row("coordination.classes.hold_session")
def _(town: Town) -> Verb:
    one = _session(town, state="open")
    return lambda: services.hold_session(actor=town.city.registrar, session=one, at=one.during.lower)


@row("coordination.classes.open_class")
def _(town: Town) -> Verb:
    there = _class(town)
    return lambda: services.open_class(actor=town.city.registrar, course_class=there, at=clock.now())


@row("coordination.classes.cancel_class")
def _(town: Town) -> Verb:
    there = _class(town, state="open")
    return lambda: services.cancel_class(actor=town.city.registrar, course_class=there, at=clock.now(), why=WHY)


@row("coordination.classes.make_feed")
def _(town: Town) -> Verb:
    there = _class(town, count=0)
    return lambda: services.make_feed(actor=town.city.registrar, public_id=uuid7(), of=there, at=clock.now())


@row("coordination.classes.end_feed")
def _(town: Town) -> Verb:
    there = _class(town, count=0)
    services.make_feed(actor=town.city.registrar, public_id=uuid7(), of=there, at=clock.now())
    return lambda: services.end_feed(actor=town.city.registrar, of=there, at=clock.now())


@row("coordination.classes.start_class")
def _(town: Town) -> Verb:
    there = _class(town, state="open")
    at = so.sessions(there)[0].during.lower
    return lambda: services.start_class(actor=town.city.registrar, course_class=there, at=at)


def _over(town: Town) -> CourseClass:
    """Running, with nothing left to hold."""
    there = _class(town, state="open")
    ClassSession.objects.filter(course_class=there).update(state="held")
    CourseClass.objects.filter(pk=there.pk).update(state="running")
    return there


@row("coordination.classes.finish_class")
def _(town: Town) -> Verb:
    there = _over(town)
    return lambda: services.finish_class(actor=town.city.registrar, course_class=there, at=clock.now())


@row("coordination.classes.settle_class")
def _(town: Town) -> Verb:
    there = _over(town)
    CourseClass.objects.filter(pk=there.pk).update(state="finished")
    return lambda: services.settle_class(actor=town.city.registrar, course_class=there, at=clock.now())


@row("coordination.classes.clone_season")
def _(town: Town) -> Verb:
    old = _class(town).season
    new = so.a_season(town.city.college, begins=TODAY.replace(year=2027), name_zh="再来一次")
    return lambda: services.clone_season(
        actor=town.city.registrar, host=town.city.college, old=old, new=new, at=clock.now()
    )
