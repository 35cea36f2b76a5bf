"""Lists, fields, filters, errors, limits and headers, as a caller meets them."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import time_machine
from django.test import Client

from city.api.programs import Program, Town, record_body
from city.situations import a_person
from xuecheng.city.api.models import AskedCount
from xuecheng.city.people.models import Person


class TestLists:
    def test_pages_are_stable_while_rows_arrive(self, town: Town) -> None:
        for _number in range(5):
            town.desk.record(town.learner)
        whole = [one["number"] for one in town["R"].get("/records").json()["items"]]
        seen: list[int] = []
        cursor = ""
        while True:
            page = town["R"].get(f"/records?limit=2&after={cursor}").json()
            seen += [one["number"] for one in page["items"]]
            town.desk.record(town.learner)
            if page["next"] is None:
                break
            cursor = page["next"]
        assert seen == whole

    def test_a_cursor_of_another_list_or_filter_or_made_up_is_no_page(self, town: Town) -> None:
        for _number in range(3):
            town.desk.record(town.learner)
        cursor = town["R"].get("/records?limit=1").json()["next"]
        assert town["R"].get(f"/records?limit=1&after={cursor}").status_code == 200
        for path in ("/me/records", "/records?origin=formal"):
            joint = "&" if "?" in path else "?"
            assert town["R"].get(f"{path}{joint}after={cursor}").status_code == 404
        assert town["R"].get(f"/records?after={cursor[:-1]}x").status_code == 404

    def test_a_page_costs_the_same_at_any_length(self, town: Town, django_assert_max_num_queries: Any) -> None:
        for _number in range(6):
            town.desk.record(town.learner)
        for limit in (1, 6):
            with django_assert_max_num_queries(9):
                town["R"].get(f"/records?limit={limit}")

    def test_only_the_wished_fields_come_and_the_key_always(self, town: Town) -> None:
        town.desk.record(town.learner)
        (row,) = town["R"].get("/records?fields=title").json()["items"]
        assert set(row) == {"number", "title"}
        assert town["R"].get("/records?fields=title,password").status_code == 422

    @pytest.mark.parametrize(
        "query", ["colour=red", "limit=0", "limit=201", "limit=1&limit=2", "origin=none", "text=%00"]
    )
    def test_what_a_list_does_not_take_is_refused_and_not_passed_over(self, town: Town, query: str) -> None:
        answer = town["R"].get(f"/records?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


class TestErrors:
    def test_a_refusal_speaks_the_callers_language_and_names_field_and_remedy(self, town: Town) -> None:
        wrong = record_body(town, contact_minutes=99_999)
        chinese = town["R"].post("/records", wrong)
        english = town["R"].post("/records", wrong, **{"Accept-Language": "en-GB, zh;q=0.5"})
        assert (chinese["Content-Language"], english["Content-Language"]) == ("zh-hans", "en")
        (error,) = [one for one in english.json()["errors"] if one["code"] == "contact_exceeds_total"]
        assert error["field"] == "contact_minutes"
        assert error["detail"] == "The hours in class are more than all hours of learning."
        assert error["remedy"]
        assert chinese.json()["code"] == english.json()["code"] == "entry_refused"
        assert english.json()["type"] == "/api/#problem-refused"

    def test_fields_that_nobody_asked_for_are_refused(self, town: Town) -> None:
        answer = town["R"].post("/records", record_body(town, is_latest=False, entered_by_id=1))
        assert answer.status_code == 422
        assert {one["field"] for one in answer.json()["errors"]} == {"body.is_latest", "body.entered_by_id"}

    def test_nobody_becomes_another_or_an_operator_by_more_fields(self, town: Town) -> None:
        path = f"/people/{town.learner.public_id}"
        etag = town["O"].get(path)["ETag"]
        for more in ({"is_active": False}, {"sign_in_name": "x"}, {"id": "x"}, {"roles": ["operator"]}):
            assert town["O"].put(path, {"reason": "x"} | more, **{"If-Match": etag}).status_code == 422
        assert Person.objects.get(pk=town.learner.pk).is_active

    @pytest.mark.parametrize(
        ("content_type", "data", "status"),
        [
            ("text/plain", "{}", 415),
            ("application/x-www-form-urlencoded", "a=1", 415),
            ("application/json", "{", 400),
            ("application/json", '{"a": "\\ud800"}', 422),
            ("application/json", "[]", 422),
            ("application/json", "1" * 3_000_000, 413),
        ],
    )
    def test_a_body_that_cannot_be_read_is_a_problem(
        self, town: Town, content_type: str, data: str, status: int
    ) -> None:
        answer = Client().generic(
            "POST", "/api/v1/records", data, content_type=content_type,
            headers={"Authorization": f"Bearer {town['R'].credential}", "Idempotency-Key": "k" * 12},
        )  # fmt: skip
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")

    def test_methods_and_addresses_that_are_not_there_are_problems(self, town: Town) -> None:
        wrong = town["R"].ask("DELETE", "/records")
        assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
        assert set(wrong["Allow"].split(", ")) == {"GET", "POST"}
        assert town["R"].get("/nothing/here").json()["code"] == "not_found"
        assert Client().options("/api/v1/records").status_code == 405

    def test_a_fault_tells_its_id_and_nothing_else(
        self, town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        from xuecheng.learning.network import queries

        def breaks(**_kwargs: Any) -> None:
            raise RuntimeError("secret 440106199001011234")

        monkeypatch.setattr(queries, "network", breaks)
        with caplog.at_level(logging.ERROR):
            answer = town["A"].get("/figures")
        assert answer.status_code == 500
        assert "440106" not in answer.content.decode()
        assert any(answer.json()["fault"] in record.getMessage() for record in caplog.records)

    @pytest.mark.parametrize("header", ["Bearer nothing", "Basic YTpi", "Bearer", "bearer xck" + "0" * 48, "Bearer ü"])
    def test_a_wrong_credential_is_told_even_where_none_is_needed(self, town: Town, header: str) -> None:
        answer = Client().get("/api/v1/figures", headers={"Authorization": header})
        assert (answer.status_code, answer.json()["code"]) == (401, "credential_invalid")
        assert "invalid_token" in answer["WWW-Authenticate"]

    def test_a_signed_in_browser_is_nobody_here(self, town: Town) -> None:
        browser = Client()
        browser.force_login(town.people["O"])
        assert browser.get("/api/v1/people").status_code == 401


class TestOthers:
    """Another's things by their id: as if they were not there."""

    def test_of_another_learner_nothing_is_seen(self, town: Town) -> None:
        other = a_person("别人")
        record = town.desk.record(town.learner)
        for path in (f"/people/{other.public_id}", f"/people/{other.public_id}/account"):
            assert town["L"].get(path).status_code == 404
        stranger = Program(_token_of(other, town))
        for path in (f"/records/{record.pk}", f"/records/{record.pk}/versions", f"/people/{town.learner.public_id}"):
            assert stranger.get(path).status_code == 404

    def test_another_college_sees_and_changes_nothing(self, town: Town) -> None:
        from learning.records.situations import a_desk

        record = town.desk.record(town.learner)
        elsewhere = Program(_token_of(a_desk(name="别的学院").registrar.person, town))
        assert elsewhere.get(f"/records/{record.pk}").status_code == 404
        assert elsewhere.post(f"/records/{record.pk}/withdrawal", {"reason": "x"}).status_code == 404
        assert elsewhere.get("/records").json()["items"] == []
        assert elsewhere.post("/records", record_body(town)).status_code == 403


