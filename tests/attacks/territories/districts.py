"""Two districts alike: an institution each, the same roles, one row of every kind that a list shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from city.api.programs import a_site, a_token
from city.documents.nasty import SOUND
from city.realname.numbers import a_number
from city.situations import KNOWN_SINCE, TODAY, a_job, a_person, a_registrar, an_organisation, holding
from coordination.classes.situations import a_live_class
from coordination.courses.situations import a_course, a_version
from coordination.enrolment.situations import a_class_now, enrolled_now
from coordination.facilities.situations import a_booking, a_loan, a_request, a_wait
from coordination.volunteers.live import a_late_entry, in_review
from learning.collectives.live import everything as all_of_collectives
from learning.employers.live import a_list
from learning.exchange.live import a_batch, a_statement
from learning.exchange.live import everything as all_of_exchange
from learning.foreign.live import at_body as outside_at
from learning.foreign.live import waiting_at
from learning.foreign.situations import a_proposal as an_outside_rule
from learning.priorlearning.live import a_group as a_recognition_group
from learning.priorlearning.live import at_unit as recognition_at
from learning.priorlearning.situations import submitted as handed_in
from learning.recognition import situations as so
from learning.records.situations import Desk, a_learner
from learning.redemption.live import everything as all_of_redemption
from learning.rollout.live import counted_of
from learning.rollout.live import proposed as a_proposal
from learning.supervision.live import everything as all_of_supervision
from xuecheng.city import clock
from xuecheng.city.access.models import BrokenGlass, RoleHolding
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.linking import services as linking
from xuecheng.city.mydata import services as mydata
from xuecheng.city.mydata.models import Erasure
from xuecheng.city.notices.models import Message
from xuecheng.city.people.models import DuplicateCandidate, Person
from xuecheng.city.realname import rules
from xuecheng.city.realname import services as realname
from xuecheng.city.territories.models import Territory
from xuecheng.city.webhooks import services as webhooks
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.staff.models import Agreement, Teacher
from xuecheng.learning.records import services as records

_numbers = count(1)
OVER_THE_DISTRICT = {
    "O": "operator", "C": "certification_officer", "W": "counter_clerk", "D": "data_protection_officer",
}  # fmt: skip


@dataclass
class District:
    """One of the two; `tokens` are strings by which its rows are known on pages, by kind."""

    name: str
    territory: Territory
    people: dict[str, Person] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.college = an_organisation(self.territory, name_zh=f"{self.name}社区学院")
        self.body = an_organisation(self.territory, kind="certification_body", name_zh=f"{self.name}认证中心")
        for letter, role in OVER_THE_DISTRICT.items():
            self.people[letter] = a_person(f"{self.name}{role}", territory=self.territory)
            holding(self.people[letter], role, territory=self.territory)
        self.people["R"] = a_person(f"{self.name}登记员", territory=self.territory)
        holding(self.people["R"], "registrar", organisation=self.college)
        colleague = a_person(f"{self.name}同事", territory=self.territory)
        holding(colleague, "certification_officer", territory=self.territory)
        self.second = standing_of(colleague, today=TODAY)
        self.desk = Desk(college=self.college, registrar=self.standing("R"), district=self.territory)
        self.clients = {letter: Client() for letter in self.people}
        for letter, client in self.clients.items():
            client.force_login(self.people[letter])
        site = a_site(self.body)
        self.bearers = {letter: a_token(person, site) for letter, person in self.people.items()}

    def standing(self, letter: str) -> Standing:
        return standing_of(self.people[letter], today=TODAY)

    def fill(self) -> None:
        """One more row of every kind."""
        number, now = next(_numbers), clock.now()
        person = a_learner(f"{self.name}学员")
        Person.objects.filter(pk=person.pk).update(territory=self.territory)
        person.refresh_from_db()
        other = a_person(f"{self.name}双份", territory=self.territory)
        known = self.tokens
        known["person id"], known["double"] = str(person.public_id), other.name
        known["pair"] = str(pair := uuid4())
        DuplicateCandidate.objects.create(
            public_id=pair, first=person, second=other, score=50, reasons=["name"], found_at=now
        )
        claim = realname.Claim(public_id=uuid4(), kind=rules.RESIDENT, number=a_number(number + 400))
        known["document of a person"] = str(
            realname.claim_document(actor=self.standing("W"), person=person, claim=claim, at=now).public_id
        )
        self._roles(person, other)
        request = mydata.ask(
            actor=standing_of(other, today=TODAY), public_id=uuid7(), kind="delete", words=f"{self.name}旧地址", at=now
        )
        known["request"] = str(request.public_id)
        leaving = Erasure.objects.create(
            public_id=uuid4(),
            person=other,
            way="alone",
            state="waiting",
            asked_at=now,
            waits_until=now + timedelta(days=15),
        )
        known["erasure"] = str(leaving.public_id)
        known["job"] = str(
            a_job(state="failed", organisation=self.college, title_zh=f"{self.name}任务{number}").public_id
        )
        file = ImportFile.objects.create(
            public_id=uuid4(), kind="records.nonformal", organisation=self.college, brought_by=self.people["R"],
            brought_at=now, file_name=f"{self.name}{number}.csv", byte_count=1, sha256="0" * 64, state="abandoned",
        )  # fmt: skip
        known["file"] = str(file.public_id)
        Message.objects.create(
            message_id=uuid4(), person=other, kind="identity.changed", channel="email", state="sent", urgency=1, created_at=now,
            due_at=now, ended_at=now,
        )  # fmt: skip
        self._records(person)
        self._programs(number)
        self._rooms(number)
        self._teaching(person)
        self._courses(number)
        self._classes(number)
        self._enrolments(person, number)
        self._sessions(number)
        self._volunteers(number)
        self._exchange(number)
        self._rollout()
        self._redemption(number)
        self._collectives(number)
        self._recognition()
        self._outside()
        self.tokens["verified list"] = str(a_list(self.standing("R"), self.college).public_id)
        self._supervision(number)

    def _classes(self, number: int) -> None:
        """A class of the college that is being planned, in a season of its own."""
        row = a_live_class(self.standing("R"), self.college, count=0, title_zh=f"{self.name}班{number}")
        self.tokens |= {"class": row.title, "season": row.season.name_zh, "season id": str(row.season.public_id)}

    def _volunteers(self, number: int) -> None:
        """A call of the college, a volunteer who came through it, and a service that is looked at."""
        service = in_review(
            self.standing("R"), self.college, title=f"{self.name}志愿{number}", name=f"{self.name}志愿者{number}"
        )
        late = a_late_entry(self.standing("R"), self.college, person=service.person, title=f"{self.name}补登{number}")
        self.tokens |= {
            "late entry": str(late.public_id),
            "call": service.activity.title, "call id": str(service.activity.public_id),
            "volunteer": str(service.volunteer.public_id), "served": str(service.public_id),
            "service": str(service.public_id),
        }  # fmt: skip

    def _rollout(self) -> None:
        """What waits for the college to be accredited, and what was counted of it."""
        row = a_proposal(self.college, self.standing("C"), "rpl")
        counted_of(self.college)
        self.tokens |= {
            "accreditation": row.code, "readiness": self.college.name_zh, "readiness id": self.college.code,
        }  # fmt: skip

    def _exchange(self, number: int) -> None:
        """Agreements of the college with another institution, a case and an appeal of somebody's."""
        made = all_of_exchange(self.standing("R"), self.college, a_learner(f"{self.name}学员{number}"))
        self.tokens |= {
            "exchange agreement": made.agreement.code, "exchange to decide": made.signed.code,
            "exchange case": str(made.case.public_id), "exchange case id": str(made.case.public_id),
            "exchange appeal": str(made.appeal.case.public_id),
            "exchange batch": str(a_batch(made.world, a_learner(f"{self.name}毕业生{number}")).public_id),
            "exchange statement": str(a_statement(made.world).public_id),
        }  # fmt: skip

    def _redemption(self, number: int) -> None:
        """Something that the college offers, and somebody who has reserved it."""
        title = f"{self.name}兑换{number}"
        made = all_of_redemption(self.standing("R"), self.college, a_learner(f"{self.name}兑换人{number}"), title=title)
        self.tokens |= {
            "offer": made.offer.title_zh, "order": str(made.order.public_id), "order id": str(made.order.public_id),
        }  # fmt: skip

    def _collectives(self, number: int) -> None:
        """A circle whose account the college keeps, and one that applies."""
        convenor = a_person(f"{self.name}召集人{number}")
        made = all_of_collectives(self.standing("R"), self.college, convenor, name=f"{self.name}团队{number}")
        self.tokens |= {"collective": made.waits.name_zh, "collective id": str(made.waits.public_id)}

    def _outside(self) -> None:
        """A record from outside that waits at the district's body, a rule and an issuer of its officers."""
        world = outside_at(self.body)
        row = waiting_at(self.body, a_person(f"{self.name}留学生"))
        self.tokens |= {
            "outside record": str(row.public_id), "outside record id": str(row.public_id),
            "outside rule": str(an_outside_rule(world).public_id), "outside issuer": world.university.keys.get().key,
        }  # fmt: skip

    def _recognition(self) -> None:
        """The college recognises prior learning: an application that waits, a group that was lodged."""
        world = recognition_at(self.standing("R"), self.college, assessors=0)
        row = handed_in(world, a_person(f"{self.name}申请人"), at=clock.now())
        self.tokens |= {
            "recognition case": str(row.public_id), "recognition case id": str(row.public_id),
            "recognition group": str(a_recognition_group(world).public_id),
        }  # fmt: skip

    def _supervision(self, number: int) -> None:
        """What looks wrong at the college, a question to it, a case."""
        made = all_of_supervision(self.standing("R"), self.college, a_learner(f"{self.name}疑点{number}"))
        self.tokens |= {
            "suspicion": str(made.suspicion.public_id), "supervision question": str(made.question.public_id),
            "withdrawal": str(made.case.public_id),
        }  # fmt: skip

    def _enrolments(self, person: Person, number: int) -> None:
        """Somebody in a class of the college who still has to pay."""
        row = a_class_now(self.college, self.standing("R"), fee_fen=5_000, code=f"{self.name}{number}班")
        one = enrolled_now(row, person)
        self.tokens |= {"roll": row.code, "charge": str(one.charge.public_id)}

    def _sessions(self, number: int) -> None:
        """A class of the college that runs."""
        row = a_live_class(self.standing("R"), self.college, state="open", title_zh=f"{self.name}开课班{number}")
        CourseClass.objects.filter(pk=row.pk).update(state="running")
        self.tokens["class that runs"] = row.title

    def _courses(self, number: int) -> None:
        """A course of the college that waits for review."""
        course = a_course(self.college, title_zh=f"{self.name}课程{number}")
        version = a_version(course, state="in_review", drafted_by=self.people["R"], sent_at=clock.now())
        self.tokens |= {"course": course.title_zh, "course version": str(version.public_id)}

    def _rooms(self, number: int) -> None:
        """A booking at the college's own place."""
        self.tokens["booking"] = f"{self.name}合唱团{number}"
        a_booking(self.standing("R"), self.college, group_name=self.tokens["booking"])
        self.tokens["room wait"] = f"{self.name}等位团{number}"
        waits = a_wait(self.standing("R"), self.college, group_name=self.tokens["room wait"])
        self.tokens["room request"] = f"{self.name}求借{number}"
        asker = an_organisation(self.territory)
        a_request(
            a_registrar(asker, f"{self.name}借室的"), asker, waits.venue, purpose=self.tokens["room request"],
            at=clock.now(),
        )  # fmt: skip
        self.tokens["room loan"] = f"{self.name}借室{number}"
        a_loan(
            self.standing("R"), waits.venue, an_organisation(self.territory), purpose=self.tokens["room loan"],
            at=clock.now(),
        )  # fmt: skip

    def _roles(self, person: Person, other: Person) -> None:
        held = holding(person, "counter_clerk", territory=self.territory)
        RoleHolding.objects.filter(pk=held.pk).update(during=(KNOWN_SINCE, clock.today() + timedelta(days=20)))
        self.tokens |= {"expiring": person.name, "expiring id": str(held.public_id), "waiting": str(waiting := uuid7())}
        RoleHolding.objects.create(
            public_id=waiting, person=other, role="certification_officer", territory=self.territory, state="proposed",
            during=(KNOWN_SINCE, None), reason="任命", granted_by=self.people["O"],
        )  # fmt: skip
        glass = BrokenGlass.objects.create(
            public_id=uuid7(), person=other, opened_by=self.people["O"], reason=f"{self.name}急", opened_at=clock.now(),
            ends_at=clock.now() + timedelta(hours=1), review_due_on=clock.today() + timedelta(days=5),
        )  # fmt: skip
        self.tokens["glass"] = str(glass.public_id)

    def _teaching(self, person: Person) -> None:
        teacher = Teacher.objects.create(
            person=person, kind="part_time", home=self.college, territory=self.territory, subjects=["dance"], languages=[],
            travel_km=8, sessions=2, state="open", decided_by=self.people["R"], entered_at=clock.now(),
        )  # fmt: skip
        agreement = Agreement.objects.create(
            public_id=uuid7(), form="hire", teacher=teacher, person=person, receiver=self.college, state="in_force",
            territory=self.territory, weekly_minutes=120, purpose=f"{self.name}舞蹈班", drafted_by=self.people["R"],
            during=(clock.today(), clock.today() + timedelta(days=90)),
        )  # fmt: skip
        self.tokens |= {"teacher": str(teacher.public_id), "agreement": str(agreement.public_id)}

    def _records(self, person: Person) -> None:
        number, known = next(_numbers), self.tokens
        record = self.desk.record(person, record_key=f"{self.territory.code}-{number}", title=f"{self.name}课")
        self.desk.record(person, record_key=f"{self.territory.code}-{number}b", title=f"{self.name}课")
        records.dispute_record(
            actor=standing_of(person, today=TODAY), record=record, complaint=f"{self.name}错", at=clock.now()
        )
        known["record"] = f"{self.name}课"
        paper = {"public_id": uuid7(), "title": "签到表", "file": SimpleUploadedFile("a.jpg", SOUND["jpeg"])}
        self.clients["R"].post(reverse("documents:add_document", args=["records.evidence", record.pk]), paper)
        city = so.City(self.college, self.body, self.standing("C"), self.second, self.standing("R"))
        draft = so.a_draft(city)
        known["rule"] = str(draft.public_id)
        unit = so.a_unit(city, code=f"U{self.territory.code[4:6]}-{number}")
        # Published ones are for everybody; drafts are not.
        type(unit).objects.filter(pk=unit.pk).update(state="draft", decided_by=None, decided_at=None)
        known["unit"] = unit.code
        so.recognised(so.a_record(person, self.college, title=f"{self.name}无规则", origin="certificate"))
        so.recognised(so.a_record(person, self.college, title=f"{self.name}入账"))
        before = so.a_record(person, self.college, title=f"{self.name}入账二")
        so.recognised(before)
        so.recognised(so.corrected(before, title=f"{self.name}更正", minutes=480))
        known["refused"], known["credited"], known["corrected"] = (
            f"{self.name}无规则",
            f"{self.name}入账",
            f"{self.name}更正",
        )
        so.a_run(city)

    def _programs(self, number: int) -> None:
        now, operator = clock.now(), self.standing("O")
        wish = linking.KeyWish(
            name=f"{self.name}程序{number}", holder=self.people["R"], scopes=["records.read"], begins_at=now,
            ends_at=now + timedelta(days=90), organisation=self.college,
        )  # fmt: skip
        linking.make_key(actor=operator, public_id=uuid7(), wish=wish, reason="接入")
        site: dict[str, Any] = {
            "name_zh": f"{self.name}网{number}", "name_en": f"{self.name} site", "purpose_zh": "看", "purpose_en": "See",
            "organisation": self.college, "scopes": ["openid"], "redirect_uris": [f"https://s{number}.example/back"],
        }  # fmt: skip
        linking.register_site(actor=operator, public_id=uuid7(), wish=linking.SiteWish(**site), at=now, reason="接入")
        made, _secret = webhooks.subscribe(
            actor=self.standing("R"), public_id=uuid7(), organisation=self.college, url=f"https://h{number}.example/",
            events=["record.entered"], at=now, reason="接入",
        )  # fmt: skip
        self.tokens |= {"key": f"{self.name}程序", "site": f"{self.name}网", "webhook": str(made.public_id)}
