"""A college to be accredited, two officers of the certification body, its registrar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from learning.recognition.situations import NOW, City, a_city
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank.models import FrameworkLevel
from xuecheng.learning.rollout import services
from xuecheng.learning.rollout.models import Accreditation, Phase

TODAY = date(2026, 11, 23)
BEGINS, ENDS = date(2026, 1, 1), date(2029, 1, 1)
__all__ = ["NOW"]


@dataclass
class Town:
    bank: City

    @property
    def college(self) -> Organisation:
        return self.bank.college

    @property
    def proposer(self) -> Standing:
        return self.bank.author

    @property
    def officer(self) -> Standing:
        return self.bank.approver


def a_town() -> Town:
    return Town(a_city())


def level(label: str) -> FrameworkLevel:
    return FrameworkLevel.objects.select_related("framework").get(
        framework__code="GD-LEQ", framework__version=1, label=label
    )


def scope(**more: Any) -> services.Scope:
    plain: dict[str, Any] = {"kinds": ("formal",), "begins_on": BEGINS, "ends_on": ENDS}
    return services.Scope(**plain | more)


def proposed(town: Town, *, at: datetime = NOW, why: str = "师资和场地合格", **more: Any) -> Accreditation:
    chosen = {name: more.pop(name) for name in ("organisation", "public_id", "renews") if name in more}
    made = services.propose_accreditation(
        actor=town.proposer, at=at, why=why, scope=scope(**more),
        **{"organisation": town.college, "public_id": uuid4()} | chosen,
    )  # fmt: skip
    return whole(made)


def granted(town: Town, *, at: datetime = NOW, **more: Any) -> Accreditation:
    services.grant_accreditation(actor=town.officer, accreditation=(row := proposed(town, at=at, **more)), at=at)
    return whole(row)


def suspended(town: Town, row: Accreditation, *, on: date = TODAY, at: datetime = NOW) -> Accreditation:
    services.suspend_accreditation(
        actor=town.proposer, accreditation=row, on=on, reason="抽查发现考勤不实", at=at
    )  # fmt: skip
    return whole(row)


def lifted(town: Town, row: Accreditation, *, at: datetime = NOW) -> Accreditation:
    services.lift_suspension(actor=town.officer, accreditation=row, reason="已经整改", at=at)
    return whole(row)


def whole(row: Accreditation) -> Accreditation:
    return Accreditation.objects.select_related("organisation__territory").get(pk=row.pk)


def plan(**more: Any) -> services.Plan:
    plain: dict[str, Any] = {"code": "P1", "place": 1, "name_zh": "第一阶段", "about_zh": "先认证书和同级课程。"}
    return services.Plan(**plain | more)


def planned(town: Town, *, organisations: Any = (), territories: Any = (), **more: Any) -> Phase:
    return services.plan_phase(
        actor=town.proposer, public_id=uuid4(), plan=plan(**more), organisations=organisations,
        territories=territories, at=NOW,
    )  # fmt: skip


def opened(town: Town, *, at: datetime = NOW, **more: Any) -> Phase:
    return services.open_phase(actor=town.officer, phase=planned(town, **more), decision="市学分办〔2026〕1号", at=at)


def only(town: Town, **more: Any) -> Phase:
    """The one open phase: what came with the system is closed."""
    for row in Phase.objects.filter(state="open"):
        services.close_phase(actor=town.officer, phase=row, why="由第一阶段接替", at=NOW)
    return opened(town, **more)


def days(count: int) -> timedelta:
    return timedelta(days=count)
