"""Writes that are sent again, at once, with another body, or whose process dies; edits of what somebody else changed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from city.api.programs import Town, a_town, record_body
from learning.records.situations import at_once
from xuecheng.city import clock
from xuecheng.city.api import idempotency, jobs
from xuecheng.city.api.models import KeptAnswer
from xuecheng.learning.records.models import LearningRecord

KEY = "import-2026-06-28-001"


def test_the_same_key_and_body_get_the_same_answer_and_count_once(town: Town) -> None:
    body = record_body(town)
    first = town["R"].post("/records", body, key=KEY)
    again = town["R"].post("/records", body, key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["ETag"] == first["ETag"]
    assert again["Idempotent-Replayed"] == "true"
    assert LearningRecord.objects.filter(record_key=body["record_key"]).count() == 1


def test_the_same_key_with_another_body_is_refused(town: Town) -> None:
    assert town["R"].post("/records", record_body(town), key=KEY).status_code == 201
    other = town["R"].post("/records", record_body(town), key=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "key_used")


def test_a_key_is_its_callers_own(town: Town) -> None:
    body = {"id": "018f0000-0000-7000-8000-000000000000"}
    assert town["C"].post("/ledger/checks", body, key=KEY).status_code == 202
    assert town["O"].post("/ledger/checks", body, key=KEY).get("Idempotent-Replayed") is None


def test_a_write_without_a_key_is_told_what_to_do(town: Town) -> None:
    answer = town["R"].post("/records", record_body(town), key=" ")
    assert (answer.status_code, answer.json()["code"]) == (400, "key_missing")


def test_a_refusal_changes_nothing_and_is_not_kept(town: Town) -> None:
    wrong = record_body(town, ended_on="2099-01-01")
    refused = town["R"].post("/records", wrong, key=KEY)
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["field"]
    assert not KeptAnswer.objects.exists()
    assert town["R"].post("/records", record_body(town), key=KEY).status_code == 201


def test_an_answer_is_kept_for_seven_days_and_no_longer(town: Town) -> None:
    body = record_body(town)
    town["R"].post("/records", body, key=KEY)
    with time_machine.travel(clock.now() + idempotency.KEPT_FOR - timedelta(minutes=1), tick=False):
        jobs.sweep()
        assert KeptAnswer.objects.count() == 1
    with time_machine.travel(clock.now() + idempotency.KEPT_FOR + timedelta(minutes=1), tick=False):
        jobs.sweep()
        assert not KeptAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_key_one_works_and_the_record_counts_once(settings: Any) -> None:
    settings.API_PER_MINUTE = 10_000
    town = a_town()
    body = record_body(town)
    answers = at_once(*[lambda: town["R"].post("/records", body, key=KEY)] * 4)
    found = Counter(answer.status_code for answer in answers)
    assert found[201] >= 1
    assert set(found) <= {201, 409}
    for answer in answers:
        if answer.status_code == 409:
            assert (answer.json()["code"], answer["Retry-After"]) == ("key_in_progress", "1")
    assert LearningRecord.objects.filter(record_key=body["record_key"]).count() == 1
    assert town["R"].post("/records", body, key=KEY).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_what_breaks_between_effect_and_answer_leaves_neither(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The crash in between: the effect is undone with the answer that was not kept; sent again, it is done once."""
    settings.API_PER_MINUTE = 10_000
    town = a_town()
    body = record_body(town)

    def dies(**_kwargs: Any) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patched:
        patched.setattr(KeptAnswer.objects, "create", dies)
        with pytest.raises(SystemExit):
            town["R"].post("/records", body, key=KEY)
    assert not LearningRecord.objects.filter(record_key=body["record_key"]).exists()
    assert town["R"].post("/records", body, key=KEY).status_code == 201
    assert LearningRecord.objects.filter(record_key=body["record_key"]).count() == 1


def _person(town: Town) -> str:
    return f"/people/{town.learner.public_id}"


class TestEdits:
    def test_an_edit_without_if_match_is_refused(self, town: Town) -> None:
        answer = town["O"].put(_person(town), {"birth_year": 1950, "reason": "更正"})
        assert (answer.status_code, answer.json()["code"]) == (428, "precondition_missing")

    def test_the_history_says_who_why_and_through_which_program(self, town: Town) -> None:
        from pghistory.models import Context

        etag = town["O"].get(_person(town))["ETag"]
        town["O"].put(_person(town), {"birth_year": 1950, "reason": "证件核对"}, **{"If-Match": etag})
        said = Context.objects.get(metadata__why="证件核对").metadata
        assert said["by"] == str(town.people["O"].public_id)
        assert said["program"].startswith("site:")
        assert (said["program_name"], said["role"], said["place_zh"]) == ("学友网", "operator", "广州市")
        page = Client()
        page.force_login(town.people["O"])
        shown = page.get(f"/people/{town.learner.public_id}/").content.decode()
        assert "由程序“学友网”" in shown

    def test_the_second_of_two_edits_is_told_that_it_was_changed(self, town: Town) -> None:
        etag = town["O"].get(_person(town))["ETag"]
        first = town["O"].put(_person(town), {"birth_year": 1950, "reason": "更正"}, **{"If-Match": etag})
        assert (first.status_code, first.json()["birth_year"]) == (200, 1950)
        second = town["O"].put(_person(town), {"birth_year": 1951, "reason": "更正"}, **{"If-Match": etag})
        assert (second.status_code, second.json()["code"]) == (412, "precondition_failed")
        third = town["O"].put(_person(town), {"birth_year": 1951, "reason": "更正"}, **{"If-Match": first["ETag"]})
        assert third.status_code == 200

    @pytest.mark.parametrize("mark", ["*", 'W/"%s"', '"00000000000000000000000000000000"', "nothing"])
    def test_a_mark_that_proves_no_reading_does_not_match(self, town: Town, mark: str) -> None:
        etag = town["O"].get(_person(town))["ETag"].strip('"')
        sent = mark % etag if "%" in mark else mark
        assert town["O"].put(_person(town), {"reason": "更正"}, **{"If-Match": sent}).status_code == 412

    def test_the_mark_is_the_same_in_both_languages_and_with_fewer_fields(self, town: Town) -> None:
        marks = {
            town["O"].get(_person(town))["ETag"],
            town["O"].get(_person(town), **{"Accept-Language": "en"})["ETag"],
            town["O"].get(f"{_person(town)}?fields=name")["ETag"],
        }
        assert len(marks) == 1

    @pytest.mark.django_db(transaction=True)
    def test_of_two_edits_at_once_one_gets_through(self, settings: Any) -> None:
        settings.API_PER_MINUTE = 10_000
        town = a_town()
        etag = town["O"].get(_person(town))["ETag"]

        def edit(year: int) -> Any:
            return lambda: (
                town["O"].put(_person(town), {"birth_year": year, "reason": "更正"}, **{"If-Match": etag}).status_code
            )

        assert Counter(at_once(edit(1950), edit(1951))) == {200: 1, 412: 1}
