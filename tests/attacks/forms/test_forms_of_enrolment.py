"""Every form of enrolment, sent with more than it asks for."""

from __future__ import annotations

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_person, a_registrar, an_organisation, small_city
from coordination.enrolment.situations import a_class_now, a_lottery_now, charge_of
from xuecheng.city import clock
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.enrolment.models import Enrolment


@passes(
    "enrolment:enrol", "enrolment:move_enrolment", "enrolment:transfer", "enrolment:enrol_person",
    "enrolment:set_numbers", "enrolment:run_lottery", "enrolment:move_charge", "enrolment:show_day",
)  # fmt: skip
def test_enrolment(walk: Walk) -> None:
    college = an_organisation(small_city()["五山街道"], name_zh="五山街道社区学校")
    clerk = a_registrar(college)
    row = a_class_now(college, clerk, fee_fen=5_000, seats=9, course={"fee_fen": 5_000, "waivers": ["elder"]})
    twin = a_class_now(college, clerk, version=row.version, seats=9)
    person, guest = a_person("想学的人"), a_person("来窗口的人")
    own, staff = at_browser(person), at_browser(clerk.person)
    walk.post("enrolment:enrol", own, {}, public_id=row.public_id)
    one = Enrolment.objects.get(person=person)
    charge = charge_of(one)
    there = reverse("enrolment:show_charge", args=[charge.public_id])
    waived = {"waiver": "elder", "amount": "20", "why": "满70岁"}
    walk.post("enrolment:move_charge", staff, waived, public_id=charge.public_id, verb="waive", page=there)
    walk.post("enrolment:move_charge", staff, {}, public_id=charge.public_id, verb="pay", page=there)
    walk.post("enrolment:transfer", own, {"to": str(twin.public_id)}, public_id=one.public_id)
    moved = Enrolment.objects.get(person=person, state="enrolled")
    mine = reverse("enrolment:show_enrolment", args=[moved.public_id])
    walk.post("enrolment:move_enrolment", own, {}, public_id=moved.public_id, verb="pause", page=mine)
    walk.post("enrolment:move_enrolment", staff, {"why": "重复"}, public_id=moved.public_id, verb="refuse", page=mine)
    counter = {"person": guest.sign_in_name, "person_name": guest.name}
    walk.post("enrolment:enrol_person", staff, counter, public_id=row.public_id)
    walk.post("enrolment:set_numbers", staff, {"offer_hours": "3", "why": "节前"}, public_id=row.public_id)
    today = clock.today().isoformat()
    walk.post("enrolment:show_day", staff, {"counted": "30"}, code=college.code, on=today)
    lottery = a_lottery_now(college, clerk)
    CourseClass.objects.filter(pk=lottery.course_class_id).update(enrolment_closes_at=clock.now())
    key = lottery.course_class.public_id
    roll = reverse("enrolment:show_roll", args=[key])
    walk.post("enrolment:run_lottery", staff, {}, public_id=key, verb="freeze", page=roll)
    walk.post(
        "enrolment:run_lottery", staff, {"beacon": "03 09 17 22 28 31 + 07"}, public_id=key, verb="draw", page=roll
    )
