"""`xuecheng settings`: what is set and what is not, secrets masked; everything that is wrong at once (OPS-08)."""

from __future__ import annotations

import json

import click

from xuecheng.config import environment


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--set", "only_set", is_flag=True, help="Only what is set.")
def show_settings(*, as_json: bool, only_set: bool) -> None:
    """Show every setting, its value and what it means. Exit code 2 and all problems if some cannot be used."""
    from xuecheng.config import settings

    # Reading them names them; a value that cannot be used has ended this by now.
    del settings
    for setting in sorted(environment.DOCUMENTED.values(), key=lambda one: one.name):
        value = environment.shown(setting.name)
        if only_set and not value:
            continue
        if as_json:
            click.echo(json.dumps({"name": setting.name, "value": value, "meaning": setting.meaning}))
        else:
            click.echo(f"{setting.name:<32} {value or '–'}")
            click.secho(f"    {setting.meaning}", dim=True)
