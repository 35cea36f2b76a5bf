"""Fixtures of the ground floor's pages: a small city, an organisation in it, and people who are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from city.situations import a_person, an_organisation, holding, small_city

if TYPE_CHECKING:
    from django.test import Client

    from xuecheng.city.organisations.models import Organisation
    from xuecheng.city.territories.models import Territory


@pytest.fixture
def city(db: None) -> dict[str, Territory]:
    return small_city()


@pytest.fixture
def college(city: dict[str, Territory]) -> Organisation:
    return an_organisation(city["天河区"], name_zh="天河区社区学院")


@pytest.fixture
def operator_client(client: Client, city: dict[str, Territory]) -> Client:
    """A browser in which an operator of the whole city is signed in."""
    person = a_person("何运维")
    holding(person, "operator", territory=city["广州市"])
    client.force_login(person)
    return client


@pytest.fixture
def resident_client(client: Client, city: dict[str, Territory]) -> Client:
    """A browser in which somebody without any role is signed in."""
    client.force_login(a_person("路人", territory=city["五山街道"]))
    return client
