"""Every form of giving within a family, sent with more than it asks for."""

from __future__ import annotations

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, holding, small_city
from learning.redemption.situations import give_points
from learning.transfers.live import a_tie, an_officer
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.transfers.models import Gift, GivingRules, Kinship


@passes(
    "transfers:draft_rules", "transfers:move_rules", "transfers:offer", "transfers:move_gift",
    "transfers:record_kinship", "transfers:move_kinship", "transfers:find_kinships", "transfers:end_at_counter",
)  # fmt: skip
def test_transfers(walk: Walk) -> None:
    there = small_city()["五山街道"]
    load_frameworks()
    drafter, approver = at_browser(an_officer("起草欧").person), at_browser(an_officer("批准梁").person)
    said = {
        "relations": "parent_to_child", "most_a_year": "50", "answer_days": "14", "source": "决定", "ends_on": "",
        "begins_on": "2020-01-01",
    }  # fmt: skip
    walk.post("transfers:draft_rules", drafter, said)
    rules = GivingRules.objects.get()
    page = reverse("transfers:list_rules")
    walk.post("transfers:move_rules", approver, {}, public_id=rules.public_id, verb="approve", page=page)
    mother, child = a_person("麦母亲"), a_person("麦女儿")
    give_points(mother, 5000)
    tie = a_tie(mother, child)
    walk.post("transfers:offer", at_browser(mother), {"tie": str(tie.public_id), "points": "5"})
    gift, own = Gift.objects.get(), reverse("transfers:list_own")
    walk.post("transfers:move_gift", at_browser(child), {}, public_id=gift.public_id, verb="accept", page=own)
    walk.post("transfers:move_rules", approver, {}, public_id=rules.public_id, verb="end", page=page)
    window = a_person("窗口甲")
    holding(window, "counter_clerk", territory=there)
    wife, husband = a_person("陈妻子", territory=there), a_person("陈丈夫")
    seen = {
        "one": wife.sign_in_name, "one_name": wife.name, "other": husband.sign_in_name, "other_name": husband.name,
        "kind": "spouse", "proof": "结婚证",
    }  # fmt: skip
    walk.post("transfers:record_kinship", at_browser(window), seen)
    kinship = Kinship.objects.get()
    walk.post("transfers:move_kinship", at_browser(wife), {}, public_id=kinship.public_id, verb="agree", page=own)
    whose = {"one": wife.sign_in_name, "one_name": wife.name}
    walk.post("transfers:find_kinships", at_browser(window), whose, writes=False)
    walk.post("transfers:end_at_counter", at_browser(window), {"why": "parted"}, public_id=kinship.public_id)
