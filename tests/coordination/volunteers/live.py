"""Volunteers of any organisation by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from city.situations import a_person
from coordination.volunteers.situations import (
    Street,
    a_shift,
    a_volunteer,
    an_activity,
    applied,
    assigned,
    called,
    registered_late,
    served,
    whole_service,
    with_evidence,
)
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.coordination.volunteers import services
from xuecheng.coordination.volunteers.models import Activity, Assignment, LateEntry, Service, Shift, Volunteer


def at_unit(keeper: Standing, unit: Organisation) -> Street:
    """A unit as the situations know it; there is no other one."""
    return Street({}, unit, keeper, unit, keeper, keeper)


def grown_up(person: Person) -> Person:
    Person.objects.filter(pk=person.pk).update(birth_year=1960)
    person.birth_year = 1960
    return person


def a_live_volunteer(keeper: Standing, unit: Organisation, person: Person | None = None) -> Volunteer:
    found = grown_up(person or a_person("志愿者", territory=unit.territory))
    known = Volunteer.objects.filter(person=found).select_related("person__territory", "via__territory").first()
    return known or a_volunteer(at_unit(keeper, unit), found)


def a_live_shift(keeper: Standing, unit: Organisation, **more: object) -> Shift:
    """Published, in five days."""
    now = clock.now()
    return called(at_unit(keeper, unit), begins=now + timedelta(days=5), at=now, **more)


def on_now(keeper: Standing, unit: Organisation, person: Person | None = None, **more: object) -> Assignment:
    """Somebody with a place on a shift that began twenty minutes ago."""
    now = clock.now()
    shift = called(
        at_unit(keeper, unit), begins=now - timedelta(minutes=20), minutes=60, at=now - timedelta(days=2), **more
    )
    return assigned(keeper, a_live_volunteer(keeper, unit, person), shift, at=now - timedelta(days=1), is_able=True)


def a_certificate_code(keeper: Standing, unit: Organisation) -> str:
    """The code of somebody's certificate: checked in to a shift and out again, which counted."""
    now = clock.now()
    one = on_now(keeper, unit, a_person("做完的人", territory=unit.territory))
    one = services.check_in(actor=keeper, assignment=one, when=now - timedelta(minutes=15), at=now)
    services.check_out(actor=keeper, assignment=one, when=now, pause_minutes=0, at=now)
    made = services.issue_certificate(
        actor=standing_of(one.person, today=clock.today()), public_id=uuid7(), language="zh-hans", at=now,
        volunteer=a_live_volunteer(keeper, unit, one.person),
    )  # fmt: skip
    assert made.code is not None
    return made.code


def in_review(
    keeper: Standing, unit: Organisation, *, person: Person | None = None, title: str = "教邻居用手机", name: str = ""
) -> Service:
    """Somebody who was checked in to two shifts at one time; the first of them."""
    now = clock.now()
    who = person or a_person(name or "两头跑", territory=unit.territory)
    found = []
    for hours in (30, 29):
        shift = called(
            at_unit(keeper, unit),
            begins=now - timedelta(hours=hours),
            minutes=60,
            at=now - timedelta(days=4),
            title=title,
        )
        one = assigned(keeper, a_live_volunteer(keeper, unit, who), shift, at=now - timedelta(days=3))
        found.append(served(keeper, one, went=80))
    assert found[0] is not None
    row = whole_service(found[0])
    assert row.state == Service.State.REVIEW
    return row


def a_late_entry(
    keeper: Standing, unit: Organisation, *, person: Person | None = None, title: str = "教邻居用手机"
) -> LateEntry:
    """Somebody who served a shift of two days ago and was never checked in; it waits for a second person."""
    now = clock.now()
    shift = called(
        at_unit(keeper, unit), begins=now - timedelta(hours=50), minutes=60, at=now - timedelta(days=4), title=title
    )
    who = a_live_volunteer(keeper, unit, person or a_person("漏签的人", territory=unit.territory))
    return registered_late(keeper, who, with_evidence(shift))


@dataclass
class Everything:
    shift: Shift
    """With somebody who serves now and somebody who has a place."""
    open_shift: Shift
    draft: Activity
    volunteer: Volunteer
    service: Service
    late: LateEntry
    """Waits for a second person."""


def everything(keeper: Standing, unit: Organisation, *, person: Person) -> Everything:
    """A call with a shift that goes on, one to come with an application, a draft, and a service that is looked at."""
    now = clock.now()
    service = in_review(keeper, unit, person=person)
    going = on_now(
        keeper, unit, a_person("来了的人", territory=unit.territory), needed=3, skills=["company"], demands="站着"
    )
    open_shift = a_live_shift(keeper, unit)
    coming = a_shift(keeper, going.shift.activity, begins=now + timedelta(days=6), at=now)
    applied(
        a_live_volunteer(keeper, unit, a_person("报名的人", territory=unit.territory)), coming, at=now, is_able=True
    )
    draft, late = an_activity(at_unit(keeper, unit), has_bodily_risk=True), a_late_entry(keeper, unit)
    return Everything(coming, open_shift, draft, service.volunteer, service, late)
