"""A calligraphy class, as its clerk, its teachers and forty residents live it: from the idea to credit with its source.

Everything goes through pages, at the times at which it would; what pages leave to a worker its code works off.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import TODAY, a_person, a_registrar, an_organisation, forget_what_is_kept
from coordination.facilities.situations import open_always, the_holidays
from learning.recognition import situations as so
from learning.records.situations import a_learner
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.people.models import Person
from xuecheng.coordination.classes.models import ClassSession, CourseClass, Season
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.coordination.enrolment.models import Enrolment, Lottery
from xuecheng.coordination.staff.models import Agreement, Qualification, Teacher
from xuecheng.coordination.teaching import services as teaching
from xuecheng.coordination.teaching.models import Certificate, CheckInKey, Decision, Mark
from xuecheng.learning.records.models import LearningRecord

pytestmark = pytest.mark.django_db

MONDAY = datetime(TODAY.year, TODAY.month, TODAY.day, 10, tzinfo=clock.zone())
CLOSES = MONDAY + timedelta(days=5)
FIRST = MONDAY.replace(hour=19) + timedelta(days=8)
PLACES, WISHES = 30, 40
EVENING = {"begins": "19:00", "ends": "20:30"}


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


class Story:
    """One street's school, the college that it borrows from, the residents; time goes where the story is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._browsers: dict[int, Client] = {}
        self.at(MONDAY)
        the_holidays()
        self.city = so.a_city()
        places = self.city.places
        self.school = an_organisation(places["五山街道"], name_zh="五山街道社区学校")
        self.school.tier = "street"
        self.school.save(update_fields=["tier"])
        self.clerk = a_registrar(self.school, "黄晓彤").person
        self.head = a_registrar(self.city.college, "冯院长").person
        self.room = open_always(standing_of(self.clerk, today=TODAY), self.school)
        self.residents = [a_learner(f"居民{number:02}") for number in range(1, WISHES + 1)]

    def at(self, moment: datetime) -> None:
        self._monkeypatch.setattr(clock, "now", lambda: moment)
        self._monkeypatch.setattr(clock, "today", moment.date)
        self._browsers.clear()
        forget_what_is_kept()

    def by(self, person: Person) -> Client:
        """The person's browser, signed in that day."""
        if person.pk not in self._browsers:
            self._browsers[person.pk] = Client()
            self._browsers[person.pk].force_login(person)
        return self._browsers[person.pk]

    def read(self, person: Person | None, name: str, *args: object, **query: object) -> str:
        answer = (self.by(person) if person else Client()).get(reverse(name, args=args), query)
        assert answer.status_code == 200, (name, answer.status_code)
        return unescape(answer.content.decode())

    def send(self, person: Person, name: str, *args: object, **told: object) -> Any:
        """A form sent and accepted: every accepted one leads somewhere."""
        answer = self.by(person).post(reverse(name, args=args), told)
        assert answer.status_code == 302, (name, answer.status_code, self._refused(answer))
        return answer

    def _refused(self, answer: Any) -> object:
        form = (answer.context or {}).get("form")
        return getattr(form, "errors", "") or unescape(answer.content.decode())[-3_000:]

    def work_off(self) -> None:
        for job in Job.objects.filter(state=Job.State.WAITING).order_by("pk"):
            running.run(job.pk)

    def teacher(self, name: str) -> Teacher:
        """Somebody of the college enters the pool and is taken in, with a qualification that was looked at."""
        person = a_person(name, territory=self.city.places["天河区"])
        self.send(
            person, "staff:keep_profile", kind="full_time", home=self.city.college.code, has_post="on",
            territory=self.city.places["五山街道"].code, subjects=["calligraphy"], languages=["yue"], travel_km=30,
            sessions=4, is_shared="on", owed=["0", "1", "2"], **{f"free_{day}": ["evening"] for day in range(7)},
        )  # fmt: skip
        row = Teacher.objects.get(person=person)
        self.send(self.head, "staff:decide_teacher", row.public_id, verdict="open")
        self.send(
            person, "staff:claim_qualification", public_id=uuid7(), subject="calligraphy", level="2", title="书法教师证",
            issuer="广东省书法家协会", issued_on="2025-01-01",
        )  # fmt: skip
        held = Qualification.objects.get(teacher=row)
        self.send(self.head, "staff:review_qualification", held.public_id, verdict="yes", finding="看过原件")
        return Teacher.objects.get(pk=row.pk)

    def course(self) -> CourseVersion:
        """Written by the clerk, read by somebody else, approved."""
        self.send(
            self.clerk, "courses:write_course", public_id=uuid7(), version_id=uuid7(), owner=self.school.pk,
            title_zh="岭南书法", title_en="Lingnan calligraphy", subject="calligraphy", audience="elders",
            languages=["yue"], outcome="会写自己的名字和一副春联", level="1", sessions="4", minutes="90", unit="",
            least_attendance_percent="75", entry_requirement="", entry_reason="", fee="0", materials="毛笔和宣纸",
            levels=["street"], seats_least="10", seats_most=str(PLACES),
        )  # fmt: skip
        version = CourseVersion.objects.get()
        self.send(self.clerk, "courses:send_version", version.public_id)
        self.send(self.city.approver.person, "courses:decide_version", version.public_id, decision="approve", reason="")
        return CourseVersion.objects.select_related("course").get(pk=version.pk)

    def borrowed(self, teacher: Teacher) -> Agreement:
        """The unit at home consents, then the person, then whoever borrows (T-05)."""
        self.send(
            self.clerk, "staff:draft_agreement", teacher.public_id, public_id=uuid7(), receiver=self.school.pk,
            form="borrow", begins_on=MONDAY.date(), ends_on=MONDAY.date() + timedelta(days=60), purpose="冬季书法班",
            day_1=str(FIRST.weekday()), begins_1="18:30", ends_1="21:30",
        )  # fmt: skip
        row = Agreement.objects.get(person=teacher.person)
        self.send(self.clerk, "staff:move_agreement", row.public_id, "send")
        for person in (self.head, teacher.person, self.clerk):
            assert Agreement.objects.get(pk=row.pk).state == "awaiting"
            self.send(person, "staff:move_agreement", row.public_id, "consent", answer="yes")
        return Agreement.objects.get(pk=row.pk)

    def planned(self, version: CourseVersion, teacher: Teacher) -> CourseClass:
        """A season, a class of it, its four evenings in a room that is free, opened."""
        days = {"begins_on": MONDAY.date(), "ends_on": MONDAY.date() + timedelta(days=90)}
        days |= dict.fromkeys(("planning_from", "enrolment_from"), MONDAY.date())
        days |= dict.fromkeys(("planning_to", "enrolment_to"), MONDAY.date() + timedelta(days=7))
        self.send(self.clerk, "classes:create_season", unit=self.school.code, name_zh="冬季", why="新学期", **days)
        season = Season.objects.get()
        self.send(
            self.clerk, "classes:plan_class", version.public_id, season=season.public_id, code="SF-01",
            seats_least=10, seats_most=PLACES, fee="0", allocation="lottery",
            enrolment_opens_at=f"{MONDAY:%Y-%m-%dT%H:%M}", enrolment_closes_at=f"{CLOSES:%Y-%m-%dT%H:%M}",
        )  # fmt: skip
        row = CourseClass.objects.get()
        series = {
            "base": str(uuid7()), "first_day": str(FIRST.date()), "begins": EVENING["begins"], "minutes": 90, "count": 4,
            "every_weeks": 1, "space": str(self.room.public_id), "teacher": str(teacher.public_id), "act": "save",
        }  # fmt: skip
        self.send(self.clerk, "classes:add_sessions", row.public_id, **series)
        self.send(self.clerk, "classes:move_class", row.public_id, "open")
        return CourseClass.objects.get(pk=row.pk)


