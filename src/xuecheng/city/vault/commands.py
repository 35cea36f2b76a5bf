"""`xuecheng keys`: what keys there are, whether all open, replacing them while people work, destroying unused ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import click
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from xuecheng.city import clock
from xuecheng.city.rights import OWNER

from . import queries, services
from .models import Key

_REASON = gettext_noop("Replaced from the command line")


class Bar:
    """The progress of work as a bar on the terminal; nothing where nobody looks."""

    def __init__(self, bars: Bars, title: str) -> None:
        self.done = 0
        self.total: int | None = None
        self.cursor: dict[str, Any] = {}
        self._bars = bars
        self._bar = bars.add_task(title, total=None)

    @contextmanager
    def slice(self) -> Iterator[None]:
        with transaction.atomic():
            yield
        self._bars.update(self._bar, completed=self.done, total=self.total)


@click.group()
def keys() -> None:
    """Keys of what is sealed. Their material is never shown."""


@keys.command("list")
def list_keys() -> None:
    """Every key with its state and how many rows use it."""
    for face in queries.keys(OWNER):
        key = face.key
        click.echo(
            f"{key.pk:>6}  {key.use:<8} {key.state:<10} {key.purpose} {key.year or ''}  {key.suite}"
            f"  kek {key.kek[:12]}…  {face.rows:,}"
        )
    for purpose, count in queries.owners_keys(OWNER).items():
        click.echo(_("%(purpose)s: %(count)s owners have a key of their own") % {"purpose": purpose, "count": count})


@keys.command()
def check() -> None:
    """Open every key, count every row's; ends with 1 if something is wrong."""
    found = queries.check()
    for finding in found:
        click.secho(finding.text, fg="red")
    for kek in queries.unused_keks():
        click.echo(_("Key-encryption key %(kek)s wraps nothing here; older backups may need it.") % {"kek": kek})
    if not found:
        click.echo(_("Every key opens, and every row's key is there."))
    sys.exit(1 if found else 0)


@keys.command()
@click.option("--kek", is_flag=True, help="The key-encryption key: few rows, at once.")
@click.option("--dek", is_flag=True, help="The data keys: every sealed value is sealed anew.")
@click.option("--lookup", is_flag=True, help="The look-up keys: every keyed hash is made anew.")
@click.option("--purpose", "purposes", multiple=True, help="Only keys of this purpose; may be given several times.")
@click.option("--background", is_flag=True, help="Leave sealing anew to a worker; its job shows the progress.")
@click.option("--carry-on", is_flag=True, help="Replace nothing; go on with what was stopped.")
@click.option("--reason", default=_REASON, help="Why; it stays in the history.")
def rotate(
    *, kek: bool, dek: bool, lookup: bool, purposes: tuple[str, ...], background: bool, carry_on: bool, reason: str
) -> None:
    """Replace keys while people read and write. Killed anywhere: `xuecheng keys rotate --carry-on`.

    An old key stays until no row uses it and the days of XUECHENG_KEYS_KEEP_DAYS are over.
    """
    if (kek or dek or lookup) == carry_on:
        raise click.UsageError("Say which: --kek, --dek, --lookup, or any of them together; or --carry-on alone.")
    if kek:
        count = services.rewrap(actor=OWNER, reason=reason)
        click.echo(_("%(count)d keys are wrapped anew.") % {"count": count})
        if not (dek or lookup):
            return
    for use, is_wanted in (("seal", dek), ("look_up", lookup)):
        if is_wanted:
            services.replace(
                actor=OWNER, use=use, at=clock.now(), reason=reason, purposes=purposes, in_background=background
            )
    if background and not carry_on:
        click.echo(_("New keys work from now on. A background job seals the rows anew."))
        return
    with Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    ) as bars:
        count = services.drain(Bar(bars, _("Sealing anew")), now=clock.now())
    left = Key.objects.filter(state=Key.State.RETIRING).count()
    click.echo(_("%(count)d rows are sealed or hashed anew; %(left)d old keys are still in use.") % {
        "count": count, "left": left,
    })  # fmt: skip
    sys.exit(1 if left else 0)


@keys.command()
@click.option("--keep-days", type=click.IntRange(min=0), help="Instead of the days in XUECHENG_KEYS_KEEP_DAYS.")
def destroy(*, keep_days: int | None) -> None:
    """Destroy keys that no row has used for the days they are kept, after counting once more."""
    keep = None if keep_days is None else timedelta(days=keep_days)
    destroyed = services.destroy_unused(now=clock.now(), keep=keep)
    click.echo(_("%(count)d keys are destroyed.") % {"count": len(destroyed)})
