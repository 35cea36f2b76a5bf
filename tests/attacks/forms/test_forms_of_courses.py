"""Every form of courses, sent with more than it asks for."""

from __future__ import annotations

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from coordination.courses.towns import a_town
from xuecheng.coordination.courses.models import CourseVersion

TEXT = {
    "outcome": "会做心肺复苏", "level": "1", "sessions": "4", "minutes": "180", "least_attendance_percent": "75",
    "fee": "0", "levels": ["street"], "seats_least": "6", "seats_most": "20",
}  # fmt: skip


@passes(
    "courses:write_course", "courses:edit_version", "courses:send_version", "courses:draft_version",
    "courses:decide_version", "courses:retire_version", "courses:share_course", "courses:copy_course",
)  # fmt: skip
def test_courses(walk: Walk) -> None:
    town = a_town()
    writer, reviewer = at_browser(town.writer.person), at_browser(town.reviewer.person)
    course = {"owner": str(town.college.pk), "title_zh": "家庭急救", "subject": "first_aid", "languages": ["yue"]}
    walk.post("courses:write_course", writer, course | TEXT)
    made = CourseVersion.objects.get()
    there = reverse("courses:show_version", args=[made.public_id])
    walk.post("courses:edit_version", writer, {"minutes": "150"}, public_id=made.public_id)
    walk.post("courses:send_version", writer, {}, public_id=made.public_id, page=there)
    said = {"decision": "approve", "reason": "内容扎实"}
    walk.post("courses:decide_version", reviewer, said, public_id=made.public_id, page=there)
    walk.post("courses:share_course", writer, {"shared": "yes"}, public_id=made.course.public_id, page=there)
    walk.post("courses:draft_version", writer, TEXT, public_id=made.course.public_id)
    neighbour = at_browser(town.neighbour.person)
    walk.post("courses:copy_course", neighbour, {"owner": str(town.other.pk)}, public_id=made.course.public_id)
    walk.post("courses:retire_version", writer, {"why": "不再开"}, public_id=made.public_id, page=there)