def _token_of(person: Person, town: Town) -> str:
    from city.api.programs import a_site, a_token

    return a_token(person, a_site(town.desk.college))


class TestLimits:
    @pytest.fixture
    def few(self, town: Town, settings: Any) -> Town:
        settings.API_PER_MINUTE, settings.API_PER_MINUTE_NAMELESS = 3, 2
        AskedCount.objects.all().delete()
        return town

    def test_the_last_of_the_minute_passes_and_the_next_waits(self, few: Town) -> None:
        with time_machine.travel("2026-11-23T02:00:10Z", tick=False):
            answers = [few["L"].get("/frameworks") for _number in range(4)]
        # The token is valid for longer than the journey is long; only the count decides.
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer["RateLimit"] for answer in answers] == [
            '"caller";r=2;t=50', '"caller";r=1;t=50', '"caller";r=0;t=50', '"caller";r=0;t=50',
        ]  # fmt: skip
        assert answers[0]["RateLimit-Policy"] == '"caller";q=3;w=60'
        assert answers[3]["Retry-After"] == "50"
        with time_machine.travel("2026-11-23T02:01:00Z", tick=False):
            assert few["L"].get("/frameworks").status_code == 200

    def test_whoever_tries_credentials_out_is_slowed_down(self, few: Town) -> None:
        with time_machine.travel("2026-11-23T02:00:10Z", tick=False):
            tries = [Program("xck" + "0" * 48).get("/figures").status_code for _number in range(3)]
        assert tries == [401, 401, 429]

    def test_callers_are_counted_apart_and_the_nameless_by_address(self, few: Town) -> None:
        with time_machine.travel("2026-11-23T02:00:10Z", tick=False):
            assert [few["A"].get("/figures").status_code for _number in range(3)] == [200, 200, 429]
            assert few["R"].get("/figures").status_code == 200


def test_nothing_is_stored_on_the_way_and_no_other_site_may_read(town: Town) -> None:
    answer = town["L"].get("/me", Origin="https://evil.example")
    assert answer["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert not answer.cookies


def test_the_schema_is_openapi_3_1_and_names_every_operation(town: Town) -> None:
    from xuecheng.city.api.declared import OPERATIONS

    schema = town["A"].get("/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    named = {one["operationId"] for methods in schema["paths"].values() for one in methods.values()}
    assert named == set(OPERATIONS)
    assert schema["components"]["schemas"]["RecordIn"]["additionalProperties"] is False


def test_two_schemas_of_one_name_say_the_same(town: Town) -> None:
    """The framework keeps one by each name: another of that name would be described by the first."""
    import ninja

    found: dict[str, list[Any]] = {}
    waiting = list(ninja.Schema.__subclasses__())
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("xuecheng.") and "[" not in one.__name__ and not one.__name__.endswith("Params"):
            whole = one.model_json_schema()
            # One that holds others of its kind is described beside itself.
            said = whole if "properties" in whole else whole["$defs"][one.__name__]
            found.setdefault(one.__name__, []).append(said["properties"])
    differing = {name for name, made in found.items() if any(one != made[0] for one in made)}
    assert differing - {"Page"} == set()


def test_a_program_that_reads_person_after_person_is_told_to_wait(town: Town, settings: Any) -> None:
    settings.LOOKS_AN_HOUR = 1
    other = a_person("邻居", territory=town.desk.district)
    assert town["O"].get(f"/people/{town.learner.public_id}").status_code == 200
    answer = town["O"].get(f"/people/{other.public_id}")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_looks")
