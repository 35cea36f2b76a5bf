"""Who looked at whose records is kept: one row for each reader, page and hour; append-only; shown to the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from city.situations import a_person, an_operator, an_organisation, holding, small_city
from xuecheng.city import clock
from xuecheng.city.access import queries, services
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Entrusted, Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.rights import Denied

pytestmark = pytest.mark.django_db
NOW = clock.now().replace(minute=10)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def operator(city):
    return an_operator(city["广州市"])


@pytest.fixture
def elder(city):
    return a_person("冯国强", territory=city["五山街道"])


def look(reader, person, *, at=NOW, what="account", **more):
    services.note_reading(reader=reader, person_id=person.pk, what=what, at=at, **more)


def test_one_page_in_one_hour_is_one_row(operator, elder, django_assert_num_queries):
    with django_assert_num_queries(1):
        look(operator, elder)
    look(operator, elder, at=NOW + 49 * MINUTE)
    assert Reading.objects.count() == 1
    look(operator, elder, at=NOW + 50 * MINUTE)
    look(operator, elder, what="record", thing="7")
    look(operator, elder, what="record", thing="8")
    look(an_operator(elder.territory, name="乙"), elder)
    assert Reading.objects.count() == 5


def test_ones_own_look_is_not_kept_but_a_helpers_is(elder):
    look(Standing(person=elder), elder)
    assert not Reading.objects.exists()
    helper, number = a_person("女儿"), uuid7()
    look(Standing(person=elder, entrusted=Entrusted("proxy", number, helper, frozenset())), elder)
    (row,) = Reading.objects.all()
    assert (row.reader_id, row.via, row.via_id) == (helper.pk, "proxy", number)


def test_an_export_keeps_everybody_it_sent_before_it_sends_them(operator, city):
    people = [a_person(f"学员{number}") for number in range(5)]
    sent = services.noted(
        iter([*people, *people]), person_of=lambda one: one.pk, reader=operator, what="export", at=NOW
    )
    assert not Reading.objects.exists(), "nothing was sent yet"
    assert next(sent) == people[0]
    assert Reading.objects.filter(what="export").count() == 5
    assert len(list(sent)) == 9
    assert Reading.objects.count() == 5


@pytest.mark.parametrize("statement", ["update access_reading set what = 'x'", "delete from access_reading"])
def test_the_log_is_append_only_for_the_application(operator, elder, statement):
    look(operator, elder)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", ["update access_reading set what = 'x'", "delete from access_reading"])
def test_the_log_is_append_only_for_the_owner_too(as_owner, operator, elder, statement):
    look(operator, elder)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_person_and_the_data_protection_officer_see_it_and_nobody_else(client, operator, elder, city):
    look(operator, elder)
    officer = a_person("保护员")
    holding(officer, "data_protection_officer", territory=city["天河区"])
    elsewhere = a_person("从化保护员")
    holding(elsewhere, "data_protection_officer", territory=city["从化区"])
    standing = {one: services.standing_of(one, today=clock.today()) for one in (officer, elsewhere, elder)}
    assert queries.readings_of(standing[elder], elder).count() == 1
    assert queries.readings_of(standing[officer], elder).count() == 1
    for other in (standing[elsewhere], operator):
        with pytest.raises(Denied):
            queries.readings_of(other, elder)
    client.force_login(elder)
    assert operator.person.name in client.get("/roles/readings/").content.decode()
    client.force_login(officer)
    assert client.get(f"/roles/readings/of/{elder.public_id}/").status_code == 200
    assert Reading.objects.filter(person=elder, reader=officer, what="readings").exists(), "that one looked is kept too"
    for other in (elsewhere, operator.person):
        client.force_login(other)
        assert client.get(f"/roles/readings/of/{elder.public_id}/").status_code == 404


def test_a_persons_page_leaves_a_row_with_role_and_place(client, operator, elder, city):
    client.force_login(operator.person)
    assert client.get(f"/people/{elder.public_id}/").status_code == 200
    (row,) = Reading.objects.filter(person=elder)
    assert (row.what, row.role, row.territory_id) == ("person", "operator", city["广州市"].pk)
    assert client.get(f"/people/{operator.person.public_id}/").status_code == 200
    assert not Reading.objects.filter(person=operator.person).exists()


def test_the_own_log_asks_a_fixed_number_of_queries(client, operator, elder, django_assert_max_num_queries):
    for number in range(20):
        look(an_operator(elder.territory, name=f"运维{number}"), elder)
    client.force_login(elder)
    with django_assert_max_num_queries(12):
        assert client.get("/roles/readings/").status_code == 200


def test_a_denied_page_leaves_no_row(client, elder, city):
    college = an_organisation(city["从化区"])
    registrar = a_person()
    holding(registrar, "registrar", organisation=college)
    client.force_login(registrar)
    assert client.get(f"/people/{elder.public_id}/").status_code == 404
    assert not Reading.objects.exists()
