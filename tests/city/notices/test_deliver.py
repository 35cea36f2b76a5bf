"""Handing over: every way it can fail, and what the person wished meanwhile."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from city.notices.situations import (
    ALARM,
    NEWS,
    NOON,
    SERIOUS,
    deliver,
    lease_ended,
    only_message,
    prefers,
    reachable,
    wants,
)
from city.situations import TODAY, a_person
from xuecheng.city.access.queries import standing_of
from xuecheng.city.notices import delivering, services
from xuecheng.city.notices.models import ChannelChoice, Message, Notice
from xuecheng.city.notices.senders import Undeliverable, Unreachable
from xuecheng.city.notices.services import record_bounce, tell

pytestmark = pytest.mark.django_db
_State = Message.State


def told_to(person, kind=NEWS, key="1", at=NOON):
    tell(person, kind, {"what": "a class"}, key=key, at=at)
    return Message.objects.filter(person=person).order_by("-id").first()


class TestSent:
    def test_it_goes_once_with_its_id_and_is_marked(self, chen, provider):
        message = told_to(chen)
        assert deliver() == 1
        assert deliver() == 0
        message.refresh_from_db()
        assert (message.state, message.ended_at, message.reference) == (_State.SENT, NOON, "ref-1")
        assert [parcel.message_id for parcel in provider.calls] == [message.message_id]

    def test_what_is_urgent_goes_first(self, chen, provider):
        told_to(chen)
        told_to(chen, kind=ALARM)
        deliver()
        assert [call.message_id for call in provider.calls] == [
            Message.objects.get(kind=kind).message_id for kind in (ALARM, NEWS)
        ]

    def test_a_mail_leads_to_its_notice_by_a_path_that_holds_no_secret(self, chen, provider, settings):
        settings.SITE_ADDRESS = "https://xuecheng.example.cn/"
        told_to(chen)
        deliver()
        (parcel,) = provider.calls
        assert f"https://xuecheng.example.cn/notices/{Notice.objects.get().message_id}/" in parcel.text
        assert chen.name not in parcel.text + parcel.subject

    def test_without_an_address_of_the_site_a_mail_has_no_half_link(self, chen, provider):
        told_to(chen)
        deliver()
        assert "/notices/" not in provider.calls[0].text


class TestWhatChangedMeanwhile:
    def test_it_is_written_in_the_language_the_person_has_when_it_goes(self, chen, provider):
        told_to(chen)
        chen.language = "en"
        chen.save()
        deliver()
        assert provider.calls[0].language == "en"
        assert "after" in provider.calls[0].text or "News" in provider.calls[0].text

    def test_a_language_chosen_for_messages_goes_before_the_accounts(self, chen, provider):
        told_to(chen)
        prefers(chen, language="en")
        deliver()
        assert provider.calls[0].language == "en"

    def test_a_channel_switched_off_between_telling_and_sending_is_not_used(self, chen, provider):
        told_to(chen)
        services.switch_off(actor=standing_of(chen, today=TODAY), kind=NEWS)
        assert deliver() == 0
        assert (only_message().state, only_message().error) == (_State.DROPPED, "not-wanted")

    def test_an_address_taken_away_gets_nothing(self, chen, provider, told):
        told_to(chen)
        told.of.clear()
        assert deliver() == 0
        assert (only_message().state, only_message().error) == (_State.DROPPED, "no-address")

    def test_an_address_that_changed_gets_it_at_the_new_one(self, chen, provider, told):
        told_to(chen)
        reachable(chen, told, email="new@example.cn")
        deliver()
        assert provider.calls[0].address == "new@example.cn"

    def test_a_closed_account_gets_nothing(self, chen, provider):
        told_to(chen)
        chen.is_active = False
        chen.save()
        assert deliver() == 0

    def test_a_kind_that_this_worker_does_not_know_is_left_to_one_that_may(self, chen, provider):
        told_to(chen)
        Message.objects.update(kind="gone.kind")
        assert deliver() == 0
        assert (only_message().state, only_message().error) == (_State.WAITING, "unknown-kind")
        Message.objects.update(kind=NEWS)
        assert deliver(only_message().due_at) == 1

    def test_a_notice_that_was_deleted_is_not_sent(self, chen, provider):
        told_to(chen)
        Notice.objects.all().delete()
        assert deliver() == 0
        assert only_message().error == "too-old"


class TestQuietHours:
    @pytest.mark.parametrize(
        ("clock", "sent"), [("20:59:59", 1), ("21:00:00", 0), ("03:00:00", 0), ("07:59:59", 0), ("08:00:00", 1)]
    )
    def test_they_hold_from_nine_to_eight_to_the_second(self, chen, provider, clock, sent):
        told_to(chen)
        moment = datetime.combine(NOON.date() + timedelta(days=1), time.fromisoformat(clock), tzinfo=NOON.tzinfo)
        assert deliver(moment) == sent

    def test_it_goes_when_they_end_and_no_try_is_counted(self, chen, provider):
        told_to(chen)
        night = NOON.replace(hour=22)
        deliver(night)
        assert (only_message().state, only_message().attempts) == (_State.WAITING, 0)
        assert only_message().due_at == (NOON + timedelta(days=1)).replace(hour=8)
        assert deliver(only_message().due_at) == 1

    def test_what_is_urgent_passes(self, chen, provider):
        told_to(chen, kind=ALARM)
        assert deliver(NOON.replace(hour=23)) == 1

    def test_own_hours_count(self, chen, provider):
        prefers(chen, quiet_from="12:00", quiet_until="14:00")
        told_to(chen)
        assert deliver(NOON) == 0
        assert deliver(NOON.replace(hour=14)) == 1


class TestTheProviderIsDown:
    def test_it_is_tried_again_later_each_time_under_the_same_id_and_then_given_up(self, chen, provider):
        message = told_to(chen)
        provider.trouble = [Unreachable("smtp-451")] * 20
        at, waits = NOON, []
        while True:
            # By day, so that quiet hours do not mix in.
            deliver(at)
            message.refresh_from_db()
            if message.ended_at is not None:
                break
            waits.append(message.due_at - at)
            at = message.due_at
            prefers(chen, quiet_from="03:00", quiet_until="03:01")
        assert waits == sorted(waits)
        assert (message.state, message.error) == (_State.FAILED, "smtp-451")
        assert len(provider.calls) == len(waits) + 1 == 7
        assert {call.message_id for call in provider.calls} == {message.message_id}

    def test_before_its_time_it_is_not_tried(self, chen, provider):
        told_to(chen)
        provider.trouble = [Unreachable("TimeoutError")]
        deliver()
        assert deliver(NOON + timedelta(seconds=59)) == 0
        assert deliver(NOON + timedelta(seconds=60)) == 1

    def test_one_that_fails_does_not_hold_up_the_others(self, chen, provider, told):
        first, second = told_to(chen), told_to(reachable(a_person(), told))
        provider.trouble = [Unreachable("x")]
        assert deliver() == 1
        assert [Message.objects.get(pk=one.pk).state for one in (first, second)] == [_State.WAITING, _State.SENT]

    def test_an_operator_sends_again_what_was_given_up(self, chen, provider, operator):
        message = told_to(chen)
        provider.trouble = [Undeliverable("http-400")]
        deliver()
        message.refresh_from_db()
        assert message.state == _State.FAILED
        services.send_again(actor=operator, message=message, at=NOON)
        assert deliver() == 1
        assert len({call.message_id for call in provider.calls}) == 1


@pytest.fixture
def operator(city):
    from city.situations import an_operator

    return an_operator(city["广州市"])


class TestKilled:
    """What a SIGKILL leaves behind, row by row; `tests/faults` does it to a real worker."""

    def taken(self, at=NOON):
        """A message whose worker died after taking it."""
        ready = delivering._take(at=at, only=None)
        assert isinstance(ready, delivering._Ready)
        return ready

    def test_before_sending_it_is_sent_by_another_when_the_lease_ends(self, chen, provider):
        told_to(chen)
        self.taken()
        assert deliver(NOON + timedelta(seconds=10)) == 0
        assert deliver(lease_ended(NOON)) == 1
        assert len(provider.taken) == 1

    def test_between_sending_and_marking_the_provider_gets_the_same_id_and_doubles_nothing(self, chen, provider):
        told_to(chen)
        provider.send(delivering._parcel(self.taken()))
        assert deliver(lease_ended(NOON)) == 1
        assert (len(provider.calls), len(provider.taken)) == (2, 1)

    def test_one_who_comes_back_late_marks_nothing(self, chen, provider):
        message = told_to(chen)
        late = self.taken()
        assert deliver(lease_ended(NOON)) == 1
        delivering._again(late.message, "late", at=lease_ended(NOON))
        message.refresh_from_db()
        assert (message.state, message.attempts) == (_State.SENT, 2)

    def test_one_that_kills_its_workers_each_time_is_given_up(self, chen, provider):
        told_to(chen)
        at = NOON
        for _number in range(8):
            delivering._take(at=at, only=None)
            at = lease_ended(at)
        assert (only_message().state, only_message().error) == (_State.FAILED, "killed")


class TestLimits:
    def test_beyond_the_days_number_it_waits_for_the_morning(self, chen, provider, settings):
        settings.MESSAGES_A_DAY = {"email": 2, "sms": 2}
        for key in "123":
            told_to(chen, key=key)
        assert deliver() == 2
        waiting = Message.objects.get(state=_State.WAITING)
        assert waiting.due_at == (NOON + timedelta(days=1)).replace(hour=9)
        assert deliver(waiting.due_at) == 1

    def test_the_channels_are_counted_each_by_itself(self, chen, provider, settings):
        settings.MESSAGES_A_DAY = {"email": 1, "sms": 1}
        wants(chen, NEWS, "sms")
        told_to(chen)
        assert deliver() == 2


class TestBounces:
    def test_after_one_nothing_more_is_sent_and_the_keeper_of_addresses_hears(self, chen, provider, told):
        message = told_to(chen)
        deliver()
        assert record_bounce(message_id=message.message_id, code="mailbox-gone", at=NOON)
        assert record_bounce(message_id=message.message_id, code="mailbox-gone", at=NOON)
        message.refresh_from_db()
        assert (message.state, told.bounced) == (_State.BOUNCED, [(chen.pk, "email")])
        told_to(chen, key="2")
        assert deliver() == 0

    def test_a_passing_one_changes_nothing_for_the_next(self, chen, provider, told):
        message = told_to(chen)
        deliver()
        record_bounce(message_id=message.message_id, code="mailbox-full", at=NOON, is_permanent=False)
        told_to(chen, key="2")
        assert deliver() == 1
        assert told.bounced == []

    def test_for_what_we_did_not_send_nothing_is_noted(self, chen):
        message = told_to(chen)
        assert not record_bounce(message_id=message.message_id, code="x", at=NOON)

    def test_an_address_refused_at_once_is_the_same(self, chen, provider, told):
        told_to(chen)
        provider.trouble = [Undeliverable("smtp-550", is_address=True)]
        deliver()
        assert (only_message().state, told.bounced) == (_State.FAILED, [(chen.pk, "email")])


def test_a_serious_one_is_sent_though_switched_off(chen, provider):
    ChannelChoice.objects.create(person=chen, kind=SERIOUS, channel="email", is_wanted=False)
    told_to(chen, kind=SERIOUS)
    assert deliver() == 1


def test_nothing_of_a_broken_template_reaches_the_log(chen, provider, caplog):
    tell(chen, NEWS, {"other": "geheim"}, key="1", at=NOON)
    deliver()
    assert only_message().error == "KeyError"
    assert "geheim" not in caplog.text
