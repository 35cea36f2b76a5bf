"""Granting and ending roles, what is held on a day, and what is visible by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from city.situations import (
    KNOWN_SINCE,
    TODAY,
    a_person,
    a_registrar,
    a_stranger,
    an_operator,
    an_organisation,
    holding,
    small_city,
)
from xuecheng.city import trace
from xuecheng.city.access import queries, services
from xuecheng.city.access.models import RoleHolding
from xuecheng.city.access.queries import standing_of, visible
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def operator(city):
    return an_operator(city["广州市"])


@pytest.fixture
def college(city):
    return an_organisation(city["天河区"])


def grant(operator, person, **more):
    wished = {
        "actor": operator,
        "public_id": uuid7(),
        "person": person,
        "role": "registrar",
        "begins_on": TODAY,
        "reason": "任命书〔2026〕1号",
    } | more
    return services.grant_role(**wished)


class TestGrant:
    def test_a_role_counts_from_its_first_day_until_before_its_last(self, operator, college):
        person = a_person()
        grant(operator, person, organisation=college, begins_on=TODAY, ends_on=TODAY + 2 * DAY)
        held = {day: bool(standing_of(person, today=TODAY + day * DAY).holdings) for day in range(-1, 4)}
        assert held == {-1: False, 0: True, 1: True, 2: False, 3: False}

    def test_the_trace_tells_who_granted_it_and_why(self, operator, college):
        made = grant(operator, a_person(), organisation=college)
        (entry,) = trace.history_of(made)
        assert (entry.by_name, entry.why) == ("何运维", "任命书〔2026〕1号")
        assert made.granted_by == operator.person

    def test_sent_twice_it_is_granted_once(self, operator, college):
        person, public_id = a_person(), uuid7()
        first = grant(operator, person, organisation=college, public_id=public_id)
        assert grant(operator, person, organisation=college, public_id=public_id) == first
        with pytest.raises(FormUsedBefore):
            grant(operator, person, organisation=college, public_id=public_id, begins_on=TODAY + DAY)

    def test_what_cannot_be_is_refused(self, city, operator, college):
        person = a_person()
        cases = [
            (services.RoleUnknown, {"role": "emperor", "organisation": college}),
            (services.RolePlaceWrong, {"territory": city["天河区"]}),
            (services.RolePlaceWrong, {"organisation": college, "territory": city["天河区"]}),
            (services.RoleTerritoryWrong, {"role": "operator", "organisation": college}),
            (services.RoleEndsBeforeItBegins, {"organisation": college, "ends_on": TODAY}),
        ]
        for refusal, more in cases:
            with pytest.raises(refusal):
                grant(operator, person, **more)
        with pytest.raises(trace.ReasonMissing):
            grant(operator, person, organisation=college, reason=" ")
        assert not RoleHolding.objects.filter(person=person).exists()

    def test_nobody_grants_to_themselves(self, operator, college):
        with pytest.raises(services.NobodyGrantsToThemselves):
            grant(operator, operator.person, organisation=college)

    def test_a_role_held_already_is_not_granted_again_for_that_time(self, operator, college):
        person = a_person()
        grant(operator, person, organisation=college, ends_on=TODAY + 10 * DAY)
        with pytest.raises(services.RoleHeldAlready):
            grant(operator, person, organisation=college, begins_on=TODAY + 9 * DAY)
        assert grant(operator, person, organisation=college, begins_on=TODAY + 10 * DAY)

    def test_only_an_operator_over_that_place_grants(self, city, college):
        nobody = [a_stranger(), a_registrar(college), an_operator(city["从化区"], name="从化运维")]
        for actor in nobody:
            with pytest.raises(services.Denied):
                grant(actor, a_person(), organisation=college)
        assert grant(an_operator(city["天河区"], name="天河运维"), a_person(), organisation=college)
        with pytest.raises(services.Denied):
            grant(
                an_operator(city["天河区"], name="天河运维"),
                a_person(),
                role="operator",
                territory=city["广州市"],
            )


class TestEnd:
    def end(self, operator, made, on=TODAY):
        services.end_role(actor=operator, holding=made, on=on, reason="调离")

    def test_it_stops_counting_that_day(self, operator, college):
        person = a_person()
        made = holding(person, "registrar", organisation=college)
        self.end(operator, made)
        assert standing_of(person, today=TODAY - DAY).holdings
        assert not standing_of(person, today=TODAY).holdings
        with pytest.raises(services.RoleEndedBefore):
            self.end(operator, made)

    def test_one_that_has_not_begun_never_counts(self, operator, college):
        person = a_person()
        made = grant(operator, person, organisation=college, begins_on=TODAY + DAY)
        self.end(operator, made)
        assert not standing_of(person, today=TODAY + 30 * DAY).holdings
        with pytest.raises(services.RoleEndedBefore):
            self.end(operator, made)

    def test_only_an_operator_over_that_place_ends(self, college):
        made = holding(a_person(), "registrar", organisation=college)
        for actor in (a_stranger(), a_registrar(college)):
            with pytest.raises(services.Denied):
                self.end(actor, made)


class TestStanding:
    def test_everything_held_is_known_by_one_query(self, city, college, django_assert_num_queries):
        person = a_person()
        holding(person, "registrar", organisation=college)
        holding(person, "operator", territory=city["从化区"])
        with django_assert_num_queries(1):
            standing = standing_of(person, today=TODAY)
        assert [one.role for one in standing.holdings] == ["registrar", "operator"]
        assert standing.organisation_ids("records.see_record") == [college.pk]
        assert standing.territory_paths("people.see_person") == [city["从化区"].path]

    def test_what_is_visible_follows_where_the_roles_are_held(self, city, college):
        other = an_organisation(city["从化区"])

        def seen(standing):
            return set(
                Organisation.objects.filter(visible(standing, "jobs.see_job", organisation="pk", territory="territory"))
            )

        assert seen(a_registrar(college)) == {college}
        assert seen(an_operator(city["从化区"])) == {other}
        assert seen(an_operator(city["广州市"])) == {college, other}
        assert seen(a_stranger()) == set()

    def test_a_street_whose_path_begins_alike_is_not_beneath(self, city):
        """`/1/12/` must not cover `/1/120/`: the path ends in a slash."""
        district = city["天河区"]
        assert district.path.endswith("/")
        standing = an_operator(district)
        alike = queries.Scope(territory_path=district.path.rstrip("/") + "0/")
        assert not standing.may("jobs.see_job", alike)

    def test_a_role_that_is_known_no_more_counts_for_nothing(self, college):
        person = a_person()
        RoleHolding.objects.create(
            public_id=uuid7(),
            person=person,
            role="abolished",
            organisation=college,
            during=(KNOWN_SINCE, None),
            reason="旧",
        )
        assert standing_of(person, today=TODAY).holdings == ()

    def test_what_has_no_scope_is_our_mistake(self):
        with pytest.raises(TypeError):
            queries.scope_of(object())

    def test_holders_are_listed_by_name(self, college):
        for name, key in (("曾伟", "zeng1 wei3"), ("陈嘉", "chen2 jia1")):
            person = a_person(name)
            person.sort_key = key
            person.save()
            holding(person, "registrar", organisation=college)
        assert [one.person.name for one in queries.holders(college, today=TODAY)] == ["陈嘉", "曾伟"]
        assert list(queries.holders(college, today=date(2000, 1, 1))) == []
