"""`xuecheng backup`: make a backup, list, verify and forget them, keep the keys elsewhere, switch the archive."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from xuecheng.config import archiving, environment

from .application import ready, ready_without_database

if TYPE_CHECKING:
    from collections.abc import Callable

    from xuecheng.config.backups.folder import Backups
    from xuecheng.config.backups.found import Found

_TO = click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="Folder of backups, if not XUECHENG_BACKUPS."
)
_JSON = click.option("--json", "as_json", is_flag=True)
MARKS = {"pass": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}


@click.group(invoke_without_command=True)
@_TO
@_JSON
@click.pass_context
def backup(context: click.Context, *, folder: Path | None, as_json: bool) -> None:
    """Back up database and files into a folder, sealed. Broken off, nothing is left that looks whole.

    Keys are in no backup: see `xuecheng backup keys`.
    """
    context.obj = folder
    if context.invoked_subcommand is not None:
        return
    ready()
    from xuecheng.config.backups import making

    with shown() as report:
        manifest = making.back_up(folder_of(folder), home=environment.home(), report=report)
    if as_json:
        click.echo(json.dumps(asdict(manifest), ensure_ascii=False))
        return
    click.echo(
        f"{manifest.id}: {manifest.database_bytes / 1e6:,.0f} MB of database in {manifest.byte_count / 1e6:,.1f} MB, "
        f"{manifest.file_count:,} files ({manifest.file_bytes / 1e6:,.1f} MB)."
    )
    click.echo("The keys are not in it. Keep them elsewhere: xuecheng backup keys --to FILE")


@backup.command("list")
@_TO
@_JSON
@click.pass_context
def list_(context: click.Context, *, folder: Path | None, as_json: bool) -> None:
    """Whole backups, the newest first. Exit code 1 if one cannot be read."""
    ready_without_database()
    from xuecheng.city import clock

    backups = _backups(context, folder)
    for one in backups.whole():
        if as_json:
            told = {"id": one.id, "kind": one.kind, "ended_at": one.ended_at, "release": one.release,
                    "bytes": one.byte_count, "database_bytes": one.database_bytes, "files": one.file_count,
                    "totals": one.totals_after, "backup_key": one.backup_key, "keks": one.keks}  # fmt: skip
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.echo(
                f"{one.id}  {one.ended.astimezone(clock.zone()):%Y-%m-%d %H:%M:%S}  {one.kind}  "
                f"{one.byte_count / 1e6:>10,.1f} MB  {one.file_count:>8,} files  release {one.release}"
            )
    broken = backups.unreadable()
    for name in broken:
        click.secho(f"✗ {name} cannot be read", fg="red", err=as_json)
    sys.exit(1 if broken else 0)


@backup.command()
@click.argument("name", required=False)
@_TO
@click.option("--deep", is_flag=True, help="Open every part and every file too, which reads all of it.")
@_JSON
@click.pass_context
def verify(context: click.Context, *, name: str | None, folder: Path | None, deep: bool, as_json: bool) -> None:
    """Verify backup NAME, or all: sums, manifest, the log without a gap, files. Exit code 1 if one is not well."""
    ready_without_database()
    from xuecheng.config.backups import keeping, sealing
    from xuecheng.config.backups.found import Found
    from xuecheng.config.backups.refusals import BackupDamaged, BackupKeyMissing, NoBackups

    backups = _backups(context, folder)
    chosen = [backups.named(name)] if name else backups.whole()
    wrong = 0
    if not chosen and not backups.unreadable():
        raise NoBackups(folder=str(backups.root))
    for manifest in chosen:
        with shown() as report:
            try:
                found = keeping.verify(backups, manifest, keys=sealing.keys_folder(), deep=deep, report=report)
            except (BackupDamaged, BackupKeyMissing) as refusal:
                found = [Found("backup", "fail", refusal.sentence(), refusal.advice())]
        wrong += tell(found, heading=manifest.id, as_json=as_json)
    for broken in [] if name else backups.unreadable():
        wrong += tell([Found("backup", "fail", "cannot be read")], heading=broken, as_json=as_json)
    sys.exit(1 if wrong else 0)


@backup.command()
@_TO
@click.option("--days", type=click.IntRange(min=1), help="Instead of XUECHENG_BACKUP_DAYS.")
@click.option("--least", type=click.IntRange(min=1), help="Instead of XUECHENG_BACKUP_LEAST.")
@click.option("--dry-run", is_flag=True, help="Say what would go.")
@_JSON
@click.pass_context
def forget(
    context: click.Context, *, folder: Path | None, days: int | None, least: int | None, dry_run: bool, as_json: bool
) -> None:
    """Forget backups whose days are over, but never the newest few; then the log and files that none needs."""
    ready_without_database()
    from django.conf import settings

    from xuecheng.city import clock
    from xuecheng.config.backups import keeping, sealing

    gone = keeping.forget(
        _backups(context, folder),
        keys=sealing.keys_folder(),
        at=clock.now(),
        days=days or settings.BACKUP_KEEP_DAYS,
        least=least or settings.BACKUP_KEEP_LEAST,
        dry=dry_run,
    )
    if as_json:
        click.echo(json.dumps(asdict(gone)))
    elif dry_run:
        click.echo("\n".join(gone.backups) or "Nothing would go.")
    else:
        click.echo(f"Forgotten: {len(gone.backups)} backups, {gone.segments} pieces of log, {gone.files} files.")


@backup.command()
@click.option("--to", "target", type=click.Path(path_type=Path), help="Write the keys into this new file.")
@click.option("--open", "source", type=click.Path(path_type=Path, exists=True), help="Bring the keys of this file …")
@click.option("--into", type=click.Path(path_type=Path), help="… into this home folder (XUECHENG_HOME if not given).")
@click.option("--with-owners", is_flag=True, help="Also the secrets of single people's keys: destroy the copy in time.")
def keys(*, target: Path | None, source: Path | None, into: Path | None, with_owners: bool) -> None:
    """Keep the keys elsewhere: key-encryption keys, backup keys, signing keys, in a file under a passphrase.

    The passphrase is asked for, or read from the first line of the input.
    """
    if (target is None) == (source is None):
        raise click.UsageError("Say which: --to FILE or --open FILE.")
    ready_without_database()
    from xuecheng.config.backups import keys as packing
    from xuecheng.config.backups import sealing

    passphrase = _passphrase(twice=source is None)
    if source is not None:
        names = packing.unpack(source, into=into or environment.home(), passphrase=passphrase)
        click.echo(f"{len(names)} keys lie in {into or environment.home()}.")
        return
    assert target is not None
    sealing.current_key(sealing.keys_folder())
    names = packing.pack(
        target, home=environment.home(), keys=sealing.keys_folder(), passphrase=passphrase, with_owners=with_owners
    )
    click.echo(
        f"{len(names)} keys are in {target}: {', '.join(sorted({one.rpartition('/')[2][:14] for one in names}))}"
    )
    click.echo("Take it away from this machine, and the passphrase to another place. Do so again after each rotation.")


def _passphrase(*, twice: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice))


@backup.command()
@click.option("--off", is_flag=True, help="Archive no more, from the next start on.")
def archive(*, off: bool) -> None:
    """Carry what waits of the log into the folder of backups now; or switch archiving off."""
    home = environment.home()
    if off:
        if archiving.backups_folder() is not None:
            raise click.UsageError("Take XUECHENG_BACKUPS out of the settings first.")
        archiving.switch_off(home)
        click.echo("Off from the next start on: xuecheng stop, then xuecheng up.")
        return
    ready()
    from xuecheng.config.backups import outside
    from xuecheng.config.backups.refusals import NotOfAnOutsideServer

    if outside.is_outside():
        raise NotOfAnOutsideServer
    from xuecheng.config.backups import jobs

    folder_of(None)
    jobs.carry()
    left = len(list(archiving.waiting_room(home).glob("*.gz")))
    click.echo("Carried." if not left else f"{left} segments still wait.")
    sys.exit(1 if left else 0)


def folder_of(given: Path | None) -> Path:
    """The folder of backups: the one given, or that of the settings. Raises `NoBackupFolder`."""
    from xuecheng.config.backups.refusals import NoBackupFolder

    folder = given or archiving.backups_folder()
    if folder is None:
        raise NoBackupFolder
    return folder.resolve()


def _backups(context: click.Context, given: Path | None) -> Backups:
    from xuecheng.config.backups import folder

    return folder.at(folder_of(given or context.obj))[0]


def tell(found: list[Found], *, heading: str, as_json: bool) -> int:
    """Print what was looked at; answers how much of it failed."""
    if as_json:
        for one in found:
            click.echo(json.dumps({"backup": heading, **asdict(one)}, ensure_ascii=False))
    else:
        console = Console(highlight=False)
        console.print(heading)
        for one in found:
            console.print(f"  {MARKS[one.state]} {one.what:<12} {one.found}  [dim]{one.remedy}[/]")
    return sum(one.state == "fail" for one in found)


@contextmanager
def shown() -> Iterator[Callable[[str, int, int | None], None]]:
    """What is being done, on the terminal; nothing where nobody looks."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _what, _done, _total: None
        return
    with console.status("…") as status:

        def report(what: str, done: int, total: int | None) -> None:
            amount = f" {done / 1e6:,.0f} MB" if done > 1_000_000 else ""
            of = f" of {total / 1e6:,.0f} MB" if total and total > 1_000_000 else ""
            status.update(f"{what}{amount}{of}")

        yield report


def plain(value: Any) -> str:
    """As JSON, with times as texts."""
    return json.dumps(value, ensure_ascii=False, default=str)
