"""Every form of supervision, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.exchange.live import at_unit
from learning.supervision.live import a_center, an_audit, credited
from xuecheng.city import clock
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.supervision import services
from xuecheng.learning.supervision.models import Question, Suspicion, Withdrawal


@passes(
    "supervision:move_suspicion", "supervision:show_question", "supervision:move_withdrawal", "supervision:plan_audit",
    "supervision:show_item", "supervision:publish_audit", "supervision:find_credit", "supervision:open_case",
)  # fmt: skip
def test_supervision(walk: Walk) -> None:
    unit = an_organisation(small_city()["五山街道"], name_zh="广州市职业学校")
    world, learner = at_unit(a_registrar(unit), unit), a_person("陈嘉敏")
    postings = [credited(learner, unit) for _time in range(2)]
    services.scan(at=clock.now())
    officer, other, issuer, own = (
        at_browser(one) for one in (world.officer.person, world.bank.author.person, world.vc.person, learner)
    )
    row = Suspicion.objects.get()
    there = reverse("supervision:show_suspicion", args=[row.public_id])
    for verb, said in (
        ("take", {}), ("note", {"words": "问过班主任"}), ("ask", {"institution": unit.code, "words": "是同一个班吗？"}),
    ):  # fmt: skip
        walk.post("supervision:move_suspicion", officer, said, public_id=row.public_id, verb=verb, page=there)
    asked = Question.objects.get().public_id
    walk.post("supervision:show_question", issuer, {"answer": "是"}, public_id=asked)
    said = {"record": str(postings[1].record_id), "ground": "double", "reason": "入账两次"}
    walk.post("supervision:move_suspicion", officer, said, public_id=row.public_id, verb="open", page=there)
    case = Withdrawal.objects.get().public_id
    there = reverse("supervision:show_withdrawal", args=[case])
    for client, verb, said in (
        (officer, "notice", {}), (own, "state", {"words": "只上过一次"}), (issuer, "state", {"words": "记录有误"}),
        (officer, "hear", {"held_at": clock.now().astimezone(clock.zone()).strftime("%Y-%m-%dT%H:%M"), "words": "双方到场"}),
        (other, "decide", {"withdraws": "yes", "words": "同一次学习"}), (own, "appeal", {"words": "不服"}),
    ):  # fmt: skip
        walk.post("supervision:move_withdrawal", client, said, public_id=case, verb=verb, page=there)
    tip = a_person("麦顺意")
    open_learning_account(person=tip, at=clock.now())
    record = credited(tip, unit).record_id
    walk.post("supervision:find_credit", officer, {"ref": tip.sign_in_name, "name": tip.name}, writes=False)
    walk.post("supervision:open_case", officer, {"ground": "mistake", "reason": "机构来电"}, number=record)
    audit = an_audit(world, learner)
    for item in audit.items.all():
        said = {"own_credits": "3", "is_proven": "yes", "words": "签到表"}
        walk.post("supervision:show_item", officer, said, public_id=audit.public_id, number=item.number)
    there = reverse("supervision:show_audit", args=[audit.public_id])
    walk.post("supervision:publish_audit", officer, {}, public_id=audit.public_id, page=there)
    a_center(world)
    yesterday = clock.today() - timedelta(days=1)
    days = {"posted_from": (yesterday - timedelta(days=9)).isoformat(), "posted_to": yesterday.isoformat()}
    walk.post("supervision:plan_audit", officer, days | {"aim": "discover", "confidence": "95", "error": "5"})
