"""Every form of collective accounts, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.collectives.live import a_rule
from xuecheng.city import clock
from xuecheng.learning.collectives.models import Collective, Deposit, Membership


@passes(
    "collectives:apply", "collectives:join", "collectives:deposit", "collectives:take_back", "collectives:move_member",
    "collectives:move_account",
)  # fmt: skip
def test_collectives(walk: Walk) -> None:
    college = an_organisation(small_city()["五山街道"], name_zh="五山社区学校")
    a_rule()
    staff = at_browser(a_registrar(college).person)
    convenor, member = at_browser(a_person("召集人欧")), at_browser(a_person("成员梁"))
    said = {"name_zh": "晨读会", "name_en": "", "about": "读报", "institution": college.code, "is_public": "on"}
    walk.post("collectives:apply", convenor, said)
    row = Collective.objects.get()
    page = reverse("collectives:show_account", args=[row.public_id])
    until = f"{clock.today() + timedelta(days=300)}"
    walk.post(
        "collectives:move_account", staff, {"keeps_until": until}, public_id=row.public_id, verb="open", page=page
    )
    walk.post("collectives:join", member, {}, public_id=row.public_id, page=page)
    asked = Membership.objects.get(state="asked")
    known = {"public_id": row.public_id, "membership_id": asked.public_id, "page": page}
    walk.post("collectives:move_member", convenor, {}, verb="admit", **known)
    walk.post("collectives:move_member", convenor, {"keeps_until": until}, verb="let-keep", **known)
    given = {
        "source": "activity", "title": "沙龙", "code": "TD-01", "began_on": "2026-01-01", "ended_on": "2026-03-01",
        "minutes": "960", "role": "learner", "proof": "签到表",
    }  # fmt: skip
    walk.post("collectives:deposit", staff, given, public_id=row.public_id)
    deposit = Deposit.objects.get()
    walk.post("collectives:take_back", staff, {"why": "记错"}, public_id=row.public_id, deposit_id=deposit.public_id)
    walk.post(
        "collectives:move_account", staff, {"why": "解散", "to": ""}, public_id=row.public_id, verb="close", page=page
    )