def test_from_the_idea_to_credit_in_their_accounts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    story = Story(monkeypatch)
    so.in_force(story.city, so.body(match={"origin": "nonformal", "min_attendance_percent": 75}))
    master, stand_in = story.teacher("梁文峰"), story.teacher("何代课")
    version = story.course()

    # Who can teach it here on Tuesday evenings: both are found, and neither may before the college lends them.
    found = story.read(
        story.clerk, "staff:find_teachers", subject="calligraphy", level=1, place=story.school.territory.code,
        on=FIRST.date(), **EVENING,
    )  # fmt: skip
    assert "梁文峰" in found
    assert story.borrowed(master).state == story.borrowed(stand_in).state == "in_force"
    row = story.planned(version, master)
    assert "岭南书法" in story.read(None, "classes:find_classes", text="书法")

    # Forty want thirty places.
    commitment = _announced(story, row)
    for person in story.residents:
        story.send(person, "enrolment:enrol", row.public_id, public_id=uuid7())
    story.at(CLOSES)
    story.send(story.clerk, "enrolment:run_lottery", row.public_id, "freeze")
    story.send(story.clerk, "enrolment:run_lottery", row.public_id, "draw", beacon="03 07 11 19 22 28 + 05")
    story.work_off()
    states = list(Enrolment.objects.values_list("state", flat=True))
    assert (states.count("enrolled"), states.count("waiting")) == (PLACES, WISHES - PLACES)
    _anybody_works_it_out_again(story, row, commitment, tmp_path)

    # Four evenings: by code, by list, with a substitute, and with one who pauses after the first.
    sessions = list(ClassSession.objects.filter(course_class=row).order_by("number"))
    inside = list(Enrolment.objects.filter(state="enrolled").select_related("person").order_by("number"))
    story.at(FIRST)
    story.send(story.clerk, "classes:move_class", row.public_id, "start")
    _first_evening(story, sessions[0], inside[1:], inside[0])
    pauses, often_away, *others = inside
    story.send(pauses.person, "enrolment:move_enrolment", pauses.public_id, "pause")
    story.at(FIRST + timedelta(days=2))
    story.send(
        story.clerk, "classes:find_substitute", sessions[2].public_id, teacher=stand_in.public_id, why="教师生病"
    )
    for number, session in enumerate(sessions[1:], start=1):
        story.at(FIRST + timedelta(weeks=number, minutes=30))
        assert "岭南书法" in story.read(_who_teaches(session), "teaching:today")
        _by_list(story, session, others, [often_away])
    assert _who_teaches(sessions[2]) == stand_in.person

    # It ends; whoever came often enough has a certificate that a stranger can check, and credit with its source.
    story.at(FIRST + timedelta(weeks=3, days=1))
    story.send(story.clerk, "classes:move_class", row.public_id, "finish")
    story.work_off()
    complete = {one.enrolment_id for one in Decision.objects.filter(is_complete=True)}
    assert complete == {one.pk for one in others}
    assert LearningRecord.objects.count() == len(others)
    learner = others[0].person
    certificate = Certificate.objects.get(decision__enrolment=others[0])
    assert (
        story.by(learner).get(reverse("teaching:download_certificate", args=[certificate.code])).content[:4] == b"%PDF"
    )
    assert "岭南书法" in story.read(None, "teaching:verify_certificate", certificate.code)

    story.send(story.clerk, "recognition:start_recognition", public_id=uuid7())
    story.work_off()
    # Four sessions of ninety minutes at sixteen hours a credit, rounded down to tenths (C-20).
    for one in inside:
        assert so.balances(one.person) == ({"community/1": 30} if one in others else {}), one.person.name
    account = story.read(learner, "account:see_account")
    assert "岭南书法" in account
    assert "五山街道社区学校" in account
    assert "0.3" in account


