"""One line of JSON for each request and each event: allowed keys only, nobody's name or number, one number for all lines."""

from __future__ import annotations

import ast
import json
import logging
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from city.api.programs import a_town
from city.situations import a_job, a_person
from xuecheng.city.jobs import running
from xuecheng.config.logs import Line, without_people
from xuecheng.web import events
from xuecheng.web.requests import Arrival

PACKAGE = Path(events.__file__).resolve().parents[1]


def lines(caplog: Any, event: str) -> list[dict[str, Any]]:
    """What was logged under a name, as an operator's tools read it. What stood around it is in the record's facts."""
    return [json.loads(Line().format(one)) for one in caplog.records if events.event_of(one) == event]


@pytest.fixture(autouse=True)
def everything(caplog: Any) -> None:
    caplog.set_level(logging.INFO)


@pytest.mark.django_db
def test_a_request_leaves_one_line_with_who_in_which_role_where(operator_client: Client, caplog: Any) -> None:
    answer = operator_client.get("/today/?from=13800138111")
    (line,) = lines(caplog, "request")
    assert line["at"].endswith("+00:00")
    assert (line["route"], line["method"], line["status"], line["level"]) == ("desk:show_today", "GET", 200, "INFO")
    assert (line["role"], line["queries"] > 3, line["ms"] > 0) == ("operator", True, True)
    assert line["place"].startswith("/")
    assert line["person"] not in ("", "何运维")
    assert "13800138111" not in json.dumps(line)
    assert answer.headers["X-Request-Id"]


@pytest.mark.django_db
def test_a_stranger_has_no_name_in_it_and_probes_leave_no_line(client: Client, caplog: Any) -> None:
    client.get("/sign-in/")
    client.get("/healthz")
    (line,) = lines(caplog, "request")
    assert "person" not in line
    assert "role" not in line


@pytest.mark.parametrize(
    ("peer", "given", "is_kept"),
    [
        ("127.0.0.1", "0123456789abcdef", True),
        ("203.0.113.9", "0123456789abcdef", False),
        ("127.0.0.1", "short", False),
        ("127.0.0.1", 'x"} {"level": "forged', False),
        ("127.0.0.1", "x" * 65, False),
    ],
)
def test_a_requests_number_is_the_proxys_only_if_it_is_ours(
    settings: Any, peer: str, given: str, is_kept: bool
) -> None:
    settings.PROXY_ADDRESSES = ["127.0.0.1"]
    seen: list[dict[str, object]] = []

    def view(_request: object) -> Any:
        from django.http import HttpResponse

        seen.append(events.facts_of(logging.LogRecord("x", logging.INFO, "", 1, "", None, None)))
        return HttpResponse()

    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"x-request-id": given})
    answer = Arrival(view)(request)
    assert (answer.headers["X-Request-Id"] == given) is is_kept
    assert seen == [{"request": answer.headers["X-Request-Id"]}], "each line within bears it"
    assert events.facts_of(logging.LogRecord("x", logging.INFO, "", 1, "", None, None)) == {}, "and none after"


@pytest.mark.django_db
def test_a_denied_page_has_a_stable_name(resident_client: Client, caplog: Any) -> None:
    resident_client.get(reverse("operations:show_health"))
    (line,) = lines(caplog, "access.denied")
    assert (line["act"], line["route"], line["level"]) == ("operations.see_health", "operations:show_health", "WARNING")


@pytest.mark.django_db
def test_a_thing_that_is_not_theirs_is_logged_as_one_that_is_not_there(
    resident_client: Client, college: Any, caplog: Any
) -> None:
    job = a_job(state="running", organisation=college)
    for number in (job.public_id, uuid4()):
        assert resident_client.get(reverse("jobs:show_job", args=[number])).status_code == 404
    found = lines(caplog, "access.hidden")
    assert [(one["route"], one["level"]) for one in found] == [("jobs:show_job", "WARNING")] * 2
    assert len({one["person"] for one in found}) == 1
    assert str(job.public_id) not in json.dumps(found)


