"""Each operation's page shows a request that was run and what it answered.

With XUECHENG_WRITE_EXAMPLES=1 the test writes what it got. Else it runs all of them anew and compares their shape: the
request, status, headers and fields must be those that the page shows; ids and times differ from run to run.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from city.api.programs import Town
from city.api.test_doors import DOORS, _asks
from city.api.test_examples import _steady
from city.documents.nasty import pdf
from xuecheng.city.api.declared import OPERATIONS

SHIPPED = Path(__file__).resolve().parents[3] / "src/xuecheng/city/linking/data/operations.json"
_SHOWN_HEADERS = ("Content-Type", "ETag", "Location")
_SECRETS = (
    (r'("secret": )"[^"]+"', r'\1"…"'),
    (r"(id|reason)=[0-9a-f-]{36}", r"\1=018f3c2a-7d10-7c4e-9b1a-5f0e6d2c8a41"),
    (r'("card_number": )"[^"]+"', r'\1"4401234567890132"'),
)
_FILES = {"add_document": pdf(), "add_document_version": pdf(3), "bring_file": "机构代码\n".encode(),
          "bring_credential_list": "证书,姓名\nM6SH-CDC2-YJ8J,陈丽华\n".encode()}  # fmt: skip
# Of these nobody in the town has what is asked for: the answer that is shown is 404.
NOT_THERE = {"get_own_line", "get_line"}


def _asker(name: str) -> str:
    """Whose request is shown: a resident's before an officer's; for what is public, nobody's."""
    passes = DOORS[name]
    return next((letter for letter in "ALRCOWD" if letter in passes), "L")


def _run(town: Town, name: str) -> dict[str, str]:
    letter = _asker(name)
    town.asking = letter
    path, body, headers = _asks(town, name)
    method = OPERATIONS[name].method
    raw = _FILES.get(name, b"")
    answer = town[letter].ask(method, path, body, key="import-2026-06-28-001", raw=raw, **headers)
    assert answer.status_code < 300 or answer.status_code == 409 or name in NOT_THERE, (name, answer.content)
    sent = [f"{method} /api/v1{path} HTTP/1.1"]
    if letter != "A":
        sent.append("Authorization: Bearer …")
    sent += [f"{one}: {value}" for one, value in headers.items()]
    if method != "GET":
        sent.append("Idempotency-Key: import-2026-06-28-001")
        sent += [] if "Content-Type" in headers else ["Content-Type: application/json"]
    if raw:
        sent += ["", "…"]
    if body is not None:
        sent += ["", json.dumps(body, ensure_ascii=False, indent=2)]
    got = [f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}"]
    got += [f"{one}: {answer[one]}" for one in _SHOWN_HEADERS if one in answer]
    if answer.streaming or not answer["Content-Type"].startswith("application/"):
        answer.getvalue()
        got += ["", "…"]
    elif answer["Content-Type"] == "application/pdf":
        got += ["", "…"]
    else:
        got += ["", json.dumps(_shortened(answer.json()), ensure_ascii=False, indent=2)]
    return {"request": _safe("\n".join(sent)), "answer": _safe("\n".join(got))}


def _safe(text: str) -> str:
    for pattern, shown in _SECRETS:
        text = re.sub(pattern, shown, text)
    return _steady(text)


def _shortened(body: Any, *, most: int = 2) -> Any:
    """A page of a list with its first row only, lists within it with two."""
    if isinstance(body, dict):
        return {name: _shortened(value, most=1 if name == "items" else 2) for name, value in body.items()}
    return [_shortened(one) for one in body[:most]] if isinstance(body, list) else body


def _shape(example: dict[str, str]) -> Any:
    """What of an example is the same in every run."""
    # One code in ninety is drawn without a digit.
    line = re.sub(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", "N", example["request"].split("\n", 1)[0])
    asked = re.sub(r"[0-9A-Za-z_-]*\d[0-9A-Za-z_.:-]*", "N", line)
    head, _blank, text = example["answer"].partition("\n\n")
    fields = sorted(json.loads(text)) if text.startswith("{") else []
    return asked, head.split("\n")[0], sorted(line.partition(":")[0] for line in head.split("\n")[1:]), fields


@pytest.mark.slow
def test_the_example_of_each_operation_is_what_is_answered_today(town: Town) -> None:
    made = {}
    for name in sorted(OPERATIONS):
        with transaction.atomic():
            made[name] = _run(town, name)
            transaction.set_rollback(True)
    if os.environ.get("XUECHENG_WRITE_EXAMPLES"):
        SHIPPED.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    shipped = json.loads(SHIPPED.read_text("utf-8"))
    assert set(shipped) == set(OPERATIONS)
    differing = {
        name: (_shape(shipped[name]), _shape(one)) for name, one in made.items() if _shape(shipped[name]) != _shape(one)
    }
    assert differing == {}


def test_nothing_that_is_secret_is_shown() -> None:
    text = SHIPPED.read_text("utf-8")
    assert re.findall(r"Bearer [A-Za-z0-9]|xck[0-9A-Za-z]|whsec_[A-Za-z0-9]|44\d{14}(?<!4401234567890132)", text) == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_sees_an_operation_with_its_example(client: Any, language: str) -> None:
    client.cookies["django_language"] = language
    page = client.get(reverse("linking:show_operation", args=["grant_role"])).content.decode()
    assert "POST /api/v1/role-holdings" in page
    assert "Idempotency-Key: import-2026-06-28-001" in page
    assert client.get(reverse("linking:show_operation", args=["nothing_such"])).status_code == 404
    index = client.get(reverse("linking:show_docs")).content.decode()
    for name in OPERATIONS:
        assert reverse("linking:show_operation", args=[name]) in index
