"""Caps of a learner in a period (C-23), and what a rule would do before it does it (C-31)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from city.identity.test_sessions_end import at_browser
from learning.foreign.situations import (
    NOW,
    Hand,
    World,
    a_person,
    a_proposal,
    a_rule,
    brought,
    course,
    of,
    records_of,
    transcript,
    tried,
)
from learning.recognition.situations import a_unit
from xuecheng.city.access.services import Denied
from xuecheng.city.people.models import Person
from xuecheng.learning.foreign import services
from xuecheng.learning.foreign.models import ForeignRecord, ForeignRule, ForeignTrial
from xuecheng.learning.foreign.rules import in_order
from xuecheng.learning.foreign.services import refusals
from xuecheng.learning.recognition.services.corrections import reverse_postings
from xuecheng.learning.records.models import LearningRecord

db = pytest.mark.django_db
CAP = {"cap": 600, "cap_per": "origin", "cap_period": "year", "cap_policy": "cut"}


def _rules(world: World, **cap: object) -> None:
    """Three courses of 4.00 credits each, under one cap."""
    for number in (1, 2, 3):
        unit = a_unit(world.bank, code=f"CAP{number}", credits_=400)
        a_rule(world, achievement=f"C{number}", unit=unit, **(CAP | cap))


def _given(learner: Person) -> dict[str, tuple[str, int | None]]:
    return {one.code: (one.wait or one.state, one.credits_given) for one in records_of(learner)}


def _three(*days: str) -> bytes:
    return transcript(*(course(f"C{n}", f"Course {n}", ended=day) for n, day in enumerate(days, start=1)))


@db
def test_what_still_fits_is_given_in_the_order_of_last_days(world: World) -> None:
    _rules(world)
    learner = a_person("陈嘉敏")
    brought(learner, _three("2025-11-01", "2025-03-01", "2025-07-01"))
    assert _given(learner) == {"C1": ("cap", None), "C2": ("credited", 400), "C3": ("credited", 200)}


@db
def test_all_or_nothing_and_the_next_year_begins_anew(world: World) -> None:
    _rules(world, cap_policy="whole")
    learner = a_person("陈嘉敏")
    brought(learner, _three("2025-03-01", "2025-12-31", "2026-01-01"))
    assert _given(learner) == {"C1": ("credited", 400), "C2": ("cap", None), "C3": ("credited", 400)}


@db
def test_any_twelve_months_are_counted_to_the_day(world: World) -> None:
    _rules(world, cap=400, cap_period="rolling", cap_months=12)
    learner = a_person("陈嘉敏")
    brought(learner, _three("2024-02-29", "2025-02-27", "2025-02-28"))
    assert _given(learner) == {"C1": ("credited", 400), "C2": ("cap", None), "C3": ("credited", 400)}


@db
def test_a_reversal_frees_room_for_what_waited(world: World) -> None:
    _rules(world, cap=400)
    learner = a_person("陈嘉敏")
    brought(learner, _three("2025-03-01", "2025-04-01", "2025-05-01"))
    assert _given(learner) == {"C1": ("credited", 400), "C2": ("cap", None), "C3": ("cap", None)}
    kept = LearningRecord.objects.select_related("institution__territory", "learner").get(learner=learner)
    reverse_postings(actor=world.officer, record=kept, why="误认", at=NOW)
    services.tend(at=NOW)
    assert _given(learner) == {"C1": ("reversed", 400), "C2": ("credited", 400), "C3": ("cap", None)}


@db
def test_what_an_officer_gives_fills_the_cap_and_the_preview_shows_it(world: World) -> None:
    _rules(world)
    learner = a_person("陈嘉敏")
    brought(learner, transcript(course("FREE", "Free")))
    services.credit_record(
        actor=world.officer, record=records_of(learner)[0], unit=world.unit, amount=300, words="相当", at=NOW
    )
    row = services.bring_file(
        actor=of(learner), public_id=uuid4(), file_name="a.xml", looks_first=True, at=NOW,
        chunks=[_three("2025-03-01", "2025-04-01", "2026-05-01")],
    )  # fmt: skip
    row = services.look_into(row, Hand(), now=lambda: NOW)  # type: ignore[arg-type]  # as much as it uses
    shown = [(one["title"], one.get("wait") or one["credits_given"]) for one in row.preview]
    assert shown == [("Course 1", 300), ("Course 2", "cap"), ("Course 3", 400)]


@db
def test_a_cap_is_whole_or_there_is_none(world: World) -> None:
    for change in ({"cap_per": ""}, {"cap_period": "rolling"}, {"cap_months": 3}, {"cap": 0}, {"cap_policy": "maybe"}):
        with pytest.raises(refusals.CapWrong):
            a_proposal(world, **(CAP | change))
    with pytest.raises(refusals.CapWrong):
        a_proposal(world, cap_period="year")
    row = a_proposal(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        ForeignRule.objects.bulk_create([_copy(row, cap=100)])


def _copy(row: ForeignRule, **changes: object) -> ForeignRule:
    row.pk, row.public_id, row.code = None, uuid4(), "W-9999"
    for name, value in changes.items():
        setattr(row, name, value)
    return row


@db
def test_the_dry_run_says_what_then_happens(world: World) -> None:
    one, two, held = a_person("陈嘉敏"), a_person("陈嘉敏"), a_person("陈嘉敏")
    for learner in (one, two):
        brought(learner, transcript(course(f"K-{learner.pk}", "Course 1", ended="2025-03-01")))
    brought(held, transcript(course(f"K-{held.pk}", "Free"), course("K-x", "Course 1", ended="2025-03-01")))
    free = records_of(held)[0]
    services.credit_record(actor=world.officer, record=free, unit=world.unit, amount=300, words="相当", at=NOW)
    row = tried(a_proposal(world, achievement="Course 1", **(CAP | {"cap": 250})))
    effect = ForeignTrial.objects.get(rule=row).result
    assert effect == {
        "waiting": 3, "counts": 2, "learners": 2, "credits": 500, "over_cap": 2, "cut": 300, "held": 1, "weak": 0,
        "several": 0,
    }  # fmt: skip
    assert not ForeignRecord.objects.filter(rule=row).exists()
    services.put_in_force(actor=world.officer, law=row, reason="同意", at=NOW)
    services.match_waiting(Hand(), now=lambda: NOW)  # type: ignore[arg-type]  # as much as it uses
    assert list(ForeignRecord.objects.filter(rule=row).values_list("credits_given", flat=True)) == [250, 250]
    row.refresh_from_db()
    assert row.trial_digest == ForeignTrial.objects.get(rule=row).digest


@db
def test_the_dry_run_tells_weak_proofs_and_other_rules(world: World) -> None:
    learner = a_person("陈嘉敏")
    brought(learner, transcript(course("K1", "Course 1")))
    weak = tried(a_proposal(world, needs="verified"))
    assert ForeignTrial.objects.get(rule=weak).result["weak"] == 1
    a_rule(world, achievement="K1", unit=world.other_unit, needs="verified", effect_from=date(2001, 1, 1))
    first = a_rule(world)
    second = tried(a_proposal(world, unit=world.other_unit))
    assert (first.state, ForeignTrial.objects.get(rule=second).result["several"]) == ("in_force", 1)


@db
def test_nothing_comes_into_force_untried_or_on_a_stale_dry_run(world: World) -> None:
    row = a_proposal(world)
    with pytest.raises(refusals.TrialMissing):
        services.put_in_force(actor=world.officer, law=row, reason="同意", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ForeignRule.objects.filter(pk=row.pk).update(
            state="in_force", decided_by=world.officer.person, decided_at=NOW, trial_digest="x" * 64
        )
    tried(row)
    brought(a_person("陈嘉敏"), transcript(course()))
    with pytest.raises(refusals.TrialStale):
        services.put_in_force(actor=world.officer, law=row, reason="同意", at=NOW)
    number = uuid4()
    again = services.try_rule(actor=world.author, public_id=number, rule=row, at=NOW)
    assert services.try_rule(actor=world.author, public_id=number, rule=row, at=NOW) == again
    tried(row)
    assert services.put_in_force(actor=world.officer, law=row, reason="同意", at=NOW).state == "in_force"
    with pytest.raises(refusals.NotProposed):
        services.try_rule(actor=world.author, public_id=uuid4(), rule=row, at=NOW)


@db
def test_the_page_of_a_rule_shows_its_effect_and_who_may_not_tries_nothing(world: World) -> None:
    brought(a_person("陈嘉敏"), transcript(course()))
    row = a_proposal(world, **CAP)
    there = reverse("foreign:show_rule", args=[row.public_id])
    officer = at_browser(world.officer.person)
    assert "正在试算" in officer.get(there).content.decode()
    tried(row)
    page = officer.get(there).content.decode()
    assert "4.00 学分" in page
    assert "陈嘉敏" not in page
    again = reverse("foreign:try_rule", args=[row.public_id])
    assert officer.post(again).status_code == 302
    assert ForeignTrial.objects.filter(rule=row).count() == 2
    assert at_browser(a_person("路人")).post(again).status_code == 403
    with pytest.raises(Denied):
        services.try_rule(actor=world.bank.registrar, public_id=uuid4(), rule=row, at=NOW)


def test_a_whole_goes_before_its_parts_and_earlier_days_first() -> None:
    day = {"late": date(2025, 5, 1), "early": date(2025, 1, 1), "part": date(2024, 1, 1), "none": None}
    names = ["part", "none", "late", "early"]
    assert in_order(names, whole_of={"part": "late"}, ended_on=day) == ["early", "late", "part", "none"]
    # Two that claim to contain each other still have an order.
    assert set(in_order(["a", "b"], whole_of={"a": "b", "b": "a"}, ended_on={})) == {"a", "b"}
