"""Accounts: opened by oneself with a proved address, or at a counter with a slip of paper; and let into."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import scope_of
from xuecheng.city.identity import hooks, queries
from xuecheng.city.identity.keyed import keyed_hash
from xuecheng.city.identity.models import Challenge, StartCode
from xuecheng.city.identity.rules import codes as law
from xuecheng.city.people import rules as names
from xuecheng.city.people import services as people
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal
from xuecheng.city.rights import Scope, Standing, require
from xuecheng.city.territories.models import Territory
from xuecheng.city.trace import Actor

from . import allowances
from .codes import Asker, address_of, spend
from .contacts import AddressTaken, keep_contact

OPEN_ACCOUNT, GIVE_START_CODE = "identity.open_account", "identity.give_start_code"
_ATTEMPTS = 20


class RecoversElsewhere(Refusal):
    message = _("This person has a phone number, e-mail address, passkey or second factor of their own.")
    remedy = _("They sign in with it; if all of it is lost, start a recovery, which a second member of staff confirms.")


@dataclass(frozen=True)
class NewResident:
    """What somebody tells who signs up. `public_id` is the form's, so that sending it twice opens one account."""

    public_id: UUID
    name: str
    birth_year: int | None
    territory: Territory | None
    language: str


@dataclass(frozen=True)
class _Opening:
    """A standing for one act, whose right was checked here: opening this account."""

    person: Actor

    def may(self, act: str, scope: Scope) -> bool:
        del scope
        return act == people.CREATE

    def may_somewhere(self, act: str) -> bool:
        return act == people.CREATE

    def may_city_wide(self, act: str) -> bool:
        return act == people.CREATE

    def organisation_ids(self, act: str) -> list[int]:
        del act
        return []

    def territory_paths(self, act: str) -> list[str]:
        del act
        return []

    def own_keys(self, act: str) -> tuple[int, ...]:
        del act
        return ()

    @property
    def person_keys(self) -> tuple[int, ...]:
        return ()

    def keys_for(self, act: str) -> tuple[int, ...]:
        del act
        return ()


def sign_up(*, challenge: UUID, asker: Asker, resident: NewResident, at: datetime, today: date) -> Person:
    """Open an account for whoever proved to have an address that nobody has.

    Sent twice, it opens one. Raises `ProofOver`, `AddressTaken`, `NameMissing` and its kin, `BirthYearWrong`.
    """
    # Refused before the proof is spent: whoever mistyped the name must not start anew.
    name = names.normalise_name(resident.name)
    names.check_birth_year(resident.birth_year, this_year=today.year)
    with trace.change(by=_Newcomer(resident.public_id, name), why=gettext_noop("Signed up")):
        known = Person.objects.filter(public_id=resident.public_id, name=name).first()
        if known is not None and _opened_by(challenge, known, asker):
            return known
        row = spend(purpose=Challenge.Purpose.ENTER, public_id=challenge, asker=asker, at=at)
        address = address_of(row)
        if queries.contact_of(address) is not None:
            raise AddressTaken
        person = _create(_Opening(_Newcomer(resident.public_id, name)), resident, gettext_noop("Signed up"), today)
        keep_contact(person=person, address=address, at=at)
        row.person = person
        row.save(update_fields=["person"])
        hooks.account_opened(person, at)
    return person


@dataclass(frozen=True)
class _Newcomer:
    """Whoever signs up is the one who opens their account."""

    public_id: UUID
    name: str


def _opened_by(challenge: UUID, person: Person, asker: Asker) -> bool:
    return Challenge.objects.filter(
        public_id=challenge, binding=asker.binding, person=person, spent_at__isnull=False
    ).exists()


def _create(standing: Standing, resident: NewResident, reason: str, today: date) -> Person:
    """The account with a sign-in name of random digits; one that is taken is followed by another."""
    for _attempt in range(_ATTEMPTS):
        wished = people.NewPerson(
            public_id=resident.public_id,
            sign_in_name=law.new_sign_in_name(),
            name=resident.name,
            birth_year=resident.birth_year,
            territory=resident.territory,
            language=resident.language,
        )
        try:
            with transaction.atomic():
                return people.create_person(actor=standing, person=wished, today=today, reason=reason)
        except people.SignInNameTaken:
            continue
    raise AssertionError("twenty random names in a row were taken")


