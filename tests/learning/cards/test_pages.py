"""Pages and doors of cards: a holder, a clerk, a passer-by; who is denied."""

from __future__ import annotations

import base64
import re
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from city.identity.conftest import SECRET
from city.situations import a_person
from learning.cards.situations import Counter, Phone, a_counter, a_phone, of, with_card
from xuecheng.city import clock
from xuecheng.city.notices.models import Notice
from xuecheng.city.people.models import Person
from xuecheng.learning.cards import jobs, rules
from xuecheng.learning.cards.models import Device, Finding, Terms, Use
from xuecheng.learning.creditbank.rules import card_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter() -> Counter:
    return a_counter()


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def proved(person: Person) -> Client:
    person.set_password(SECRET)
    person.save()
    client = Client()
    assert client.post("/sign-in/", {"login": person.sign_in_name, "password": SECRET}).status_code == 302
    return client


def at(name: str, *words: object) -> str:
    return reverse(f"cards:{name}", args=words)


def said(answer: Any) -> str:
    return answer.content.decode()


def test_a_phone_is_set_up_by_its_holder_and_shows_who_it_is_at_a_counter(counter: Counter) -> None:
    own, staff = proved(counter.holder.person), by(counter.registrar.person)
    page = own.get(at("enrol_device"))
    assert page.status_code == 200
    answer = own.post(at("enrol_device"), {"public_id": str(uuid4()), "name": "我的手机"})
    told = answer.json()
    assert "no-store" in answer["Cache-Control"]
    phone = Phone(told["card"], told["version"], base64.urlsafe_b64decode(told["secret"] + "=="))
    assert told["secret"] not in said(own.get(reverse("account:see_card")))
    assert 'data-xc-keys="1"' in said(own.get(reverse("account:see_card")))
    sent = {"public_id": str(uuid4()), "organisation": counter.college.code, "card": phone.picture(clock.now())}
    assert counter.holder.person.name in said(staff.post(at("counter"), sent))
    again = staff.post(at("counter"), sent | {"public_id": str(uuid4())})
    assert again.status_code == 422
    assert counter.holder.person.name not in said(again)
    device = Device.objects.get()
    assert by(counter.registrar.person).post(at("revoke_device", device.public_id)).status_code == 404
    assert own.post(at("revoke_device", device.public_id)).status_code == 302
    assert 'data-xc-keys=""' in said(own.get(reverse("account:see_card")))


def test_who_did_not_prove_who_they_are_sets_up_nothing(counter: Counter) -> None:
    own = by(counter.holder.person)
    answer = own.post(at("enrol_device"), {"public_id": str(uuid4()), "name": "x"})
    assert answer.status_code == 302
    assert not Device.objects.exists()
    card = counter.card
    for verb in ("thaw", "replace", "hand-back"):
        assert own.post(at("change_card", card.public_id, verb), {}).status_code == 302
    assert counter.card == card
    assert counter.card.state == "active"


def test_frozen_by_the_holder_and_replaced_at_the_counter(counter: Counter) -> None:
    own, staff, card = proved(counter.holder.person), by(counter.clerk.person), counter.card
    assert own.post(at("freeze_card", card.public_id), {}).status_code == 422
    assert own.post(at("freeze_card", card.public_id), {"reason": "lost"}).status_code == 302
    assert "已冻结" in said(own.get(at("keep_card")))
    sent = {"public_id": str(uuid4()), "organisation": counter.college.code, "card": card.number}
    assert "冻结" in said(staff.post(at("counter"), sent))
    person = reverse("people:show_person", args=[counter.holder.person.public_id])
    assert at("show_card_of", counter.holder.person.public_id) in said(staff.get(person))
    there = staff.get(at("show_card_of", counter.holder.person.public_id))["Location"]
    assert there == at("show_kept", card.public_id)
    assert staff.get(there).status_code == 200
    change = {"public_id": str(uuid4()), "reason": "lost"}
    assert staff.post(at("change_card", card.public_id, "replace"), change).status_code == 302
    assert counter.card != card
    assert counter.card.number[-4:] in said(own.get(reverse("account:see_card")))


def test_a_printed_number_asks_the_clerk_to_make_sure_and_wrong_ones_are_slowed(counter: Counter) -> None:
    staff = by(counter.registrar.person)

    def post(text: str, **more: str) -> Any:
        sent = {"public_id": str(uuid4()), "organisation": counter.college.code, "card": text}
        return staff.post(at("counter"), sent | more)

    asked = post(counter.card.number)
    assert asked.status_code == 422
    assert "陈嘉敏" in said(asked)
    assert not Use.objects.exists()
    assert "陈嘉敏" in said(post(counter.card.number, confirmed="name"))
    for _wrong in range(5):
        assert post("1234").status_code == 422
    slowed = post(counter.card.number, confirmed="name")
    assert "陈嘉敏" not in said(slowed)


