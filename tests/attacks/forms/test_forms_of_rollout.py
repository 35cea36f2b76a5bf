"""Every form of roll-out, sent with more than it asks for."""

from __future__ import annotations

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import an_organisation, small_city
from learning.rollout.live import officers
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.rollout.models import Accreditation, Phase


@passes(
    "rollout:propose_accreditation", "rollout:renew_accreditation", "rollout:move_accreditation", "rollout:plan_phase",
    "rollout:change_phase", "rollout:move_phase", "rollout:set_threshold",
)  # fmt: skip
def test_rollout(walk: Walk) -> None:
    load_frameworks()
    places = small_city()
    college = an_organisation(places["五山街道"], name_zh="天河社区学院")
    one, other = (at_browser(who.person) for who in officers(places["广州市"]))
    said = {
        "organisation": college.code, "kinds": ["formal"], "fields_of_study": "09", "lowest": "2", "highest": "3",
        "begins_on": "2026-01-01", "ends_on": "2029-01-01", "why": "师资合格",
    }  # fmt: skip
    walk.post("rollout:propose_accreditation", one, said)
    row = Accreditation.objects.get()
    there = reverse("rollout:show_accreditation", args=[row.public_id])
    for who, verb, more in (
        (other, "grant", {"reason": "材料齐全"}),
        (one, "suspend", {"on": "2026-02-01", "reason": "考勤不实"}),
        (other, "lift", {"reason": "已经整改"}),
    ):
        walk.post("rollout:move_accreditation", who, more, public_id=row.public_id, verb=verb, page=there)
    walk.post(
        "rollout:renew_accreditation", one, said | {"begins_on": "2029-01-01", "ends_on": "2030-01-01"},
        public_id=row.public_id,
    )  # fmt: skip
    plan = {
        "code": "P1", "place": "1", "name_zh": "第一阶段", "about_zh": "先认证书。", "kinds": ["certificate"],
        "families": ["fixed"], "institutions": college.code, "divisions": places["天河区"].code,
    }  # fmt: skip
    walk.post("rollout:plan_phase", one, plan)
    phase = Phase.objects.get(code="P1")
    walk.post("rollout:change_phase", one, plan | {"name_zh": "改名"}, public_id=phase.public_id)
    there = reverse("rollout:show_phase", args=[phase.public_id])
    walk.post("rollout:move_phase", other, {"decision": "一号决定"}, public_id=phase.public_id, verb="open", page=there)
    walk.post("rollout:move_phase", other, {"why": "到期"}, public_id=phase.public_id, verb="close", page=there)
    walk.post("rollout:set_threshold", one, {"least": "90", "most": "", "why": "从严"}, measure="coverage")
