"""Every form of teaching, sent with more than it asks for."""

from __future__ import annotations

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, a_registrar, an_organisation, small_city
from coordination.teaching.situations import a_class_today, an_arrival_waiting, card_of, over, the_enrolment, with_card
from xuecheng.city import clock
from xuecheng.coordination.teaching import services
from xuecheng.coordination.teaching.models import CheckInKey


@passes(
    "teaching:take", "teaching:mark_by_card", "teaching:show_code", "teaching:check_in", "teaching:decide_arrival",
    "teaching:assess", "teaching:correct", "teaching:keep_lesson", "teaching:hand_in", "teaching:give_feedback",
)  # fmt: skip
def test_teaching(walk: Walk) -> None:
    college = an_organisation(small_city()["五山街道"], name_zh="五山街道社区学校")
    clerk, person = a_registrar(college), with_card(a_person("想学的人"))
    session = a_class_today(college, clerk, learner=person, is_assessed=True)
    one, key = the_enrolment(session), session.public_id
    own, staff = at_browser(person), at_browser(clerk.person)
    there = reverse("teaching:take", args=[key])
    walk.post("teaching:take", staff, {f"state-{one.public_id}": "absent"}, public_id=key)
    walk.post("teaching:show_code", staff, {}, public_id=key, page=there)
    code = services.code_now(CheckInKey.objects.get(), at=clock.now())
    walk.post("teaching:mark_by_card", staff, {"card": card_of(person), "confirmed": "name"}, public_id=key, page=there)
    walk.post("teaching:check_in", own, {}, public_id=key, code=code)
    waiting = an_arrival_waiting(session)
    walk.post(
        "teaching:decide_arrival", staff, {}, public_id=key, arrival=waiting.public_id, verb="confirm", page=there
    )
    row = session.course_class
    page = reverse("teaching:completion", args=[row.public_id])
    walk.post("teaching:assess", staff, {"passed": "yes"}, public_id=row.public_id, enrolment=one.public_id, page=page)
    words = {"taught": "横竖撇捺", "homework": "临帖一页", "due_on": clock.today().isoformat()}
    walk.post("teaching:keep_lesson", staff, words, public_id=key)
    walk.post("teaching:hand_in", own, {"text": "写好了"}, public_id=one.public_id, session=key)
    over(session, clerk)
    walk.post(
        "teaching:correct", staff, {"state": "present", "why": "点错了"}, public_id=row.public_id, enrolment=one.public_id,
        session=key,
    )  # fmt: skip
    walk.post("teaching:give_feedback", own, {"mark": "4", "words": "很好"}, public_id=one.public_id)
