"""Who is ready next is counted with what is missing, in a fixed number of queries (C-68)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.situations import an_organisation
from learning.recognition.situations import a_learner, a_record, in_force, recognised
from learning.rollout.situations import NOW, Town
from xuecheng.city.imports.models import ImportFile, ImportProblem
from xuecheng.city.trace import ReasonMissing
from xuecheng.learning.records.models import Dispute
from xuecheng.learning.rollout import measures, queries, services
from xuecheng.learning.rollout.models import Readiness
from xuecheng.learning.rollout.rules import Measured


def only_of(town: Town, kind: str = "nonformal") -> Readiness:
    return Readiness.objects.get(organisation=town.college, kind=kind)


def test_it_says_what_is_there_and_exactly_what_is_missing(town: Town) -> None:
    in_force(town.bank)
    learner = a_learner()
    answered = [a_record(learner, town.college), a_record(learner, town.college, origin="formal", code="X")]
    recognised(*answered)
    waits = a_record(learner, town.college)
    Dispute.objects.create(
        record_id=waits.pk, book=waits.book, learner=learner, institution=town.college, opened_at=NOW,
        complaint="学时不对", answer_due_on=NOW.date() + timedelta(days=10),
    )  # fmt: skip
    file = ImportFile.objects.create(
        kind="records.nonformal", organisation=town.college, brought_by=town.bank.registrar.person,
        brought_at=NOW - timedelta(days=30), file_name="a.csv", byte_count=1, sha256="0" * 64, state="written",
        choice="good", row_count=50, bad_count=2,
    )  # fmt: skip
    for row_no, code in ((2, "unknown_learner"), (2, "name_mismatch"), (3, "name_mismatch"), (4, "more_than_was_held")):
        ImportProblem.objects.create(file=file, row_no=row_no, code=code)
    assert services.count_readiness(at=NOW) == 0
    row = only_of(town)
    assert row.values == {
        "volume": 2,
        "waiting": 1,
        "coverage": 1000,
        "identity": 960,
        "disputes": 500,
        "agreements": 0,
    }
    assert row.missing == ["volume", "identity", "errors", "agreements"]
    assert only_of(town, "formal").values["coverage"] == 0


def test_ready_is_who_reaches_every_bound_and_a_new_bound_counts_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = (town.college.pk, "formal")
    counts: dict[Measured, Any] = {
        Measured.VOLUME: {pair: 30}, Measured.COVERAGE: {pair: 800}, Measured.IDENTITY: {pair: 980},
        Measured.ERRORS: {pair: 50}, Measured.AGREEMENTS: {(town.college.pk, ""): 1},
    }  # fmt: skip
    monkeypatch.setattr(measures, "counted", lambda _on: counts)
    assert services.count_readiness(at=NOW) == 1
    assert [one.organisation for one in queries.ready_now()] == [town.college]
    services.set_threshold(actor=town.officer, measure="coverage", least=801, most=None, why="从严", at=NOW)
    assert only_of(town, "formal").missing == ["coverage"]
    services.set_threshold(actor=town.officer, measure="coverage", least=None, most=None, why="只看", at=NOW)
    assert only_of(town, "formal").is_ready
    with pytest.raises(services.BoundsMissEachOther):
        services.set_threshold(actor=town.officer, measure="errors", least=2, most=1, why="试", at=NOW)
    with pytest.raises(services.MeasureUnknown):
        services.set_threshold(actor=town.officer, measure="luck", least=2, most=None, why="试", at=NOW)
    with pytest.raises(ReasonMissing):
        services.set_threshold(actor=town.officer, measure="errors", least=None, most=1, why=" ", at=NOW)


def test_what_is_gone_goes_and_the_number_of_queries_stays(town: Town) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            services.count_readiness(at=NOW + timedelta(hours=Readiness.objects.count()))
        return len(captured)

    a_record(a_learner(), town.college)
    counted()
    few = counted()
    for _number in range(5):
        a_record(a_learner(), an_organisation(town.bank.places["天河区"]))
    assert counted() == few
    assert Readiness.objects.count() == 6
