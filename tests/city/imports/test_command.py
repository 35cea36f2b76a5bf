"""`xuecheng import`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from city.imports.toy import HEADING, Toy, lines, written_codes
from city.situations import a_stranger
from xuecheng.city.access.services import Denied
from xuecheng.city.imports.commands import import_file
from xuecheng.city.imports.files import open_table
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs.models import Job

BAD = "T-7,,2026-03-01\r\n"


def run(toy: Toy, path: Path, content: str | bytes, *options: str) -> Result:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    words = ["--organisation", toy.organisation.code, "--by", toy.registrar.person.sign_in_name]
    return CliRunner().invoke(import_file, [str(path), "--kind", "test.organisations", *words, *options])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "名单.csv"


def test_a_good_file_is_written_whole(toy, path):
    answer = run(toy, path, HEADING + lines(1, 4_200))
    assert answer.exit_code == 0, answer.output
    assert "4,200" in answer.output
    assert len(written_codes()) == 4_200
    assert ImportFile.objects.get().choice == "all"
    assert not Job.objects.exists()


def test_a_wrong_row_stops_all_and_ends_with_1(toy, path):
    answer = run(toy, path, HEADING + lines(1, 3) + BAD)
    assert answer.exit_code == 1
    assert "5" in answer.output
    assert "--skip-bad" in answer.output
    assert written_codes() == set()


def test_good_rows_are_written_where_it_is_wished_and_rejected_ones_handed_out(toy, path, tmp_path):
    rejected = tmp_path / "rejected.xlsx"
    answer = run(toy, path, HEADING + lines(1, 3) + BAD, "--skip-bad", "--rejected", str(rejected))
    assert answer.exit_code == 1
    assert written_codes() == {"T-1", "T-2", "T-3"}
    with open_table(rejected) as table:
        assert [cells[0] for _, cells in table.rows()][1:] == ["T-7"]


def test_a_dry_run_writes_nothing(toy, path):
    assert run(toy, path, HEADING + lines(1, 3), "--dry-run").exit_code == 0
    assert written_codes() == set()
    assert ImportFile.objects.get().state == "checked"


def test_the_same_file_again_is_there_already_and_ends_well(toy, path):
    run(toy, path, HEADING + lines(1, 3))
    answer = run(toy, path, HEADING + lines(1, 3), "--json")
    assert answer.exit_code == 0
    told = json.loads(answer.output)
    assert (told["rows"], told["written"], told["known"], told["bad"]) == (3, 0, 3, 0)


def test_json_tells_the_problems(toy, path):
    told = json.loads(run(toy, path, (HEADING + lines(1, 1) + BAD).encode("gb18030"), "--json").output)
    assert told["encoding"] == "gb18030"
    assert told["state"] == "checked"
    assert told["problems"] == [{"row": 3, "column": "name", "value": "", "code": "value_missing"}]


def test_what_is_no_table_ends_with_2(toy, path):
    answer = run(toy, path, b"%PDF-1.7")
    assert answer.exit_code == 2
    assert json.loads(run(toy, path, b"%PDF-1.7", "--json").output)["refusal"]


@pytest.mark.parametrize(
    "words",
    [
        ["--kind", "no.kind"],
        ["--organisation", "nowhere"],
        ["--by", "nobody"],
    ],
)
def test_what_does_not_exist_is_named(toy, path, words):
    answer = run(toy, path, HEADING, *words)
    assert answer.exit_code == 2
    assert words[1] in answer.output


def test_only_whose_right_it_is_imports(toy, path):
    toy.registrar = a_stranger()
    answer = run(toy, path, HEADING + lines(1, 1))
    assert isinstance(answer.exception, Denied)
    assert not ImportFile.objects.exists()
