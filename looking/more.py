"""What the demonstration does not show by itself: keys, linked sites, evidence, an emergency access, drafts, requests.

The same things that `tests/browser/pages.py` makes in its town, made in a copy of the demonstration; their addresses go into
a file, for the crawl.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django

if __name__ == "__main__":
    django.setup()
    from django.urls import reverse

    from browser.pages import Ground
    from browser.pages_of_objects import of_objects
    from city.realname.numbers import a_number, claimed
    from xuecheng.city import clock
    from xuecheng.city.access.queries import standing_of
    from xuecheng.city.organisations.models import Organisation
    from xuecheng.city.people.models import Person
    from xuecheng.city.territories.models import Territory
    from xuecheng.learning.credentials.models import Transcript
    from xuecheng.learning.records.models import LearningRecord

    def standing(sign_in: str) -> Any:
        return standing_of(Person.objects.get(sign_in_name=sign_in), today=clock.today())

    named = ("广州市", "天河区", "五山街道")
    learner = Person.objects.get(sign_in_name="chen.huifen")
    town: Any = SimpleNamespace(
        learner=learner,
        city=SimpleNamespace(
            places={one.name_zh: one for one in Territory.objects.filter(name_zh__in=named, is_current=True)},
            registrar=standing("huang.xiaotong"),
            author=standing("ou.yongyi"),
            approver=standing("liang.zhiyuan"),
            college=Organisation.objects.get(code="LW-SQXY"),
            centre=Organisation.objects.get(code="GZ-XFRZ"),
        ),
        at_browser=lambda _person: None,
        **dict.fromkeys(("resident", "registrar", "colleague", "author")),
    )
    ground = Ground(town)
    ground.operator, ground.other = standing("zeng.weiming"), standing("lin.guodong")
    ground.clerk, ground.protector = standing("mai.yuqing"), standing("deng.jianhua")
    ground.helper = standing("he.jialin")
    # That he helps her stands in the demonstration.
    ground.guard()
    ground.pair()
    glass, proposal = ground.glass(), ground.proposal()
    ground.key, ground.site, ground.hook = ground.programs()
    ground.notice()
    mine = LearningRecord.objects.filter(learner=learner, institution=town.city.college).order_by("id")
    ground.evidence(mine[0].pk)
    claimed(ground.clerk, learner, a_number())
    names = [
        ("credentials:verify_code", Transcript.objects.order_by("id")[0].code),
        ("access:review_glass", glass.public_id),
        ("access:decide_holding", proposal.public_id),
        *(name for _who, some in of_objects(town, ground) for name in some),
    ]
    Path(sys.argv[1]).write_text(json.dumps([reverse(name, args=arguments) for name, *arguments in names]))
