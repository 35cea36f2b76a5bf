"""Webhooks: written with the fact, signed, sent until taken, to nobody inside, repeated by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from city.api.programs import Town, a_town, new_id
from city.situations import TODAY
from city.webhooks.receivers import EVENTS, Receiver, subscribe
from learning.records.situations import NOW
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.access.services import Denied
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs.models import Job
from xuecheng.city.webhooks import jobs, rules, sending, services
from xuecheng.city.webhooks.delivering import CLAIMED_FOR, deliver_due
from xuecheng.city.webhooks.models import Delivery, Subscription
from xuecheng.learning.records import services as records


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def town(db: None, settings: Any) -> Town:
    settings.API_PER_MINUTE = 10_000
    return a_town()


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver checks it, written anew from the description."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in headers["webhook-signature"].split()


def test_a_record_is_told_signed_with_its_number_and_no_name(town: Town, receiver: Receiver) -> None:
    _made, secret = subscribe(town, receiver.url)
    record = town.desk.record(town.learner)
    assert deliver_due(now=clock.now) == 1
    ((headers, body),) = receiver.got
    said = json.loads(body)
    assert said["type"] == "record.entered"
    assert said["data"] == {
        "record": record.pk, "institution": town.desk.college.code, "record_key": record.record_key, "version": 1,
    }  # fmt: skip
    assert town.learner.name not in body.decode()
    assert is_signed(secret, headers, body)
    assert not is_signed("whsec_" + base64.b64encode(b"x" * 32).decode(), headers, body)
    assert abs(int(headers["webhook-timestamp"]) - clock.now().timestamp()) < 60
    assert Delivery.objects.get().state == "delivered"


def test_corrections_withdrawals_and_disputes_are_told_however_they_come(town: Town, receiver: Receiver) -> None:
    subscribe(town, receiver.url)
    actor, learner = town.desk.registrar, standing_of(town.learner, today=TODAY)
    record = town.desk.record(town.learner)
    newer = records.correct_record(actor=actor, record=record, changes={"grade": "90"}, reason="录错", at=NOW)
    dispute = records.dispute_record(actor=learner, record=newer, complaint="少了两次", at=NOW)
    records.answer_dispute(actor=actor, dispute=dispute, state="upheld", answer="查过了", at=NOW)
    records.withdraw_record(actor=actor, record=newer, reason="重复", at=NOW)
    told = list(Delivery.objects.order_by("id").values_list("event", flat=True))
    assert told == ["record.entered", "record.corrected", "dispute.opened", "dispute.answered", "record.withdrawn"]


def test_a_fact_that_is_undone_is_not_told(town: Town, receiver: Receiver) -> None:
    subscribe(town, receiver.url)
    with transaction.atomic():
        town.desk.record(town.learner)
        assert Delivery.objects.count() == 1
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_only_ones_own_organisation_and_events_are_told(town: Town, receiver: Receiver) -> None:
    from learning.records.situations import a_desk, a_learner

    subscribe(town, receiver.url, ["record.corrected"])
    town.desk.record(town.learner)
    a_desk(name="别的学院").record(a_learner("黄小明"))
    assert not Delivery.objects.exists()


def test_a_receiver_that_fails_gets_the_same_message_again_later_each_time(town: Town, receiver: Receiver) -> None:
    subscribe(town, receiver.url)
    town.desk.record(town.learner)
    receiver.answers.extend([500, 302, 200])
    now = clock.now()
    assert deliver_due(now=lambda: now) == 0
    row = Delivery.objects.get()
    assert (row.state, row.last_status, row.attempts) == ("waiting", 500, 1)
    assert row.due_at == now + rules.wait_after(1)
    assert deliver_due(now=lambda: now + timedelta(seconds=4)) == 0
    assert len(receiver.got) == 1
    # A redirect is no taking, and is not followed.
    later = now + timedelta(seconds=6)
    assert deliver_due(now=lambda: later) == 0
    latest = later + timedelta(minutes=1)
    assert deliver_due(now=lambda: latest) == 1
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    assert len({body for _headers, body in receiver.got}) == 1


def test_after_three_days_it_is_given_up_and_can_be_sent_again_by_hand(town: Town, receiver: Receiver) -> None:
    made, _secret = subscribe(town, receiver.url)
    town.desk.record(town.learner)
    receiver.answers.extend([500] * 50)
    now = clock.now()
    for _try in range(40):
        row = Delivery.objects.get()
        if row.state == "dead":
            break
        due_at = row.due_at
        deliver_due(now=lambda due_at=due_at: due_at)  # type: ignore[misc]
    assert row.state == "dead"
    assert now + timedelta(days=2) < row.due_at
    assert row.attempts >= 10
    receiver.answers.clear()
    path = f"/webhooks/{made.public_id}/deliveries"
    (shown,) = town["R"].get(f"{path}?state=dead").json()["items"]
    assert town["R"].post(f"{path}/{shown['message_id']}/replay").status_code == 202
    assert deliver_due(now=clock.now) == 1
    assert receiver.got[-1][0]["webhook-id"] == f"msg_{shown['message_id']}"
    assert town["R"].post(f"{path}/{shown['message_id']}/replay").status_code == 202


def test_a_sender_that_dies_between_claim_and_send_loses_nothing(town: Town, receiver: Receiver) -> None:
    from xuecheng.city.webhooks import delivering

    subscribe(town, receiver.url)
    town.desk.record(town.learner)
    now = clock.now()
    assert len(delivering._claim(now)) == 1
    assert deliver_due(now=lambda: now) == 0, "somebody seems to be sending it"
    assert deliver_due(now=lambda: now + CLAIMED_FOR + timedelta(seconds=1)) == 1


def test_a_slow_or_broken_receiver_holds_nobody_up(town: Town, receiver: Receiver) -> None:
    broken, _secret = subscribe(town, "http://127.0.0.1:9/closed")
    subscribe(town, receiver.url)
    for _number in range(3):
        town.desk.record(town.learner)
    assert deliver_due(now=clock.now) == 3
    waiting = Delivery.objects.filter(subscription=broken)
    assert sorted(waiting.values_list("attempts", flat=True)) == [0, 0, 1], "tried once, then let be"


def test_while_a_secret_is_changed_both_sign(town: Town, receiver: Receiver) -> None:
    made, old = subscribe(town, receiver.url)
    new = services.rotate_secret(
        actor=standing_of(town.people["R"], today=TODAY), subscription=made, at=clock.now(), reason="定期更换"
    )
    town.desk.record(town.learner)
    deliver_due(now=clock.now)
    headers, body = receiver.got[-1]
    assert is_signed(old, headers, body)
    assert is_signed(new, headers, body)
    town.desk.record(town.learner)
    tomorrow = clock.now() + services.OVERLAP + timedelta(minutes=1)
    deliver_due(now=lambda: tomorrow)
    headers, body = receiver.got[-1]
    assert not is_signed(old, headers, body)
    assert is_signed(new, headers, body)


def test_secrets_lie_encrypted_and_bound_to_their_row(town: Town, receiver: Receiver) -> None:
    from xuecheng.city import vault
    from xuecheng.city.webhooks import secrets_kept

    made, secret = subscribe(town, receiver.url)
    row = Subscription.objects.get(pk=made.pk)
    assert secret.encode() not in bytes(row.secret)
    assert secrets_kept.secret_of(row) == secret
    with pytest.raises(vault.SealBroken):
        vault.open_sealed(secrets_kept.SECRET, str(uuid7()), bytes(row.secret))
    with pytest.raises(vault.SealBroken):
        vault.open_sealed(secrets_kept.PREVIOUS, str(row.public_id), bytes(row.secret))


class TestWhereNothingIsSent:
    @pytest.mark.parametrize(
        "url",
        [
            "http://example.org/a", "ftp://example.org/a", "https://user:pw@example.org/a", "https://example.org/a#b",
            "https:///a", "https://example.org:99999/a", "nothing",
        ],
    )  # fmt: skip
    def test_an_address_of_another_form_is_refused(self, town: Town, url: str) -> None:
        with pytest.raises(services.AddressRefused):
            subscribe(town, url)

    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1", "127.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
            "224.0.0.1", "[::1]", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "2130706433",
            "localhost", "[2002:7f00:1::]",
        ],
    )  # fmt: skip
    def test_nobody_inside_is_connected_to(self, host: str) -> None:
        outcome = sending.send(f"https://{host}/a", b"{}", {})
        assert outcome.status is None
        assert outcome.error in ("address_inside", "name_not_found")

    def test_a_name_that_leads_inside_by_one_of_its_numbers_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def answers(*_args: Any, **_more: Any) -> list[Any]:
            return [(2, 1, 6, "", (number, 443)) for number in ("93.184.215.14", "127.0.0.1")]

        monkeypatch.setattr(sending.socket, "getaddrinfo", answers)
        assert sending.send("https://rebind.example/a", b"{}", {}).error == "address_inside"

    def test_a_receiver_that_drips_is_cut_off(self, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        import socket
        import time

        settings.WEBHOOKS_MAY_STAY_INSIDE = True
        monkeypatch.setattr(sending, "IN_ALL_SECONDS", 1)
        listener = socket.create_server(("127.0.0.1", 0))

        def drip() -> None:
            link, _address = listener.accept()
            with link:
                try:
                    for _number in range(100):
                        link.sendall(b"H")
                        time.sleep(0.1)
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        began = time.monotonic()
        outcome = sending.send(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"{}", {})
        assert outcome.status is None
        assert time.monotonic() - began < 5
        thread.join(10)
        listener.close()


class TestTheJob:
    def test_the_routine_starts_one_job_while_something_is_due_and_none_else(
        self, town: Town, receiver: Receiver
    ) -> None:
        jobs.look_for_due()
        assert not Job.objects.filter(kind=jobs.JOB).exists()
        subscribe(town, receiver.url)
        town.desk.record(town.learner)
        jobs.look_for_due()
        jobs.look_for_due()
        assert Job.objects.filter(kind=jobs.JOB).count() == 1

    def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(self, town: Town, receiver: Receiver) -> None:
        subscribe(town, receiver.url)
        town.desk.record(town.learner)
        deliver_due(now=clock.now)
        town.desk.record(town.learner)
        with time_machine.travel(clock.now() + jobs.KEPT_FOR + timedelta(days=1), tick=False):
            jobs.sweep()
        assert [row.state for row in Delivery.objects.all()] == ["waiting"]


def test_a_secret_is_in_the_first_answer_only_and_not_in_what_is_kept(town: Town) -> None:
    from xuecheng.city.api.models import KeptAnswer

    body = {
        "id": new_id(), "organisation": town.desk.college.code, "url": "https://example.org/hook",
        "events": ["record.entered"], "reason": "接入",
    }  # fmt: skip
    first = town["R"].post("/webhooks", body, key="k" * 12)
    secret = first.json()["secret"]
    assert secret.startswith("whsec_")
    assert town["R"].post("/webhooks", body, key="k" * 12).json()["secret"] is None
    assert secret not in KeptAnswer.objects.get().body
    assert town["R"].get(f"/webhooks/{first.json()['id']}").json()["secret"] is None


def test_an_officer_keeps_none_and_a_registrar_only_their_own_organisations(town: Town) -> None:
    with pytest.raises(Denied):
        services.subscribe(
            actor=standing_of(town.people["C"], today=TODAY), public_id=uuid7(), organisation=town.desk.college,
            url="https://example.org/a", events=EVENTS, at=clock.now(), reason="x",
        )  # fmt: skip


def test_a_registrar_makes_a_webhook_on_a_page_sees_its_deliveries_and_sends_again(
    town: Town, receiver: Receiver
) -> None:
    browser = Client()
    browser.force_login(town.people["R"])
    form = {
        "public_id": str(uuid7()), "organisation": town.desk.college.pk, "url": receiver.url, "events": EVENTS,
        "reason": "接入",
    }  # fmt: skip
    made = browser.post("/webhooks/new/", form)
    assert "whsec_" in made.content.decode()
    assert "whsec_" not in browser.get("/webhooks/").content.decode()
    town.desk.record(town.learner)
    deliver_due(now=clock.now)
    one = Subscription.objects.get()
    shown = browser.get(f"/webhooks/{one.public_id}/").content.decode()
    assert "record.entered" in shown
    message = Delivery.objects.get().message_id
    assert browser.post(f"/webhooks/{one.public_id}/{message}/replay/").status_code == 302
    assert deliver_due(now=clock.now) == 1
    assert browser.post(f"/webhooks/{one.public_id}/secret/", {"reason": "换"}).status_code == 200
    assert browser.post(f"/webhooks/{one.public_id}/end/", {"reason": "停"}).status_code == 302
    town.desk.record(town.learner)
    assert Delivery.objects.count() == 1
