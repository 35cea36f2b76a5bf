"""A college and its file, the certification body, two residents: the people of the stories, each at a browser of their own."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from learning.recognition import situations as so
from learning.records.situations import a_learner, card_of
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.people.models import Person
from xuecheng.city.territories.models import Installation
from xuecheng.learning.credentials.models import Transcript
from xuecheng.learning.recognition.models import RuleVersion, Run

HEADING = "主办机构代码,记录编号,学习卡号,姓名,活动代码,活动名称,身份,开始日期,结束日期,分钟数,开课次数,到课次数"
RULE = {
    "name_zh": "社区课程学时转换",
    "name_en": "Hours of community courses",
    "origin": "nonformal",
    "codes": "SQ-*",
    "min_hours": "1",
    "quantity": "minutes",
    "kind": "community",
    "level": "1",
    "priority": "50",
    "effect_from": "2024-01-01",
    "why": "社区课程是最容易认定的一类，先开放",
}


class Story:
    """The town and its people; what they do goes through pages, and what pages leave to a worker through its code."""

    def __init__(self) -> None:
        self.city = so.a_city()
        self.college = self.city.college
        Installation.objects.update(is_demonstration=True)
        self.learner, self.neighbour = a_learner("陈惠芬"), a_learner("何家霖")
        self.registrar = self.at_browser(self.city.registrar.person)
        self.author = self.at_browser(self.city.author.person)
        self.colleague = self.at_browser(self.city.approver.person)
        self.resident = self.at_browser(self.learner)
        self.stranger = Client()

    def at_browser(self, person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    def file(self) -> bytes:
        """Five good rows and five wrong ones, as the college's office program writes them."""
        hui, lin = card_of(self.learner), card_of(self.neighbour)
        rows = [
            ("H-01", hui, "陈惠芬", "SQ-TJQ", "二十四式太极拳", "2025-03-03", "2025-05-16", "960", "8", "8"),
            ("H-02", hui, "陈惠芬", "SQ-SF", "书法入门", "2025-03-04", "2025-07-04", "1440", "12", "12"),
            ("H-03", lin, "何家霖", "SQ-SJ", "手机拍照", "2025-09-02", "2025-10-24", "480", "4", "4"),
            ("H-04", lin, "何家霖", "SQ-TJQ", "二十四式太极拳", "2025-03-03", "2025-05-16", "960", "8", "8"),
            ("H-05", hui, "陈惠芬", "HD-JZ", "社区讲座", "2025-06-01", "2025-06-01", "120", "1", "1"),
            ("H-06", "4400 0000 0000 0000", "周无名", "SQ-TJQ", "太极拳", "2025-03-03", "2025-05-16", "960", "8", "8"),
            ("H-07", lin, "何家麟", "SQ-TJQ", "太极拳", "2025-03-03", "2025-05-16", "960", "8", "8"),
            ("H-08", lin, "何家霖", "SQ-TJQ", "太极拳", "2025-02-01", "2025-02-30", "960", "8", "8"),
            ("H-09", lin, "何家霖", "SQ-TJQ", "太极拳", "2025-03-03", "2025-05-16", "很多", "8", "8"),
            ("H-01", hui, "陈惠芬", "SQ-WD", "民族舞", "2025-03-03", "2025-05-16", "600", "5", "5"),
        ]
        lines = [",".join([self.college.code, *row[:5], "学员", *row[5:]]) for row in rows]
        return "\r\n".join([HEADING, *lines, ""]).encode("gb18030")

    def bring(self) -> ImportFile:
        answer = self.registrar.post(
            reverse("imports:bring_file"),
            {
                "public_id": uuid7(),
                "kind": "records.nonformal",
                "organisation": self.college.pk,
                "file": SimpleUploadedFile("2025年春季班.csv", self.file()),
            },
        )
        assert answer.status_code == 302
        self.work_off()
        return ImportFile.objects.order_by("-id")[0]

    def write_good_rows(self, file: ImportFile) -> None:
        answer = self.registrar.post(reverse("imports:write_import", args=[file.public_id]), {"choice": "good"})
        assert answer.status_code == 302
        self.work_off()

    def drafted_rule(self, **changes: str) -> RuleVersion:
        """What the first officer writes, tries on the records and proposes."""
        answer = self.author.post(reverse("recognition:draft_rule"), RULE | {"public_id": uuid7()} | changes)
        assert answer.status_code == 302, answer.context["form"].errors
        rule = RuleVersion.objects.order_by("-id")[0]
        self.author.post(reverse("recognition:try_rule", args=[rule.public_id]))
        self.work_off()
        self.author.post(reverse("recognition:propose_rule", args=[rule.public_id]))
        return rule

    def decide(self, officer: Client, rule: RuleVersion) -> Any:
        return officer.post(
            reverse("recognition:decide_rule", args=[rule.public_id]),
            {"decision": "approve", "reason": "试算结果合理，同意施行", "seen": "on"},
        )

    def recognise(self) -> Run:
        answer = self.registrar.post(reverse("recognition:start_recognition"), {"public_id": uuid7()})
        assert answer.status_code == 302
        self.work_off()
        return Run.objects.order_by("-id")[0]

    def until_credited(self) -> Run:
        self.write_good_rows(self.bring())
        assert self.decide(self.colleague, self.drafted_rule()).status_code == 302
        return self.recognise()

    def issued_transcript(self) -> Transcript:
        answer = self.resident.post(
            reverse("credentials:issue_transcript"), {"language": "zh-hans", "kinds": ["community"]}
        )
        assert answer.status_code == 302, answer.context["form"].errors
        return Transcript.objects.get(learner=self.learner)

    def work_off(self) -> None:
        for job in Job.objects.filter(ended_at=None).order_by("pk"):
            running.run(job.pk)
            job.refresh_from_db()
            assert job.state == Job.State.DONE, job.error
