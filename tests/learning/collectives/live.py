"""Collective accounts at any college by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from city.situations import TODAY, a_person, an_organisation, holding
from learning.collectives.situations import TOGETHER, activity, whole
from learning.recognition import situations as so
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Territory
from xuecheng.learning.collectives import services
from xuecheng.learning.collectives.models import Collective, Deposit, Membership
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.recognition.models import RuleVersion


def a_rule() -> None:
    """Hours of circles are credited, from now on; approved by officers of the city."""
    if RuleVersion.objects.filter(code="R-0600").exists():
        return
    load_frameworks()
    city = Territory.objects.get(level="city", is_current=True)
    centre = an_organisation(city, kind=Kind.CERTIFICATION_BODY, name_zh="认证中心（团队）")
    officers = []
    for name in ("起草人欧", "批准人梁"):
        person = a_person(name)
        holding(person, "certification_officer", territory=city)
        officers.append(standing_of(person, today=TODAY))
    so.in_force(so.City(centre, centre, *officers, officers[0]), TOGETHER, code="R-0600")


def applied(college: Organisation, convenor: Person, *, name: str = "晨读会", is_public: bool = False) -> Collective:
    made = services.apply(
        actor=standing_of(convenor, today=TODAY), public_id=uuid4(), institution=college,
        wish=services.Wish(name_zh=name, is_public=is_public), at=clock.now(),
    )  # fmt: skip
    return whole(made)


def opened(keeper: Standing, college: Organisation, convenor: Person, **more: object) -> Collective:
    row = applied(college, convenor, **more)  # type: ignore[arg-type]  # passed on
    until = clock.today() + timedelta(days=365)
    return whole(services.open_account(actor=keeper, collective=row, keeps_until=until, at=clock.now()))


def asked(row: Collective, person: Person) -> Membership:
    return services.ask_to_join(
        actor=standing_of(person, today=TODAY), public_id=uuid4(), collective=row, at=clock.now()
    )


def admitted(keeper: Standing, row: Collective, person: Person) -> Membership:
    return services.admit(actor=keeper, membership=asked(row, person), at=clock.now())


def deposited(keeper: Standing, row: Collective, *, code: str = "TD-01") -> Deposit:
    a_rule()
    day = clock.today() - timedelta(days=2)
    given = activity(960, code=code, ended_on=day, began_on=day - timedelta(days=60))
    made = services.deposit(actor=keeper, public_id=uuid4(), collective=row, given=given, at=clock.now())
    return Deposit.objects.select_related("collective__institution__territory").get(pk=made.pk)


@dataclass
class Everything:
    open: Collective
    waits: Collective
    closed: Collective
    deposit: Deposit


def everything(keeper: Standing, college: Organisation, convenor: Person, *, name: str = "晨读会") -> Everything:
    """An open account with a deposit, a member and somebody who asks; an application; a closed one."""
    row = opened(keeper, college, convenor, name=name, is_public=True)
    admitted(keeper, row, a_person("成员梁"))
    asked(row, a_person("申请人罗"))
    deposit = deposited(keeper, row)
    gone = opened(keeper, college, a_person("召集人曾"), name=f"{name}（旧）", is_public=True)
    deposited(keeper, gone, code="TD-02")
    services.close(actor=keeper, collective=gone, why="合并到别的团队", to=row, at=clock.now())
    return Everything(row, applied(college, a_person("召集人冯"), name=f"{name}（新）"), whole(gone), deposit)
