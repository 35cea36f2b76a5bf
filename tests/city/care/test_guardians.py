"""Guardians of children: proof at a counter, consent, and an end on the birthday at which the child is asked anew."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from city.situations import a_person, a_stranger, an_operator, an_organisation, holding, small_city
from xuecheng.city import clock
from xuecheng.city.access import hooks
from xuecheng.city.access.queries import Scope, Standing, standing_of
from xuecheng.city.care import queries, rules, services
from xuecheng.city.care.models import Guardianship
from xuecheng.city.ids import uuid7
from xuecheng.city.rights import Denied

pytestmark = pytest.mark.django_db
NOW = clock.now()
TODAY = clock.today()
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def city():
    return small_city()


@pytest.fixture
def clerk(city):
    person = a_person("窗口员")
    holding(person, "counter_clerk", territory=city["天河区"])
    return standing_of(person, today=TODAY)


@pytest.fixture
def child(city):
    return a_person("小明", territory=city["五山街道"])


@pytest.fixture
def mother():
    return a_person("妈妈")


def record(clerk, child, guardian, **more):
    wished = {
        "actor": clerk,
        "public_id": uuid7(),
        "child": child,
        "guardian": guardian,
        "relation": "mother",
        "proof": "户口簿，12号文件夹",
        "child_born_on": TODAY.replace(year=TODAY.year - 10, day=1),
        "at": NOW,
    } | more
    return services.record_guardian(**wished)


def consented(clerk, child, guardian, **more):
    made = record(clerk, child, guardian, **more)
    return services.consent_as_guardian(actor=Standing(person=guardian), guardianship=made, at=NOW)


def acting(guardian, made, *, at=NOW):
    return queries.acting_standing(guardian, "guardian", str(made.public_id), at=at)


def test_it_counts_once_the_guardian_has_consented(clerk, child, mother):
    made = record(clerk, child, mother)
    assert acting(mother, made) is None
    services.consent_as_guardian(actor=Standing(person=mother), guardianship=made, at=NOW)
    standing = acting(mother, made)
    assert standing.may("account.see_account", Scope(person_id=child.pk))
    assert not standing.may("care.grant_proxy", Scope(person_id=child.pk))
    with pytest.raises(services.ConsentedBefore):
        services.consent_as_guardian(actor=Standing(person=mother), guardianship=made, at=NOW)


def test_nobody_else_consents(clerk, child, mother):
    made = record(clerk, child, mother)
    for actor in (a_stranger(), Standing(person=child), clerk):
        with pytest.raises(Denied):
            services.consent_as_guardian(actor=actor, guardianship=made, at=NOW)


def test_it_ends_at_midnight_of_the_fourteenth_birthday(clerk, child, mother):
    made = consented(clerk, child, mother)
    birthday = datetime.combine(rules.birthday(made.child_born_on, 14), time(), tzinfo=clock.zone())
    assert acting(mother, made, at=birthday - INSTANT)
    assert acting(mother, made, at=birthday) is None


@pytest.mark.parametrize(
    ("born", "day"),
    [
        (date(2012, 3, 1), date(2026, 3, 1)),
        (date(2012, 2, 29), date(2026, 3, 1)),
        (date(2014, 2, 28), date(2028, 2, 28)),
    ],
)
def test_the_birthday(born, day):
    assert rules.birthday(born, 14) == day


@pytest.mark.parametrize(("days", "is_child"), [(0, False), (1, True)])
def test_whoever_turns_fourteen_today_has_no_guardian(days, is_child):
    born = date(2012, 11, 28)
    today = date(2026, 11, 28) - timedelta(days=days)
    if is_child:
        assert rules.check_child(born, today=today, age=14) == date(2026, 11, 28)
    else:
        with pytest.raises(rules.ChildTooOld):
            rules.check_child(born, today=today, age=14)


class TestAskedAnew:
    @pytest.fixture
    def grown(self, clerk, child, mother):
        made = consented(clerk, child, mother)
        return made, made.during.upper

    def test_the_young_person_is_told_once(self, grown, child, monkeypatch):
        _made, birthday = grown
        heard = []
        monkeypatch.setattr(hooks, "_listeners", [lambda event, person, facts: heard.append((event, person))])
        assert services.ask_anew(at=birthday - INSTANT) == 0
        assert services.ask_anew(at=birthday) == 1
        assert services.ask_anew(at=birthday + timedelta(minutes=5)) == 0
        assert heard == [("care.asked_anew", child)]

    def test_only_they_answer_and_once(self, grown, child, mother):
        made, birthday = grown
        assert queries.waits_for_answer(child, at=birthday - INSTANT) == []
        with pytest.raises(services.NothingAsked):
            services.answer_anew(actor=Standing(person=child), guardianship=made, goes_on=True, at=birthday - INSTANT)
        assert queries.waits_for_answer(child, at=birthday) == [made]
        with pytest.raises(Denied):
            services.answer_anew(actor=Standing(person=mother), guardianship=made, goes_on=True, at=birthday)
        services.answer_anew(actor=Standing(person=child), guardianship=made, goes_on=True, at=birthday)
        assert acting(mother, made, at=birthday) is None, "help goes on only by a proxy they choose"
        with pytest.raises(services.NothingAsked):
            services.answer_anew(actor=Standing(person=child), guardianship=made, goes_on=False, at=birthday)


def test_two_guardians_and_no_third(clerk, child, mother):
    record(clerk, child, mother)
    with pytest.raises(services.HelpsAlready):
        record(clerk, child, mother)
    record(clerk, child, a_person("爸爸"), relation="father")
    with pytest.raises(services.TooManyHelpers):
        record(clerk, child, a_person("外婆"), relation="grandparent")


def test_what_cannot_be_is_refused(clerk, child, mother, city):
    cases = [
        (rules.BornInTheFuture, {"child_born_on": TODAY + timedelta(days=1)}),
        (rules.ChildTooOld, {"child_born_on": TODAY.replace(year=TODAY.year - 15, day=1)}),
        (services.ProofMissing, {"proof": " "}),
        (services.HelperIsOneself, {"guardian": child}),
        (services.WitnessHelps, {"guardian": clerk.person}),
    ]
    for refusal, more in cases:
        with pytest.raises(refusal):
            record(clerk, child, **{"guardian": mother} | more)
    for actor in (a_stranger(), an_operator(city["从化区"])):
        with pytest.raises(Denied):
            record(actor, child, mother)
    assert an_organisation(city["天河区"])
    assert not Guardianship.objects.exists()


def test_a_child_chooses_no_helpers(clerk, child, mother):
    consented(clerk, child, mother)
    with pytest.raises(services.ChildCannotEntrust):
        services.grant_proxy(
            actor=Standing(person=child),
            public_id=uuid7(),
            helper=a_person("同学"),
            tasks=["account"],
            ends_on=TODAY,
            at=NOW,
        )


def test_guardian_and_staff_end_it_before(clerk, child, mother):
    made = consented(clerk, child, mother)
    for actor in (a_stranger(), Standing(person=child), acting(mother, made)):
        with pytest.raises(Denied):
            services.end_guardianship(actor=actor, guardianship=made, at=NOW)
    services.end_guardianship(actor=Standing(person=mother), guardianship=made, at=NOW)
    assert acting(mother, made) is None
    with pytest.raises(services.HelpEnded):
        services.end_guardianship(actor=clerk, guardianship=made, at=NOW)
