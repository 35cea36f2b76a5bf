"""Every form of issued credentials, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, a_registrar, an_organisation, small_city
from learning.account import makers
from learning.badges.live import a_badge, a_line
from xuecheng.city import clock
from xuecheng.learning.badges.models import Badge, IssuingRule, Share, SigningKey


@passes(
    "badges:ask", "badges:name_badge", "badges:take_record", "badges:share", "badges:withdraw_share", "badges:issue",
    "badges:start_rule", "badges:end_rule", "badges:move_key", "badges:move_badge",
)  # fmt: skip
def test_badges(walk: Walk) -> None:
    place = an_organisation(small_city()["五山街道"], name_zh="五山社区学校")
    learner = a_person("陈嘉敏")
    line = a_line(learner, place)
    staff, own, officer = (
        at_browser(a_registrar(place).person),
        at_browser(learner),
        at_browser(makers.officer().person),
    )
    walk.post("badges:ask", own, {"lines": [str(line.certifies)], "with_name": "on"})
    row = Badge.objects.get()
    there = reverse("badges:show_badge", args=[row.public_id])
    walk.post("badges:name_badge", own, {}, public_id=row.public_id, page=there)
    anew = a_badge(learner, place, title="书法初级")
    day = (clock.today() + timedelta(days=9)).isoformat()
    walk.post("badges:share", own, {"badges": [str(anew.public_id)], "last_day": day, "title": "求职"})
    share = Share.objects.get()
    page = reverse("badges:show_share", args=[share.public_id])
    walk.post("badges:withdraw_share", own, {}, public_id=share.public_id, page=page)
    walk.post("badges:take_record", own, {"badges": [str(anew.public_id)], "form": "elm"}, writes=False)
    there = reverse("badges:show_badge", args=[anew.public_id])
    walk.post("badges:move_badge", staff, {"why": "核查"}, public_id=anew.public_id, verb="suspend", page=there)
    walk.post("badges:move_badge", staff, {}, public_id=anew.public_id, verb="resume", page=there)
    walk.post("badges:move_badge", staff, {"why": "有误"}, public_id=anew.public_id, verb="revoke", page=there)
    said = {"organisation": place.code, "code": "TJ101", "ended_from": "2026-01-01", "last_day": "2026-12-31"}
    walk.post("badges:issue", staff, said)
    desk = reverse("badges:issue")
    walk.post("badges:start_rule", staff, {"organisation": place.code, "kind": "community"}, page=desk)
    walk.post("badges:end_rule", staff, {}, public_id=IssuingRule.objects.get().public_id, page=desk)
    keys = reverse("badges:show_keys")
    key = SigningKey.objects.get(issuer=place)
    walk.post("badges:move_key", officer, {}, public_id=key.public_id, verb="rotate", page=keys)
    newest = SigningKey.objects.get(issuer=place, state="active")
    walk.post("badges:move_key", officer, {"why": "失窃"}, public_id=newest.public_id, verb="compromise", page=keys)
