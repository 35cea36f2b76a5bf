"""Telling: once, with the transaction of the event, by the ways the person chose."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from city.notices.situations import ALARM, NEWS, NOON, REMINDER, SERIOUS, only_message, prefers, reachable, wants
from city.situations import a_person
from xuecheng.city.notices import rules
from xuecheng.city.notices.models import ChannelChoice, Message, Notice
from xuecheng.city.notices.services import Telling, switch_off, tell, tell_many


def said(person, key="1", kind=NEWS, at=NOON):
    return tell(person, kind, {"what": "a class"}, key=key, at=at, about=("desk:home",))


class TestOnce:
    def test_an_event_is_told_once_however_often_it_is_said(self, chen):
        assert said(chen) is True
        assert said(chen) is False
        assert Notice.objects.count() == Message.objects.count() == 1

    def test_another_event_person_or_kind_is_told_too(self, chen):
        said(chen)
        assert [said(chen, key="2"), said(a_person()), said(chen, kind=ALARM)] == [True] * 3
        assert Notice.objects.count() == 4

    def test_what_is_rolled_back_was_never_told(self, chen):
        with transaction.atomic():
            said(chen, kind=ALARM)
            transaction.set_rollback(True)
        assert not Notice.objects.exists()
        assert not Message.objects.exists()
        assert not ProcrastinateJob.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_of_two_connections_that_tell_the_same_one_does(self, chen):
        first_has_told, answers = threading.Event(), []

        def first():
            try:
                with transaction.atomic():
                    answers.append(said(chen))
                    first_has_told.set()
                    # The second is waiting for this transaction's end by now.
                    threading.Event().wait(0.3)
            finally:
                connection.close()

        def second():
            try:
                first_has_told.wait(5)
                answers.append(said(chen))
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for work in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert answers == [True, False]
        assert (Notice.objects.count(), Message.objects.count()) == (1, 1)

    @pytest.mark.django_db(transaction=True)
    def test_if_the_first_is_rolled_back_the_second_tells(self, chen):
        first_has_told, answers = threading.Event(), []

        def first():
            try:
                with transaction.atomic():
                    said(chen)
                    first_has_told.set()
                    threading.Event().wait(0.3)
                    transaction.set_rollback(True)
            finally:
                connection.close()

        def second():
            try:
                first_has_told.wait(5)
                answers.append(said(chen))
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for work in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert answers == [True]
        assert (Notice.objects.count(), Message.objects.count()) == (1, 1)


class TestChannels:
    def test_who_has_no_address_is_told_in_the_site(self, db, told):
        said(a_person())
        assert Notice.objects.count() == 1
        assert not Message.objects.exists()

    def test_without_any_provider_of_addresses_nothing_goes_out(self, db):
        said(a_person())
        assert not Message.objects.exists()

    def test_the_kinds_default_and_what_the_person_added(self, chen):
        wants(chen, NEWS, "sms")
        said(chen)
        assert sorted(Message.objects.values_list("channel", flat=True)) == ["email", "sms"]

    def test_what_the_person_took_away_is_not_sent(self, chen):
        wants(chen, NEWS, "email", is_wanted=False)
        said(chen)
        assert not Message.objects.exists()

    def test_what_may_not_be_switched_off_is_sent_whatever_a_row_says(self, chen):
        wants(chen, SERIOUS, "email", is_wanted=False)
        said(chen, kind=SERIOUS)
        assert only_message().channel == "email"

    def test_an_urgent_one_has_its_errand_in_the_first_queue_with_the_same_commit(self, chen):
        said(chen, kind=ALARM)
        job = ProcrastinateJob.objects.get()
        assert (job.queue_name, job.args["arguments"]) == ("now", {"message": only_message().pk})

    def test_others_have_none_and_are_found_by_the_routine(self, chen):
        said(chen)
        assert not ProcrastinateJob.objects.exists()
        assert only_message().due_at == NOON

    def test_the_id_at_the_provider_is_made_of_the_event(self, chen):
        said(chen)
        name = rules.notice_id(kind=NEWS, key="1", person_id=chen.pk)
        assert only_message().message_id == rules.message_id(name, "email")

    def test_nothing_of_the_address_is_in_the_row(self, chen):
        said(chen)
        with connection.cursor() as cursor:
            cursor.execute("select row_to_json(m)::text from notices_message m")
            (text,) = cursor.fetchone()
        assert "example.cn" not in text


class TestDigest:
    def test_who_wants_a_digest_has_it_kept_until_nine(self, chen):
        prefers(chen, digest="daily")
        said(chen)
        assert only_message().state == Message.State.HELD
        assert only_message().due_at == NOON.replace(day=25, hour=9)

    def test_what_is_urgent_is_not_kept(self, chen):
        prefers(chen, digest="weekly")
        said(chen, kind=ALARM)
        assert only_message().state == Message.State.WAITING


class TestReminders:
    def test_two_a_week_are_told_and_the_third_is_not(self, chen):
        answers = [said(chen, key=str(day), kind=REMINDER, at=NOON + timedelta(days=day)) for day in range(3)]
        assert answers == [True, True, False]

    def test_a_week_after_the_first_another_is_told_to_the_second(self, chen):
        said(chen, key="1", kind=REMINDER)
        said(chen, key="2", kind=REMINDER, at=NOON + timedelta(days=1))
        week = timedelta(days=7)
        assert not said(chen, key="3", kind=REMINDER, at=NOON + week - timedelta(seconds=1))
        assert said(chen, key="3", kind=REMINDER, at=NOON + week)

    def test_one_tap_ends_them_here_too(self, chen, standing_of_chen):
        switch_off(actor=standing_of_chen, kind=REMINDER)
        assert not said(chen, kind=REMINDER)
        assert not Notice.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_are_still_two_a_week(self, chen):
        said(chen, key="0", kind=REMINDER)
        barrier, answers = threading.Barrier(4), []

        def remind(number):
            try:
                barrier.wait(5)
                answers.append(said(chen, key=f"r{number}", kind=REMINDER))
            finally:
                connection.close()

        threads = [threading.Thread(target=remind, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert sorted(answers) == [False, False, False, True]


@pytest.fixture
def standing_of_chen(chen):
    from city.situations import TODAY
    from xuecheng.city.access.queries import standing_of

    return standing_of(chen, today=TODAY)


class TestMany:
    def test_a_thousand_cost_as_many_statements_as_two(self, db, told, django_assert_num_queries):
        people = [a_person() for _number in range(40)]
        for many in (2, 40):
            tellings = [Telling(person.pk, f"run-{many}", {"what": "x"}) for person in people[:many]]
            with django_assert_num_queries(2):  # the notices, the choices
                assert tell_many(REMINDER, tellings, at=NOON) == many

    def test_those_who_chose_a_way_are_asked_for_at_once(self, db, told, django_assert_num_queries):
        people = [reachable(a_person(), told) for _number in range(30)]
        for person in people:
            ChannelChoice.objects.create(person=person, kind=REMINDER, channel="email", is_wanted=True)
        told.asked.clear()
        for many in (2, 30):
            tellings = [Telling(person.pk, f"run-{many}", {"what": "x"}) for person in people[:many]]
            with django_assert_num_queries(4):
                tell_many(REMINDER, tellings, at=NOON)
        assert [len(asked) for asked in told.asked] == [2, 30]
        assert Message.objects.count() == 32

    def test_told_again_after_a_crash_only_those_who_were_not_are_told(self, db):
        people = [a_person() for _number in range(5)]
        tellings = [Telling(person.pk, "run", {"what": "x"}) for person in people]
        assert tell_many(NEWS, tellings[:3], at=NOON) == 3
        assert tell_many(NEWS, tellings, at=NOON) == 2

    def test_nobody_is_nothing(self, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert tell_many(NEWS, [], at=NOON) == 0

    def test_values_of_any_text_arrive_as_they_were(self, db):
        person = a_person()
        values = {"what": 'a "quote", a \\ and \t 买买提·吐尔逊 %s', "many": 3}
        tell(person, NEWS, values, key="x", at=NOON, about=("records:show_record", 17))
        notice = Notice.objects.get()
        assert (notice.values, notice.about) == (values, ["records:show_record", 17])
        assert notice.book == person.pk % 256
