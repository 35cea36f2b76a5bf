"""What the demonstration does not show by itself: keys, linked sites, evidence, an emergency access, a proposed role.

The same things that `tests/browser/pages.py` makes in its town, made in a copy of the demonstration.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import django

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    django.setup()
    from browser.pages import Ground
    from city.realname.numbers import a_number, claimed
    from xuecheng.city import clock
    from xuecheng.city.access.queries import standing_of
    from xuecheng.city.organisations.models import Organisation
    from xuecheng.city.people.models import Person
    from xuecheng.city.territories.models import Territory
    from xuecheng.learning.records.models import LearningRecord

    def somebody(sign_in: str) -> Person:
        return Person.objects.get(sign_in_name=sign_in)

    def standing(sign_in: str) -> object:
        return standing_of(somebody(sign_in), today=clock.today())

    named = ("广州市", "天河区", "五山街道")
    learner, registrar = somebody("chen.huifen"), standing("huang.xiaotong")
    town = SimpleNamespace(
        learner=learner,
        city=SimpleNamespace(
            places={one.name_zh: one for one in Territory.objects.filter(name_zh__in=named, is_current=True)},
            registrar=registrar,
            college=Organisation.objects.get(code="LW-SQXY"),
        ),
    )
    ground = Ground(town)  # type: ignore[arg-type]  # it asks no more of a town
    ground.operator, ground.other = standing("zeng.weiming"), standing("lin.guodong")
    ground.clerk, ground.protector = standing("mai.yuqing"), standing("deng.jianhua")
    ground.glass()
    ground.proposal()
    ground.programs()
    ground.notice()
    mine = LearningRecord.objects.filter(learner=learner, institution=town.city.college).order_by("id")
    ground.evidence(mine[0].pk)
    claimed(ground.clerk, learner, a_number())
