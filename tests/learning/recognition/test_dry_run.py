"""A draft is tried on everything there is before anybody approves it (C-31)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from city.situations import a_registrar, a_stranger
from learning.recognition import situations as so
from xuecheng.city.access.services import Denied
from xuecheng.city.jobs.models import Job
from xuecheng.learning.recognition.models import DryRun, Posting, Result
from xuecheng.learning.recognition.services import dry_runs
from xuecheng.learning.recognition.services.dry_runs import RuleNotTried, run_dry_run, try_rule
from xuecheng.learning.recognition.services.rule_versions import approve_rule, new_version, propose_rule

pytestmark = pytest.mark.django_db(transaction=True)

COMMUNITY = ["GD-LEQ", "community", "1"]


def tried(city: so.City, rule: Any) -> DryRun:
    dry_run = try_rule(actor=city.author, public_id=uuid4(), rule=rule, at=so.NOW)
    so.work(Job.objects.get(pk=dry_run.job_id))
    return DryRun.objects.get(pk=dry_run.pk)


def test_a_first_rule_is_tried_on_all_records_although_it_begins_tomorrow(city: so.City) -> None:
    learners = [so.a_learner() for _ in range(4)]
    so.spread(learners, city.college)
    so.a_record(learners[0], city.college, origin="formal", code="X")
    draft = so.a_draft(city, since=date(2026, 11, 24))

    dry_run = tried(city, draft)

    result = dry_run.result
    assert (result["records"], result["matched"]) == (13, 12)
    assert result["given"] == result["gained"] == [[*COMMUNITY, 1200]]
    assert result["people"]["more"] == {"count": 4, "credits": [[*COMMUNITY, 1200]]}
    assert (result["people"]["same"]["count"], result["people"]["less"]["count"]) == (0, 0)
    assert [(one["code"], one["hit"]) for one in result["institutions"]] == [(city.college.code, 12)]
    assert (dry_run.record_count, dry_run.finished_at is not None) == (13, True)
    assert dry_run.digest.startswith("sha256:")


def test_nothing_is_posted_nor_answered(city: so.City) -> None:
    so.spread([so.a_learner()], city.college)
    tried(city, so.a_draft(city))
    assert not Posting.objects.exists()
    assert not Result.objects.exists()


def test_a_new_version_tells_who_gets_more_and_who_gets_less(city: so.City) -> None:
    first = so.in_force(city)
    long, short, untouched = (so.a_learner() for _ in range(3))
    so.a_record(long, city.college, minutes=9600)
    so.a_record(short, city.college, minutes=960)
    so.a_record(untouched, city.college, origin="formal", code="X")
    capped = so.body(caps=[{"id": "year", "period": "year", "max": 500, "policy": "cut"}])
    text = so.text(capped, since=date(2026, 12, 1))
    draft = new_version(actor=city.author, public_id=uuid4(), of=first, text=text, at=so.NOW)

    result = tried(city, draft).result

    # 10.00 becomes 5.00 for one; 1.00 stays for the other; the third is of no concern.
    assert result["gained"] == [[*COMMUNITY, -500]]
    assert {name: people["count"] for name, people in result["people"].items()} == {"more": 0, "same": 1, "less": 1}
    assert result["learners_over_cap"] == 1
    assert result["records"] == 2


def test_a_draft_that_fits_as_well_as_another_rule_is_told_so(city: so.City) -> None:
    rule = so.in_force(city)
    so.spread([so.a_learner(), so.a_learner()], city.college)

    result = tried(city, so.a_draft(city)).result

    assert result["conflicts"] == [{"rule": f"{rule.code} v1", "other": "R-0002 v1", "records": 6}]


def test_the_same_dry_run_gives_the_same_digest(city: so.City) -> None:
    so.spread([so.a_learner(), so.a_learner()], city.college)
    draft = so.a_draft(city)
    assert tried(city, draft).digest == tried(city, draft).digest


def test_after_its_dry_run_a_rule_is_approved_with_the_digest(city: so.City) -> None:
    so.spread([so.a_learner()], city.college)
    draft = so.a_draft(city)
    propose_rule(actor=city.author, rule=draft, at=so.NOW)
    dry_run = tried(city, draft)

    assert approve_rule(actor=city.approver, rule=draft, reason="", at=so.NOW).dry_run_digest == dry_run.digest


def test_interrupted_it_begins_anew_and_ends_with_the_same_answer(
    city: so.City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_runs, "_LEARNERS_AT_ONCE", 2)
    so.spread([so.a_learner() for _ in range(5)], city.college)
    draft = so.a_draft(city)
    whole = tried(city, draft)
    again = DryRun.objects.create(
        rule=draft, asked_by=city.author.person, asked_at=so.NOW, wording_digest=whole.wording_digest
    )
    with pytest.raises(so.Killed):
        run_dry_run(again, so.Hand(stop_after=0), today=so.TODAY, now=so.NOW)
    assert DryRun.objects.get(pk=again.pk).finished_at is None

    run_dry_run(again, so.Hand(), today=so.TODAY, now=so.NOW)

    assert DryRun.objects.get(pk=again.pk).digest == whole.digest


def test_asked_twice_with_the_same_id_it_runs_once(city: so.City) -> None:
    draft, public_id = so.a_draft(city), uuid4()
    first, second = (try_rule(actor=city.author, public_id=public_id, rule=draft, at=so.NOW) for _ in range(2))
    assert first == second
    assert Job.objects.count() == 1


def test_only_officers_try_and_only_what_is_not_decided(city: so.City) -> None:
    draft = so.a_draft(city)
    for actor in (a_registrar(city.college), a_stranger()):
        with pytest.raises(Denied):
            try_rule(actor=actor, public_id=uuid4(), rule=draft, at=so.NOW)
    with pytest.raises(RuleNotTried):
        try_rule(actor=city.author, public_id=uuid4(), rule=so.in_force(city), at=so.NOW)


@pytest.mark.parametrize(
    "match",
    [
        {"origin": "nonformal", "activity_code": ["SQ-*"]},
        {"activity_code": ["SQ-SF101"], "role": ["learner"]},
        {"title": ["*书法*"]},
        {"facts": {"institution_kind": ["community_college"]}},
        {"facts": {"institution_tier": ["district"], "mode": ["*"]}},
        {"institution": ["ORG-*"]},
    ],
)
def test_whoever_a_rule_may_be_for_is_found(city: so.City, match: dict[str, Any]) -> None:
    so.a_record(so.a_learner(), city.college)
    so.a_record(so.a_learner(), city.college, code="100%_x", title="别的", origin="formal", role="teacher")
    result = tried(city, so.a_draft(city, so.body(match=match))).result
    assert result["matched"] == (2 if "facts" in match or "institution" in match else 1)


def test_signs_that_sql_would_take_for_any_character_are_taken_as_they_are(city: so.City) -> None:
    so.a_record(so.a_learner(), city.college, code="A_1")
    so.a_record(so.a_learner(), city.college, code="AB1")
    result = tried(city, so.a_draft(city, so.body(match={"activity_code": ["A_*"]}))).result
    assert (result["records"], result["matched"]) == (1, 1)
