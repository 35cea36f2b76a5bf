"""Every operation under fire, per role: all phases and checks of schemathesis, in this process, with a fixed seed.

The budget is small so that it runs in every `make test`; raise it with XUECHENG_API_EXAMPLES. XUECHENG_API_PATHS, a
pattern, narrows it to some addresses while one works on them. What is sent wrongly is refused before the role matters, so
wrong data are tried with one role, at every operation, and right data with all the others, at the operations whose doors they
pass; that the doors are shut to them otherwise stands in `test_doors.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.http import HttpRequest
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.transport.wsgi import WSGITransport

from city.api.programs import Town, a_town, record_body
from city.api.test_doors import DOORS
from xuecheng.city.api import callers, idempotency
from xuecheng.config.wsgi import application

EXAMPLES = int(os.environ.get("XUECHENG_API_EXAMPLES", "1"))
# A rule's refusal, somebody else's thing, a lost race: none of them says that the data were not as the schema wants.
_EXPECTED = ["2xx", "401", "403", "404", "409", "412", "413", "428", "429"]


def _config(credential: str, *, mode: str) -> Any:
    return schemathesis.Config.from_dict(
        {
            "headers": {"Authorization": f"Bearer {credential}"} if credential else {},
            "generation": {"mode": mode, "max-examples": EXAMPLES, "database": "none", "allow-x00": True},
            "seed": 1,
            "workers": 1,
            "phases": {"stateful": {"enabled": True, "max-steps": 3}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": _EXPECTED},
                "negative_data_rejection": {"expected-statuses": ["4xx"]},
                "missing_required_header": {"expected-statuses": ["4xx"]},
            },
        }
    )


_original_send = WSGITransport.send


def _send(self: Any, case: Any, **kwargs: Any) -> Any:
    """Schemathesis 4.32 hands options of its HTTP client to werkzeug, which knows none of them."""
    for name in ("max_redirects", "verify", "cert", "proxies"):
        kwargs.pop(name, None)
    return _original_send(self, case, **kwargs)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Each wish has a key of its own; the generator's favourite would be used for everything."""
    del context, kwargs
    if re.fullmatch(idempotency.KEY, str((case.headers or {}).get("Idempotency-Key", ""))):
        case.headers["Idempotency-Key"] = uuid4().hex


def _failures(credential: str, *, letter: str) -> Iterator[str]:
    tries_all = letter == "R"
    config = _config(credential, mode="all" if tries_all else "positive")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config)
    if not tries_all:
        schema = schema.include(operation_id=[name for name, letters in DOORS.items() if letter in letters])
    if paths := os.environ.get("XUECHENG_API_PATHS"):
        schema = schema.include(path_regex=paths)
    for event in from_schema(schema).execute():
        if isinstance(event, (FatalError, NonFatalError)):
            yield f"{getattr(event, 'label', '')}: {getattr(event, 'value', None) or event.exception!r}"
        if isinstance(event, ScenarioFinished):
            for case_id, checks in event.recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None:
                        case = event.recorder.cases[case_id].value
                        sent = f"{case.method} {case.formatted_path} {case.query} {case.headers} {case.body!r:.300}"
                        yield f"{event.phase.value}: {check.name}: {check.failure_info.failure}\n  {sent}"


@pytest.fixture
def town(transactional_db: None, settings: Any, tmp_path: Path) -> Town:
    settings.FILES_ROOT = tmp_path / "files"
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 10_000_000
    made = a_town()
    made["R"].post("/records", record_body(made))
    return made


@pytest.fixture
def known_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who a credential stands for is asked once: it was half the time of thousands of requests, and has tests of its own."""
    kept: dict[str, callers.Caller] = {}
    ask = callers.caller_of

    def caller_of(request: HttpRequest) -> callers.Caller:
        header = request.headers.get("Authorization")
        if header is None:
            return ask(request)
        if header not in kept:
            kept[header] = ask(request)
        return kept[header]

    monkeypatch.setattr(callers, "caller_of", caller_of)


@pytest.mark.slow
@pytest.mark.usefixtures("known_callers")
@pytest.mark.parametrize("letter", "ALRCOWD")
def test_nothing_that_the_schema_promises_is_broken_for_this_role(
    town: Town, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WSGITransport, "send", _send)
    found = list(dict.fromkeys(_failures(town[letter].credential, letter=letter)))
    assert found == [], "\n\n".join(found[:40])
