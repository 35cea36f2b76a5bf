"""Caps, and the best use of what they leave (C-23, C-24; pitfalls 7, 8 and 34)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.recognition.law import VECTORS, codes, credits_of, lines, only, posted, record, rule, run, states, total
from xuecheng.learning.creditbank.rules import add_months
from xuecheng.learning.recognition.rules import Cap, Record, Rule, RuleSet, State, best_subset, shipped_rule_sets

KOREA = shipped_rule_sets()["kr-acbs"]
SEVEN = [
    ("a", "2026-04-30", 900),
    ("b", "2026-05-30", 900),
    ("c", "2026-06-30", 900),
    ("d", "2026-10-01", 900),
    ("e", "2026-12-01", 900),
    ("f", "2027-02-28", 300),
    ("g", "2027-03-01", 300),
]


def hours(*caps: dict[str, Any], **changes: Any) -> Rule:
    """A rule that takes a record's own credits as they are."""
    return rule(quantity={"from": "credits"}, caps=list(caps), **changes)


def credit(key: str, ended_on: str, amount: int, **changes: Any) -> Record:
    return record(key, ended_on, credits=amount, **changes)


def korean_rule(*origins: str) -> Rule:
    return rule(match={"origin": origins}, quantity={"from": "credits"}, give=[{"framework": "KR-ACBS"}])


def rule_set(policy: str) -> RuleSet:
    caps = [{"id": "semester", "period": "semester", "max": 2400, "policy": policy},
            {"id": "year", "period": "year", "max": 4200, "policy": policy}]  # fmt: skip
    periods = {"year": {"start": "03-01"}, "semester": {"starts": ["03-01", "09-01"]}}
    return RuleSet.from_json({"id": "x", "version": 1, "periods": periods, "caps": caps})


@pytest.mark.parametrize(
    ("policy", "wanted"), [("cut", [900, 900, 600, 900, 900, 0, 300]), ("whole", [900, 900, 0, 900, 900, 300, 300])]
)
def test_c23_semester_and_year_caps_by_end_date(policy: str, wanted: list[int]) -> None:
    records = [credit(*one) for one in SEVEN]
    outcomes = run(records, hours(), rule_set=rule_set(policy))
    assert list(credits_of(outcomes).values()) == wanted
    assert outcomes == run(records[::-1], hours(), rule_set=rule_set(policy))


@pytest.mark.parametrize(
    "case",
    [case for case in VECTORS if case["name"] in ("caps", "one institution", "certificates")],
    ids=lambda case: case["name"],
)
def test_korea_caps_by_semester_institution_and_certificates(case: dict[str, Any]) -> None:
    records = [
        record(
            one["key"],
            one["end"],
            credits=one["credits"],
            origin=one["origin"],
            institution=one["issuer"],
            facts={"area": one["area"]} if "area" in one else {},
        )
        for one in case["given"]
    ]
    korean = korean_rule("class", "certificate")
    found = run(records, korean, rule_set=KOREA)
    told = [
        [outcome.record_key, total([outcome]), outcome.reasons[0].values["cap"] if outcome.reasons else None]
        for outcome in found
    ]
    assert told == case["want"]


def test_korea_a_title_counts_once_however_it_is_written() -> None:
    titles = ["计算机基础（一）", "计算机基础 Ⅰ", "计算机基础1", "计算机基础", "计算机基础（二）"]
    records = [
        credit(f"{at}", f"2026-0{at + 3}-01", 300, origin="class", title=title) for at, title in enumerate(titles)
    ]
    korean = korean_rule("class")
    assert list(credits_of(run(records, korean, rule_set=KOREA)).values()) == [300, 0, 0, 0, 300]
    assert total(run(records, korean)) == 1500


def test_korea_needs_four_fifths_of_the_sessions_and_sixty_marks() -> None:
    korean = korean_rule("class")
    for changes, wanted in (
        ({"attended": 8, "held": 10, "grade": "60"}, []),
        ({"attended": 79, "held": 100, "grade": "60"}, ["attendance_too_low"]),
        ({"attended": 8, "held": 10, "grade": "59"}, ["not_passed"]),
    ):
        asked = credit("a", "2026-05-01", 300, origin="class", **changes)
        assert codes(only(run([asked], korean, rule_set=KOREA))) == wanted


