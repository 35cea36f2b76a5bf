"""Pages of a learner's account, through the client, in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learning.account import makers
from xuecheng.learning.creditbank import ledger

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: object, **data: object):
    return client.get(reverse(name, args=args), data)


def said(answer) -> str:
    return answer.content.decode()


def content(answer) -> str:
    return said(answer).split("<main")[1].split("</main")[0]


@pytest.fixture
def who():
    learner = makers.learner("陈惠芬")
    makers.credit(
        learner, 600, title="养老护理员（五级）", of=makers.credit_class("certificate", 2), ended_on=date(2026, 7, 10)
    )
    back = makers.credit(learner, 150, title="太极拳初级")
    makers.take_back(back, why="考勤更正")
    return learner


@pytest.fixture
def signed_in(client: Client, who) -> Client:
    client.force_login(who)
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_account_shows_balance_table_growth_and_statement(signed_in: Client, language: str) -> None:
    signed_in.cookies["django_language"] = language
    answer = page(signed_in, "account:see_account")
    assert answer.status_code == 200
    text = said(answer)
    for expected in ("6.00", "养老护理员（五级）", "考勤更正", "−1.50", "+1.50", "R-0412"):
        assert expected in text


def test_an_empty_account_says_so(client: Client) -> None:
    client.force_login(makers.learner())
    answer = page(client, "account:see_account")
    assert answer.status_code == 200
    assert "0.00" not in said(answer)


def test_filters_and_earlier_lines_are_addresses(signed_in: Client, who) -> None:
    for number in range(25):
        makers.credit(who, 10, title=f"讲座{number}号")
    first = page(signed_in, "account:see_account")
    assert "讲座24号" in said(first)
    assert "讲座2号" not in said(first)
    earlier = page(signed_in, "account:see_account", before=first.context["page"].statement.next_before)
    assert "讲座2号" in said(earlier)
    only = page(signed_in, "account:see_account", kind="certificate", year="2026")
    assert "讲座24号" not in said(only)
    assert page(signed_in, "account:see_account", year="nonsense", before="x", kind="y").status_code == 200


def test_the_page_asks_the_same_number_of_queries_at_two_sizes(signed_in: Client, who) -> None:
    page(signed_in, "account:see_account")
    with CaptureQueriesContext(connection) as small:
        page(signed_in, "account:see_account")
    for number in range(30):
        makers.credit(who, 10, title=f"讲座{number}号")
        makers.credit(makers.learner(f"邻居{number}"), 10)
    with CaptureQueriesContext(connection) as large:
        page(signed_in, "account:see_account")
    assert len(small) == len(large)
    # Session, person, standing and what is new beside the bell, and the page's own nine.
    assert len(large) <= 13


def test_a_line_in_full_tells_facts_and_proof(signed_in: Client, who) -> None:
    ledger.seal_all(books={ledger.book_of(who.pk)})
    statement = page(signed_in, "account:see_account").context["page"].statement
    for line in statement.lines:
        answer = page(signed_in, "account:see_line", line.key)
        assert answer.status_code == 200
        assert answer.context["found"].proof.is_good


def test_another_persons_account_and_lines_do_not_exist(signed_in: Client) -> None:
    other = makers.learner("别人")
    key = makers.credit(other).posting.key
    assert page(signed_in, "account:see_line", key).status_code == 404
    assert page(signed_in, "account:see_account_of", other.public_id).status_code == 404
    assert page(signed_in, "account:see_line_of", other.public_id, key).status_code == 404


def test_an_officer_sees_a_learner_of_the_territory_and_a_registrar_does_not(client: Client, who) -> None:
    client.force_login(makers.officer().person)
    answer = page(client, "account:see_account_of", who.public_id)
    assert answer.status_code == 200
    assert who.name in said(answer)
    line = answer.context["page"].statement.lines[0]
    assert page(client, "account:see_line_of", who.public_id, line.key).status_code == 200
    client.force_login(makers.officer(at=makers.district("440106000000", "天河区", "Tianhe")).person)
    assert page(client, "account:see_account_of", who.public_id).status_code == 404
    client.force_login(makers.registrar(makers.school()).person)
    assert page(client, "account:see_account_of", who.public_id).status_code == 404


def test_whoever_is_not_signed_in_is_led_to_the_door(client: Client) -> None:
    for name in ("account:see_account", "account:list_records", "account:see_card", "account:export_statement"):
        answer = page(client, name)
        assert answer.status_code == 302
        assert reverse("account_login") in answer["Location"]


def test_the_statement_as_a_file_is_the_statement(signed_in: Client) -> None:
    answer = page(signed_in, "account:export_statement")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 4
    assert rows[1].endswith("-1.50,6.00,考勤更正")
    assert "养老护理员（五级）" in rows[3]


def test_a_file_holds_no_formula(client: Client) -> None:
    who = makers.learner()
    makers.credit(who, 100, title="=HYPERLINK(1)")
    client.force_login(who)
    text = b"".join(page(client, "account:export_statement").streaming_content).decode()
    assert "'=HYPERLINK" in text


def test_my_records_say_what_became_of_each(signed_in: Client, who) -> None:
    makers.record(who, title="急救入门")
    makers.result(makers.record(who, title="防骗课堂"), reasons=[{"code": "no_rule", "values": {}}])
    answer = page(signed_in, "account:list_records")
    assert answer.status_code == 200
    states = {row.record.title: row.state for row in answer.context["found"].rows}
    assert states == {
        "急救入门": "waiting",
        "防骗课堂": "refused",
        "太极拳初级": "reversed",
        "养老护理员（五级）": "credited",
    }
    assert "别人的课" not in said(answer)


def test_the_card_shows_its_number_in_fours_and_a_code(signed_in: Client, who) -> None:
    number = who.learning_account.card_number
    text = said(page(signed_in, "account:see_card"))
    assert " ".join(number[at : at + 4] for at in range(0, 16, 4)) in text
    assert "<svg" in text


def test_a_card_number_tells_the_public_the_same_whether_it_is_known_or_not_c_83(client: Client, who) -> None:
    known = who.learning_account.card_number
    unknown = "4401234567890131"
    assert known != unknown
    answers = [page(client, "account:read_card", number) for number in (known, unknown)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert who.name not in said(answers[0])
    shapes = [
        content(answer).replace(number, "").replace(" ".join(number[at : at + 4] for at in range(0, 16, 4)), "")
        for answer, number in zip(answers, (known, unknown), strict=True)
    ]
    assert shapes[0] == shapes[1]
    assert page(client, "account:read_card", "123").status_code == 200


def test_a_card_leads_its_holder_and_an_officer_on(client: Client, who) -> None:
    number = who.learning_account.card_number
    client.force_login(who)
    assert page(client, "account:read_card", number)["Location"] == reverse("account:see_card")
    client.force_login(makers.officer().person)
    assert page(client, "account:read_card", number)["Location"] == reverse(
        "account:see_account_of", args=[who.public_id]
    )


def test_how_to_check_is_open_to_everybody(client: Client) -> None:
    answer = page(client, "account:explain_checks")
    assert answer.status_code == 200
    assert ledger.newest_city_head().hash.hex() in said(answer)
