"""`xuecheng territories` at the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from city.situations import small_city
from xuecheng.city.territories import services
from xuecheng.city.territories.commands import territories

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(territories, list(words))


def test_guangzhou_comes_along_and_loads_by_name():
    first = run("load", "guangzhou", "--json")
    assert json.loads(first.output) == {"new": 3041, "known": 0, "changed": 0}
    answer = json.loads(run("show", "天河区", "--json").output)
    assert answer["line"] == ["广州市"]
    assert answer["population"] == 2_241_826
    assert answer["beneath"]["street"] == 21


def test_bad_rows_are_told_by_number_and_nothing_is_loaded(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("code,name,level,parent_code\n440100000000,广州市,city,\n4401,天河区,district,440100000000\n")
    result = run("load", str(path), "--valid-from", "2024-01-01")
    assert isinstance(result.exception, services.FileRefused)
    assert "3" in result.output
    assert "4401" in result.output
    result = run("load", str(path), "--valid-from", "2024-01-01", "--json")
    assert json.loads(result.output)["problems"][0] | {"message": ""} == {
        "row": 3,
        "code": "code_wrong",
        "field": "code",
        "message": "",
    }


def test_a_file_needs_its_day_and_an_unknown_city_is_told_what_there_is(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("code,name,level,parent_code\n")
    assert "--valid-from" in run("load", str(path)).output
    assert "guangzhou" in run("load", "atlantis").output


def test_as_of_answers_for_a_division_and_for_the_city():
    small_city()
    answer = json.loads(run("as-of", "2024-01-01", "440106001001", "--json").output)
    assert [one["name_zh"] for one in answer["line"]] == ["广州市", "天河区", "五山街道"]
    lines = run("as-of", "2024-01-01").output.splitlines()
    assert [line.split()[1] for line in lines] == ["广州市", "天河区", "从化区"]
    assert run("as-of", "2001-01-01", "440106001001").exit_code == 1


def test_a_name_that_several_have_asks_for_the_code():
    small_city()
    result = run("show", "社区")
    assert result.exit_code == 1
    assert "440106001001" in result.output
    assert "五山街道" in run("show", "440106001000").output