def test_c23_the_state_of_each_cap_stands_on_the_line() -> None:
    year = {"id": "每年", "period": "year", "max": 200, "policy": "cut"}
    outcomes = run([credit("a", "2026-02-01", 150), credit("b", "2026-03-01", 100)], hours(year))
    first, second = lines(outcomes)
    assert (first.credits, first.caps) == (150, (("每年", "2026", 0, 150, 200, False),))
    assert (second.credits, second.worth, second.caps) == (50, 100, (("每年", "2026", 150, 200, 200, False),))
    (reason,) = outcomes[1].reasons
    assert reason.code == "cap_reached"
    assert reason.values == {
        "cap": "每年",
        "period": "2026",
        "lost": "0.50",
        "worth": "1.00",
        "most": "2.00",
        "before": "1.50",
    }


@pytest.mark.parametrize(("amount", "wanted"), [(200, 200), (201, 200), (210, 200), (190, 190)])
def test_c23_a_cap_is_reached_exactly(amount: int, wanted: int) -> None:
    assert total(run([credit("a", "2026-02-01", amount)], hours({"period": "year", "max": 200}))) == wanted


def test_c23_what_a_cap_leaves_is_rounded_to_the_frameworks_step() -> None:
    assert total(run([credit("a", "2026-02-01", 300)], hours({"period": "year", "max": 205}))) == 200


def test_c23_an_all_or_nothing_framework_is_never_cut() -> None:
    hong_kong = rule(caps=[{"period": "year", "max": 250, "policy": "cut"}], give=[{"framework": "HK-QF", "level": 3}])
    records = [record(key, minutes=1200, outcomes_verified=True) for key in "ab"]
    assert credits_of(run(records, hong_kong)) == {"a": 200, "b": 0}


YEAR = {"period": "year", "max": 200}


@pytest.mark.parametrize(
    ("changes", "same_rule", "shared"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"per": "learner"}, False, True),
        ({"per": "kind"}, False, True),
        ({"per": "origin"}, False, False),
        ({"per": "issuer"}, False, False),
    ],
)
def test_c23_what_a_cap_counts_together(changes: dict[str, Any], same_rule: bool, shared: bool) -> None:
    """The second record comes from another institution, and under another rule, of another origin, where said so."""
    other = {"origin": "certificate"} if not same_rule else {}
    rules = [
        hours(YEAR | changes, id="R-1", match={"origin": "nonformal"}),
        hours(YEAR | changes, id="R-2", match={"origin": "certificate"}),
    ]
    records = [credit("a", "2026-02-01", 200), credit("b", "2026-03-01", 200, institution="4402-XX", **other)]
    assert (total(run(records, *rules)) == 200) is shared


def test_c23_a_cap_looks_only_at_what_it_selects() -> None:
    selecting = YEAR | {"per": "learner", "select": {"area": ["general"], "origin": "nonformal", "level": ["2"]}}
    records = [
        credit("a", "2026-02-01", 200, facts={"area": "general"}),
        credit("b", "2026-03-01", 200, facts={"area": "major"}),
        credit("c", "2026-04-01", 200, facts={"area": "general"}),
    ]
    assert list(credits_of(run(records, hours(selecting))).values()) == [200, 200, 0]


def test_pitfall_1_a_cap_never_adds_credits_of_two_frameworks() -> None:
    per_learner = YEAR | {"per": "learner"}
    rules = [
        hours(per_learner, id="R-1"),
        hours(per_learner, id="R-2", match={"origin": "certificate"}, give=[{"framework": "ECTS"}]),
    ]
    records = [credit("a", "2026-02-01", 200), credit("b", "2026-03-01", 200, origin="certificate")]
    assert total(run(records, *rules)) == 400


@pytest.mark.parametrize(
    ("second", "wanted"),
    [("2027-01-14", 0), ("2027-01-15", 200), ("2026-01-15", 0), ("2025-01-16", 0), ("2025-01-15", 200)],
)
def test_c23_a_rolling_cap_looks_months_back_and_for_late_records_ahead(second: str, wanted: int) -> None:
    rolling = hours({"period": "rolling", "months": 12, "max": 200})
    first = credit("m", "2026-01-15", 200)
    before = posted([first], run([first], rolling))
    assert total(run([credit("n", second, 200)], rolling, already=before)) == wanted


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 15)), max_size=9), st.integers(1, 14), st.integers(0, 9))
def test_c23_no_window_of_a_rolling_cap_is_ever_overfull(given_: list[tuple[int, int]], months: int, late: int) -> None:
    rolling = hours({"period": "rolling", "months": months, "max": 200})
    records = [
        credit(f"{at}", str(date(2024, 1, 1) + timedelta(days=day)), amount * 10)
        for at, (day, amount) in enumerate(given_)
    ]
    first = run(records[late:], rolling)
    already = posted(records, first)
    outcomes = [*first, *run(records[:late], rolling, already=already)]
    got = credits_of(outcomes)
    for record_ in records:
        window = [
            got[one.key] for one in records if one.ended_on <= record_.ended_on < add_months(one.ended_on, months)
        ]
        assert sum(window) <= 200


