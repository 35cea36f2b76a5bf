"""The first operator's account is opened from outside; a mistyped role opens nothing."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from city.situations import small_city
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.people.models import Person
from xuecheng.config.cli.user import user

pytestmark = pytest.mark.django_db
WORDS = ["create", "he.yunwei", "--name", "何运维", "--territory"]


def test_the_first_operator() -> None:
    place = small_city()["广州市"]
    done = CliRunner().invoke(user, [*WORDS, place.code, "--role", "operator"])
    assert done.exit_code == 0, done.output
    assert RoleHolding.objects.get(person__sign_in_name="he.yunwei").role == "operator"


def test_a_mistyped_role_opens_no_account_and_says_which_there_are() -> None:
    place = small_city()["广州市"]
    done = CliRunner().invoke(user, [*WORDS, place.code, "--role", "operater"])
    assert done.exit_code == 2
    assert "operater" in done.output
    assert "operator" in done.output
    assert not Person.objects.filter(sign_in_name="he.yunwei").exists()
