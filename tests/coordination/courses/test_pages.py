"""The pages as people go through them: looking, writing, reviewing, sharing; what is refused stands at its field."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.situations import TODAY, a_person
from coordination.courses.situations import NOW
from coordination.courses.towns import a_unit, approved, as_found, next_draft, sent, written
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.coordination.courses import services
from xuecheng.coordination.courses.models import Course, CourseVersion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def said(answer) -> str:
    return answer.content.decode()


def page(name, *args) -> str:
    return reverse(f"courses:{name}", args=args)


def at_browser(standing) -> Client:
    client = Client()
    client.force_login(standing.person)
    return client


def typed(town, **more):
    return {
        "public_id": str(uuid7()), "version_id": str(uuid7()), "owner": town.college.pk, "title_zh": "家庭急救", "title_en": "First aid",
        "subject": "first_aid", "audience": "everybody", "languages": ["yue"], "outcome": "会做心肺复苏", "level": "1",
        "sessions": "4", "minutes": "180", "unit": "", "least_attendance_percent": "75", "entry_requirement": "",
        "entry_reason": "", "fee": "0", "materials": "", "levels": ["street"], "seats_least": "6", "seats_most": "20",
    } | more  # fmt: skip


class TestForEverybody:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_what_can_be_learnt(self, town, client, language):
        client.cookies["django_language"] = language
        approved(town, unit=a_unit(town), is_assessed=True, entry_requirement="照护过老人", entry_reason="要练习")
        written(town, title_zh="还没写好")
        answer = said(client.get(page("list_courses")))
        assert "家庭养老护理" in answer
        assert "6.00" in answer
        assert "还没写好" not in answer

    def test_each_filter_narrows(self, town, client):
        approved(town, unit=a_unit(town), is_assessed=True)
        approved(
            town, written(town, actor=town.neighbour, title_zh="荔枝修剪", fee_fen=8000, level=1, outcome="会修枝")
        )
        for query, found in (
            ("text=养老", (1, 0)), ("text=修枝", (0, 1)), ("level=1", (0, 1)), ("level=3", (0, 0)), ("more=free", (1, 0)),
            ("more=credit", (1, 0)), ("district=440117000000", (0, 1)), ("subject=health&audience=families", (1, 1)),
            ("subject=dance", (0, 0)), ("audience=elders", (0, 0)), ("level=x", (1, 1)),
        ):  # fmt: skip
            answer = said(client.get(f"{page('list_courses')}?{query}"))
            assert ("家庭养老护理" in answer, "荔枝修剪" in answer) == tuple(map(bool, found)), query

    def test_who_reads_english_reads_what_it_leads_to_in_english(self, town, client):
        one = approved(town, outcome_en="Turn somebody in bed\nTake a temperature")
        other = approved(town, title_zh="太极拳", outcome="会打二十四式")
        client.cookies["django_language"] = "en"
        answer = said(client.get(page("show_course", one.course.public_id)))
        assert "Turn somebody in bed" in answer
        assert one.outcome.splitlines()[0] not in answer
        assert "会打二十四式" in said(client.get(page("show_course", other.course.public_id)))
        assert "家庭养老护理" not in said(client.get(f"{page('list_courses')}?text=temperatures"))
        assert one.course.title in said(client.get(f"{page('list_courses')}?text=temperature"))
        client.cookies["django_language"] = "zh-hans"
        assert "Turn somebody in bed" not in said(client.get(page("show_course", one.course.public_id)))

    def test_l2_a_course_says_what_is_required_and_why_or_that_nothing_is(self, town, client):
        asks = approved(town, entry_requirement="年满16周岁", entry_reason="按压需要力气")
        free = approved(town, title_zh="太极拳")
        answer = said(client.get(page("show_course", asks.course.public_id)))
        assert "年满16周岁" in answer
        assert "按压需要力气" in answer
        assert "想学就能来" in said(client.get(page("show_course", free.course.public_id)))

    def test_earlier_versions_are_read_too_and_drafts_are_not(self, town, client):
        first = approved(town)
        draft = next_draft(town, first, outcome="会用轮椅")
        there = page("show_course", first.course.public_id)
        assert "会用轮椅" not in said(client.get(there))
        assert client.get(there, {"version": 2}).status_code == 404
        services.approve_version(actor=town.reviewer, version=sent(town, draft), at=NOW)
        assert "会用轮椅" in said(client.get(there))
        assert "会用轮椅" not in said(client.get(there, {"version": 1}))
        for strange in ("x", "-1", "９", "99999999999999999999"):
            assert client.get(there, {"version": strange}).status_code == 200
        assert town.writer.person.name not in said(client.get(there)), "who wrote it is nobody's business here"

    def test_what_was_never_approved_is_not_there(self, town, client):
        draft = written(town)
        for who in (client, at_browser(town.writer)):
            assert who.get(page("show_course", draft.course.public_id)).status_code == 404
        assert client.get(page("show_version", draft.public_id)).status_code == 302

    def test_a_list_asks_the_same_however_long_it_is(self, town, client):
        counts = []
        for number in range(2):
            for one in range(1 + number * 4):
                approved(town, title_zh=f"课{number}{one}")
            client.get(page("list_courses"))
            with CaptureQueriesContext(connection) as queries:
                client.get(page("list_courses"))
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestWriting:
    def test_from_a_blank_form_to_review(self, town):
        client = at_browser(town.writer)
        assert client.get(page("write_course")).status_code == 200
        answer = client.post(page("write_course"), typed(town, fee="80.50", waivers=["elder"]))
        made = CourseVersion.objects.get()
        assert answer.url == page("show_version", made.public_id)
        assert (made.fee_fen, made.course.title_en, made.levels) == (8050, "First aid", ["street"])
        assert "送审" in said(client.get(answer.url))
        edit = page("edit_version", made.public_id)
        assert "80.50" in said(client.get(edit))
        assert client.post(edit, typed(town, minutes="150", title_zh="居家急救")).status_code == 302
        client.post(page("send_version", made.public_id))
        found = as_found(made)
        assert (found.state, found.minutes, found.course.title_zh) == ("in_review", 150, "居家急救")
        assert client.get(edit).status_code == 200
        assert client.post(edit, typed(town)).status_code == 422

    @pytest.mark.parametrize(
        ("field", "wrong"),
        [
            ("entry_reason", {"entry_requirement": "会游泳"}),
            ("entry_requirement", {"entry_reason": "怕水"}),
            ("waivers", {"waivers": ["elder"]}),
            ("levels", {"levels": []}),
            ("seats_most", {"seats_least": "21"}),
            ("minutes", {"minutes": "14"}),
            ("title_zh", {"title_zh": ""}),
            ("unit", {"unit": "999999"}),
            ("fee", {"fee": "10000.01"}),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, town, field, wrong):
        answer = at_browser(town.writer).post(page("write_course"), typed(town, **wrong))
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert not Course.objects.exists()

    def test_c_07_the_unit_asks_for_an_assessment(self, town):
        unit = a_unit(town)
        client = at_browser(town.writer)
        answer = client.post(page("write_course"), typed(town, unit=unit.pk))
        assert "is_assessed" in answer.context["form"].errors
        assert client.post(page("write_course"), typed(town, unit=unit.pk, is_assessed="on")).status_code == 302

    def test_a_new_version_begins_as_the_newest_one_says(self, town):
        first = approved(town, materials="血压计", fee_fen=6000)
        client = at_browser(town.writer)
        there = page("draft_version", first.course.public_id)
        initial = client.get(there).context["form"].initial
        assert (initial["materials"], initial["fee"]) == ("血压计", "60")
        answer = client.post(there, typed(town))
        assert answer.status_code == 302
        assert CourseVersion.objects.get(number=2).course == first.course
        assert client.post(there, typed(town)).status_code == 422

    def test_the_college_s_list_shows_its_own_with_their_states(self, town):
        first = approved(town)
        next_draft(town, first)
        written(town, actor=town.neighbour, title_zh="荔枝修剪")
        client = at_browser(town.writer)
        answer = said(client.get(page("list_kept")))
        assert "家庭养老护理" in answer
        assert "荔枝修剪" not in answer
        assert "家庭养老护理" not in said(client.get(page("list_kept"), {"state": "retired"}))
        assert "家庭养老护理" in said(
            client.get(page("list_kept"), {"state": "approved", "text": "养老", "subject": "health"})
        )
        assert "荔枝修剪" in said(at_browser(town.reviewer).get(page("list_kept")))

    def test_who_may_not_is_shut_out(self, town):
        draft = written(town)
        others = at_browser(town.neighbour)
        for name in ("show_version", "edit_version"):
            assert others.get(page(name, draft.public_id)).status_code == 404
        for name in ("send_version", "decide_version", "retire_version"):
            assert others.post(page(name, draft.public_id)).status_code == 404
        assert others.post(page("share_course", draft.course.public_id), {"shared": "yes"}).status_code == 404
        reviewer = at_browser(town.reviewer)
        assert reviewer.get(page("edit_version", draft.public_id)).status_code == 403
        assert reviewer.post(page("send_version", draft.public_id)).status_code == 403
        resident = Client()
        resident.force_login(a_person("路人"))
        for name in ("list_kept", "list_reviews", "find_shared", "write_course"):
            assert resident.get(page(name)).status_code == 403
        assert as_found(draft).state == "draft"


class TestReview:
    def test_the_queue_leads_to_what_changed_line_by_line(self, town):
        first = approved(town, fee_fen=0)
        second = sent(town, next_draft(town, first, minutes=90, fee_fen=8000))
        client = at_browser(town.reviewer)
        queue = said(client.get(page("list_reviews")))
        assert page("show_version", second.public_id) in queue
        answer = client.get(page("show_version", second.public_id))
        changed = {one.label: (one.before, one.after) for one in answer.context["changes"] if not one.is_same}
        assert set(changed) == {"课时", "学费"}
        assert changed["学费"] == ("免费", "¥80")
        assert "<del>" in said(answer)

    def test_approving_and_sending_back(self, town):
        client = at_browser(town.reviewer)
        waiting = sent(town)
        there = page("decide_version", waiting.public_id)
        answer = client.post(there, {"decision": "return", "reason": ""})
        assert answer.status_code == 422
        assert "reason" in answer.context["form"].errors
        client.post(there, {"decision": "return", "reason": "写清楚怎样考核"})
        back = as_found(waiting)
        assert back.state == "returned"
        assert "写清楚怎样考核" in said(at_browser(town.writer).get(page("list_kept")))
        assert "写清楚怎样考核" in said(at_browser(town.writer).get(page("edit_version", back.public_id)))
        sent(town, back)
        assert client.post(there, {"decision": "approve", "reason": "好"}).url == page("list_reviews")
        assert as_found(waiting).state == "approved"
        assert client.post(there, {"decision": "return", "reason": "改"}).status_code == 422

    def test_retiring_asks_why(self, town):
        done, client = approved(town), at_browser(town.writer)
        assert client.post(page("retire_version", done.public_id), {"why": ""}).status_code == 422
        client.post(page("retire_version", done.public_id), {"why": "不再开"})
        assert as_found(done).state == "retired"
        assert "不再开" in said(client.get(page("show_version", done.public_id))), "the history says why"


class TestExchange:
    def test_shared_seen_and_copied(self, town):
        done = approved(town)
        writer, neighbour = at_browser(town.writer), at_browser(town.neighbour)
        copy = page("copy_course", done.course.public_id)
        assert neighbour.get(copy).status_code == 404
        writer.post(page("share_course", done.course.public_id), {"shared": "yes"})
        assert "家庭养老护理" in said(neighbour.get(page("find_shared")))
        assert copy in said(neighbour.get(page("show_course", done.course.public_id)))
        assert copy not in said(writer.get(page("show_course", done.course.public_id)))
        wish = {"public_id": str(uuid7()), "version_id": str(uuid7()), "owner": town.other.pk, "title_zh": "居家护理"}
        assert neighbour.get(copy).status_code == 200
        answer = neighbour.post(copy, wish)
        made = CourseVersion.objects.get(course__owner=town.other)
        assert answer.url == page("show_version", made.public_id)
        assert "天河社区学院" in said(neighbour.get(answer.url))
        writer.post(page("share_course", done.course.public_id), {"shared": "no"})
        assert neighbour.post(copy, wish).status_code == 404
