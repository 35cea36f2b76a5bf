"""Pages: the person agrees, the employer brings a list and reads its answers, the person sees who asked."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learning.employers.situations import NAME, TITLE, UNKNOWN, World, a_file, a_row, agreed, brought
from xuecheng.city import clock
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.people.models import Person
from xuecheng.config.demo.load import Hand
from xuecheng.learning.employers import services
from xuecheng.learning.employers.models import CheckedList, Consent

pytestmark = pytest.mark.django_db


def by(person: object) -> Client:
    client = Client()
    assert isinstance(person, Person)
    client.force_login(person)
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"employers:{name}", args=words)


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def send(client: Client, world: World, data: bytes, **more: str) -> object:
    file = SimpleUploadedFile("应聘者.csv", data, content_type="text/csv")
    return client.post(
        at("bring"), {"public_id": str(uuid4()), "organisation": world.company.code, "file": file} | more
    )


def test_the_whole_story(world: World) -> None:
    her, desk = by(world.learner), by(world.desk.person)
    assert "您还没有同意任何单位" in text(her, at("list_consents"))
    until = clock.today() + timedelta(days=20)
    answer = her.post(
        at("give_consent"),
        {"public_id": str(uuid4()), "organisation": world.company.code, "last_day": until.isoformat()},
    )
    assert answer.status_code == 302, answer.content.decode()
    assert world.company.name_zh in text(her, at("list_consents"))
    assert Consent.objects.get().last_day == until

    assert "还没有名单" in text(desk, at("list_lists"))
    assert "证书名称" in text(desk, at("bring"))
    data = a_file([a_row(world.transcript.code), a_row(UNKNOWN), a_row("??", name=NAME)])
    answer = send(desk, world, data)
    assert answer.status_code == 302, answer.content.decode()
    row = CheckedList.objects.get()
    page = text(desk, at("show_list", row.public_id))
    assert "核验证书名单" in page
    assert world.transcript.code not in page, "nothing is told before every row has its answer"
    assert desk.get(at("download_answers", row.public_id)).status_code == 404
    assert row.job_id is not None
    running.run(row.job_id)
    assert Job.objects.get(pk=row.job_id).state == "done"
    page = text(desk, at("show_list", row.public_id))
    assert world.transcript.code in page
    assert "已确认" in page
    narrowed = text(desk, at("show_list", row.public_id) + "?answer=confirmed")
    assert world.transcript.code in narrowed
    assert UNKNOWN not in narrowed
    sheet = b"".join(desk.get(at("download_answers", row.public_id)).streaming_content).decode("utf-8-sig")
    assert [line.split(",")[5] for line in sheet.splitlines()[1:]] == ["confirmed", "not_confirmed", "malformed"]
    assert "应聘者.csv" in text(desk, at("list_lists"))
    found = {
        who: client.post(reverse("search:search"), {"q": "应聘者"}, follow=True).content.decode()
        for who, client in (("desk", desk), ("other", by(world.stranger.person)))
    }
    assert at("show_list", row.public_id) in found["desk"]
    assert at("show_list", row.public_id) not in found["other"]

    page = text(her, at("list_consents"))
    assert world.transcript.code in page
    assert her.post(at("withdraw_consent", Consent.objects.get().public_id)).status_code == 302
    assert "您还没有同意任何单位" in text(her, at("list_consents"))


def test_a_wrong_file_is_said_at_its_field_and_nothing_is_kept(world: World) -> None:
    desk = by(world.desk.person)
    answer = send(desk, world, a_file([("x", "y")], head=("证书", "电话")))
    assert answer.status_code == 422
    assert "姓名" in answer.content.decode()
    answer = by(world.learner).post(at("give_consent"), {"public_id": str(uuid4()), "organisation": world.company.code,
                                                         "last_day": "2099-01-01"})  # fmt: skip
    assert answer.status_code == 422
    assert "90" in answer.content.decode()
    assert not CheckedList.objects.exists()


def test_pages_are_shut_to_everybody_else(world: World) -> None:
    row = brought(world, a_row(UNKNOWN))
    consent = agreed(world)
    other, her = by(world.stranger.person), by(world.learner)
    for client in (other, her):
        for name in ("show_list", "download_answers"):
            text(client, at(name, row.public_id), 404)
        assert client.post(at("carry_on", row.public_id)).status_code == 404
    for name in ("list_lists", "bring"):
        text(her, at(name), 403)
        text(other, at(name))
    assert world.company.name_zh not in text(other, at("list_lists"))
    assert other.post(at("withdraw_consent", consent.public_id)).status_code == 404
    consent.refresh_from_db()
    assert consent.ended_at is None


def test_templates_come_back_as_lists(world: World) -> None:
    desk = by(world.desk.person)
    for kind in ("csv", "xlsx"):
        answer = desk.get(at("download_template", kind))
        data = b"".join(answer.streaming_content)
        assert answer.status_code == 200
        if kind == "csv":
            assert "证书" in data.decode("utf-8-sig")
    text(desk, at("download_template", "exe"), 404)


def test_pages_ask_the_same_for_few_and_many(world: World) -> None:
    desk = by(world.desk.person)

    def cost(row: CheckedList) -> int:
        with CaptureQueriesContext(connection) as sent:
            text(desk, at("show_list", row.public_id))
        return len(sent)

    few = services.check_list(brought(world, a_row(UNKNOWN)), Hand(), now=clock.now)
    cost(few)
    many = services.check_list(brought(world, *[a_row(UNKNOWN, title=TITLE)] * 60), Hand(), now=clock.now)
    assert cost(many) == cost(few)
