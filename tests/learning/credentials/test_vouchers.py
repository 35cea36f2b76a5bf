"""The voucher on paper: for its holder and the counter that hands it out, and nobody else (C-40)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from city.situations import a_person
from learning.redemption.live import a_fee_offer, an_offer, an_order
from learning.redemption.situations import a_world
from learning.supervision.test_pages import by
from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.people.models import Person
from xuecheng.learning.redemption import services
from xuecheng.learning.redemption.models import Redemption
from xuecheng.learning.redemption.rules import shown_voucher

pytestmark = pytest.mark.django_db


def page_of(row: Redemption) -> str:
    return reverse("credentials:print_voucher", args=[row.public_id])


def said(client: Client, row: Redemption) -> str:
    answer = client.get(page_of(row))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_holder_and_counter_print_it_while_it_is_kept() -> None:
    world = a_world()
    learner: Person = a_person("陈惠芬")
    row = an_order(an_offer(world.desk, world.college), learner, items=2)
    own, desk = by(learner), by(world.desk.person)
    text = said(own, row)
    for words in ("陈惠芬", "环保袋", "天河社区学院", shown_voucher(row.code), "2"):
        assert words in text.replace("\n", "")
    assert not Reading.objects.filter(person=learner).exists()
    assert "陈惠芬" in said(desk, row)
    assert Reading.objects.filter(person=learner, thing=str(row.public_id)).exists()
    assert by(a_person("路人")).get(page_of(row)).status_code == 404
    assert by(world.stranger.person).get(page_of(row)).status_code == 404
    assert Client().get(page_of(row)).status_code == 302
    assert page_of(row) in own.get(reverse("redemption:show_order", args=[row.public_id])).content.decode()
    services.release(actor=world.desk, redemption=row, at=clock.now() + timedelta(minutes=1), words="撤下")
    assert own.get(page_of(row)).status_code == 404


def test_of_a_fee_it_says_what_it_is_worth_in_both_languages() -> None:
    world = a_world()
    learner: Person = a_person("陈惠芬")
    row = an_order(a_fee_offer(world.desk, world.college), learner, items=3)
    own = by(learner)
    assert "30" in said(own, row)
    own.cookies["django_language"] = "en"
    text = said(own, row)
    assert "Voucher" in text
    assert "pays a course fee" in text.replace("\n", " ")
