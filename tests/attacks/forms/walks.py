"""Which walk passes which form, for the test that none is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from city.identity.conftest import SECRET
from xuecheng.city.people.models import Person

WALKED: dict[str, str] = {}


def passes(*names: str) -> Callable[[Any], Any]:
    def mark(test: Any) -> Any:
        test.walks = names
        for name in names:
            WALKED.setdefault(name, test.__name__)
        return pytest.mark.slow(pytest.mark.django_db(test))

    return mark


def at_browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def proved(person: Person) -> Client:
    """A browser of somebody who signed in just now, with the password that was set before."""
    client = Client()
    assert client.post("/sign-in/", {"login": person.sign_in_name, "password": SECRET}).status_code == 302
    return client


def with_password(person: Person) -> Person:
    person.set_password(SECRET)
    person.save()
    return person
