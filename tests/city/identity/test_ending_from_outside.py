"""Sessions ended from the command line, for one person or for everybody (ASVS 7.4.5)."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from city.situations import a_person
from xuecheng.city.identity.models import OpenSession
from xuecheng.config.cli.user import user

pytestmark = pytest.mark.django_db
SECRET = "learn-for-life-2026"


def signed_in(name: str) -> tuple[Any, Client]:
    person = a_person(name)
    person.set_password(SECRET)
    person.save()
    client = Client()
    assert client.post("/sign-in/", {"login": person.sign_in_name, "password": SECRET}).status_code == 302
    return person, client


def is_in(client: Client) -> bool:
    return client.get(reverse("identity:show_security")).status_code == 200


def test_of_two_people_only_the_named_one_signs_in_anew() -> None:
    (chen, hers), (_feng, his) = signed_in("陈惠芬"), signed_in("冯国强")
    done = CliRunner().invoke(user, ["end-sessions", chen.sign_in_name])
    assert done.exit_code == 0, done.output
    assert (is_in(hers), is_in(his)) == (False, True)
    assert not OpenSession.objects.filter(person=chen).exists()


def test_after_a_leak_everybody_does() -> None:
    clients = [signed_in(name)[1] for name in ("陈惠芬", "冯国强")]
    done = CliRunner().invoke(user, ["end-sessions", "--everybody"])
    assert done.exit_code == 0, done.output
    assert [is_in(client) for client in clients] == [False, False]
    assert not OpenSession.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize("words", [["end-sessions"], ["end-sessions", "chen", "--everybody"]])
def test_it_says_whom_or_nothing_happens(words: list[str]) -> None:
    _person, client = signed_in("陈惠芬")
    done = CliRunner().invoke(user, words)
    assert done.exit_code == 2
    assert "--everybody" in done.output
    assert is_in(client)


def test_nobody_of_that_name_is_told() -> None:
    assert "There is no account nobody" in CliRunner().invoke(user, ["end-sessions", "nobody"]).output
