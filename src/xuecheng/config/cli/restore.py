"""`xuecheng restore`: a backup into a new home, to a moment too; or a drill that throws it away again."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xuecheng.config import environment

from .application import ready_without_database
from .backup import folder_of, plain, shown, tell

if TYPE_CHECKING:
    from xuecheng.config.backups.restoring import Restored


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), help="The home folder to restore into; a new one.")
@click.option("--to-time", "moment", help="As it was then, such as '2026-03-01 17:59:30' in the city's time.")
@click.option("--backup", "name", help="This backup and no other; `xuecheng backup list` names them.")
@click.option("--keys", type=click.Path(path_type=Path, exists=True), help="Folder of the keys, if not INTO/keys.")
@click.option("--replace", is_flag=True, help="Move what is in INTO aside; asks for a typed word.")
@click.option(
    "--drill", "is_drill", is_flag=True, help="Into a folder that goes again: looks, and notes what it found."
)
@click.option("--json", "as_json", is_flag=True)
def restore(
    *, folder: Path | None, into: Path | None, moment: str | None, name: str | None, keys: Path | None, replace: bool,
    is_drill: bool, as_json: bool,
) -> None:  # fmt: skip
    """Restore the newest backup in FOLDER and play the log on, to its end or to a moment; then look at everything.

    FOLDER is the folder of backups, or one backup in it. Exit code 1 if something is not well afterwards.
    """
    if is_drill == (into is not None):
        raise click.UsageError("Say where: --into HOME, or --drill.")
    ready_without_database()
    from xuecheng.city import clock
    from xuecheng.config.backups import drilling, restoring, sealing
    from xuecheng.config.backups import folder as folders

    backups, within = folders.at(folder_of(folder))
    to_time = _moment(moment)
    if is_drill:
        with shown() as report:
            done = drilling.drill(
                backups, home=environment.home(), keys=keys or sealing.keys_folder(), name=name or within,
                to_time=to_time, at=clock.now(), report=report,
            )  # fmt: skip
        sys.exit(_tell(done, as_json=as_json, then=""))
    assert into is not None
    into = into.resolve()
    if replace:
        _ask_for_the_word(into)
    manifest = restoring.choose(backups, name=name or within, to_time=to_time)
    found_keys = keys or next((one for one in (into / "keys", sealing.keys_folder()) if one.is_dir()), into / "keys")
    with shown() as report:
        done = restoring.restore(
            backups, manifest, into=into, keys=found_keys.resolve(), to_time=to_time, report=report, replace=replace
        )
    then = f"Start it: XUECHENG_HOME={into} xuecheng up --demo none, then back it up: its log is a new one."
    if found_keys.resolve() != into / "keys" or not (into / "secret-key").exists():
        brought = "Before that bring its keys, secret-key and oidc-key.pem there (xuecheng backup keys --open), or name"
        then = f"{brought} them by the settings.\n{then}"
    if manifest.kind == "dump":
        then = f"The database is the one of DATABASE_URL; files lie in {into}/files."
    sys.exit(_tell(done, as_json=as_json, then=then))


def _moment(text: str | None) -> datetime | None:
    from xuecheng.city import clock

    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("Write it as 2026-03-01 17:59:30.", param_hint="--to-time") from error
    return given if given.tzinfo else given.replace(tzinfo=clock.zone())


def _ask_for_the_word(into: Path) -> None:
    """Whoever replaces a home types its name."""
    typed = click.prompt(f"This moves the data in {into} aside. Type the folder's name ({into.name})", err=True)
    if typed != into.name:
        raise click.BadParameter("That is not its name; nothing was touched.", param_hint="--replace")


def _tell(done: Restored, *, as_json: bool, then: str) -> int:
    if as_json:
        click.echo(plain(asdict(done) | {"state": done.state}))
        return 1 if done.state == "fail" else 0
    reached = f", the last change at {done.reached}" if done.reached else ""
    click.echo(f"Restored {done.backup} in {done.seconds:.1f} s{reached}; {done.files:,} files.")
    click.echo(
        f"The base backup was verified by {done.verified_by}." if done.verified_by else "", nl=bool(done.verified_by)
    )
    failed = tell(done.found, heading="Looked at:", as_json=False)
    if then:
        click.echo(then)
    return 1 if failed else 0