def test_c23_a_lifetime_cap_says_so() -> None:
    records = [credit("a", "2020-02-01", 200), credit("b", "2029-03-01", 100)]
    outcomes = run(records, hours({"period": "life", "max": 250, "policy": "cut"}))
    assert list(credits_of(outcomes).values()) == [200, 50]
    assert codes(outcomes[1]) == ["lifetime_cap_reached"]


def test_c23_a_cap_of_records_counts_records_not_lines() -> None:
    two = hours(
        {"period": "life", "max_items": 2},
        give=[{"framework": "GD-LEQ", "level": 2, "percent": 50}, {"framework": "GD-LEQ", "level": 3, "percent": 50}],
    )
    outcomes = run([credit(key, "2026-02-01", 200) for key in "abc"], two)
    assert credits_of(outcomes) == {"a": 200, "b": 200, "c": 0}
    assert codes(outcomes[2]) == ["item_cap_reached", "item_cap_reached"]


def test_pitfall_8_room_that_becomes_free_is_offered_to_what_was_refused() -> None:
    capped = hours({"period": "year", "max": 200, "policy": "whole"})
    records = [credit("a", "2026-02-01", 200), credit("b", "2026-03-01", 150), credit("c", "2026-04-01", 200)]
    first = run(records, capped)
    assert credits_of(first) == {"a": 200, "b": 0, "c": 0}
    # a is reversed: its line stands no longer, and a itself waits for a person.
    again = run(records[1:], capped)
    assert credits_of(again) == {"b": 150, "c": 0}


def test_pitfall_8_what_was_cut_gets_its_rest_under_a_key_of_its_own() -> None:
    capped = hours({"period": "year", "max": 200, "policy": "cut"})
    a, b = credit("a", "2026-02-01", 150), credit("b", "2026-03-01", 200)
    first = run([a, b], capped)
    assert credits_of(first) == {"a": 150, "b": 50}
    standing = [one for one in posted([a, b], first) if one.record.key == "b"]
    (again,) = run([b], capped, already=standing)
    (line,) = again.lines
    assert (again.state, line.credits, line.worth, line.part) == (State.CREDITED, 150, 200, 1)
    done = run([b], capped, already=[*standing, *posted([b], [again])])
    assert states(done) == {"b": State.UNCHANGED}


def test_run_again_nothing_is_posted_twice() -> None:
    capped = hours({"period": "year", "max": 200, "policy": "cut"})
    records = [credit(key, "2026-02-01", 90) for key in "abcd"]
    first = run(records, capped)
    again = run(records, capped, already=posted(records, first))
    assert states(again) == {"a": State.UNCHANGED, "b": State.UNCHANGED, "c": State.UNCHANGED, "d": State.REFUSED}


# C-24


@pytest.mark.parametrize(
    ("credits_", "room", "wanted"),
    [
        ([800, 900, 900, 600], 2400, (1, 2, 3)),
        ([800, 900, 900, 600], 2300, (0, 1, 3)),
        ([800, 900, 900, 600], 0, ()),
        ([], 2400, ()),
        ([2500], 2400, ()),
        ([2400], 2400, (0,)),
        ([300, 300, 300], 600, (0, 1)),
    ],
)
def test_c24_the_best_subset_under_a_whole_cap(credits_: list[int], room: int, wanted: tuple[int, ...]) -> None:
    assert best_subset(amounts=credits_, room=room) == wanted


def test_c24_in_date_order_less_would_be_used_and_the_learner_may_choose() -> None:
    capped = hours({"period": "year", "max": 2400, "policy": "whole"})
    amounts = {"a": 800, "b": 900, "c": 900, "d": 600}
    records = [credit(key, f"2026-0{at}-01", amounts[key]) for at, key in enumerate(amounts, 1)]
    assert total(run(records, capped)) == 2300
    chosen = run(records, capped, set_aside={"a"})
    assert total(chosen) == 2400
    assert codes(chosen[0]) == ["set_aside"]


