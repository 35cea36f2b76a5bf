"""Verbs of people: open an account, change a name, close and open sign-in, set a password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.ids import uuid7
from xuecheng.city.pinyin import order_of_person
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import OWNER, Scope, Standing, require
from xuecheng.city.territories.models import Territory

from . import duplicates, hooks, rules
from .models import Person

CREATE, CHANGE = "people.create_person", "people.change_person"


class SignInNameTaken(Refusal):
    message = _("Somebody else signs in with this name.")
    remedy = _("Choose another one.")
    field = "sign_in_name"


class PasswordTooWeak(Refusal):
    """A password that the rules of the installation refuse; the message is theirs."""

    message = "%(why)s"
    field = "password"


class OwnSignInKept(Refusal):
    message = _("Nobody closes their own account to sign-in.")
    remedy = _("Ask another operator.")


@dataclass(frozen=True)
class NewPerson:
    """An account to be opened. `password` None: nobody can sign in until one is set."""

    public_id: UUID
    sign_in_name: str
    name: str
    birth_year: int | None = None
    territory: Territory | None = None
    password: str | None = None
    language: str = "zh-hans"
    is_fictional: bool = False


def create_person(*, actor: Standing, person: NewPerson, today: date, reason: str) -> Person:
    """Open an account. Asked again with the same id and name, return the same one.

    Raises `Denied`, `NameMissing`, `NameTooLong`, `NameHasSign`, `SignInNameWrong`, `SignInNameTaken`,
    `BirthYearWrong`, `PasswordTooWeak`, `FormUsedBefore`.
    """
    require(actor, CREATE, on=_place(person.territory))
    row = _row(person, today=today)
    if person.password is not None:
        _check_password(person.password, row)
        row.password = make_password(person.password)
    with trace.change(by=actor.person, why=reason), refusing(person_sign_in_name_once=SignInNameTaken):
        known = Person.objects.filter(public_id=person.public_id).first()
        if known is not None:
            if (known.sign_in_name, known.name) != (row.sign_in_name, row.name):
                raise FormUsedBefore
            return known
        row.save(force_insert=True)
        # Whoever seems to be here already is shown to an officer; the account opens all the same.
        duplicates.find_for(row, at=row.joined_at)
    return row


def create_people(*, actor: Standing, people: Sequence[NewPerson], today: date, reason: str) -> list[Person]:
    """Open many accounts at once, all or none; without passwords. For imports and the demonstration.

    Raises what `create_person` raises, `Denied` for the first place where the right is missing.
    """
    for place in {person.territory.path if person.territory else None for person in people}:
        require(actor, CREATE, on=Scope(territory_path=place))
    rows = [_row(person, today=today) for person in people]
    with trace.change(by=actor.person, why=reason), refusing(person_sign_in_name_once=SignInNameTaken):
        return Person.objects.bulk_create(rows, batch_size=1000)


def open_account_by_owner(*, sign_in_name: str, name: str, password: str, today: date) -> Person:
    """Open an account from the command line: for the first operator. Raises what `create_person` raises."""
    person = NewPerson(public_id=uuid7(), sign_in_name=sign_in_name, name=name, password=password)
    return create_person(actor=OWNER, person=person, today=today, reason=gettext_noop("Opened from the command line"))


def change_name(*, actor: Standing, person: Person, name: str, reason: str) -> Person:
    """Write a person's name anew: a marriage, a mistake, a rare character that can be typed at last.

    Raises `Denied`, `NameMissing`, `NameTooLong`, `NameHasSign`, `AccountErased`, `ReasonMissing`.
    """
    require(actor, CHANGE, on=_scope(person))
    chosen = rules.normalise_name(name)
    with trace.change(by=actor.person, why=reason):
        row = _standing_one(person)
        if row.name != chosen:
            row.name, row.sort_key = chosen, order_of_person(chosen)
            row.save(update_fields=["name", "sort_key"])
    return row


def change_person(
    *, actor: Standing, person: Person, birth_year: int | None, territory: Territory | None, today: date, reason: str
) -> Person:
    """Change year of birth and residence; the right is needed at both residences.

    Raises `Denied`, `BirthYearWrong`, `AccountErased`.
    """
    require(actor, CHANGE, on=_scope(person))
    require(actor, CHANGE, on=_place(territory))
    rules.check_birth_year(birth_year, this_year=today.year)
    with trace.change(by=actor.person, why=reason):
        row = _standing_one(person)
        row.birth_year, row.territory = birth_year, territory
        row.save(update_fields=["birth_year", "territory"])
    return row


def close_sign_in(*, actor: Standing, person: Person, reason: str) -> None:
    """Let nobody sign in to an account any more; running sessions end with the next page. Its records stay.

    Raises `Denied`, `OwnSignInKept`, `AccountErased`.
    """
    require(actor, CHANGE, on=_scope(person))
    if actor.person.public_id == person.public_id:
        raise OwnSignInKept
    _set_active(actor, person, reason, is_active=False)


def open_sign_in(*, actor: Standing, person: Person, reason: str) -> None:
    """Let the person sign in again. Raises `Denied`, `AccountErased`."""
    require(actor, CHANGE, on=_scope(person))
    _set_active(actor, person, reason, is_active=True)


def set_password(*, actor: Standing, person: Person, password: str, reason: str) -> None:
    """Give an account another password: for somebody who forgot theirs and showed who they are. Their sessions end.

    Raises `Denied`, `PasswordTooWeak`, `AccountErased`, and what the guards of `hooks` refuse.
    """
    require(actor, CHANGE, on=_scope(person))
    hooks.before_password(person)
    write_password(by=actor.person, person=person, password=password, reason=reason)


def write_password(*, by: trace.Actor, person: Person, password: str, reason: str) -> None:
    """Write a password; the caller checked the right. All sessions of the account end.

    Raises `PasswordTooWeak`, `AccountErased`.
    """
    _check_password(password, person)
    with trace.change(by=by, why=reason):
        _standing_one(person)
        # A new hash ends all sessions: they are signed with it.
        Person.objects.filter(pk=person.pk).update(password=make_password(password))
        hooks.sign_in_ended(person)


def _set_active(actor: Standing, person: Person, reason: str, *, is_active: bool) -> None:
    with trace.change(by=actor.person, why=reason):
        _standing_one(person)
        Person.objects.filter(pk=person.pk).update(is_active=is_active)
        if not is_active:
            hooks.sign_in_ended(person)


def take_names_away(people: Sequence[Person], *, pseudonyms: Mapping[int, tuple[str, str]], at: datetime) -> None:
    """Write (name, sign-in name) that tell nothing over each of the accounts, and close them for ever.

    Within the erasure of their owner (`city.mydata`), which checked everything and holds their rows. Sign-in names are
    free again; a trigger keeps the rows as they are now.
    """
    for row in people:
        row.name, row.sign_in_name = pseudonyms[row.pk]
        row.sort_key = order_of_person(row.name)
        row.birth_year = row.territory = row.last_login = None
        row.password, row.is_active, row.erased_at = "!", False, at  # Django's mark for "no password"
        row.save(
            update_fields=[
                *("name", "sign_in_name", "sort_key", "birth_year", "territory", "last_login", "password"),
                *("is_active", "erased_at"),
            ]
        )
        hooks.sign_in_ended(row)


def _standing_one(person: Person) -> Person:
    """The account's row, locked. Raises `AccountErased`."""
    row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    rules.check_stands(row.erased_at)
    return row


def _row(person: NewPerson, *, today: date) -> Person:
    name = rules.normalise_name(person.name)
    rules.check_birth_year(person.birth_year, this_year=today.year)
    return Person(
        public_id=person.public_id,
        sign_in_name=rules.normalise_sign_in_name(person.sign_in_name),
        name=name,
        sort_key=order_of_person(name),
        birth_year=person.birth_year,
        territory=person.territory,
        # No hash at all: cheaper than a random one that nobody knows, and as closed.
        password="!",  # noqa: S106  # Django's mark for "no password"
        language=person.language,
        is_fictional=person.is_fictional,
    )


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, user=person)
    except ValidationError as error:
        raise PasswordTooWeak(why=error.messages[0] if error.messages else "") from error


def _place(territory: Territory | None) -> Scope:
    return Scope(territory_path=territory.path if territory else None)


def _scope(person: Person) -> Scope:
    """Where a person belongs for changes by staff: their residence. What is their own does not count here."""
    return _place(person.territory)
