"""The one command-line program, `xuecheng`. Each command is loaded when it is asked for: `--help` needs no database.

Exit codes: 0 done, 1 it ran and found something wrong (a ledger that does not verify, a check that fails), 2 refused
(bad input, a rule said no), 3 a fault.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

# name → (where the click command lives, its help in one line, whether it needs the application and its database)
COMMANDS: dict[str, tuple[str, str, bool]] = {
    "up": (
        "xuecheng.config.cli.up:up",
        "Start everything: database, web server, workers. The first start prepares all.",
        False,
    ),
    "serve": ("xuecheng.config.cli.serve:serve", "Serve pages: the web process of production.", False),
    "stop": ("xuecheng.config.cli.plain:stop", "Stop everything that `up` started, the embedded database too.", False),
    "build": ("xuecheng.config.cli.plain:build", "Build the front-end assets and the language catalogues.", False),
    "migrate": ("xuecheng.config.cli.plain:migrate", "Bring the database schema to this release.", False),
    "demo": ("xuecheng.config.cli.demo:demo", "The demonstration city: load it, list its sign-ins.", True),
    "import": ("xuecheng.city.imports.commands:import_file", "Import a file of learning records.", True),
    "recognise": (
        "xuecheng.learning.recognition.commands:recognise",
        "Turn pending records into credit by the rules.",
        True,
    ),
    "verify": ("xuecheng.learning.proofs.commands:verify", "Verify credentials: files, pictures, tokens.", True),
    "ledger": ("xuecheng.learning.creditbank.commands:ledger", "Verify and seal the ledger; look up balances.", True),
    "lottery": (
        "xuecheng.coordination.enrolment.commands:lottery",
        "Work out the published lottery of a class again.",
        False,
    ),
    "territories": (
        "xuecheng.city.territories.commands:territories",
        "Load and look up administrative divisions.",
        True,
    ),
    "workdays": (
        "xuecheng.city.workdays.commands:workdays",
        "The calendar of working days: look at a year, count a period.",
        True,
    ),
    "user": ("xuecheng.config.cli.user:user", "Open accounts, set passwords, give roles.", True),
    "keys": ("xuecheng.city.vault.commands:keys", "Keys of what is sealed: list, check, replace, destroy.", True),
    "link": ("xuecheng.city.linking.commands:link", "Register other sites and programs, and list them.", True),
    "settings": ("xuecheng.config.cli.settings:show_settings", "Every setting, its value, what it means.", False),
    "check": (
        "xuecheng.config.cli.check:check",
        "Is this installation sound? Settings, database, keys, queue, seals and more.",
        True,
    ),
    "backup": (
        "xuecheng.config.cli.backup:backup",
        "Back up database, log and files; list, verify and forget backups; keep the keys elsewhere.",
        False,
    ),
    "restore": ("xuecheng.config.cli.restore:restore", "Restore a backup, to a moment too; or a drill of it.", False),
    "bench": ("xuecheng.config.cli.bench:bench", "Measure: each number a ratio against a floor or a peer.", True),
}


#: What root may do in the home of another user: it prepares or restores there, or writes nothing.
_ALSO_AS_ROOT = {"up", "stop", "build", "migrate", "restore", "lottery", "settings"}


def _refuse_root() -> None:
    from xuecheng.config import environment

    from .words import of_another

    if why := of_another(environment.home()):
        raise environment.SettingInvalid(why)


class _Lazy(click.Group):
    """Commands by name from `COMMANDS`; refusals end with exit code 2 and their sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        place, _help, needs_application = COMMANDS[cmd_name]
        if cmd_name != "serve":  # the web process has a line for each answer; a terminal is told what matters
            os.environ.setdefault("XUECHENG_LOG_LEVEL", "WARNING")
        if cmd_name not in _ALSO_AS_ROOT:
            _refuse_root()
        if needs_application:
            from .application import ready

            ready(as_owner=cmd_name in ("demo", "bench", "user", "territories"))
        module, attribute = place.split(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{place} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_place, text, _needs) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xuecheng")
def program() -> None:
    """Xuecheng 学城: the system a city runs its learning society on."""


def main() -> None:
    """Entry point of the installed program."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuecheng.config.settings")
    from .plain import DjangoFailed
    from .words import in_words

    try:
        program(standalone_mode=True)
    except DjangoFailed as error:
        sys.exit(error.code)  # what went wrong stands above, from the process that did it
    except Exception as error:
        told = in_words(error)
        if told is None:
            raise
        code, sentences = told
        click.secho(sentences, fg="red", err=True)
        sys.exit(code)
