"""The simple commands of the program: build, migrate, stop."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from xuecheng.config import database, embedded, environment

PACKAGE = Path(__file__).resolve().parents[2]


def run_django(*words: str, identity: str = "owner") -> None:
    """One of Django's commands in a process of its own, as the owner of the schema unless said otherwise."""
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "xuecheng.config.manage", *words],
        env=os.environ | {"XUECHENG_IDENTITY": identity},
        check=True,
    )


def compile_catalogues(locale: Path = PACKAGE / "locale") -> int:
    """Compile each language catalogue that is older than its source; answers how many were."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

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


def build_all(*, force: bool = False, report: object = click.echo) -> None:
    """Front-end assets, language catalogues, and the collected static files with hashed names."""
    from xuecheng.web.build import build as build_assets  # noqa: PLC0415

    changed = build_assets(force=force)
    changed = bool(compile_catalogues()) or changed
    collected = environment.home() / "static" / "staticfiles.json"
    if changed or force or not collected.exists():
        run_django("collectstatic", "--no-input", "--verbosity", "0")


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
    run_django("migrate", "--no-input", "--verbosity", "1")
    run_django("createcachetable")


@click.command()
def stop() -> None:
    """Stop what `up` started, the embedded database too."""
    from .up import stop_leftovers  # noqa: PLC0415

    home = environment.home()
    ended = stop_leftovers(home)
    if database.outside_url() is None and embedded.stop(home):
        ended += 1
    click.echo("Stopped." if ended else "Nothing was running.")
