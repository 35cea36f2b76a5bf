"""Accounts from the command line: for the first operator, and for help when nobody can sign in."""

from __future__ import annotations

import json
import logging
import secrets
from datetime import date

import click
from django.db import transaction
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import versions_in_force
from xuecheng.city.access.services import grant_role
from xuecheng.city.identity.services import sessions
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people import services as people
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.territories.models import Territory
from xuecheng.web import events

logger = logging.getLogger(__name__)
_ENDED = "identity.sessions_ended"
_PASSWORD = gettext_noop("Set from the command line")


@click.group()
def user() -> None:
    """Open accounts, set passwords, give roles."""


@user.command()
@click.argument("sign_in_name")
@click.option("--name", required=True, help="The person's name as they write it.")
@click.option("--password", default=None, help="Made and printed if not given.")
@click.option("--role", default=None, help="Code of the role.")
@click.option("--organisation", "organisation_code", default=None, help="Code of the organisation of the role.")
@click.option("--territory", "territory_code", default=None, help="12-digit code of the territory of the role.")
@click.option("--json", "as_json", is_flag=True)
def create(
    *,
    sign_in_name: str,
    name: str,
    password: str | None,
    role: str | None,
    organisation_code: str | None,
    territory_code: str | None,
    as_json: bool,
) -> None:
    """Open an account, with a role if one is named."""
    chosen = password or secrets.token_urlsafe(12)
    _check_role(role)
    with transaction.atomic():
        person = people.open_account_by_owner(
            sign_in_name=sign_in_name, name=name, password=chosen, today=clock.today()
        )
        if role:
            grant_role(
                actor=None,
                public_id=uuid7(),
                person=person,
                role=role,
                organisation=_organisation(organisation_code),
                territory=_territory(territory_code),
                begins_on=clock.today(),
                ends_on=None,
                reason="Opened from the command line",
            )
    if as_json:
        click.echo(json.dumps({"sign_in": sign_in_name, "password": chosen, "role": role}, ensure_ascii=False))
    else:
        click.echo(f"{sign_in_name}  password: {chosen}" + (f"  role: {role}" if role else ""))


def _check_role(role: str | None) -> None:
    """Whoever mistypes a role is told which there are."""
    if role is None:
        return
    known = sorted(set(versions_in_force(today=clock.today()).values_list("role__code", flat=True)))
    if role not in known:
        raise click.BadParameter(f"There is no role {role}. Roles: {', '.join(known)}.", param_hint="--role")


@user.command()
@click.argument("sign_in_name")
@click.option("--password", default=None, help="Made and printed if not given.")
def password(*, sign_in_name: str, password: str | None) -> None:
    """Set a new password; all sessions of the account end."""
    person = _person(sign_in_name)
    chosen = password or secrets.token_urlsafe(12)
    try:
        people.write_password(by=trace.robot("command line"), person=person, password=chosen, reason=_PASSWORD)
    except Refusal as refusal:
        raise click.BadParameter(str(refusal), param_hint="--password") from None
    click.echo(f"{sign_in_name}  password: {chosen}")


@user.command(name="end-sessions")
@click.argument("sign_in_name", required=False)
@click.option("--everybody", is_flag=True, help="All sessions of all people, as after a leak.")
def end_sessions(*, sign_in_name: str | None, everybody: bool) -> None:
    """End all sessions of one person, or of everybody: they sign in anew."""
    if bool(sign_in_name) == everybody:
        raise click.UsageError("Name one person, or say --everybody.")
    if sign_in_name:
        person = _person(sign_in_name)
        sessions.end_sessions(person=person)
        events.tell(
            logger, _ENDED, "All sessions of a person ended", level=logging.WARNING, person=str(person.public_id)
        )
        click.echo(f"All sessions of {sign_in_name} are ended.")
    else:
        ended = sessions.end_everybodys_sessions()
        events.tell(logger, _ENDED, "All sessions of everybody ended", level=logging.WARNING)
        click.echo(f"{ended} sessions are ended.")


@user.command(name="list")
@click.option("--role", default=None, help="Code of the role.")
def list_(*, role: str | None) -> None:
    """List the accounts that hold a role."""
    today: date = clock.today()
    rows = Person.objects.filter(role_holdings__during__contains=today).order_by("sign_in_name")
    for person in rows.filter(role_holdings__role=role).distinct() if role else rows.distinct():
        held = ", ".join(person.role_holdings.filter(during__contains=today).values_list("role", flat=True))
        click.echo(f"{person.sign_in_name}\t{person.name}\t{held}")


def _person(sign_in_name: str) -> Person:
    person = Person.objects.filter(sign_in_name=sign_in_name).first()
    if person is None:
        raise click.BadParameter(f"There is no account {sign_in_name}.", param_hint="SIGN_IN_NAME")
    return person


def _organisation(code: str | None) -> Organisation | None:
    if code is None:
        return None
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise click.BadParameter(f"There is no organisation {code}.", param_hint="--organisation")
    return found


def _territory(code: str | None) -> Territory | None:
    if code is None:
        return None
    found = Territory.objects.filter(code=code).first()
    if found is None:
        raise click.BadParameter(f"There is no territory {code}.", param_hint="--territory")
    return found