@given(st.lists(st.integers(1, 40), max_size=9), st.integers(0, 150))
def test_c24_no_other_choice_is_better(amounts: list[int], room: int) -> None:
    found = best_subset(amounts=amounts, room=room)
    every = [
        subset
        for size in range(len(amounts) + 1)
        for subset in combinations(range(len(amounts)), size)
        if sum(amounts[at] for at in subset) <= room
    ]
    best = max(sum(amounts[at] for at in subset) for subset in every)
    assert sum(amounts[at] for at in found) == best
    assert found == min(
        (subset for subset in every if sum(amounts[at] for at in subset) == best),
        key=lambda subset: [at not in subset for at in range(len(amounts))],
    )


# Pitfall 34

CAPS = st.fixed_dictionaries(
    {
        "period": st.sampled_from(["year", "semester", "quarter", "life"]),
        "max": st.integers(0, 60).map(lambda n: n * 10),
    },
    optional={"per": st.sampled_from(["rule", "learner", "issuer"])},
)
RECORDS = st.lists(st.tuples(st.integers(0, 700), st.integers(1, 40), st.sampled_from(["A", "B"])), max_size=10)


def made(drafts: list[tuple[int, int, str]]) -> list[Record]:
    return [
        credit(f"{at}", str(date(2025, 1, 1) + timedelta(days=day)), amount * 10, institution=issuer)
        for at, (day, amount, issuer) in enumerate(drafts)
    ]


@given(RECORDS, st.lists(CAPS, max_size=3), st.sampled_from(["cut", "whole"]))
def test_pitfall_34_caps_only_take_and_are_never_passed(drafts: Any, caps: list[dict[str, Any]], policy: str) -> None:
    records = made(drafts)
    outcomes = run(records, hours(*({**cap, "policy": policy} for cap in caps)))
    free = credits_of(run(records, hours()))
    got = credits_of(outcomes)
    assert all(0 <= got[key] <= free[key] for key in free)
    for line in lines(outcomes):
        assert all(0 <= use.before <= use.after <= use.most for use in line.caps)


@given(RECORDS, CAPS)
def test_pitfall_34_cutting_never_gives_less_than_refusing_whole(drafts: Any, cap: dict[str, Any]) -> None:
    records = made(drafts)
    cut, whole = (total(run(records, hours({**cap, "policy": policy}))) for policy in ("cut", "whole"))
    assert cut >= whole


@given(RECORDS, CAPS, st.randoms(use_true_random=False))
def test_c23_the_order_of_records_changes_nothing(drafts: Any, cap: dict[str, Any], random: Any) -> None:
    records = made(drafts)
    first = run(records, hours(cap))
    random.shuffle(records)
    assert run(records, hours(cap)) == first


@given(RECORDS, CAPS)
def test_c23_one_by_one_in_date_order_gives_what_all_at_once_gives(drafts: Any, cap: dict[str, Any]) -> None:
    records = sorted(made(drafts), key=lambda one: (one.ended_on, one.key))
    at_once = credits_of(run(records, hours(cap)))
    already: list[Any] = []
    for one in records:
        already += posted([one], run([one], hours(cap), already=already))
    singly = {one.key: sum(p.line.credits for p in already if p.record.key == one.key) for one in records}
    assert singly == at_once


def test_a_rule_sets_caps_name_what_they_are_for() -> None:
    caps: dict[str, Cap] = {cap.id: cap for cap in KOREA.caps}
    assert {name: cap.toward for name, cap in caps.items()} == {
        "semester": "",
        "year": "",
        "one_institution": "bachelor",
        "certificates": "bachelor",
        "certificates_general": "bachelor",
    }


@pytest.mark.parametrize("order", [("cut", "whole"), ("whole", "cut")])
def test_c23_a_cap_that_cuts_opens_no_other_ones_door(order: tuple[str, str]) -> None:
    """Less room under the one never gets more past the other, which takes a record whole or not at all."""
    room = {"cut": 100, "whole": 190}
    capped = hours(*({"period": "life", "max": room[policy], "policy": policy} for policy in order))
    assert total(run([credit("a", "2026-02-01", 200)], capped)) == 0
    assert total(run([credit("a", "2026-02-01", 190)], capped)) == 100
