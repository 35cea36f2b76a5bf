"""Files behind records: a registrar's evidence, a learner's files for an objection; who adds, who reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.documents.nasty import SOUND, pdf
from city.situations import a_registrar, a_stranger
from learning.records.situations import NOW, Desk, a_desk, a_learner, an_officer, standing
from xuecheng.city.access.queries import Standing
from xuecheng.city.documents.models import Document, DocumentVersion
from xuecheng.city.ids import uuid7
from xuecheng.learning.records import evidence, services
from xuecheng.learning.records.models import Dispute, LearningRecord


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    settings.FILES_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def desk(db: None, time_machine: Any) -> Desk:
    time_machine.move_to(NOW)
    return a_desk()


def browser(who: Standing) -> Client:
    client = Client()
    client.force_login(who.person)
    return client


def send(who: Standing, place: str, key: object, content: bytes = SOUND["jpeg"], title: str = "签到表照片") -> Any:
    return browser(who).post(
        reverse("documents:add_document", args=[place, key]),
        {"public_id": uuid7(), "title": title, "file": SimpleUploadedFile("签到表.jpg", content)},
    )


def status_of_file(who: Standing, version: DocumentVersion) -> int:
    answer: Any = browser(who).get(reverse("files:download", args=[version.public_id]))
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def record_page(who: Standing, record: LearningRecord) -> str:
    answer = browser(who).get(reverse("records:show_record", args=[record.pk]))
    return answer.content.decode() if answer.status_code == 200 else ""


def disputed(record: LearningRecord) -> Dispute:
    return services.dispute_record(actor=standing(record.learner), record=record, complaint="我上满了十六次课", at=NOW)


class TestEvidenceOfARecord:
    def test_the_registrar_attaches_and_the_learner_sees_it(self, desk: Desk) -> None:
        record = desk.record(a_learner())
        learner = standing(record.learner)
        assert reverse("documents:add_document", args=[evidence.RECORD, record.pk]) in record_page(
            desk.registrar, record
        )

        answer = send(desk.registrar, evidence.RECORD, record.pk)

        assert answer.url == reverse("records:show_record", args=[record.pk])
        seen = record_page(learner, record)
        assert "签到表照片" in seen
        assert reverse("documents:add_document", args=[evidence.RECORD, record.pk]) not in seen
        version = DocumentVersion.objects.get()
        assert status_of_file(learner, version) == 200
        document = version.document
        assert (document.organisation, document.person) == (desk.college, record.learner)

    def test_it_stays_with_the_record_through_its_corrections(self, desk: Desk) -> None:
        record = desk.record()
        send(desk.registrar, evidence.RECORD, record.pk)
        newer = services.correct_record(
            actor=desk.registrar, record=record, changes={"grade": "90"}, reason="更正", at=NOW
        )

        assert "签到表照片" in record_page(desk.registrar, newer)
        assert "签到表照片" in record_page(desk.registrar, record)
        assert send(desk.registrar, evidence.RECORD, newer.pk).status_code == 404, "by its first version only"

    def test_a_learner_a_stranger_and_other_colleges_attach_nothing(self, desk: Desk) -> None:
        record = desk.record()
        other = a_desk(name="从化社区学院")
        officer = an_officer(desk.district)
        for who, status in (
            (standing(record.learner), 403),
            (officer, 403),
            (a_stranger(), 404),
            (other.registrar, 404),
        ):
            assert send(who, evidence.RECORD, record.pk).status_code == status
        assert not Document.objects.exists()

    def test_another_learner_of_the_college_sees_nothing(self, desk: Desk) -> None:
        record = desk.record()
        send(desk.registrar, evidence.RECORD, record.pk)
        version = DocumentVersion.objects.get()
        for who in (standing(a_learner("王芳")), a_registrar(a_desk(name="从化社区学院").college), a_stranger()):
            assert status_of_file(who, version) == 404
            assert (
                browser(who).get(reverse("documents:show_document", args=[version.document.public_id])).status_code
                == 404
            )

    def test_to_a_withdrawn_record_nothing_is_added(self, desk: Desk) -> None:
        record = desk.record()
        services.withdraw_record(actor=desk.registrar, record=record, reason="重复", at=NOW)
        assert send(desk.registrar, evidence.RECORD, record.pk).status_code == 422

    @pytest.mark.parametrize("key", ["0", "999999999", "x", "１", "9" * 30])
    def test_a_key_that_names_nothing_finds_nothing(self, desk: Desk, key: str) -> None:
        assert evidence.find_record(key) is None
        assert evidence.find_dispute(key) is None

    def test_the_page_costs_the_same_with_one_file_as_with_four(
        self, desk: Desk, django_assert_num_queries: Any
    ) -> None:
        from django.db import connection

        record = desk.record()
        send(desk.registrar, evidence.RECORD, record.pk)
        client, address = browser(desk.registrar), reverse("records:show_record", args=[record.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        count = len(few)
        for number in range(3):
            send(desk.registrar, evidence.RECORD, record.pk, pdf(number + 1))
        with django_assert_num_queries(count):
            client.get(address)


class TestFilesOfAnObjection:
    def test_the_learner_sends_them_and_the_institution_reads_them_when_it_answers(self, desk: Desk) -> None:
        record = desk.record()
        dispute = disputed(record)
        learner = standing(record.learner)
        assert reverse("documents:add_document", args=[evidence.DISPUTE, dispute.pk]) in record_page(learner, record)

        answer = send(learner, evidence.DISPUTE, dispute.pk, title="我的签到照片")

        assert answer.url == reverse("records:show_record", args=[record.pk])
        page = browser(desk.registrar).get(reverse("records:answer_dispute", args=[dispute.pk]))
        assert "我的签到照片" in page.content.decode()
        version = DocumentVersion.objects.get()
        assert status_of_file(desk.registrar, version) == 200

    def test_the_registrar_and_others_send_none(self, desk: Desk) -> None:
        dispute = disputed(desk.record())
        for who, status in (
            (desk.registrar, 403), (an_officer(desk.district), 403), (standing(a_learner("王芳")), 404), (a_stranger(), 404),
        ):  # fmt: skip
            assert send(who, evidence.DISPUTE, dispute.pk).status_code == status

    def test_with_the_answer_the_file_is_closed_and_stays_readable(self, desk: Desk) -> None:
        record = desk.record()
        dispute, learner = disputed(record), standing(record.learner)
        send(learner, evidence.DISPUTE, dispute.pk, title="我的签到照片")
        services.answer_dispute(actor=desk.registrar, dispute=dispute, state="upheld", answer="已核对", at=NOW)

        assert send(learner, evidence.DISPUTE, dispute.pk).status_code == 422
        seen = record_page(learner, record)
        assert "我的签到照片" in seen
        document = Document.objects.get()
        removal = reverse("documents:remove_document", args=[document.public_id])
        assert browser(learner).post(removal, {"reason": "不想要了"}).status_code == 403

    def test_while_it_is_open_the_learner_takes_a_file_back(self, desk: Desk) -> None:
        record = desk.record()
        dispute, learner = disputed(record), standing(record.learner)
        send(learner, evidence.DISPUTE, dispute.pk)
        removal = reverse("documents:remove_document", args=[Document.objects.get().public_id])
        assert browser(desk.registrar).post(removal, {"reason": "x"}).status_code == 403
        assert browser(learner).post(removal, {"reason": "传错了"}).status_code == 302
        assert Document.objects.get().removal_reason == "传错了"


def test_both_places_are_public_knowledge(client: Client, db: None) -> None:
    seen = client.get(reverse("documents:show_retention")).content.decode()
    for place in evidence.PLACES:
        assert str(place.label) in seen
