"""Several at once: helpers beyond the most, a decision taken twice, an end and an act in the same moment."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from city.situations import TODAY, a_person, an_operator, small_city
from city.test_races import at_once
from xuecheng.city import clock
from xuecheng.city.access import services as access
from xuecheng.city.access.models import Reading, Role, RoleHolding, RoleVersion
from xuecheng.city.access.queries import Standing
from xuecheng.city.care import rules, services
from xuecheng.city.care.models import Proxy
from xuecheng.city.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_eight_helpers_chosen_at_once_five_are_chosen() -> None:
    elder = a_person("冯国强")
    helpers = [a_person(f"帮手{number}") for number in range(8)]
    answers = at_once(
        *(
            partial(
                services.grant_proxy, actor=Standing(person=elder), public_id=uuid7(), helper=helper, tasks=["account"],
                ends_on=clock.today() + timedelta(days=3), at=clock.now(),
            )
            for helper in helpers
        )
    )  # fmt: skip
    assert Counter(type(one) for one in answers) == {Proxy: rules.MOST_HELPERS, services.TooManyHelpers: 3}


def test_one_form_sent_four_times_at_once_chooses_one_helper() -> None:
    elder, helper, number = a_person("冯国强"), a_person("冯嘉敏"), uuid7()
    call = partial(
        services.grant_proxy, actor=Standing(person=elder), public_id=number, helper=helper, tasks=["account"],
        ends_on=clock.today(), at=clock.now(),
    )  # fmt: skip
    answers = at_once(*[call] * 4)
    assert {type(one) for one in answers} == {Proxy}
    assert Proxy.objects.count() == 1


def test_a_sensitive_role_is_decided_once() -> None:
    city = small_city()
    proposer, *deciders = (an_operator(city["广州市"], name=f"运维{number}") for number in range(5))
    made = access.grant_role(
        actor=proposer, public_id=uuid7(), person=a_person(), role="operator", territory=city["天河区"],
        begins_on=TODAY, reason="任命",
    )  # fmt: skip
    acts = [access.approve_holding, access.refuse_holding] * 2
    answers = at_once(
        *(
            partial(act, actor=one, holding=made, today=TODAY, reason="看过")
            for act, one in zip(acts, deciders, strict=True)
        )
    )
    assert Counter(type(one) for one in answers) == {RoleHolding: 1, access.AlreadyDecided: 3}


def test_a_draft_of_a_role_is_approved_once() -> None:
    city = small_city()
    drafter, *deciders = (an_operator(city["广州市"], name=f"运维{number}") for number in range(4))
    version = access.draft_role(
        actor=drafter, public_id=uuid7(), role=Role.objects.get(code="registrar"), acts=["records.see_record"],
        needs_second=False, reason="试",
    )  # fmt: skip
    answers = at_once(
        *(
            partial(access.approve_role, actor=one, version=version, begins_on=TODAY, today=TODAY, reason="看过")
            for one in deciders
        )
    )
    assert Counter(type(one) for one in answers) == {RoleVersion: 1, access.DraftDecided: 2}


def test_two_installations_of_one_release_bring_its_roles_once() -> None:
    before = RoleVersion.objects.count()
    Role.objects.update(shipped_acts=[])
    at_once(*[partial(access.load_shipped_roles, today=TODAY)] * 3)
    assert RoleVersion.objects.count() == before, "what is there already is no change"


def test_one_look_from_four_windows_is_one_row() -> None:
    elder, reader = a_person("冯国强"), Standing(person=a_person("窗口员"))
    at = clock.now()
    at_once(*[partial(access.note_reading, reader=reader, person_id=elder.pk, what="account", at=at)] * 4)
    assert Reading.objects.count() == 1
