"""Whatever the rules: records post once, in any order, in one call or many (C-17, C-29; pitfalls 4, 5, 8, 9, 34)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.recognition.law import credits_of, lines, posted, record, rule, run, total, unit
from xuecheng.learning.recognition.rules import Posted, Record, Rule, State, posting_key

UNITS = [
    unit("A", credits=300),
    unit("A", version=2, level="4", credits=200),
    unit("B", credits=400, equivalents=frozenset({"A"})),
    unit("C", credits=100, exclusions=frozenset({"B"})),
]
HOURS = {"framework": "GD-LEQ", "level": 2}
PLACES = st.sampled_from(
    [
        [HOURS],
        [HOURS | {"percent": 60}, HOURS | {"level": 3, "percent": 40}],
        *([{"framework": "GD-LEQ", "unit": one.key}] for one in UNITS),
        [{"framework": "HK-QF", "level": 2}],
    ]
)
CAPS = st.lists(
    st.fixed_dictionaries(
        {
            "period": st.sampled_from(["year", "semester", "life"]),
            "max": st.integers(0, 50).map(lambda tens: tens * 10),
            "policy": st.sampled_from(["cut", "whole"]),
        },
        optional={"per": st.sampled_from(["learner", "kind", "issuer"])},
    ),
    max_size=2,
)


@st.composite
def laws(draw: st.DrawFn) -> list[Rule]:
    rules = []
    for code in "XYZ":
        give = draw(PLACES)
        alone = len(give) == 1 and "unit" not in give[0]
        quantity: dict[str, Any] = {"from": "minutes"}
        if alone and draw(st.booleans()):
            quantity["accumulate"] = "quarter"
            if draw(st.booleans()):
                quantity["bands"] = [{"to": 600, "percent": 100}, {"to": 2000, "percent": 50}]
        rules.append(rule(id=f"R-{code}", match={"code": code}, quantity=quantity, give=give, caps=draw(CAPS)))
    return rules


RECORDS = st.lists(
    st.tuples(st.sampled_from("XYZ"), st.integers(0, 600), st.integers(0, 4000), st.sampled_from("PQ"), st.booleans()),
    max_size=8,
)


def made(drafts: list[tuple[str, int, int, str, bool]]) -> list[Record]:
    return [
        record(
            f"k{at}",
            str(date(2025, 1, 1) + timedelta(days=day)),
            code=code,
            minutes=minutes,
            institution=institution,
            outcomes_verified=verified,
        )
        for at, (code, day, minutes, institution, verified) in enumerate(drafts)
    ]


anyhow = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)


@anyhow
@given(laws(), RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_records_and_rules_changes_nothing(rules: list[Rule], drafts: Any, random: Any) -> None:
    records = made(drafts)
    first = run(records, *rules, units=UNITS)
    random.shuffle(records)
    random.shuffle(rules)
    assert run(records, *rules, units=UNITS) == first


@anyhow
@given(laws(), RECORDS)
def test_c29_run_again_it_posts_nothing_new(rules: list[Rule], drafts: Any) -> None:
    records = made(drafts)
    first = run(records, *rules, units=UNITS)
    already = posted(records, first)
    again = run(records, *rules, units=UNITS, already=already)
    assert lines(again) == []
    for before, after in zip(first, again, strict=True):
        if before.lines:
            assert after.state is State.UNCHANGED
        else:
            assert after.state is State.REFUSED
    assert len({posting_key(line) for line in lines(first)}) == len(lines(first))


@anyhow
@given(laws(), RECORDS, st.randoms(use_true_random=False))
def test_record_by_record_no_key_is_made_twice_and_nothing_passes_what_it_is_worth(
    rules: list[Rule], drafts: Any, random: Any
) -> None:
    records = made(drafts)
    plain = [rule(id=one.id, match={"code": one.id[2:]}, give=[{"framework": "GD-LEQ", "level": 2}]) for one in rules]
    # By hours alone, uncapped: no rule here gives more than the hours are worth in the smaller credits of Hong Kong.
    most = sum(one.minutes * 100 // 600 for one in records)
    random.shuffle(records)
    already: list[Posted] = []
    for one in records:
        outcomes = run([one], *rules, units=UNITS, already=already)
        assert all(line.credits >= 0 and line.worth >= 0 for line in lines(outcomes))
        already += posted([one], outcomes)
    made_lines = [one.line for one in already]
    assert len({posting_key(line) for line in made_lines}) == len(made_lines)
    assert sum(line.credits for line in made_lines) <= most
    assert total(run(records, *plain)) <= most
    for line in made_lines:
        assert all(use.after <= use.most for use in line.caps if line.credits)


@anyhow
@given(laws(), RECORDS, st.data())
def test_pitfall_8_after_a_reversal_one_more_run_settles_it(
    rules: list[Rule], drafts: Any, data: st.DataObject
) -> None:
    records = made(drafts)
    already = posted(records, run(records, *rules, units=UNITS))
    keys = sorted({one.record.key for one in already})
    if not keys:
        return
    gone = data.draw(st.sampled_from(keys))
    standing = [one for one in already if one.record.key != gone]
    rest = [one for one in records if one.key != gone]
    more = run(rest, *rules, units=UNITS, already=standing)
    assert all(amount >= 0 for amount in credits_of(more).values())
    settled = [*standing, *posted(records, more)]
    assert lines(run(rest, *rules, units=UNITS, already=settled)) == []
