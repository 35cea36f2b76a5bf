"""What accreditations cover day by day, what phases cover together, what is missing to be ready (C-13, C-67, C-68)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xuecheng.learning.rollout.rules import (
    ANYWHERE,
    Bound,
    FieldUnknown,
    Gap,
    Measured,
    OpenPhase,
    Permit,
    Reach,
    Said,
    field_span,
    gaps_of,
    judge,
    permits_of,
    warned_days,
)

KINDS = ("formal", "certificate")
ALWAYS = [(date.min, date.max)]
JAN, JUL, DEC = date(2026, 1, 1), date(2026, 7, 1), date(2026, 12, 1)


def said(begins_on: date, ends_on: date, *kinds: str, **more: object) -> Said:
    return Said(frozenset(kinds or KINDS), frozenset(), begins_on, ends_on, **more)  # type: ignore[arg-type]  # as a test wishes


def may(permits: list[Permit], day: date, kind: str = "formal", level: str = "") -> bool:
    return any(one.covers(kind=kind, level=level, on=day) for one in permits)


def test_c13_who_was_never_accredited_reports_while_at_work_and_nothing_limits_it() -> None:
    assert permits_of((), active=ALWAYS, needed=(), kinds=KINDS) == [Permit(date.min, date.max)]
    at_work = permits_of((), active=[(JAN, JUL)], needed=(), kinds=KINDS)
    assert [may(at_work, day) for day in (date(2025, 12, 31), JAN, JUL)] == [False, True, False]


def test_c13_an_open_phase_may_ask_for_accreditation_from_its_day_on() -> None:
    found = permits_of((), active=ALWAYS, needed=[(JUL, ["formal"])], kinds=KINDS)
    assert [may(found, day) for day in (JUL - timedelta(days=1), JUL)] == [True, False]
    assert may(found, DEC, "certificate")
    assert not may(permits_of((), active=ALWAYS, needed=[(JUL, [])], kinds=KINDS), DEC, "certificate")


def test_c13_an_accreditation_counts_for_its_kinds_levels_and_days() -> None:
    one = Said(frozenset({"formal"}), frozenset({"2", "3"}), JAN, DEC)
    found = permits_of([one], active=ALWAYS, needed=(), kinds=KINDS)
    assert [may(found, day) for day in (JAN - timedelta(days=1), JAN, DEC - timedelta(days=1), DEC)] == [
        True, True, True, False,
    ]  # fmt: skip
    assert [may(found, JUL, level=label) for label in ("", "2", "4")] == [True, True, False]
    assert not may(found, JUL, "certificate")


def test_c13_a_suspension_takes_its_days_out_and_being_at_rest_all_others() -> None:
    one = said(JAN, DEC, suspended=((JUL, date(2026, 8, 1)), (date(2026, 9, 1), date.max)))
    found = permits_of([one], active=[(date.min, date(2026, 8, 15))], needed=(), kinds=KINDS)
    asked = [date(2026, 6, 30), JUL, date(2026, 7, 31), date(2026, 8, 1), date(2026, 8, 15), date(2026, 9, 2)]
    assert [may(found, day) for day in asked] == [True, False, False, True, False, False]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4), st.integers(0, 60))
def test_c13_days_are_covered_as_counting_them_one_by_one_says(gaps: list[tuple[int, int]], nth: int) -> None:
    suspended = tuple((JAN + timedelta(days=low), JAN + timedelta(days=low + more)) for low, more in gaps if more)
    found = permits_of(
        [said(JAN, JAN + timedelta(days=60), suspended=suspended)], active=ALWAYS, needed=(), kinds=KINDS
    )
    day = JAN + timedelta(days=nth)
    wanted = nth < 60 and not any(begins <= day < ends for begins, ends in suspended)
    assert may(found, day) is wanted


def test_a_field_holds_the_narrower_ones() -> None:
    assert [field_span(code) for code in ("", "09", "091", "0913")] == [
        (0, 10_000), (900, 1000), (910, 920), (913, 914),
    ]  # fmt: skip
    for wrong in ("9", "09131", "护理"):
        with pytest.raises(FieldUnknown):
            field_span(wrong)


@pytest.mark.parametrize(
    ("left", "days"), [(181, None), (180, 180), (61, 180), (60, 60), (15, 60), (14, 14), (1, 14), (0, None), (-1, None)]
)
def test_c57_an_end_is_warned_of_three_times(left: int, days: int | None) -> None:
    assert warned_days(JUL + timedelta(days=left), today=JUL) == days


def reach(*institutions: str, kinds: tuple[str, ...] = ("formal",), family: str = "hours") -> Reach:
    return Reach(kinds, family, institutions or (ANYWHERE,), JAN, date.max)


def test_c67_phases_cover_a_rule_together_but_each_part_wholly() -> None:
    formal = OpenPhase("P1", frozenset({"formal"}))
    certificates = OpenPhase("P2", frozenset({"certificate"}), institutions=frozenset({"A"}))
    assert gaps_of(reach(), [formal]) == []
    assert gaps_of(reach("A", kinds=KINDS), [formal, certificates]) == []
    assert gaps_of(reach("A", "B", kinds=KINDS), [formal, certificates]) == [Gap("certificate", "B")]
    assert gaps_of(reach(kinds=("certificate",)), [certificates]) == [Gap("certificate", ANYWHERE)]


def test_c67_families_and_days_bound_a_phase_too() -> None:
    assert gaps_of(reach(family="fixed"), [OpenPhase("P1", families=frozenset({"hours"}))])
    assert gaps_of(reach(), [OpenPhase("P1", begins_on=JUL)])
    assert gaps_of(reach(), [OpenPhase("P1", ends_on=DEC)])
    assert not gaps_of(reach(), [OpenPhase("P1", begins_on=JAN)])


BOUNDS = {
    Measured.COVERAGE: Bound(800), Measured.IDENTITY: Bound(980), Measured.ERRORS: Bound(most=50),
    Measured.AGREEMENTS: Bound(1), Measured.WAITING: Bound(),
}  # fmt: skip
JUST = {Measured.COVERAGE: 800, Measured.IDENTITY: 980, Measured.ERRORS: 50, Measured.AGREEMENTS: 1}


def test_c68_ready_at_the_bounds_and_not_beyond_them() -> None:
    assert judge(JUST, BOUNDS) == (True, ())
    for measure, worse in ((Measured.COVERAGE, 799), (Measured.IDENTITY, 979), (Measured.ERRORS, 51),
                           (Measured.AGREEMENTS, 0)):  # fmt: skip
        assert judge(JUST | {measure: worse}, BOUNDS) == (False, (measure,))


def test_c68_what_nobody_measured_is_missing_where_it_is_asked_for() -> None:
    assert judge({}, BOUNDS).missing == (
        Measured.COVERAGE, Measured.IDENTITY, Measured.ERRORS, Measured.AGREEMENTS,
    )  # fmt: skip
