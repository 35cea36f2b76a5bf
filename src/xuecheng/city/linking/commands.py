"""Linked sites from the command line, for whoever sets an installation up."""

from __future__ import annotations

import json

import click

from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations import queries as organisations
from xuecheng.city.people import queries as people

from . import services
from .models import LinkedSite


@click.group()
def link() -> None:
    """Register other sites and programs, and list them."""


@link.command()
@click.argument("name_zh")
@click.option("--name-en", required=True)
@click.option("--purpose-zh", required=True, help="What people read when they are asked.")
@click.option("--purpose-en", required=True)
@click.option("--organisation", "organisation_code", required=True, help="Code of the organisation it belongs to.")
@click.option("--scope", "scopes", multiple=True, required=True)
@click.option("--return-to", "addresses", multiple=True, help="Address to which people return; none: no people.")
@click.option("--acts-for", default="", help="Sign-in name of whom its own program acts for; none: no program.")
@click.option("--app", "is_public", is_flag=True, help="It cannot keep a secret.")
def site(
    *,
    name_zh: str,
    name_en: str,
    purpose_zh: str,
    purpose_en: str,
    organisation_code: str,
    scopes: tuple[str, ...],
    addresses: tuple[str, ...],
    acts_for: str,
    is_public: bool,
) -> None:
    """Register a site; prints its id and secret as JSON, this once."""
    organisation = organisations.by_code(organisation_code)
    if organisation is None:
        raise click.BadParameter(f"There is no organisation {organisation_code}.", param_hint="--organisation")
    holder = people.by_sign_in_name(acts_for) if acts_for else None
    if acts_for and holder is None:
        raise click.BadParameter(f"There is no account {acts_for}.", param_hint="--acts-for")
    wish = services.SiteWish(
        name_zh=name_zh,
        name_en=name_en,
        purpose_zh=purpose_zh,
        purpose_en=purpose_en,
        organisation=organisation,
        scopes=scopes,
        redirect_uris=addresses,
        holder=holder,
        is_public=is_public,
    )
    made, secret = services.register_site(
        actor=None, public_id=uuid7(), wish=wish, at=clock.now(), reason="Registered from the command line"
    )
    click.echo(json.dumps({"client_id": made.client_id, "client_secret": secret}))


@link.command(name="list")
def list_() -> None:
    """List the registered sites."""
    for one in LinkedSite.objects.select_related("organisation").order_by("registered_at"):
        ended = "\tended" if one.ended_at else ""
        click.echo(f"{one.client_id}\t{one.name_zh}\t{one.organisation.code}{ended}")
