"""Every form of volunteers' service, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.identity.conftest import has_contact
from city.situations import a_person, a_registrar, an_operator, an_organisation, holding, small_city
from coordination.volunteers.live import a_live_shift, a_live_volunteer, at_unit, grown_up, in_review, on_now
from coordination.volunteers.situations import a_wish, an_activity, applied, served, with_evidence
from coordination.volunteers.test_pages import local
from xuecheng.city import clock
from xuecheng.coordination.volunteers.models import Activity, LateEntry, Shift, Volunteer


@passes(
    "volunteers:keep_entry", "volunteers:apply", "volunteers:withdraw", "volunteers:leave",
    "volunteers:issue_certificate", "volunteers:draft_activity", "volunteers:change_activity", "volunteers:add_shift",
    "volunteers:move_activity", "volunteers:cancel_shift", "volunteers:enter_volunteer", "volunteers:move_assignment",
)  # fmt: skip
def test_volunteering(walk: Walk) -> None:
    college = an_organisation(small_city()["五山街道"], name_zh="五山街道社区学校")
    clerk = a_registrar(college)
    person = grown_up(a_person("热心人", territory=college.territory))
    has_contact(person, "138 0013 8000")
    own, staff = at_browser(person), at_browser(clerk.person)
    walk.post("volunteers:keep_entry", own, {"times": ["weekend_day"], "skills": []})
    Volunteer.objects.update(identity_seen_at=clock.now(), identity_seen_by=clerk.person)
    shift = a_live_shift(clerk, college)
    mine = reverse("volunteers:show_own")
    walk.post("volunteers:apply", own, {}, public_id=shift.public_id)
    one = shift.assignments.get()
    walk.post("volunteers:withdraw", own, {}, public_id=one.public_id, page=mine)

    draft = a_wish().values() | {"organisation": college.code, "least_age": "", "most_age": ""}
    draft.pop("has_bodily_risk")
    walk.post("volunteers:draft_activity", staff, draft)
    row = Activity.objects.order_by("-pk")[0]
    walk.post("volunteers:change_activity", staff, draft | {"title": "改名"}, public_id=row.public_id)
    begins = (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT09:00")
    ends = begins.replace("T09", "T11")
    times = {"begins_at": begins, "ends_at": ends, "needed": "2", "place": "门口"}
    walk.post("volunteers:add_shift", staff, times, public_id=row.public_id)
    there = reverse("volunteers:show_activity", args=[row.public_id])
    walk.post(
        "volunteers:move_activity", staff, {"is_verified": "on"}, public_id=row.public_id, verb="publish", page=there
    )
    came = Shift.objects.order_by("-pk")[0]
    page = reverse("volunteers:show_shift", args=[came.public_id])
    other = a_live_volunteer(clerk, college)
    walk.post(
        "volunteers:enter_volunteer", staff, {"volunteer": str(other.public_id)}, public_id=came.public_id, page=page
    )
    walk.post(
        "volunteers:move_assignment", staff, {}, public_id=came.assignments.get().public_id, verb="assign", page=page
    )
    walk.post("volunteers:cancel_shift", staff, {"why": "下雨"}, public_id=came.public_id, page=page)
    served(clerk, on_now(clerk, college, person), went=10)
    walk.post("volunteers:issue_certificate", own, {}, page=mine)
    applied(Volunteer.objects.select_related("person").get(person=person), shift, at=clock.now())
    walk.post("volunteers:leave", own, {}, page=mine)
    assert an_activity(at_unit(clerk, college)).state == "draft"


@passes(
    "volunteers:register_person", "volunteers:keep_volunteer", "volunteers:decide_service", "volunteers:set_numbers",
    "volunteers:register_late", "volunteers:decide_late",
)  # fmt: skip
def test_entries_reviews_and_numbers(walk: Walk) -> None:
    city = small_city()
    college = an_organisation(city["五山街道"], name_zh="五山街道社区学校")
    clerk, officer = a_registrar(college), a_person("核实员")
    holding(officer, "certification_officer", territory=city["广州市"])
    staff = at_browser(clerk.person)
    person = grown_up(a_person("街坊", territory=college.territory))
    walk.post(
        "volunteers:register_person", staff,
        {"organisation": college.code, "person": person.sign_in_name, "person_name": person.name, "times": ["weekend_day"]},
    )  # fmt: skip
    row = Volunteer.objects.get()
    training = {"kind": "basics", "completed_on": "2026-05-01", "proof": "签到表"}
    page = reverse("volunteers:show_volunteer", args=[row.public_id])
    walk.post("volunteers:keep_volunteer", staff, training, public_id=row.public_id, verb="training", page=page)
    service = in_review(clerk, college)
    walk.post(
        "volunteers:decide_service",
        at_browser(officer),
        {"counts": "no", "why": "没有证明"},
        public_id=service.public_id,
    )
    shift = Shift.objects.get(pk=service.assignment.shift_id)
    with_evidence(shift)
    late = {
        "volunteer": str(row.public_id), "came_at": local(shift.during.lower), "went_at": local(shift.during.upper),
        "pause_minutes": "0", "why": "漏签",
    }  # fmt: skip
    walk.post("volunteers:register_late", staff, late, public_id=shift.public_id)
    entry = LateEntry.objects.get()
    walk.post(
        "volunteers:decide_late", at_browser(officer), {"is_so": "no", "words": "没有证明"}, public_id=entry.public_id
    )
    operator = an_operator(city["广州市"])
    client = at_browser(operator.person)
    form = client.get(reverse("volunteers:set_numbers")).context["form"]
    wish = {name: str(field.initial) for name, field in form.fields.items() if field.initial is not None}
    wish |= {"begins_on": (clock.today() + timedelta(days=1)).isoformat(), "why": "本市标准"}
    walk.post("volunteers:set_numbers", client, wish)
