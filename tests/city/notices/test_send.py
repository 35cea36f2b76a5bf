"""Messages to a bare address: sealed while they wait, forgotten when they end, limited by the day."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from city.hands import Slices
from city.notices.situations import CODE, NOON, deliver, only_message
from xuecheng.city.notices import rules, sending
from xuecheng.city.notices.models import Message
from xuecheng.city.notices.sealing import PURPOSE, CannotBeOpened, seal, unseal
from xuecheng.city.notices.senders import Undeliverable, Unreachable
from xuecheng.city.notices.services import forgive_address
from xuecheng.city.vault.keyring import forget_unwrapped
from xuecheng.city.vault.models import Key
from xuecheng.city.vault.services import drain

PHONE = "13912345678"
pytestmark = pytest.mark.django_db


def code(number="1", phone=PHONE, at=NOON, **more):
    return sending.send("phone", phone, CODE, {"code": "804512"}, message_id=number, at=at, **more)


def everything_stored():
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(string_agg(row_to_json(m)::text, ' '), '') || "
            "(select coalesce(string_agg(row_to_json(j)::text, ' '), '') from procrastinate_jobs j) "
            "from notices_message m"
        )
        return cursor.fetchone()[0]


def test_it_is_queued_first_of_all_in_the_callers_transaction(provider):
    message = code()
    job = ProcrastinateJob.objects.get()
    assert (job.queue_name, job.priority, job.args["arguments"]) == ("now", 10, {"message": message.pk})
    assert message.urgency == 2


def test_rolled_back_nothing_is_queued():
    with transaction.atomic():
        code()
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_the_same_code_is_sent_once_however_often_it_is_asked_for(provider):
    first = code()
    assert code().pk == first.pk
    assert deliver() == 1
    assert code().pk == first.pk
    assert deliver() == 0
    assert len(provider.calls) == 1


def test_it_arrives_with_the_code_in_the_language_it_was_asked_in(provider):
    with override("en"):
        code()
    deliver()
    (parcel,) = provider.calls
    assert (parcel.address, parcel.text, parcel.language) == (PHONE, "[Xuecheng] Code 804512", "en")


def test_a_copy_of_the_tables_tells_neither_address_nor_code(provider):
    code()
    assert PHONE not in everything_stored()
    assert "804512" not in everything_stored()
    deliver()
    assert only_message().sealed is None


@pytest.mark.parametrize("trouble", [Undeliverable("http-400"), Unreachable("http-500")])
def test_whether_it_is_given_up_or_tried_again_the_secret_ends_with_it(provider, trouble):
    code()
    at = NOON
    provider.trouble = [trouble] * 10
    for _number in range(10):
        deliver(at)
        at += timedelta(minutes=5)
    assert only_message().state == Message.State.FAILED
    assert only_message().sealed is None


def test_neither_stands_in_a_log_when_the_provider_breaks(provider, caplog):
    code()
    provider.trouble = [RuntimeError(f"cannot send 804512 to {PHONE}")]
    with caplog.at_level(logging.DEBUG):
        deliver()
    assert "RuntimeError" in caplog.text
    assert PHONE not in caplog.text
    assert "804512" not in caplog.text
    assert only_message().error == "RuntimeError"


def test_it_passes_quiet_hours(provider):
    night = NOON.replace(hour=23)
    code(at=night)
    assert deliver(night) == 1


class TestLimits:
    def test_a_number_gets_so_many_a_day_and_no_more(self, settings):
        settings.MESSAGES_A_DAY = {"email": 3, "sms": 3}
        for number in range(3):
            code(str(number))
        with pytest.raises(rules.TooManyMessages):
            code("3")
        assert code("3", phone="13800000000").pk
        assert code("3", at=NOON + timedelta(days=1)).pk

    def test_asked_again_with_the_same_id_the_last_one_is_still_the_last_one(self, settings):
        settings.MESSAGES_A_DAY = {"email": 1, "sms": 1}
        assert code().pk == code().pk

    def test_one_that_bounced_gets_nothing_more_until_it_is_verified_anew(self, provider):
        code()
        provider.trouble = [Undeliverable("http-422", is_address=True)]
        deliver()
        code("2")
        deliver()
        assert Message.objects.get(state=Message.State.DROPPED).error == "bounced"
        forgive_address(channel="sms", address=PHONE)
        code("3")
        assert deliver() == 1


class TestSealing:
    def test_what_is_sealed_for_one_message_opens_for_no_other(self):
        one, two = (rules.raw_id(template=CODE, message_id=name) for name in "12")
        sealed = seal(one, address=PHONE, values={"code": "1"})
        assert unseal(one, sealed) == (PHONE, {"code": "1"})
        with pytest.raises(CannotBeOpened):
            unseal(two, sealed)

    def test_sealed_twice_it_looks_different(self):
        one = rules.raw_id(template=CODE, message_id="1")
        assert seal(one, address=PHONE, values={}) != seal(one, address=PHONE, values={})

    def test_without_its_key_it_is_given_up_and_nothing_breaks(self, provider, settings, tmp_path):
        code()
        settings.VAULT_KEYS_FOLDER = str(tmp_path / "keys")
        forget_unwrapped()
        assert deliver() == 0
        assert (only_message().state, only_message().error) == (Message.State.FAILED, "key-missing")

    def test_replacing_keys_reaches_what_waits(self, provider):
        code()
        before = bytes(only_message().sealed)
        key = Key.objects.get(use="seal", purpose=PURPOSE)
        Key.objects.filter(pk=key.pk).update(state=Key.State.RETIRING, retired_at=NOON)
        assert drain(Slices(), now=NOON) == 1
        assert bytes(only_message().sealed) != before
        assert deliver() == 1
        assert provider.calls[0].address == PHONE


def test_an_unknown_template_is_a_mistake():
    with pytest.raises(KeyError):
        sending.send("phone", PHONE, "test.none", {}, message_id="1", at=NOON)
