"""Sites registered from the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from city.api.programs import Town, a_town
from xuecheng.city.linking.commands import link


@pytest.fixture
def town(db: None) -> Town:
    return a_town()


def _site(town: Town, *more: str) -> Any:
    words = [
        "site", "教务系统", "--name-en", "School system", "--purpose-zh", "报送记录", "--purpose-en", "Sends records",
        "--organisation", town.desk.college.code, "--scope", "records.write", *more,
    ]  # fmt: skip
    return CliRunner().invoke(link, words)


def test_a_registered_program_gets_a_token(town: Town) -> None:
    done = _site(town, "--acts-for", town.people["R"].sign_in_name)
    assert done.exit_code == 0, done.output
    said = json.loads(done.output)
    form = {"grant_type": "client_credentials"} | said
    assert "access_token" in Client().post("/identity/o/api/token", form).json()
    assert "教务系统" in CliRunner().invoke(link, ["list"]).output


def test_who_is_not_there_is_told(town: Town) -> None:
    assert "There is no account" in _site(town, "--acts-for", "nobody").output
