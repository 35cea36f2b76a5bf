"""The search box finds of the bank's counters what the asker may see, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from city.search.test_search import at_browser, found
from city.situations import a_person, a_registrar, forget_what_is_kept, holding
from learning.exchange.situations import a_world as exchanging
from learning.priorlearning import situations as prior
from learning.redemption import situations as redeeming
from learning.rollout import situations as rolling
from learning.supervision.live import a_case, a_suspicion, an_audit
from xuecheng.city.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_what_is_kept()


def test_offers_on_the_shelf_are_everybody_s_and_drafts_their_keepers() -> None:
    world = redeeming.a_world()
    redeeming.on_shelf(world, redeeming.wish(title_zh="荔枝木书签"))
    redeeming.drafted(world, redeeming.wish(title_zh="荔枝木镇纸"))
    assert found(Client(), "荔枝木") == {"rewards": ["荔枝木书签"]}
    desk = found(at_browser(world.desk.person), "荔枝木")
    assert (desk["rewards"], desk["kept-offers"]) == (["荔枝木书签"], ["荔枝木镇纸"])
    assert "kept-offers" not in found(at_browser(world.stranger.person), "荔枝木")


def test_applications_are_found_by_the_officers_of_their_centre_once_handed_in() -> None:
    world: Any = prior.a_world()
    learner, other = a_person("欧阳静宜"), a_person("欧阳静宜")
    row = prior.submitted(world, learner)
    prior.begun(world, other)
    officer = at_browser(world.registrar.person)
    assert found(officer, "欧阳静宜")["priorlearning"] == ["欧阳静宜"]
    assert found(officer, row.claims.get().unit.title)["priorlearning"] == ["欧阳静宜"]
    elsewhere = a_registrar(redeeming.an_organisation(world.bank.places["员村街道"], name_zh="别处"), "邻校")
    for who in (learner, a_person("路人"), elsewhere.person):
        assert "priorlearning" not in found(at_browser(who), "欧阳静宜")


def test_phases_and_accreditations() -> None:
    town = rolling.a_town()
    rolling.granted(town)
    rolling.planned(town, code="PX", name_zh="荔湾先行阶段")
    everybody, officer = found(Client(), "荔湾先行"), at_browser(town.officer.person)
    assert everybody == {"phases": ["荔湾先行阶段"]}
    name = town.college.name
    assert found(Client(), name)["accredited"] == [name]
    assert "accreditations" not in found(at_browser(a_person("路人")), name)
    assert found(officer, name)["accreditations"] == [name]


def test_cases_of_supervision_are_their_officers_and_audits_everybody_s() -> None:
    world: Any = exchanging()
    learner: Person = a_person("端木小晴")
    world.officer.person.refresh_from_db()
    case, audit = a_case(world, learner, title="古琴减字谱"), an_audit(world, learner)
    a_suspicion(world, learner, title="围棋定式")
    officer = found(at_browser(world.officer.person), "端木小晴")
    assert officer["withdrawals"] == [case.title]
    assert len(officer["suspicions"]) == 1
    assert found(at_browser(world.officer.person), "古琴减字")["withdrawals"] == [case.title]
    far = a_person("外区员")
    holding(far, "certification_officer", territory=world.bank.places["街口街道"])
    for who in (learner, far, world.ou.person):
        assert not {"withdrawals", "suspicions"} & set(found(at_browser(who), "端木小晴"))
    assert found(Client(), audit.code)["audits"] == [audit.code]
