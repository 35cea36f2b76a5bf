"""Every address × role: who passes its door. A new address without a row here fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from city.situations import a_job, a_person, an_organisation, holding, small_city

LETTERS = "ALRCO"
"""Anonymous; a resident (Learner); Registrar of an organisation in Tianhe; Certification officer and Operator of the city."""

STAFF, SIGNED_IN, EVERYBODY = "RCO", "LRCO", "ALRCO"
OWN_OBJECTS = None
"""The address names an object that must be made first; who may see it is tested beside its app."""

ROUTES: dict[str, str | None] = {}


def _walk(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}", pattern


ALL = dict(_walk(get_resolver()))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(ALL) - set(ROUTES) == set(), "say in ROUTES who passes the door of these"
    assert set(ROUTES) - set(ALL) == set()


def _made_up(pattern: URLPattern) -> dict[str, Any]:
    """Arguments that fit the address and name nothing."""
    values = {
        "UUIDConverter": UUID("018f0000-0000-7000-8000-000000000000"),
        "IntConverter": 1,
        "StringConverter": "NOTHING",
        "SlugConverter": "nothing",
    }
    found = {name: values[type(one).__name__] for name, one in pattern.pattern.converters.items()}
    return found or dict.fromkeys(pattern.pattern.regex.groupindex, "999999999999")


def _leads_to_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and answer.url.startswith(reverse("account_login"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, row in ROUTES.items() if "A" not in (row or "")])
def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page(client: Client, name: str) -> None:
    """Before anything is looked up: an address tells a stranger not even whether its object exists."""
    address = reverse(name, kwargs=_made_up(ALL[name]))
    assert _leads_to_sign_in(client.get(address))
    assert _leads_to_sign_in(client.post(address))


@pytest.fixture
def doors(db: None) -> dict[str, Any]:
    """A browser for each letter, and the arguments of the ground floor's addresses."""
    city = small_city()
    college = an_organisation(city["天河区"])
    people = {letter: a_person(letter, territory=city["五山街道"]) for letter in LETTERS[1:]}
    holding(people["R"], "registrar", organisation=college)
    holding(people["C"], "certification_officer", territory=city["广州市"])
    held = holding(people["O"], "operator", territory=city["广州市"])
    somebody = a_person("别人", territory=city["五山街道"])
    job = a_job(state="running", organisation=college)
    clients = {letter: Client() for letter in LETTERS}
    for letter, person in people.items():
        clients[letter].force_login(person)
    arguments = {
        "territories": {"code": city["天河区"].code},
        "organisations": {"code": college.code},
        "people": {"public_id": somebody.public_id},
        "jobs": {"public_id": job.public_id},
        "access:list_holdings_over": {"code": city["天河区"].code},
        "access:grant_role_over": {"code": city["天河区"].code},
        "access:list_roles_of": {"public_id": somebody.public_id},
        "access:end_role": {"public_id": held.public_id},
        "access": {"code": college.code},
    }
    return {"clients": clients, "arguments": arguments}


@pytest.mark.parametrize("name", [name for name, row in ROUTES.items() if row is not None])
def test_each_role_passes_the_doors_the_table_says_and_no_other(doors: dict[str, Any], name: str) -> None:
    pattern = ALL[name]
    wanted = pattern.pattern.converters or pattern.pattern.regex.groupindex
    arguments = doors["arguments"].get(name) or doors["arguments"].get(name.split(":", maxsplit=1)[0], {})
    address = reverse(name, kwargs={key: value for key, value in arguments.items() if key in wanted})
    passed = ""
    for letter, client in doors["clients"].items():
        answer = client.get(address)
        if answer.status_code == 405:
            answer = client.post(address)
        assert answer.status_code < 500
        if answer.status_code not in (403, 404) and not _leads_to_sign_in(answer):
            passed += letter
    assert passed == ROUTES[name]
