"""Certification units: two officers, versions, and what they may say (C-07, C-08)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from learning.account import makers
from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import Denied
from xuecheng.learning.creditbank import queries, rules, services
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion
from xuecheng.learning.creditbank.services import UnitDraft

pytestmark = pytest.mark.django_db

BEGINS = date(2026, 12, 1)


@pytest.fixture
def drafter() -> Standing:
    services.load_frameworks()
    return makers.officer(name="周立新")


@pytest.fixture
def decider() -> Standing:
    return makers.officer(name="何敏仪")


def wish(**fields: Any) -> UnitDraft:
    draft = UnitDraft(
        title_zh="家庭养老护理",
        title_en="Caring for elders at home",
        level=FrameworkLevel.objects.select_related("framework").get(framework__code="GD-LEQ", label="2"),
        field="0922",
        kind="community",
        credits=200,
        outcomes=[{"zh": "能安全协助老人起卧", "en": "Helps an elder up safely", "assessed_by": ["practical"]}],
        keeper=fields.pop("keeper", None) or makers.body(),
        valid_from=BEGINS,
    )
    return replace(draft, **fields)


def drafted(by: Standing, code: str = "YL-101", **fields: Any) -> UnitVersion:
    return services.draft_unit(actor=by, public_id=uuid4(), code=code, draft=wish(**fields), why="Needed")


def published(by: Standing, decider: Standing, code: str = "YL-101", **fields: Any) -> UnitVersion:
    unit = drafted(by, code, **fields)
    return services.publish_unit(actor=decider, unit=unit, at=makers.NOW, reason="Agreed by the panel")


def test_one_officer_drafts_and_another_publishes_c_07(drafter: Standing, decider: Standing) -> None:
    unit = published(drafter, decider)
    assert (unit.state, unit.decided_by, unit.version) == ("published", decider.person, 1)
    assert queries.rule_units()["YL-101@1"].credits == 200
    assert [entry.by_name for entry in trace.history_of(unit)][::-1] == ["周立新", "何敏仪"]


def test_the_author_may_not_publish_c_07(drafter: Standing) -> None:
    unit = drafted(drafter)
    with pytest.raises(rules.SecondOfficerNeeded):
        services.publish_unit(actor=drafter, unit=unit, at=makers.NOW, reason="Fine")
    unit.refresh_from_db()
    assert unit.state == "draft"


def test_whoever_changes_a_draft_becomes_its_author(drafter: Standing, decider: Standing) -> None:
    unit = drafted(drafter)
    changed = services.edit_draft(actor=decider, unit=unit, draft=wish(credits=300), why="More hours")
    with pytest.raises(rules.SecondOfficerNeeded):
        services.publish_unit(actor=decider, unit=changed, at=makers.NOW, reason="Fine")
    assert services.publish_unit(actor=drafter, unit=changed, at=makers.NOW, reason="Fine").credits == 300


def test_the_database_too_refuses_one_officer_for_both(drafter: Standing) -> None:
    from django.db import IntegrityError

    unit = drafted(drafter)
    unit.state, unit.decided_by = "published", drafter.person
    with pytest.raises(IntegrityError, match="unit_decided_by_another"):
        unit.save()


def test_asking_again_with_the_same_id_answers_the_same_draft(drafter: Standing) -> None:
    wanted = {"actor": drafter, "public_id": uuid4(), "code": "YL-101", "draft": wish(), "why": "Needed"}
    assert services.draft_unit(**wanted).pk == services.draft_unit(**wanted).pk
    assert UnitVersion.objects.count() == 1


def test_a_unit_has_one_draft_at_a_time(drafter: Standing) -> None:
    drafted(drafter)
    with pytest.raises(services.UnitDraftExists):
        drafted(drafter)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"outcomes": []}, rules.UnitWithoutOutcome),
        ({"outcomes": [{"zh": "会", "en": "Can", "assessed_by": []}]}, rules.OutcomeNotAssessable),
        ({"credits": 0}, rules.UnitCreditsWrong),
        ({"credits": 205}, rules.UnitCreditsWrong),
        ({"valid_to": BEGINS}, rules.UnitPeriodEmpty),
        ({"exclusions": ["YL-999"]}, services.UnitCodeUnknown),
    ],
)
def test_a_unit_that_breaks_a_rule_is_refused_c_07(drafter: Standing, fields: Any, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        drafted(drafter, **fields)
    assert not UnitVersion.objects.exists()


def test_a_new_version_ends_the_one_before_on_its_first_day_c_08(drafter: Standing, decider: Standing) -> None:
    first = published(drafter, decider)
    second = published(drafter, decider, valid_from=BEGINS + timedelta(days=90), credits=250)
    first.refresh_from_db()
    assert (first.state, first.valid_to) == ("ended", second.valid_from)
    units = queries.rule_units()
    assert rules.are_same_unit(units["YL-101@1"], units["YL-101@2"])
    assert units["YL-101@1"].ends_on == units["YL-101@2"].begins_on


def test_a_substantial_change_makes_another_unit_c_08(drafter: Standing, decider: Standing) -> None:
    published(drafter, decider)
    published(drafter, decider, valid_from=BEGINS + timedelta(days=90), is_substantial_change=True)
    units = queries.rule_units()
    assert not rules.are_same_unit(units["YL-101@1"], units["YL-101@2"])


def test_another_kind_of_credit_needs_a_substantial_change(drafter: Standing, decider: Standing) -> None:
    published(drafter, decider)
    later = BEGINS + timedelta(days=90)
    with pytest.raises(services.UnitKindChanged):
        drafted(drafter, kind="formal", valid_from=later)
    assert drafted(drafter, kind="formal", valid_from=later, is_substantial_change=True).version == 2


def test_a_new_version_begins_after_the_one_before(drafter: Standing, decider: Standing) -> None:
    published(drafter, decider)
    with pytest.raises(services.UnitStartsTooEarly):
        drafted(drafter, valid_from=BEGINS)
    assert drafted(drafter, valid_from=BEGINS + timedelta(days=1)).version == 2


def test_a_published_version_is_never_changed(drafter: Standing, decider: Standing) -> None:
    unit = published(drafter, decider)
    with pytest.raises(services.UnitNotDraft):
        services.edit_draft(actor=drafter, unit=unit, draft=wish(credits=900), why="More")


def test_a_rejected_draft_gives_way_to_the_next_version(drafter: Standing, decider: Standing) -> None:
    unit = drafted(drafter)
    with pytest.raises(services.DecisionReasonMissing):
        services.reject_unit(actor=decider, unit=unit, at=makers.NOW, reason=" ")
    rejected = services.reject_unit(actor=decider, unit=unit, at=makers.NOW, reason="Outcome is not clear")
    assert (rejected.state, rejected.decision_reason) == ("rejected", "Outcome is not clear")
    assert drafted(drafter).version == 2
    assert queries.rule_units() == {}


def test_ending_a_unit_sets_its_last_day_and_keeps_it_for_what_ended_before(
    drafter: Standing, decider: Standing
) -> None:
    unit = published(drafter, decider)
    with pytest.raises(rules.UnitPeriodEmpty):
        services.end_unit(actor=drafter, unit=unit, on=BEGINS, reason="Law changed")
    services.end_unit(actor=drafter, unit=unit, on=BEGINS + timedelta(days=1), reason="Law changed")
    assert queries.rule_units()["YL-101@1"].ends_on == BEGINS + timedelta(days=1)
    with pytest.raises(services.UnitNotPublished):
        services.end_unit(actor=drafter, unit=unit, on=BEGINS + timedelta(days=5), reason="Again")


def test_relations_are_symmetric_whichever_side_names_them_c_07(drafter: Standing, decider: Standing) -> None:
    first = published(drafter, decider, "YL-101")
    other = published(drafter, decider, "YL-201", equivalents=["YL-101"])
    assert queries.relations_of(first) == ([other], [])
    assert queries.relations_of(other) == ([first], [])
    with pytest.raises(rules.UnitRelationContradicts):
        drafted(drafter, "YL-101", exclusions=["YL-201"], valid_from=BEGINS + timedelta(days=9))


def test_a_stranger_and_a_registrar_are_denied_and_nothing_is_written(drafter: Standing) -> None:
    keeper = makers.body()
    for stranger in (makers.standing(makers.person()), makers.registrar(keeper)):
        with pytest.raises(Denied):
            drafted(stranger, keeper=keeper)
    assert not UnitVersion.objects.exists()


def test_an_officer_of_another_district_is_denied(drafter: Standing) -> None:
    elsewhere = makers.officer(at=makers.district("440106000000", "天河区", "Tianhe"))
    unit = drafted(drafter, keeper=makers.body(at=makers.district()))
    for verb, more in (
        (services.publish_unit, {"at": makers.NOW}),
        (services.reject_unit, {"at": makers.NOW}),
        (services.end_unit, {"on": BEGINS}),
    ):
        with pytest.raises(Denied):
            verb(actor=elsewhere, unit=unit, reason="Because", **more)  # type: ignore[operator]