@dataclass(frozen=True)
class Slip:
    """What is printed and handed over: the code stands nowhere else."""

    person: Person
    code: str


def open_at_counter(
    *, actor: Standing, at_place: Scope, resident: NewResident, reason: str, at: datetime, today: date
) -> Slip:
    """Open an account for somebody who stands at the counter, and make the slip that lets them in once.

    Sent twice, it opens one account; only the newer slip counts. Raises `Denied`, `FormUsedBefore`, `NameMissing` and
    its kin, `BirthYearWrong`.
    """
    require(actor, OPEN_ACCOUNT, on=at_place)
    name = names.normalise_name(resident.name)
    with trace.change(by=actor.person, why=reason):
        person = Person.objects.filter(public_id=resident.public_id).first()
        if person is None:
            person = _create(_Opening(actor.person), resident, reason, today)
            hooks.account_opened(person, at)
        elif (
            person.name != name
            or not StartCode.objects.filter(
                person=person, made_by__public_id=actor.person.public_id, used_at__isnull=True
            ).exists()
        ):
            # The id of a form opens nobody else's account, and none that has been entered since.
            raise FormUsedBefore
        return _new_slip(actor, person, at)


def give_start_code(*, actor: Standing, person: Person, reason: str, at: datetime) -> Slip:
    """Make a new slip for somebody who can sign in no other way.

    Raises `Denied`, `RecoversElsewhere`, `AccountErased`.
    """
    require(actor, GIVE_START_CODE, on=Scope(territory_path=scope_of(person).territory_path))
    with trace.change(by=actor.person, why=reason):
        row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        names.check_stands(row.erased_at)
        refuse_if_ways_of_their_own(row)
        return _new_slip(actor, row, at)


def refuse_if_ways_of_their_own(person: Person) -> None:
    """No one of the staff alone gets into an account that its owner enters without them. Raises `RecoversElsewhere`."""
    keys = queries.keys_of(person)
    if keys.passkeys or keys.has_totp or queries.contacts_of(person):
        raise RecoversElsewhere


def _new_slip(actor: Standing, person: Person, at: datetime) -> Slip:
    code = law.new_start_code()
    maker = Person.objects.get(public_id=actor.person.public_id)
    if maker.pk == person.pk:
        raise people.OwnSignInKept
    StartCode.objects.update_or_create(
        person=person,
        defaults={
            "code_hash": _hash(person, code), "made_by": maker, "made_at": at, "tries": 0, "used_at": None,
        },
    )  # fmt: skip
    return Slip(person=person, code=law.in_fours(code))


def enter_by_start_code(*, sign_in_name: str, code: str, client: str, at: datetime) -> Person:
    """Let in whoever holds the slip; once. Raises `StartCodeWrong`, `TooManyTries`: the same for names nobody has."""
    try:
        name = names.normalise_sign_in_name(sign_in_name)
    except names.SignInNameWrong:
        name = "-"
    if allowances.take([(law.STARTS_PER_NAME, name), (law.CHECKS_PER_CLIENT, client)], at=at):
        raise law.TooManyTries
    is_right = False
    with transaction.atomic():
        row = (
            StartCode.objects.select_for_update(no_key=True, of=("self",))
            .filter(person__sign_in_name=name, person__is_active=True)
            .select_related("person")
            .first()
        )
        if row is None:
            raise law.StartCodeWrong
        counts = (
            row.used_at is None
            and row.tries < law.START_TRIES
            and row.made_at - law.CLOCK_SLACK <= at < row.made_at + law.START_LIFE
        )
        if counts:
            row.tries += 1
            is_right = hmac.compare_digest(bytes(row.code_hash), _hash(row.person, law.read_digits(code)))
            row.used_at = at if is_right else None
            with trace.change(by=row.person, why=gettext_noop("Used the start code")):
                row.save(update_fields=["tries", "used_at"])
    if not is_right:
        raise law.StartCodeWrong
    return row.person


def _hash(person: Person, code: str) -> bytes:
    return keyed_hash("identity.start", f"{person.public_id} {code}")


def set_own_password(*, person: Person, password: str) -> None:
    """Choose a password without the old one, after a fresh proof of another kind. All sessions end.

    Raises `PasswordTooWeak`.
    """
    people.write_password(
        by=person, person=person, password=password, reason=gettext_noop("Chose a new password themselves")
    )
