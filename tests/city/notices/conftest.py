"""Fixtures of notices: the kinds of tests, a port that knows addresses, a provider in place of the real ones."""

from __future__ import annotations

import pytest

from city.notices.situations import Provider, Told, reachable, registered, telling
from city.situations import a_person
from xuecheng.city.notices import delivering


@pytest.fixture(autouse=True)
def kinds_of_tests():
    with registered():
        yield


@pytest.fixture
def told():
    with telling(Told()) as port:
        yield port


@pytest.fixture
def provider(monkeypatch):
    made = Provider()
    monkeypatch.setattr(delivering, "sender_of", lambda _channel: made)
    return made


@pytest.fixture
def chen(db, told):
    """Somebody with a verified e-mail address and telephone number."""
    return reachable(a_person("陈嘉敏"), told, phone="13800138000")