def _announced(story: Story, row: CourseClass) -> str:
    """The hash of the secret is published before anybody enrols."""
    commitment = Lottery.objects.get().commitment
    assert commitment in story.read(None, "enrolment:show_lottery", row.public_id)
    return commitment


def _anybody_works_it_out_again(story: Story, row: CourseClass, commitment: str, folder: Path) -> None:
    """With the file and the program of the public page, and nothing of ours; one changed letter is found."""
    script, file = folder / "verify_lottery.py", folder / "lottery.json"
    script.write_text(story.read(None, "enrolment:lottery_script"), encoding="utf-8")
    document = json.loads(story.read(None, "enrolment:lottery_file", row.public_id))
    assert (document["commitment"], len(document["taken"])) == (commitment, PLACES)
    winners = Enrolment.objects.filter(state="enrolled").values_list("lottery_number", flat=True)
    assert set(document["taken"]) == set(winners)

    def said(content: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        file.write_text(json.dumps(content), encoding="utf-8")
        command = [sys.executable, "-I", str(script), str(file)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert f"{PLACES} of {WISHES} have a place" in said(document).stdout
    assert said(document | {"beacon": "03 07 11 19 22 29"}).returncode != 0


def _first_evening(story: Story, session: ClassSession, present: list[Enrolment], away: Enrolment) -> None:
    """All but one scan the code that the teacher shows; the last one's phone has no network, and the teacher's none either."""
    teacher = _who_teaches(session)
    story.send(teacher, "teaching:show_code", session.public_id)
    code = teaching.code_now(CheckInKey.objects.get(), at=clock.now())
    for one in present:
        phone = story.by(one.person)
        # Each phone has an address of its own; thirty behind one would be looked at.
        answer = phone.post(
            reverse("teaching:check_in", args=[session.public_id, code]), REMOTE_ADDR=f"10.0.0.{one.number}"
        )
        assert answer.status_code in (200, 302), unescape(answer.content.decode())[-2_000:]
    mark = {
        "id": str(uuid4()), "enrolment": str(away.public_id), "state": "present", "at": clock.now().isoformat(),
    }  # fmt: skip
    story.at(clock.now() + timedelta(hours=3))
    for _lost_answer in range(2):
        answer = story.by(teacher).post(
            reverse("teaching:sync", args=[session.public_id]), json.dumps({"marks": [mark]}), "application/json"
        )
        assert answer.json()["kept"] == [mark["id"]]
    assert Mark.objects.filter(how="qr").count() == PLACES - 1
    late = Mark.objects.get(how="offline")
    assert (late.marked_at, Mark.objects.count()) == (FIRST, PLACES)


def _by_list(story: Story, session: ClassSession, present: list[Enrolment], absent: list[Enrolment] = ()) -> None:
    told = {f"state-{one.public_id}": "present" for one in present}
    told |= {f"state-{one.public_id}": "absent" for one in absent}
    story.send(_who_teaches(session), "teaching:take", session.public_id, public_id=uuid7(), **told)


def _who_teaches(session: ClassSession) -> Person:
    teaching_session = ClassSession.objects.select_related("teaching__person").get(pk=session.pk).teaching
    assert teaching_session is not None
    return teaching_session.person
