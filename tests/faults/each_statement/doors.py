"""Ways in: codes, contact points, slips of the counter, sessions, recoveries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.sessions.backends.db import SessionStore

from city.identity.conftest import ASKER, has_contact
from city.situations import TODAY
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock
from xuecheng.city.identity.models import Challenge, OpenSession, Recovery
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.identity.rules.addresses import read_address
from xuecheng.city.identity.services import accounts, codes, contacts, recovery, sessions
from xuecheng.city.ids import uuid7
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

NOW = clock.now()
PHONE, EMAIL = "13800138000", "chen@example.com"
ENTER, ADD, RECOVER = Challenge.Purpose.ENTER, Challenge.Purpose.ADD, Challenge.Purpose.RECOVER
TRIES = {"identity_allowance"}


def asked(town: Town, purpose: Any, address: str, person: Person | None = None) -> tuple[UUID, str]:
    """A code that was sent: its id and the code."""
    with town.monkeypatch.context() as patch:
        patch.setattr(law, "new_code", lambda: "481516")
        public_id = codes.ask_code(purpose=purpose, address=read_address(address), asker=ASKER, person=person, at=NOW)
    return public_id, "481516"


def proved(town: Town, purpose: Any, address: str, person: Person | None = None) -> UUID:
    public_id, code = asked(town, purpose, address, person)
    codes.check_code(purpose=purpose, public_id=public_id, asker=ASKER, code=code, at=NOW)
    return public_id


@row("city.identity.ask_code", apart=TRIES)
def _(town: Town) -> Verb:
    # The first use of a purpose makes its keys, in a transaction of their own.
    asked(town, ENTER, "13900139000")
    return lambda: asked(town, ENTER, PHONE)


@row("city.identity.check_code", apart=TRIES)
def _(town: Town) -> Verb:
    public_id, code = asked(town, ENTER, PHONE)
    return lambda: codes.check_code(purpose=ENTER, public_id=public_id, asker=ASKER, code=code, at=NOW)


@row("city.identity.spend_now")
def _(town: Town) -> Verb:
    public_id = proved(town, ENTER, PHONE)
    return lambda: codes.spend_now(purpose=ENTER, public_id=public_id, asker=ASKER, at=NOW)


def _newcomer(town: Town) -> accounts.NewResident:
    return accounts.NewResident(
        public_id=uuid7(), name="何阿婆", birth_year=1948, territory=town.places["五山街道"], language="zh-hans"
    )


@row("city.identity.sign_up")
def _(town: Town) -> Verb:
    challenge, resident = proved(town, ENTER, PHONE), _newcomer(town)
    return lambda: accounts.sign_up(challenge=challenge, asker=ASKER, resident=resident, at=NOW, today=TODAY)


@row("city.identity.open_at_counter")
def _(town: Town) -> Verb:
    resident, operator, place = _newcomer(town), town.operator, Scope(territory_path=town.places["五山街道"].path)
    return lambda: accounts.open_at_counter(
        actor=operator, at_place=place, resident=resident, reason=WHY, at=NOW, today=TODAY
    )


@row("city.identity.give_start_code")
def _(town: Town) -> Verb:
    person, operator = town.neighbour(), town.operator
    return lambda: accounts.give_start_code(actor=operator, person=Person.objects.get(pk=person.pk), reason=WHY, at=NOW)


@row("city.identity.enter_by_start_code", apart=TRIES)
def _(town: Town) -> Verb:
    person = town.neighbour()
    slip = accounts.give_start_code(actor=town.operator, person=person, reason=WHY, at=NOW)
    return lambda: accounts.enter_by_start_code(
        sign_in_name=person.sign_in_name, code=slip.code, client="203.0.113.7", at=NOW
    )


@row("city.identity.add_contact")
def _(town: Town) -> Verb:
    person = town.neighbour()
    has_contact(person, PHONE)
    challenge = proved(town, ADD, EMAIL, person)
    return lambda: contacts.add_contact(person=person, challenge=challenge, asker=ASKER, at=NOW)


@row("city.identity.remove_contact")
def _(town: Town) -> Verb:
    person = town.neighbour()
    has_contact(person, PHONE)
    going = has_contact(person, EMAIL)
    return lambda: contacts.remove_contact(person=person, public_id=going.public_id, at=NOW)


def _session(person: Person) -> str:
    store = SessionStore()
    store.create()
    key = str(store.session_key)
    sessions.begin_session(person=person, key=key, way="password", user_agent="Mozilla/5.0", at=NOW)
    return key


@row("city.identity.begin_session")
def _(town: Town) -> Verb:
    person = town.neighbour()
    return lambda: sessions.begin_session(person=person, key="k" * 32, way="password", user_agent="Mozilla/5.0", at=NOW)


@row("city.identity.end_session")
def _(town: Town) -> Verb:
    person = town.neighbour()
    one = OpenSession.objects.get(key=_session(person))
    return lambda: sessions.end_session(person=person, public_id=one.public_id)


@row("city.identity.end_sessions")
def _(town: Town) -> Verb:
    person = town.neighbour()
    _session(person)
    _session(person)
    return lambda: sessions.end_sessions(person=person)


@row("city.identity.end_everybodys_sessions")
def _(town: Town) -> Verb:
    _session(town.neighbour())
    return sessions.end_everybodys_sessions


@row("city.identity.ask_by_recovery_code", apart=TRIES)
def _(town: Town) -> Verb:
    person = town.neighbour()
    has_contact(person, PHONE)
    RecoveryCodes.activate(person)
    code = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()[0]
    return lambda: recovery.ask_by_recovery_code(account=person.sign_in_name, code=code, client="203.0.113.7", at=NOW)


@row("city.identity.ask_by_contact")
def _(town: Town) -> Verb:
    person = town.neighbour()
    has_contact(person, PHONE)
    has_contact(person, EMAIL)
    challenge = proved(town, RECOVER, EMAIL)
    return lambda: recovery.ask_by_contact(challenge=challenge, asker=ASKER, at=NOW)


@row("city.identity.ask_at_counter")
def _(town: Town) -> Verb:
    person, operator = town.neighbour(), town.operator
    return lambda: recovery.ask_at_counter(actor=operator, person=person, reason=WHY, at=NOW)


def _asked_at_counter(town: Town) -> Recovery:
    person = town.neighbour()
    has_contact(person, PHONE)
    return recovery.ask_at_counter(actor=town.operator, person=person, reason=WHY, at=NOW)


def _confirmed(town: Town, asked_for: Recovery) -> str:
    claim, _opens_at = recovery.confirm_at_counter(
        actor=town.other_operator, public_id=asked_for.public_id, person=asked_for.person, reason=WHY, at=NOW
    )
    return claim


@row("city.identity.confirm_at_counter")
def _(town: Town) -> Verb:
    asked_for, _second = _asked_at_counter(town), town.other_operator
    return lambda: _confirmed(town, asked_for)


@row("city.identity.cancel_recovery")
def _(town: Town) -> Verb:
    asked_for = _asked_at_counter(town)
    return lambda: recovery.cancel_recovery(person=asked_for.person, at=NOW)


# The try of a claim counts in the recovery's own row, and in its history.
@row(
    "city.identity.finish_recovery",
    apart={*TRIES, "identity_recovery", "identity_recoveryevent", "pghistory_context"},
)
def _(town: Town) -> Verb:
    asked_for = _asked_at_counter(town)
    person, claim = asked_for.person, _confirmed(town, asked_for)
    _session(person)
    return lambda: recovery.finish_recovery(
        account=person.sign_in_name, claim=claim, password="hills and clouds", client="203.0.113.7",
        at=NOW + law.RECOVERY_WAIT,
    )  # fmt: skip
