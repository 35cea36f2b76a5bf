"""Every form of redemption, sent with more than it asks for."""

from __future__ import annotations

from uuid import uuid4

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.redemption.situations import give_points
from xuecheng.city import clock
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.creditbank.services.accounts import open_learning_account
from xuecheng.learning.redemption.models import Offer, Redemption


@passes(
    "redemption:draft_offer", "redemption:change_offer", "redemption:follow_offer", "redemption:move_offer",
    "redemption:counter", "redemption:reserve", "redemption:reserve_for", "redemption:move_order",
)  # fmt: skip
def test_redemption(walk: Walk) -> None:
    college = an_organisation(small_city()["五山街道"], name_zh="五山社区学校")
    load_frameworks()
    staff = at_browser(a_registrar(college).person)
    said = {
        "organisation": college.code, "kind": "goods", "title_zh": "书法套装", "points": "5", "place": "服务台",
        "most_per_order": "3", "opens_on": "2020-01-01", "closes_on": "", "face_fen": "", "low_stock": "",
        "most_per_person": "", "title_en": "", "about_zh": "", "about_en": "", "is_everywhere": "", "consumes": "",
    }  # fmt: skip
    walk.post("redemption:draft_offer", staff, said)
    row = Offer.objects.get()
    walk.post("redemption:change_offer", staff, said | {"title_zh": "书法大套装"}, public_id=row.public_id)
    there = reverse("redemption:keep_offer", args=[row.public_id])
    walk.post("redemption:move_offer", staff, {"amount": "9"}, public_id=row.public_id, verb="receive", page=there)
    walk.post("redemption:move_offer", staff, {}, public_id=row.public_id, verb="publish", page=there)
    learner = a_person("陈嘉敏")
    give_points(learner, 9900)
    account = open_learning_account(person=learner, at=clock.now())
    own = at_browser(learner)
    shelf = reverse("redemption:show_offer", args=[row.public_id])
    walk.post("redemption:reserve", own, {"items": "3"}, public_id=row.public_id, page=shelf)
    order = Redemption.objects.get()
    page = reverse("redemption:show_order", args=[order.public_id])
    out = {"items": "2", "keeps_rest": "yes"}
    walk.post("redemption:move_order", staff, out, public_id=order.public_id, verb="hand-out", page=page)
    back = {"items": "1", "why": "破损"}
    walk.post("redemption:move_order", staff, back, public_id=order.public_id, verb="take-back", page=page)
    walk.post("redemption:move_order", own, {}, public_id=order.public_id, verb="release", page=page)
    sent = {"offer": str(row.public_id), "public_id": str(uuid4())}
    walk.post("redemption:counter", staff, {"code": account.card_number, "confirmed": "name"})
    counter = reverse("redemption:show_holder", args=[account.public_id])
    walk.post("redemption:reserve_for", staff, sent, account=account.public_id, page=counter)
    walk.post("redemption:follow_offer", staff, said | {"title_zh": "新套装"}, public_id=row.public_id)
    walk.post("redemption:move_offer", staff, {"why": "换新"}, public_id=row.public_id, verb="close", page=there)
