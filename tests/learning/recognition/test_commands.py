"""`xuecheng recognise` does what the page does, in this process."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from learning.recognition import situations as so
from xuecheng.city.access.services import Denied
from xuecheng.learning.recognition.commands import recognise
from xuecheng.learning.recognition.models import Posting, Run

pytestmark = pytest.mark.django_db(transaction=True)


def call(*words: str) -> Result:
    return CliRunner().invoke(recognise, list(words), catch_exceptions=False)


@pytest.fixture
def by(city: so.City) -> list[str]:
    so.in_force(city)
    so.spread([so.a_learner(), so.a_learner()], city.college)
    return ["--by", city.registrar.person.sign_in_name]


def test_what_waits_at_an_institution_becomes_credit(city: so.City, by: list[str]) -> None:
    answer = call("--organisation", city.college.code, *by)
    assert answer.exit_code == 0
    assert "6 records: 6 credited, 0 kept for later, 0 without credit." in answer.output
    assert "6.00  GD-LEQ community, level 1" in answer.output
    assert Posting.objects.count() == 6


def test_scripts_get_one_object(city: so.City, by: list[str]) -> None:
    answer = json.loads(call("--organisation", city.college.code, *by, "--json").stdout)
    assert (answer["records"], answer["credited"], answer["is_finished"], answer["job"]) == (6, 6, True, None)
    assert answer["credits"] == [{"framework": "GD-LEQ", "kind": "community", "level": "1", "hundredths": 600}]


def test_left_to_a_worker_it_ends_at_once(city: so.City, by: list[str]) -> None:
    answer = json.loads(call("--organisation", city.college.code, *by, "--queue", "--json").stdout)
    assert answer["is_finished"] is False
    job = Run.objects.get(public_id=answer["run"]).job
    assert job is not None
    so.work(job)
    assert Posting.objects.count() == 6


def test_a_registrar_does_not_recognise_the_whole_city(city: so.City, by: list[str]) -> None:
    with pytest.raises(Denied):
        call("--all", *by)
    assert call("--all", "--by", city.author.person.sign_in_name).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [["--by", "nobody", "--all"], ["--by", "x"], ["--organisation", "NO-SUCH"], ["--all", "--organisation", "X"]],
)
def test_what_cannot_be_meant_ends_with_2(city: so.City, by: list[str], words: list[str]) -> None:
    answer = call(*words, *(by if "--by" not in words else []))
    assert answer.exit_code == 2
