"""One-time codes: asked for, sent, taken back once; bound to the session, the address and the purpose."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.identity.conftest import ASKER, OTHER_ASKER, ask, has_contact, send_due
from city.test_races import at_once
from xuecheng.city import clock
from xuecheng.city.identity import sending
from xuecheng.city.identity.models import Allowance, Challenge, SignInTry
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.identity.rules.addresses import read_address
from xuecheng.city.identity.services import allowances, codes, tidying

pytestmark = pytest.mark.django_db
ENTER, ADD = Challenge.Purpose.ENTER, Challenge.Purpose.ADD
PHONE = "13800138000"


def check(public_id, code, *, at, asker=ASKER, purpose=ENTER):
    return codes.check_code(purpose=purpose, public_id=public_id, asker=asker, code=code, at=at)


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_code_comes_back_once(door):
    now = clock.now()
    public_id, code = ask(door, ENTER, PHONE, at=now)
    assert codes.address_of(check(public_id, code, at=now)).text == "+8613800138000"
    with pytest.raises(law.CodeOver):
        check(public_id, code, at=now)


def test_it_counts_for_ten_minutes_whatever_the_clock_does(door):
    now = clock.now()
    public_id, code = ask(door, ENTER, PHONE, at=now)
    for at in (now + timedelta(minutes=10), now - timedelta(minutes=2), now + timedelta(days=1)):
        with pytest.raises(law.CodeOver):
            check(public_id, code, at=at)
    assert check(public_id, code, at=now + timedelta(minutes=9, seconds=59))


def test_the_fifth_wrong_try_is_the_last(door):
    now = clock.now()
    public_id, code = ask(door, ENTER, PHONE, at=now)
    for _try in range(5):
        with pytest.raises(law.CodeWrong):
            check(public_id, wrong(code), at=now)
    with pytest.raises(law.CodeOver):
        check(public_id, code, at=now)


def test_it_is_worth_nothing_in_another_session_or_for_another_purpose(door):
    now = clock.now()
    public_id, code = ask(door, ENTER, PHONE, at=now)
    with pytest.raises(law.CodeOver):
        check(public_id, code, at=now, asker=OTHER_ASKER)
    with pytest.raises(law.CodeOver):
        check(public_id, code, at=now, purpose=ADD)
    assert check(public_id, code, at=now)


def test_a_code_for_another_address_is_wrong(door):
    now = clock.now()
    mine, _code = ask(door, ENTER, PHONE, at=now)
    _other, other_code = ask(door, ENTER, "chen@example.com", at=now)
    with pytest.raises((law.CodeWrong, law.CodeOver)):
        check(mine, other_code if other_code != _code else wrong(other_code), at=now)


def test_a_proof_opens_one_thing_within_half_an_hour(door):
    now = clock.now()
    public_id, code = ask(door, ENTER, PHONE, at=now)
    with pytest.raises(law.ProofOver):
        codes.spend_now(purpose=ENTER, public_id=public_id, asker=ASKER, at=now)
    check(public_id, code, at=now)
    with pytest.raises(law.ProofOver):
        codes.spend_now(purpose=ENTER, public_id=public_id, asker=ASKER, at=now + timedelta(minutes=30))
    with pytest.raises(law.ProofOver):
        codes.spend_now(purpose=ENTER, public_id=public_id, asker=OTHER_ASKER, at=now)
    codes.spend_now(purpose=ENTER, public_id=public_id, asker=ASKER, at=now)
    with pytest.raises(law.ProofOver):
        codes.spend_now(purpose=ENTER, public_id=public_id, asker=ASKER, at=now)


class TestLimits:
    def test_five_codes_an_hour_to_one_address(self, door):
        now = clock.now()
        for _time in range(5):
            ask(door, ENTER, PHONE, at=now)
        with pytest.raises(law.TooManyCodes):
            ask(door, ENTER, PHONE, at=now, asker=OTHER_ASKER)
        assert ask(door, ENTER, PHONE, at=now + timedelta(hours=1))

    def test_ten_a_day_to_one_address(self, door):
        now = clock.now()
        for hour in range(2):
            for _time in range(5):
                ask(door, ENTER, PHONE, at=now + timedelta(hours=hour))
        with pytest.raises(law.TooManyCodes):
            ask(door, ENTER, PHONE, at=now + timedelta(hours=2))
        assert ask(door, ENTER, PHONE, at=now + timedelta(days=1))

    def test_thirty_an_hour_from_one_client(self, door):
        now = clock.now()
        for number in range(30):
            ask(door, ENTER, f"1380013{number:04}", at=now)
        with pytest.raises(law.TooManyCodes):
            ask(door, ENTER, "13900000000", at=now)
        assert ask(door, ENTER, "13900000000", at=now, asker=OTHER_ASKER)

    def test_beyond_a_persons_limit_nothing_is_sent_and_nothing_is_told(self, door, elder):
        """Otherwise a stranger would learn that two addresses belong to one person."""
        has_contact(elder, "chen@example.com")
        now = clock.now()
        for _time in range(5):
            ask(door, ENTER, PHONE, at=now)
        for _time in range(3):
            ask(door, ENTER, "chen@example.com", at=now)
        before = len(door.messages())
        with door.capture(execute=True):
            assert codes.ask_code(
                purpose=ENTER, address=read_address("chen@example.com"), asker=ASKER, person=None, at=now
            )
        assert len(door.messages()) == before

    def test_numbers_far_away_share_one_limit(self, door):
        now = clock.now()
        for number in range(60):
            asker = codes.Asker(nonce="x", client=f"203.0.113.{number // 20}")
            ask(door, ENTER, f"+4479111{number:05}", at=now, asker=asker)
        with pytest.raises(law.TooManyCodes):
            ask(door, ENTER, "+15555550123", at=now, asker=OTHER_ASKER)
        assert ask(door, ENTER, "+85291234567", at=now, asker=OTHER_ASKER)

    def test_a_clock_set_back_lengthens_no_wait(self, db):
        now = clock.now()
        limit = law.Limit("test", 1, timedelta(hours=1))
        assert allowances.take([(limit, "x")], at=now) == set()
        assert allowances.take([(limit, "x")], at=now) == {"test"}
        assert allowances.take([(limit, "x")], at=now - timedelta(days=1)) == set()

    def test_a_limit_holds_when_many_ask_at_once(self, transactional_db):
        now = clock.now()
        limit = law.Limit("test", 5, timedelta(hours=1))
        answers = at_once(*[lambda: bool(allowances.take([(limit, "x"), (limit, "y")], at=now))] * 12)
        assert Counter(answers) == {False: 5, True: 7}


@pytest.mark.django_db(transaction=True)
def test_of_two_that_bring_the_same_code_at_once_one_is_let_in(settings, tmp_path):
    settings.NOTICE_FOLDER = tmp_path
    now = clock.now()
    public_id = codes.ask_code(purpose=ENTER, address=read_address(PHONE), asker=ASKER, person=None, at=now)
    send_due()
    (message,) = sending.shown_in_demonstration([str(public_id)])
    found = re.search(r"(?<!\d)(\d{6})(?!\d)", message.text)
    assert found
    answers = at_once(*[lambda: check(public_id, found[1], at=now)] * 4)
    assert Counter(type(answer) for answer in answers) == {Challenge: 1, law.CodeOver: 3}


def test_asking_takes_the_same_statements_for_who_has_an_account_and_who_has_none(door, elder):
    """ASVS 6.3.8: neither words nor work tell them apart."""
    now = clock.now()

    def statements(text):
        with CaptureQueriesContext(connection) as caught, door.capture(execute=True):
            codes.ask_code(purpose=ENTER, address=read_address(text), asker=ASKER, person=None, at=now)
        return [re.split(r"['\d]", query["sql"])[0][:60] for query in caught]

    statements("13900000001")
    assert statements(PHONE) == statements("13900000000")


def test_what_has_served_its_time_goes(door, elder):
    now = clock.now()
    ask(door, ENTER, PHONE, at=now)
    SignInTry.objects.create(person=None, at=now, way="password", worked=False, browser="other", device="other")
    SignInTry.objects.create(person=elder, at=now, way="password", worked=False, browser="other", device="other")
    tidying.tidy(at=now + timedelta(hours=23), keep_tries=timedelta(days=184))
    assert Challenge.objects.count() == 1
    tidying.tidy(at=now + timedelta(days=1, seconds=1), keep_tries=timedelta(days=184))
    assert not Challenge.objects.exists()
    assert not Allowance.objects.exists()
    assert [one.person for one in SignInTry.objects.all()] == [elder]
    tidying.tidy(at=now + timedelta(days=185), keep_tries=timedelta(days=184))
    assert not SignInTry.objects.exists()
