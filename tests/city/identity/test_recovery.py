"""Recovery: a second proof, a day of waiting, notices, and an owner who can stop it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from city.identity.conftest import ASKER, SECRET, ask, has_contact
from city.situations import a_person, a_stranger, an_operator
from xuecheng.city import clock, rights
from xuecheng.city.identity import queries
from xuecheng.city.identity.models import Challenge, Recovery
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.identity.services import codes, recovery, tidying
from xuecheng.city.people.models import Person

pytestmark = pytest.mark.django_db
PHONE, EMAIL = "13800138000", "chen@example.com"
RECOVER = Challenge.Purpose.RECOVER
NOW = clock.now()
DAY = law.RECOVERY_WAIT
NEW = "hills and clouds"


@pytest.fixture
def owner(door, elder):
    """Somebody with phone, e-mail, password, second factor and recovery codes."""
    has_contact(elder, EMAIL)
    elder.set_password(SECRET)
    elder.save()
    TOTP.activate(elder, generate_totp_secret())
    RecoveryCodes.activate(elder)
    return elder


def recovery_codes(person):
    return Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()


def by_contact(door, text=EMAIL, at=NOW):
    public_id, code = ask(door, RECOVER, text, at=at)
    codes.check_code(purpose=RECOVER, public_id=public_id, asker=ASKER, code=code, at=at)
    with door.capture(execute=True):
        return recovery.ask_by_contact(challenge=public_id, asker=ASKER, at=at)


def by_code(person, code=None, at=NOW):
    return recovery.ask_by_recovery_code(
        account=person.sign_in_name, code=code or recovery_codes(person)[0], client="203.0.113.7", at=at
    )


def finish(person, claim, at, password=NEW):
    return recovery.finish_recovery(
        account=person.sign_in_name, claim=claim, password=password, client="203.0.113.7", at=at
    )


@pytest.mark.parametrize("way", ["contact", "recovery_code"])
def test_after_a_day_a_new_password_opens_the_account_and_old_factors_are_gone(door, owner, way):
    claim = by_contact(door) if way == "contact" else by_code(owner)
    assert finish(owner, claim.lower(), NOW + DAY) == owner
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert not Authenticator.objects.filter(user=owner).exists()
    assert owner.contact_points.count() == 2
    with pytest.raises(law.ClaimWrong):
        finish(owner, claim, NOW + DAY)


def test_every_contact_point_is_told_at_once(door, owner):
    by_contact(door)
    told = [one for one in door.messages() if "找回" in one["text"]]
    assert {one["to"] for one in told} == {"138****8000", "c***@example.com"}


@pytest.mark.parametrize(
    ("after", "refusal"),
    [
        (timedelta(0), law.ClaimTooEarly),
        (DAY - timedelta(seconds=1), law.ClaimTooEarly),
        (DAY + law.RECOVERY_OPEN, law.ClaimWrong),
        (-timedelta(days=1), law.ClaimTooEarly),
    ],
)
def test_not_before_the_day_is_over_and_not_after_a_week(door, owner, after, refusal):
    claim = by_contact(door)
    with pytest.raises(refusal):
        finish(owner, claim, NOW + after)
    owner.refresh_from_db()
    assert owner.check_password(SECRET)


def test_the_owner_stops_it_meanwhile(door, owner):
    claim = by_contact(door)
    recovery.cancel_recovery(person=owner, at=clock.now())
    with pytest.raises(law.ClaimWrong):
        finish(owner, claim, NOW + DAY)
    recovery.cancel_recovery(person=owner, at=clock.now())


def test_the_owner_sees_it_and_stops_it_on_the_page(door, owner):
    by_contact(door)
    client = Client()
    client.force_login(owner)
    assert "停止找回" in client.get(reverse("identity:show_security")).content.decode()
    door.post(client, "identity:stop_recovery")
    assert queries.recovery_under_way(owner) is None
    assert "停止找回" not in client.get(reverse("identity:show_security")).content.decode()


def test_a_wrong_claim_is_counted_and_the_tenth_is_the_last(door, owner):
    claim = by_contact(door)
    for number in range(10):
        with pytest.raises(law.ClaimWrong):
            finish(owner, "WRONG", NOW + DAY + timedelta(hours=number))
    with pytest.raises(law.ClaimWrong):
        finish(owner, claim, NOW + DAY + timedelta(hours=12))


def test_a_weak_password_is_refused_and_the_claim_still_counts(door, owner):
    from xuecheng.city.people.services import PasswordTooWeak

    claim = by_contact(door)
    with pytest.raises(PasswordTooWeak):
        finish(owner, claim, NOW + DAY, password="12345678")
    assert finish(owner, claim, NOW + DAY)


def test_one_runs_at_a_time(door, owner):
    by_contact(door)
    with pytest.raises(recovery.RecoveryRunsAlready):
        by_contact(door, PHONE)
    assert Recovery.objects.count() == 1


def test_a_recovery_code_works_once_and_a_wrong_one_gives_a_claim_for_nothing(door, owner):
    claim = by_code(owner, code="0000000000")
    assert len(claim) == law.CLAIM_LENGTH
    assert not Recovery.objects.exists()
    code = recovery_codes(owner)[0]
    by_code(owner, code=code)
    recovery.cancel_recovery(person=owner, at=clock.now())
    by_code(owner, code=code)
    assert not Recovery.objects.filter(state="waiting").exists()


def test_recovery_codes_are_tried_five_times_a_day(door, owner):
    for _try in range(5):
        by_code(owner, code="0000000000")
    with pytest.raises(law.TooManyTries):
        by_code(owner)


def test_an_address_of_nobody_is_told_to_who_proved_it_only(door):
    with pytest.raises(recovery.NoSuchAccount):
        by_contact(door, "nobody@example.com")


class TestAtTheCounter:
    @pytest.fixture
    def staff(self, city):
        return an_operator(city["广州市"], "何一"), an_operator(city["广州市"], "何二")

    def confirm(self, actor, row, person, at=NOW):
        return recovery.confirm_at_counter(
            actor=actor, public_id=row.public_id, person=person, reason="看过身份证", at=at
        )

    def ask(self, actor, person, at=NOW):
        return recovery.ask_at_counter(actor=actor, person=person, reason="看过身份证", at=at)

    def test_two_of_the_staff_and_a_day_and_lost_numbers_no_longer_open_it(self, door, owner, staff):
        first, second = staff
        row = self.ask(first, owner)
        claim, opens_at = self.confirm(second, row, owner)
        assert opens_at == NOW + DAY
        assert finish(owner, claim, NOW + DAY) == owner
        assert not owner.contact_points.exists()

    def test_without_contact_points_there_is_nobody_to_wait_for(self, door, staff, city):
        person = a_person(territory=city["五山街道"])
        row = self.ask(staff[0], person)
        claim, opens_at = self.confirm(staff[1], row, person)
        assert opens_at == NOW
        assert finish(person, claim, NOW)

    def test_one_alone_is_not_enough(self, door, owner, staff):
        row = self.ask(staff[0], owner)
        with pytest.raises(recovery.SecondPersonNeeded):
            self.confirm(staff[0], row, owner)
        with pytest.raises(law.ClaimWrong):
            finish(owner, "ANYTHING", NOW + DAY)

    def test_the_database_keeps_it_too(self, door, owner, staff):
        row = self.ask(staff[0], owner)
        for change in ({"confirmed_by": row.asked_by}, {"state": "waiting"}, {"asked_by": owner}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Recovery.objects.filter(pk=row.pk).update(**change)

    def test_strangers_and_the_person_themselves_are_denied(self, door, owner, staff, city):
        with pytest.raises(rights.Denied):
            self.ask(a_stranger(), owner)
        with pytest.raises(rights.Denied):
            self.ask(an_operator(city["从化区"]), owner)
        own = Person.objects.get(public_id=staff[0].person.public_id)
        with pytest.raises(recovery.NotYourOwnRecovery):
            self.ask(staff[0], own)

    def test_what_nobody_confirms_or_takes_up_goes(self, door, owner, staff):
        self.ask(staff[0], owner)
        tidying.tidy(at=NOW + timedelta(hours=23), keep_tries=timedelta(days=184))
        assert queries.recovery_under_way(owner)
        tidying.tidy(at=NOW + timedelta(hours=25), keep_tries=timedelta(days=184))
        assert queries.recovery_under_way(owner) is None

    def test_on_pages_with_two_browsers(self, door, owner, staff, client):
        first, second = (Client(), Client())
        for browser, one in zip((first, second), staff, strict=True):
            browser.force_login(Person.objects.get(public_id=one.person.public_id))
        address = reverse("identity:recover_at_counter", args=[owner.public_id])
        assert first.get(address).status_code == 200
        assert first.post(address, {"reason": "看过身份证"}).status_code == 302
        assert first.post(address, {"reason": "看过身份证"}).status_code == 422
        page = door.post(second, "identity:recover_at_counter", {"reason": "看过身份证"}, public_id=owner.public_id)
        claim = page.context["claim"]
        with time_machine.travel(clock.now() + DAY + timedelta(minutes=1)):
            sent = {"account": owner.sign_in_name, "claim": claim, "password": NEW}
            assert client.post(reverse("identity:finish_recovery"), sent).url == reverse("account_login")
        owner.refresh_from_db()
        assert owner.check_password(NEW)


def test_on_pages_by_a_contact_point(door, owner, client):
    assert client.get(reverse("identity:recover")).status_code == 200
    door.post(client, "identity:recover_by_contact", {"address": EMAIL})
    page = door.post(client, "identity:confirm_recovery", {"code": door.newest_code()})
    assert page.context["claim"]
    assert "no-store" in page["Cache-Control"]
    assert Recovery.objects.get().way == "contact"