@pytest.mark.django_db
def test_what_strangers_and_wrong_addresses_do_is_no_event_of_security(resident_client: Client, caplog: Any) -> None:
    Client().get(reverse("jobs:show_job", args=[uuid4()]))
    resident_client.get("/no/such/address/")
    assert lines(caplog, "access.hidden") == []


@pytest.mark.django_db
def test_a_program_that_asks_for_what_is_not_its_own_is_logged_too(settings: Any, caplog: Any) -> None:
    settings.API_PER_MINUTE = 1_000
    town = a_town()
    assert town["R"].get(f"/jobs/{uuid4()}").status_code == 404
    (line,) = lines(caplog, "access.hidden")
    assert line["program"].startswith("site:")
    (answered,) = [one for one in lines(caplog, "request") if one["status"] == 404]
    assert answered["program"] == line["program"]


@pytest.mark.django_db
def test_a_sign_in_that_failed_has_a_name_and_no_names(client: Client, caplog: Any) -> None:
    person = a_person("陈惠芬")
    client.post("/sign-in/", {"login": person.sign_in_name, "password": "wrong-trees-rivers"})
    (line,) = lines(caplog, "identity.sign_in_failed")
    assert line["person"] == str(person.public_id)
    assert person.sign_in_name not in json.dumps(line)


@pytest.mark.django_db
def test_what_a_worker_logs_bears_the_job_or_the_routine(monkeypatch: Any, caplog: Any) -> None:
    from xuecheng.city.jobs.registry import Routine

    said: list[dict[str, Any]] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(json.loads(Line().format(record)))

    handler = Keeps()
    logging.getLogger("xuecheng").addHandler(handler)
    try:
        running._run_routine(Routine("test.breaks", cron="* * * * *", run=lambda: 1 / 0, title=""))  # type: ignore[arg-type]
    finally:
        logging.getLogger("xuecheng").removeHandler(handler)
    (line,) = [one for one in said if "failed" in one["message"]]
    assert line["routine"] == "test.breaks"
    assert "ZeroDivisionError" in line["trace"]
    with events.within(job=7):
        assert events.facts_of(logging.LogRecord("x", logging.INFO, "", 1, "", None, None)) == {"job": 7}


def test_a_key_that_is_not_allowed_never_reaches_the_log() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "said", None, None)
    record.event, record.facts = "test.event", {"name": "陈惠芬", "phone": "13800138111", "status": 200, "act": ""}
    line = json.loads(Line().format(record))
    assert (line["event"], line["status"]) == ("test.event", 200)
    assert not {"name", "phone", "act"} & set(line)


def test_every_key_that_code_tells_is_allowed() -> None:
    """`tell` and `within` drop others without a word: nobody is to wonder where a fact went."""
    used: set[str] = set()
    texts = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    for text in texts:
        for node in ast.walk(ast.parse(text)) if "events." in text else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of = node.func.value
                if isinstance(of, ast.Name) and of.id == "events" and node.func.attr in ("tell", "within"):
                    used |= {word.arg for word in node.keywords if word.arg}
    assert used - events.KEYS - {"level"} == set()
    assert {"request", "job", "route"} <= used


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("person 110101194912310023 asked", "person … asked"),
        ("to 13800138111, to +86 13900139222", "to …, to …"),
        ("mail huifen.chen@example.com bounced", "mail … bounced"),
        ('duplicate key "x"\nDETAIL:  Key (name)=(陈惠芬) already exists.', 'duplicate key "x"\nDETAIL: …'),
        ("job 018f2a13-8001-7000-8000-138001381110 turn 3", "job 018f2a13-8001-7000-8000-138001381110 turn 3"),
        ("1795000000123 ms, 2026-11-28", "1795000000123 ms, 2026-11-28"),
    ],
)
def test_what_identifies_people_is_masked_wherever_it_turns_up(text: str, kept: str) -> None:
    assert without_people(text) == kept
