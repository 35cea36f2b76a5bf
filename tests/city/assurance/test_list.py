"""The list of the security standard is whole, and what it names exists."""

from __future__ import annotations

import ast
from functools import cache
from importlib import util
from pathlib import Path

from django.conf import settings as django_settings

from xuecheng.city.assurance import queries, rules

ROOT = Path(__file__).resolve().parents[3]
STATES_OF = {"yes": {rules.HELD, rules.PARTLY, rules.OPEN}, "no": {rules.NONE}, "deviation": {rules.DEVIATION}}
EVERY = queries.requirements()


@cache
def _tests_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return frozenset(found)


def test_each_requirement_of_levels_1_and_2_is_judged_once() -> None:
    standard = [row for row in queries._rows(queries.STANDARD) if row["L"] in ("1", "2")]
    judged = [row["id"] for row in queries._rows(queries.JUDGEMENTS)]
    assert len(standard) == 253
    assert judged == [row["req_id"] for row in standard]


def test_every_judgement_is_sound() -> None:
    """What is held names its test, whatever applies a control and where it is, and all but what is held a reason."""
    bad = []
    for one in EVERY:
        told = one.control and one.control_zh and one.where
        if (
            one.state not in STATES_OF[one.applies]
            or (one.state == rules.HELD and not one.test)
            or (one.state in (rules.HELD, rules.PARTLY, rules.DEVIATION) and not told)
            or (one.state != rules.HELD and not (one.why_en and one.why_zh))
        ):
            bad.append(one.id)
    assert bad == []


def test_every_test_that_is_named_exists() -> None:
    bad = []
    for one in EVERY:
        path, _, name = one.test.partition("::")
        if one.test and not ((ROOT / path).is_file() and name in _tests_of(path)):
            bad.append((one.id, one.test))
    assert bad == []


def test_every_module_setting_and_document_that_is_named_exists() -> None:
    bad = []
    for where in sorted({where for one in EVERY for where in one.where}):
        if where.isupper():
            found = hasattr(django_settings, where)
        elif "/" in where or where.endswith(".toml"):
            found = (ROOT / where).is_file()
        else:
            found = util.find_spec(f"xuecheng.{where}") is not None
        if not found:
            bad.append(where)
    assert bad == []


def test_every_point_of_law_says_how_sure_we_are() -> None:
    assert queries.legal_points()
    assert all(one.sure in rules.SURE and one.point_zh and one.parameter_zh for one in queries.legal_points())


def test_chapters_count_every_requirement_once() -> None:
    chapters = rules.by_chapter(EVERY)
    assert [one.id for one in chapters] == list(rules.CHAPTERS)
    assert sum(one.held + one.partly + one.open + one.deviation + one.not_applying for one in chapters) == 253
