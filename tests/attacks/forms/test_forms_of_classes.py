"""Every form of classes, sent with more than it asks for."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from attacks.forms.walking import Walk
from attacks.forms.walks import at_browser, passes
from city.situations import a_registrar, an_organisation, small_city
from coordination.classes.situations import a_live_class, a_season, a_teacher, sessions
from coordination.courses.situations import a_course, a_version
from coordination.facilities.situations import open_always
from xuecheng.city import clock
from xuecheng.coordination.classes.models import CourseClass, Season
from xuecheng.coordination.staff.models import TeacherHours

WHY = {"why": "穗教〔2026〕1号"}
TODAY = clock.today()


@passes(
    "classes:create_season", "classes:change_season", "classes:plan_class", "classes:change_class",
    "classes:add_sessions", "classes:move_session", "classes:substitute_teacher", "classes:act_on_session",
    "classes:move_class", "classes:cancel_session", "classes:make_feed", "classes:cancel_class",
    "classes:make_own_feed", "classes:clone_season", "classes:find_substitute",
)  # fmt: skip
def test_classes(walk: Walk) -> None:
    college = an_organisation(small_city()["天河区"], name_zh="天河区社区学院")
    keeper = a_registrar(college)
    clerk = at_browser(keeper.person)
    room, teacher = open_always(keeper, college), a_teacher(college, "梁文峰")
    days = ("begins_on", "ends_on", "planning_from", "planning_to", "enrolment_from", "enrolment_to")
    facts = dict.fromkeys(days, str(TODAY)) | {"name_zh": "冬季", "unit": college.code}
    walk.post("classes:create_season", clerk, facts | WHY)
    season = Season.objects.get()
    walk.post("classes:change_season", clerk, {"name_zh": "冬季学期"} | WHY, public_id=season.public_id)
    version = a_version(a_course(college), sessions=2)
    told = {
        "code": "SF-01", "seats_least": "5", "seats_most": "20", "fee": "0", "allocation": "first_come",
        "enrolment_opens_at": f"{TODAY}T09:00", "enrolment_closes_at": f"{TODAY + timedelta(days=9)}T18:00",
    }  # fmt: skip
    walk.post("classes:plan_class", clerk, {"season": str(season.public_id)} | told, version=version.public_id)
    made = CourseClass.objects.get()
    there = reverse("classes:show_plan", args=[made.public_id])
    walk.post("classes:change_class", clerk, {"note": "带毛笔"} | WHY, public_id=made.public_id)
    series = {
        "first_day": str(TODAY + timedelta(days=2)), "begins": "19:00", "minutes": "90", "count": "3",
        "every_weeks": "1", "space": str(room.public_id), "teacher": str(teacher.public_id), "act": "save",
    }  # fmt: skip
    walk.post("classes:add_sessions", clerk, series, public_id=made.public_id)
    first, second, third = sessions(made)
    moved = {"begins": "20:00"} | WHY
    walk.post("classes:move_session", clerk, moved, public_id=first.public_id)
    other = {"teacher": str(a_teacher(college, "冯代课").public_id)} | WHY
    walk.post("classes:substitute_teacher", clerk, other, public_id=first.public_id)
    free = a_teacher(college, "何代课")
    TeacherHours.objects.create(teacher=free, use="free", minutes=(0, 7 * 1440))
    called = {"teacher": str(free.public_id)} | WHY
    walk.post("classes:find_substitute", clerk, called, public_id=first.public_id)
    walk.post("classes:act_on_session", clerk, {}, page=there, public_id=third.public_id, verb="remove")
    walk.post("classes:move_class", clerk, {}, page=there, public_id=made.public_id, verb="open")
    walk.post("classes:cancel_session", clerk, WHY, public_id=second.public_id)
    walk.post("classes:make_feed", clerk, {"act": "make"}, page=there, public_id=made.public_id)
    walk.post("classes:cancel_class", clerk, WHY, page=there, public_id=made.public_id)
    walk.post("classes:make_own_feed", clerk, {"act": "make"}, page=reverse("classes:show_own"))
    again = a_season(college, begins=TODAY + timedelta(weeks=30), name_zh="夏季")
    other_season = a_live_class(keeper, college).season.public_id
    walk.post("classes:clone_season", clerk, {"into": str(again.public_id)}, public_id=other_season)
