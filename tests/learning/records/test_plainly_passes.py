"""The short way through the gates lets nothing in that the gates would refuse, and refuses nothing itself (C-13)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.queries.arriving import Learner, Reporter
from xuecheng.learning.records.rules import Accreditation
from xuecheng.learning.records.services.gates import Around, obstacles, plainly_passes

TODAY = date(2026, 11, 23)
ACTIVE = Reporter(7, "TH", "天河社区学院", "percent", (Accreditation(date(2024, 1, 1), date(2026, 11, 1)),))
days = st.sampled_from([date(2023, 12, 31), date(2024, 1, 1), date(2026, 10, 31), date(2026, 11, 1), TODAY]) | st.dates(
    date(2023, 1, 1), TODAY + timedelta(days=2)
)
counts = st.none() | st.integers(0, 3)

entries = st.builds(
    Entry,
    institution_code=st.just("TH"),
    record_key=st.just("K-1"),
    person_ref=st.just("4412345678901221"),
    name=st.sampled_from(["陈丽华", "陳麗華", "陈丽华 ", "Maria", "maria", ""]),
    origin=st.sampled_from(["formal", "certificate", "nonformal"]),
    code=st.just("GY-101"),
    title=st.just("粤语"),
    ended_on=days,
    started_on=st.none() | days,
    minutes=st.sampled_from([-1, 0, 1440, 1441, 2880, 2881]),
    contact_minutes=st.none() | st.sampled_from([0, 1440, 1441]),
    grade=st.sampled_from(["", "60", "100", "100.01", "优", "A"]),
    grade_scale=st.sampled_from(["", "percent", "five", "letters", "roman"]),
    level=st.sampled_from(["", "2", "5"]),
    status=st.sampled_from(["passed", "failed", "withdrawn"]),
    attended_sessions=counts,
    held_sessions=counts,
    territory_code=st.sampled_from(["", "440106000000", "1"]),
    valid_to=st.none() | days,
)
arounds = st.builds(
    Around,
    today=st.just(TODAY),
    places=st.just({"440106000000"}),
    reporter=st.sampled_from(
        [
            ACTIVE,
            ACTIVE._replace(accreditations=None),
            ACTIVE._replace(accreditations=()),
            ACTIVE._replace(accreditations=(Accreditation(origins=frozenset({"formal"}), levels=frozenset({"2"})),)),
            None,
        ]
    ),
    learner=st.sampled_from([Learner(1, "陈丽华"), Learner(2, "Maria"), None]),
    is_of_another=st.booleans(),
)


@given(entries, arounds)
@example(
    Entry("TH", "K-1", "4412", "陈丽华", "formal", "GY", "粤语", date(2026, 6, 28)),
    Around(TODAY, (), ACTIVE, Learner(1, "陈丽华")),
)
def test_what_plainly_passes_meets_no_obstacle(entry: Entry, around: Around) -> None:
    if plainly_passes(entry, around):
        assert obstacles(entry, around) == []


@given(entries, arounds.filter(lambda around: around.reporter is not None))
def test_what_meets_no_obstacle_plainly_passes_but_for_how_names_are_written(entry: Entry, around: Around) -> None:
    if obstacles(entry, around) == [] and around.learner and entry.name == around.learner.name:
        left_without_grade = entry.status == "withdrawn" and entry.grade == "" and entry.grade_scale != ""
        assert plainly_passes(entry, around) or left_without_grade
