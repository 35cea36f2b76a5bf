"""Keys and tokens over a territory: they reach what lies there, and nothing beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from city.api.programs import Program, Town, a_town, record_body
from city.situations import TODAY, a_person, an_organisation, holding
from learning.records.situations import Desk, a_learner
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.linking import services
from xuecheng.city.territories.models import Territory


@pytest.fixture
def town(db: None, settings: Any) -> Town:
    settings.API_PER_MINUTE = 10_000
    return a_town()


def key_over(town: Town, code: str, *, holder: str = "C", scopes: tuple[str, ...] = ("records.read",)) -> Program:
    now = clock.now()
    wish = services.KeyWish(
        name="区教育局", holder=town.people[holder], scopes=list(scopes), territory=Territory.objects.get(code=code),
        begins_at=now, ends_at=now + timedelta(days=90),
    )  # fmt: skip
    _key, secret = services.make_key(
        actor=standing_of(town.people["O"], today=TODAY), public_id=uuid7(), wish=wish, reason="接入"
    )
    return Program(secret)


def elsewhere(_town: Town) -> Desk:
    """A college in Conghua; the town's own is in Tianhe."""
    district = Territory.objects.get(code="440117000000")
    college = an_organisation(district, name_zh="从化社区学院")
    person = a_person("从化登记")
    holding(person, "registrar", organisation=college)
    return Desk(college=college, registrar=standing_of(person, today=TODAY), district=district)


def test_a_key_over_a_district_reads_its_records_and_no_other_districts(town: Town) -> None:
    mine = town.desk.record(town.learner)
    theirs = elsewhere(town).record(a_learner("黄小明"))
    tianhe, conghua = key_over(town, "440106000000"), key_over(town, "440117000000")
    assert [one["number"] for one in tianhe.get("/records").json()["items"]] == [mine.pk]
    assert [one["number"] for one in conghua.get("/records").json()["items"]] == [theirs.pk]
    assert (tianhe.get(f"/records/{mine.pk}").status_code, tianhe.get(f"/records/{theirs.pk}").status_code) == (
        200,
        404,
    )
    city = key_over(town, "440100000000")
    assert {one["number"] for one in city.get("/records").json()["items"]} == {mine.pk, theirs.pk}


def test_a_key_over_a_street_reaches_not_the_district_above_it(town: Town) -> None:
    town.desk.record(town.learner)
    assert key_over(town, "440106001000").get("/records").json()["items"] == []


def test_a_key_over_a_district_changes_its_organisations_and_divisions_only(town: Town) -> None:
    program = key_over(town, "440106000000", holder="O", scopes=("organisations.write", "territories.write"))
    other = elsewhere(town).college
    change = {"state": "suspended", "on": clock.today().isoformat(), "reason": "整顿"}
    assert program.post(f"/organisations/{town.desk.college.code}/statuses", change).status_code == 201
    assert program.post(f"/organisations/{other.code}/statuses", change).status_code == 403
    rename = {"name_zh": "五山新街道", "on": clock.today().isoformat(), "reason": "更名"}
    assert program.post("/territories/440106001000/names", rename).status_code == 201
    assert program.post("/territories/440117001000/names", rename).status_code == 403
    # To put a street into another district needs the right over both.
    move = {"parent": "440117000000", "on": clock.today().isoformat(), "reason": "调整"}
    assert program.post("/territories/440106002000/parents", move).status_code == 403


def test_roles_are_granted_within_the_territory_of_the_key_only(town: Town) -> None:
    program = key_over(town, "440106000000", holder="O", scopes=("roles.read", "roles.write"))
    person = a_person("新登记", territory=Territory.objects.get(code="440106001000"))
    body = {
        "person": str(person.public_id), "role": "registrar", "begins_on": clock.today().isoformat(), "reason": "任命",
    }  # fmt: skip
    here = body | {"id": str(uuid7()), "organisation": town.desk.college.code}
    there = body | {"id": str(uuid7()), "organisation": elsewhere(town).college.code}
    assert program.post("/role-holdings", here).status_code == 201
    assert program.post("/role-holdings", there).status_code == 403
    assert program.get("/territories/440117000000/roles").status_code == 403
    assert program.get("/territories/440106000000/roles").status_code == 200


def test_whoever_lives_elsewhere_is_not_there_for_a_key_over_a_district(town: Town) -> None:
    program = key_over(town, "440106000000", holder="O", scopes=("people.read",))
    near = a_person("近邻", territory=Territory.objects.get(code="440106001000"))
    far = a_person("远客", territory=Territory.objects.get(code="440117001000"))
    assert program.get(f"/people/{near.public_id}").status_code == 200
    assert program.get(f"/people/{far.public_id}").status_code == 404
    # Nor is somebody of whom no residence is known: they belong to the city as a whole.
    assert program.get(f"/people/{town.learner.public_id}").status_code == 404


def test_a_sites_own_program_acts_at_its_organisation_and_for_nobody_there_of_their_own(town: Town) -> None:
    from allauth.idp.oidc.models import Token

    from city.api.programs import a_site

    site = a_site(town.desk.college)
    site.holder = town.people["C"]
    site.save()
    value = services.random_signs(40)
    token = Token(
        type=Token.Type.ACCESS_TOKEN, client=site.client, expires_at=clock.now() + timedelta(hours=1),
        scopes="records.read\nrecords.write\naccount.read",
    )  # fmt: skip
    token.set_value(value)
    token.save()
    mine = town.desk.record(town.learner)
    theirs = elsewhere(town).record(a_learner("黄小明"))
    program = Program(value)
    assert [one["number"] for one in program.get("/records").json()["items"]] == [mine.pk]
    assert program.get(f"/records/{theirs.pk}").status_code == 404
    assert program.get("/me/account").status_code == 403
    assert program.post("/records", record_body(town)).status_code == 403, "an officer enters no records"


@pytest.mark.parametrize(
    "path",
    [
        "/me/account", "/me/notice-choices", "/me/helpers", "/me/helped", "/me/deeds", "/me/data", "/me/consents",
        "/me/data-requests", "/me/readings", "/me/identity-documents", "/me/notices",
    ],
)  # fmt: skip
def test_a_key_reaches_nothing_of_its_holders_own(town: Town, path: str) -> None:
    from xuecheng.city.linking.scopes import FOR_PROGRAMS

    program = key_over(town, "440100000000", holder="L", scopes=FOR_PROGRAMS)
    assert program.get(path).status_code == 403


def test_a_key_ends_no_help_and_agrees_to_nothing_in_its_holders_name(town: Town) -> None:
    from city.api.asks import BUILDERS, PATHS

    program = key_over(town, "440100000000", holder="L", scopes=("helpers.read", "helpers.write", "notices.write"))
    for name in ("end_help", "consent_as_guardian", "end_guardianship"):
        assert program.post(PATHS[name](town)).status_code in (403, 404), name
    for name in ("answer_anew", "choose_helper", "mark_notice"):
        path, body, _headers = BUILDERS[name](town)
        assert program.post(path, body).status_code in (403, 404), name
