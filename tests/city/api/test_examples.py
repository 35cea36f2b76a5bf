"""The examples of the public page are run here, in a town of their own, and must be what the page shows.

With XUECHENG_WRITE_EXAMPLES=1 the test first writes what it got, then compares.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine

from city.api.programs import Town, a_town, record_body

SHIPPED = Path(__file__).resolve().parents[3] / "src/xuecheng/city/linking/data/examples.json"
# What differs from run to run, and what it is shown as.
_VARIES = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "018f3c2a-7d10-7c4e-9b1a-5f0e6d2c8a41"),
    (r"\bORG-\d+", "LW-SQXY"),
    (r"\bK-\d+", "K-00017"),
    (r"44\d{14}", "4401234567890132"),
    (r'"(number|record)": \d+', r'"\1": 1042'),
    (r"/records/\d+", "/records/1042"),
    (r'ETag: "[0-9a-f]{32}"', 'ETag: "9f1c0b7a52e64d8f8a3e5b1c2d4f6a70"'),
    (r'If-Match: "[0-9a-f]{32}"', 'If-Match: "9f1c0b7a52e64d8f8a3e5b1c2d4f6a70"'),
    (r'("next": )"[^"]+"', r'\1"WzEwNDFd.6f0c3f0e9a1b2c3d4e5f6071"'),
    (r"\bperson-\d+", "person-7"),
    (r'"entered_at": "[^"]+"', '"entered_at": "2026-11-23T02:12:00Z"'),
    (r'"name_zh": "机构\d+"', '"name_zh": "图书馆"'),
)
_SHOWN_HEADERS = ("Content-Type", "ETag", "Location", "Idempotent-Replayed", "RateLimit", "Retry-After")


def _steady(text: str) -> str:
    for pattern, shown in _VARIES:
        text = re.sub(pattern, shown, text)
    return text


def _example(  # noqa: PLR0917  # read as a line of a table
    town: Town, letter: str, title: tuple[str, str], method: str, path: str, body: Any = None, **headers: str
) -> dict[str, str]:
    key = "import-2026-06-28-001" if method != "GET" else None
    answer = town[letter].ask(method, path, body, key=key, **headers)
    sent = [f"{method} /api/v1{path} HTTP/1.1"]
    if letter != "A":
        sent.append("Authorization: Bearer xck…")
    sent += [f"{name}: {value}" for name, value in headers.items()]
    if key:
        sent += [f"Idempotency-Key: {key}", "Content-Type: application/json"]
    if body is not None:
        sent += ["", json.dumps(body, ensure_ascii=False, indent=2)]
    got = [f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}"]
    got += [f"{name}: {answer[name]}" for name in _SHOWN_HEADERS if name in answer]
    got += ["", json.dumps(answer.json(), ensure_ascii=False, indent=2)]
    return {
        "title_zh": title[0], "title_en": title[1], "request": _steady("\n".join(sent)), "answer": _steady("\n".join(got)),
    }  # fmt: skip


def _all(town: Town) -> list[dict[str, str]]:
    body = record_body(town)
    made = [
        _example(town, "R", ("录入一条学习记录", "Enter a learning record"), "POST", "/records", body),
        _example(town, "R", ("同样的请求重发：同样的答复，只算一次", "The same again: the same answer, counted once"), "POST", "/records", body),
        _example(
            town, "R", ("同一个键用于别的内容", "The same key for something else"), "POST", "/records", body | {"minutes": 60},
        ),
    ]  # fmt: skip
    path = f"/records/{town['R'].get('/records').json()['items'][0]['number']}"
    made += [
        _example(town, "R", ("列表：分页，只取部分字段", "A list: a page, some fields"), "GET", "/records?limit=1&fields=title,minutes,status"),
        _example(town, "A", ("行政区划某日的情况", "A division as of a day"), "GET", f"/territories/{town.desk.district.code}/as-of?on=2026-01-01"),
        _example(town, "R", ("没有这个筛选条件：problem+json", "No such filter: problem+json"), "GET", "/records?colour=red", **{"Accept-Language": "en"}),
        _example(town, "L", ("无权限", "Not allowed"), "POST", "/records", record_body(town) | {"record_key": "K-2"}),
        _example(
            town, "O", ("没带If-Match的修改", "An edit without If-Match"), "PUT", f"/people/{town.learner.public_id}",
            {"birth_year": 1950, "reason": "更正"},
        ),
        _example(town, "R", ("读一条记录及其ETag", "One record and its ETag"), "GET", f"{path}?fields=title"),
    ]  # fmt: skip
    return made


@pytest.mark.django_db
def test_the_examples_that_the_page_shows_are_what_is_answered_today(settings: Any) -> None:
    settings.API_PER_MINUTE = settings.API_PER_MINUTE_NAMELESS = 600
    town = a_town()
    with time_machine.travel("2026-11-23T02:12:00Z", tick=False):
        from city.api.programs import Program, a_site, a_token

        town.programs |= {
            letter: Program(a_token(person, a_site(town.desk.college))) for letter, person in town.people.items()
        }
        made = _all(town)
    if os.environ.get("XUECHENG_WRITE_EXAMPLES"):
        SHIPPED.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert json.loads(SHIPPED.read_text("utf-8")) == made


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_them_to_everybody(client: Any, language: str) -> None:
    client.cookies["django_language"] = language
    page = client.get("/api/").content.decode()
    for one in json.loads(SHIPPED.read_text("utf-8")):
        assert one["title_en" if language == "en" else "title_zh"] in page
    assert "problem-key-used" in page
    assert "http" not in "".join(re.findall(r'(?:src|href)="(http[^"]*)"', page))
