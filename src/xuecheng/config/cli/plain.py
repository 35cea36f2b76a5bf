"""The simple commands of the program: build, migrate, stop."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from xuecheng.config import database, embedded, environment

PACKAGE = Path(__file__).resolve().parents[2]


class DjangoFailed(Exception):
    """A command of Django's did not succeed; it has said why itself."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def run_django(*words: str, identity: str = "owner", process: str = "command") -> None:
    """One of Django's commands in a process of its own, as the owner of the schema unless said otherwise."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "xuecheng.config.manage", *words],
        env=os.environ | {"XUECHENG_IDENTITY": identity, "XUECHENG_PROCESS": process},
        check=False,
    )
    if done.returncode:
        raise DjangoFailed(done.returncode)


def migrate_schema(*, verbosity: int = 0, pauses_s: Sequence[float] = (2, 5, 10, 20)) -> None:
    """Run what is missing of the schema, and the cache's table.

    A migration that finds its table busy gives up before it keeps people waiting; each is whole or not at all, so the
    same command goes on where it stopped.
    """
    words = ("migrate", "--no-input", "--verbosity", str(verbosity))
    for pause in (*pauses_s, None):
        try:
            run_django(*words, process="migrate")
            break
        except DjangoFailed as error:
            if error.code != database.COME_AGAIN or pause is None:
                raise
            click.echo(f"A table is in use. Trying again in {pause:g} s.", err=True)
            time.sleep(pause)
    run_django("createcachetable", "--verbosity", str(verbosity))


def compile_catalogues(locale: Path = PACKAGE / "locale") -> int:
    """Compile each language catalogue that is older than its source; answers how many were."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = 0
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file)
        draft = target.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)
        compiled += 1
    return compiled


def build_all(*, force: bool = False) -> None:
    """Front-end assets, language catalogues, and the collected static files with hashed names."""
    from xuecheng.web.build import build as build_assets

    build_assets(force=force)
    compile_catalogues()
    # What was collected is compared, not whether this call built it: several homes share one checkout.
    stamp = environment.home() / "static" / "collected-from"
    wanted = _digest_of(PACKAGE / "web" / "static")
    if force or not stamp.exists() or stamp.read_text() != wanted:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        run_django("collectstatic", "--no-input", "--verbosity", "0")
        stamp.write_text(wanted)


def _digest_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()


@click.command()
@click.option("--force", is_flag=True, help="Build again even if nothing changed.")
def build(*, force: bool) -> None:
    """Build the front-end assets and the language catalogues."""
    build_all(force=force)
    click.echo("Assets and catalogues are built.")


@click.command()
def migrate() -> None:
    """Bring the database schema to this release, as its owner."""
    if database.outside_url() is None:
        embedded.start(environment.home())
    migrate_schema(verbosity=1)


@click.command()
def stop() -> None:
    """Stop what `up` started, the embedded database too."""
    from .up import stop_leftovers

    home = environment.home()
    ended = stop_leftovers(home)
    if database.outside_url() is None and embedded.stop(home):
        ended += 1
    click.echo("Stopped." if ended else "Nothing was running.")