def test_strangers_see_no_card_and_read_none(counter: Counter) -> None:
    stranger = by(a_person("路人"))
    card = counter.card
    for name, words in (
        ("show_kept", [card.public_id]), ("show_card_of", [counter.holder.person.public_id]),
        ("change_card", [card.public_id, "thaw"]),
    ):  # fmt: skip
        assert stranger.get(at(name, *words)).status_code == 404
    assert stranger.post(at("freeze_card", card.public_id), {"reason": "lost"}).status_code == 404
    assert stranger.get(at("counter")).status_code == 403
    assert stranger.get(reverse("credentials:print_card", args=[card.public_id, "pdf"])).status_code == 404


def test_c83_a_finder_gets_the_same_page_for_every_number(counter: Counter) -> None:
    answers = []
    for number in (counter.card.number, card_number("777777777777")):
        client = Client(REMOTE_ADDR="203.0.113.9")
        answers.append(said(client.post(at("report_found"), {"public_id": str(uuid4()), "number": number})))
    tokens = re.compile(r'(csrfmiddlewaretoken" value=")[^"]+')
    assert tokens.sub(r"\1", answers[0]) == tokens.sub(r"\1", answers[1])
    assert Finding.objects.count() == 2
    jobs.tend()
    assert list(Notice.objects.values_list("kind", flat=True)) == ["cards.found"]
    client = Client(REMOTE_ADDR="203.0.113.9")
    tried = [
        client.post(at("report_found"), {"public_id": str(uuid4()), "number": "4400000000000000"}) for _ in range(4)
    ]
    assert "一分钟" in said(tried[-1])


def test_the_card_for_print_is_a_bank_card_in_size(counter: Counter) -> None:
    own = by(counter.holder.person)
    answer = own.get(reverse("credentials:print_card", args=[counter.card.public_id, "pdf"]))
    document = pypdfium2.PdfDocument(answer.content)
    sizes = [[round(part / 72 * 25.4, 2) for part in document[number].get_size()] for number in range(len(document))]
    assert sizes == [[85.6, 53.98], [85.6, 53.98]]
    text = document[0].get_textpage().get_text_bounded()
    assert "陈嘉敏" in text
    assert counter.card.number[:4] in text
    picture = own.get(reverse("credentials:print_card", args=[counter.card.public_id, "png"]))
    assert picture.content.startswith(b"\x89PNG")


def test_the_card_on_a_tag_says_what_the_printed_one_says_and_counters_read_it(counter: Counter) -> None:
    own = by(counter.holder.person)
    answer = own.get(reverse("credentials:print_card", args=[counter.card.public_id, "ndef"]))
    assert answer["Content-Type"] == "application/octet-stream"
    # http:// is abbreviated by 3, so that the rest stands there as it is.
    assert answer.content[:5] == bytes([0xD1, 1, len(answer.content) - 4]) + b"U\x03"
    address = "http://" + answer.content[5:].decode()
    assert address in said(own.get(at("keep_card")))
    assert rules.read_text(address) == rules.Printed(counter.card.number)
    assert own.get(reverse("credentials:print_card", args=[counter.card.public_id, "svg"])).status_code == 404


def test_another_s_phone_cannot_be_taken_off(counter: Counter) -> None:
    other = of(with_card(a_person("旁人")))
    a_phone(other)
    device = Device.objects.get()
    assert by(counter.holder.person).post(at("revoke_device", device.public_id)).status_code == 404
    device.refresh_from_db()
    assert device.revoked_at is None


def test_anybody_reads_the_terms_and_the_card_leads_there(counter: Counter) -> None:
    page = reverse("cards:show_terms")
    answer = Client().get(page)
    assert answer.status_code == 200
    Terms.objects.update_or_create(pk=1, defaults={"use_days": 91})
    assert "91" in Client().get(page).content.decode()
    own = by(counter.holder.person)
    for there in (reverse("cards:keep_card"), reverse("account:see_card")):
        assert page in own.get(there).content.decode()
    card = own.get(reverse("credentials:print_card", args=[counter.card.public_id, "pdf"]))
    back = pypdfium2.PdfDocument(card.content)[1].get_textpage().get_text_bounded()
    assert page in re.sub(r"\s", "", back)
