"""House rules that no linter knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "xuecheng"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
# An app's law: its `rules.py` or folder `rules/`; pages about rules (`views/rules.py`) are pages.
RULES = [path for path in MODULES if "rules" in path.with_suffix("").relative_to(PACKAGE).parts[2:3]]
NOT_A_NAME = {"utils", "helpers", "common", "misc", "tools", "shared", "base"}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


PURE = {
    "xuecheng.city.pinyin", "xuecheng.learning.proofs.documents", "xuecheng.learning.proofs.integrity",
    "xuecheng.learning.proofs.statuslist",
}  # fmt: skip
"""Modules that are functions of values only, as rules are."""


@pytest.mark.parametrize("path", RULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rules_import_the_standard_library_gettext_and_refusals_only(path: Path) -> None:
    for name in _imports(path):
        allowed = (
            name.split(".")[0] in sys.stdlib_module_names
            or name in ("django.utils.translation", "django.utils.functional", "xuecheng.city.refusals")
            or name in PURE
            or re.fullmatch(r"xuecheng\.\w+\.\w+\.rules(\.\w+)?", name)
        )
        assert allowed, f"{path.name} imports {name}"


def test_no_module_is_a_catch_all() -> None:
    assert [str(path) for path in MODULES if path.stem in NOT_A_NAME] == []


def test_no_module_outgrows_its_page() -> None:
    """About 500 lines; data written as code may be longer."""
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in MODULES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 520
    }
    assert long == {}


def test_templates_hold_no_inline_style_and_no_inline_script() -> None:
    """The content security policy allows neither."""
    bad = []
    for path in PACKAGE.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"""<[^>]+\s(style|on\w+|hx-on[^=]*)=["']""", text) or re.search(
            r"<script(?![^>]*\ssrc=)[^>]*>\s*\S", text
        ):
            bad.append(str(path.relative_to(PACKAGE)))
    assert bad == []


def test_what_stands_in_a_paragraph_of_a_part_brings_none_of_its_own() -> None:
    """A paragraph in a paragraph ends the outer one: `c-empty` makes one of what it is given."""
    bad = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.html")
        if re.search(r"<c-empty[^>]*>\s*<p[ >]", path.read_text(encoding="utf-8"))
    ]
    assert bad == []


def test_every_setting_is_in_the_operations_guide() -> None:
    from xuecheng.config import environment, settings

    assert settings.SECRET_KEY
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in environment.DOCUMENTED if f"`{name}`" not in guide] == []


def test_every_command_is_in_the_operations_guide() -> None:
    from xuecheng.config.cli import COMMANDS

    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`xuecheng {name}" not in guide] == []


def test_every_command_of_the_program_can_be_loaded() -> None:
    from importlib import import_module

    import click

    from xuecheng.config.cli import COMMANDS

    for place, _help, _needs in COMMANDS.values():
        module, attribute = place.split(":")
        assert isinstance(getattr(import_module(module), attribute), click.Command), place


def test_every_job_and_routine_is_in_the_operations_guide() -> None:
    from xuecheng.city.jobs import registry

    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    known = [*registry.KINDS, *registry.ROUTINES]
    assert known
    assert [name for name in known if f"`{name}`" not in guide] == []


def test_no_tracked_file_names_a_registry_or_a_machine() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    locks += [ROOT / "package-lock.json", ROOT / "looking" / "tools" / "package-lock.json"]
    assert [str(path) for path in locks if re.search(r"https?://", path.read_text(encoding="utf-8"))] == []


def test_models_and_migrations_agree(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_git_ignores_what_is_built() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert [
        name for name in tracked if name.startswith(("var/", "node_modules/", "src/xuecheng/web/static/dist/"))
    ] == []
