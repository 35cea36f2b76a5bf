"""An outside program that knows only the schema: a client is generated from it, gets a token and posts records twice."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from city.api.programs import a_town, record_body
from city.situations import TODAY
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.linking import services
from xuecheng.city.people.models import Person
from xuecheng.learning.records.models import LearningRecord


@pytest.mark.slow
def test_a_generated_client_gets_a_token_and_what_it_posts_twice_counts_once(
    live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 1_000
    town = a_town()
    site, secret = services.register_site(
        actor=standing_of(town.people["O"], today=TODAY),
        public_id=uuid7(),
        wish=services.SiteWish(
            name_zh="教务系统", name_en="School system", purpose_zh="报送记录", purpose_en="Sends records",
            organisation=town.desk.college, scopes=["records.read", "records.write", "people.open"], holder=town.people["R"],
        ),
        at=clock.now(),
        reason="接入",
    )  # fmt: skip
    body = record_body(town)

    schema = httpx.get(f"{live_server.url}/api/v1/openapi.json").json()
    (tmp_path / "openapi.json").write_text(json.dumps(schema), "utf-8")
    done = subprocess.run(
        [Path(sys.executable).parent / "openapi-python-client", "generate", "--path", "openapi.json",
         "--meta", "none", "--output-path", "school_client"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(str(tmp_path))

    token_url = schema["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["tokenUrl"]
    token = httpx.post(
        f"{live_server.url}{token_url}",
        data={"grant_type": "client_credentials", "scope": "records.read records.write people.open"},
        auth=(site.client_id, secret),
    ).json()["access_token"]

    client = import_module("school_client").AuthenticatedClient(base_url=live_server.url, token=token)
    enter = import_module("school_client.api.learning_records.enter_record")
    find = import_module("school_client.api.learning_records.list_records")
    open_account = import_module("school_client.api.people.open_account_at_counter")
    models = import_module("school_client.models")
    record = models.RecordIn.from_dict(body)
    resident = models.CounterAccountIn.from_dict(
        {"id": str(uuid7()), "organisation": town.desk.college.code, "name": "黄伟", "reason": "到窗口办理"}
    )
    with client:
        answers = [
            enter.sync_detailed(client=client, body=record, idempotency_key="term-2026-1-0001") for _time in range(2)
        ]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].parsed.number == answers[1].parsed.number
        assert answers[1].headers["Idempotent-Replayed"] == "true"
        # Under another key it is the same record all the same: there already, word for word.
        third = enter.sync_detailed(client=client, body=record, idempotency_key="term-2026-1-0002")
        assert third.parsed.number == answers[0].parsed.number
        page = find.sync(client=client)
        assert [one.record_key for one in page.items] == [body["record_key"]]
        assert LearningRecord.objects.filter(record_key=body["record_key"]).count() == 1
        slips = [
            open_account.sync_detailed(client=client, body=resident, idempotency_key="counter-0001")
            for _time in range(2)
        ]
        assert [slip.status_code for slip in slips] == [201, 201]
        assert slips[0].parsed.person == slips[1].parsed.person == resident.id
        assert (bool(slips[0].parsed.secret), slips[1].parsed.secret) == (True, None)
        assert Person.objects.filter(public_id=resident.id).count() == 1
