"""Every form of the coordination floor, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, an_operator
from coordination.staff.situations import a_pool, a_teacher
from xuecheng.city import clock
from xuecheng.coordination.staff.models import Agreement, Qualification, Teacher


@passes(
    "staff:keep_profile", "staff:claim_qualification", "staff:review_qualification", "staff:withdraw_qualification",
    "staff:decide_teacher", "staff:close_own", "staff:set_limits",
)  # fmt: skip
def test_the_pool(walk: Walk) -> None:
    pool, person = a_pool(), a_person("陈惠芬")
    own, head = at_browser(person), at_browser(pool.head.person)
    entry = {
        "kind": "part_time", "home": pool.school.code, "territory": pool.places["员村街道"].code,
        "subjects": ["calligraphy"], "languages": ["yue"], "travel_km": "10", "sessions": "4", "free_1": ["evening"],
    }  # fmt: skip
    walk.post("staff:keep_profile", own, entry)
    row = Teacher.objects.get(person=person)
    there = reverse("staff:show_teacher", args=[row.public_id])
    walk.post("staff:decide_teacher", head, {"verdict": "open"}, public_id=row.public_id, page=there)
    paper = {
        "subject": "calligraphy",
        "level": "2",
        "title": "书法教师证",
        "issuer": "省书协",
        "issued_on": "2025-01-01",
    }
    walk.post("staff:claim_qualification", own, paper)
    held = Qualification.objects.get(teacher=row)
    there = reverse("staff:show_qualification", args=[held.public_id])
    answer = {"verdict": "yes", "finding": "看过原件"}
    walk.post("staff:review_qualification", head, answer, public_id=held.public_id, page=there)
    walk.post("staff:withdraw_qualification", head, {"words": "证书不实"}, public_id=held.public_id, page=there)
    walk.post("staff:close_own", own, {"words": "退休"})
    operator = at_browser(an_operator(pool.places["广州市"]).person)
    begins_on = (clock.today() + timedelta(days=9)).isoformat()
    walk.post("staff:set_limits", operator, {"begins_on": begins_on, "borrow_months": "10", "why": "委员会决定"})


@passes("staff:draft_agreement", "staff:move_agreement")
def test_agreements(walk: Walk) -> None:
    pool = a_pool()
    row = a_teacher(pool)
    clerk = at_browser(pool.clerk.person)
    begins_on = clock.today() + timedelta(days=1)
    wish = {
        "receiver": str(pool.college.pk), "form": "borrow", "begins_on": begins_on.isoformat(),
        "ends_on": (begins_on + timedelta(days=90)).isoformat(), "day_1": "1", "begins_1": "19:00", "ends_1": "21:00",
        "purpose": "冬季书法班",
    }  # fmt: skip
    walk.post("staff:draft_agreement", clerk, wish, public_id=row.public_id)
    made = Agreement.objects.get()
    there = reverse("staff:show_agreement", args=[made.public_id])
    walk.post("staff:move_agreement", clerk, public_id=made.public_id, verb="send", page=there)
    said = {"answer": "yes", "consent-words": "同意"}
    for one in (pool.head.person, row.person, pool.clerk.person):
        walk.post("staff:move_agreement", at_browser(one), said, public_id=made.public_id, verb="consent", page=there)
