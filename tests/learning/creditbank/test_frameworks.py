"""Frameworks that come with the product are loaded, and those in use are left alone (C-01 … C-03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from learning.account import makers
from xuecheng.learning.creditbank import queries, rules, services
from xuecheng.learning.creditbank.models import Alignment, Framework, FrameworkLevel
from xuecheng.learning.creditbank.services import frameworks as loading

pytestmark = pytest.mark.django_db


def shipping(monkeypatch: pytest.MonkeyPatch, *frameworks: rules.Framework) -> None:
    shipped = {f"{framework.code}@{framework.version}": framework for framework in frameworks}
    monkeypatch.setattr(loading.rules, "shipped_frameworks", lambda: shipped)


def test_the_six_frameworks_are_loaded_with_their_levels_and_facts_c_02() -> None:
    loaded = services.load_frameworks()
    assert [framework.code for framework in loaded] == ["GD-LEQ", "HK-QF", "IN-NCRF", "KR-ACBS", "ECTS", "UK", "JF"]
    assert {framework.code: framework.minutes_per_credit for framework in loaded}["GD-LEQ"] == 960
    assert FrameworkLevel.objects.filter(framework__code="IN-NCRF", label="4.5").exists()
    assert queries.rule_frameworks_on(makers.TODAY) == dict(rules.shipped_frameworks())


def test_loading_again_changes_nothing() -> None:
    services.load_frameworks()
    before = list(FrameworkLevel.objects.order_by("pk").values())
    services.load_frameworks()
    assert list(FrameworkLevel.objects.order_by("pk").values()) == before
    assert Framework.objects.count() == 7


def test_the_default_framework_comes_first() -> None:
    services.load_frameworks()
    assert queries.frameworks_on(makers.TODAY)[0].code == queries.DEFAULT_FRAMEWORK


def test_a_shipped_correction_reaches_a_version_that_nothing_stands_on(monkeypatch: pytest.MonkeyPatch) -> None:
    services.load_frameworks()
    ects = rules.shipped_frameworks()["ECTS"]
    shipping(monkeypatch, replace(ects, minutes_per_credit=1800, levels=ects.levels[:2]))
    services.load_frameworks()
    kept = Framework.objects.get(code="ECTS")
    assert (kept.minutes_per_credit, kept.levels.count()) == (1800, 2)


def test_a_version_in_use_is_never_edited_c_03(monkeypatch: pytest.MonkeyPatch) -> None:
    makers.credit_class(framework="GD-LEQ")
    shipping(monkeypatch, replace(rules.shipped_frameworks()["GD-LEQ"], minutes_per_credit=900))
    with pytest.raises(rules.FrameworkInUse):
        services.load_frameworks()
    assert Framework.objects.get(code="GD-LEQ").minutes_per_credit == 960


def test_a_new_version_counts_from_its_day_and_names_what_its_levels_continue_c_03(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    makers.credit_class(framework="GD-LEQ")
    old = rules.shipped_frameworks()["GD-LEQ"]
    levels = tuple(replace(level, predecessor=level.label) for level in old.levels)
    shipping(
        monkeypatch, old, replace(old, version=2, begins_on=date(2027, 1, 1), levels=levels, minutes_per_credit=900)
    )
    services.load_frameworks()
    assert queries.rule_frameworks_on(date(2026, 12, 31))["GD-LEQ"].version == 1
    assert queries.rule_frameworks_on(date(2027, 1, 1))["GD-LEQ"].version == 2
    new = Framework.objects.get(code="GD-LEQ", version=2)
    assert new.predecessor is not None
    assert [level.predecessor.label for level in new.levels.all() if level.predecessor] == list("1234567")


def test_a_new_version_whose_levels_say_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    services.load_frameworks()
    old = rules.shipped_frameworks()["GD-LEQ"]
    shipping(monkeypatch, old, replace(old, version=2, begins_on=date(2027, 1, 1)))
    with pytest.raises(rules.PredecessorMissing):
        services.load_frameworks()


def test_alignments_are_told_from_both_sides_c_01() -> None:
    services.load_frameworks()
    guangdong = FrameworkLevel.objects.get(framework__code="GD-LEQ", label="6")
    hong_kong = FrameworkLevel.objects.get(framework__code="HK-QF", label="6")
    entry = Alignment.objects.create(
        from_level=guangdong,
        to_level=hong_kong,
        source="First programmes recognised by both",
        valid_from=date(2025, 6, 1),
    )
    assert list(queries.alignments_of(guangdong.framework)) == [entry]
    assert list(queries.alignments_of(hong_kong.framework)) == [entry]


def test_classes_of_credit_are_named_with_level_labels_not_numbers(django_assert_num_queries) -> None:
    indian = makers.credit_class(framework="IN-NCRF", kind="formal", level=5)
    with django_assert_num_queries(1):
        names = queries.names_of_classes([indian.pk])
    assert names[indian.pk].level_label == "4.5"
    assert not names[indian.pk].is_default
