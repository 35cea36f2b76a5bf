"""The whole way, as the people of it walk it: a college's file becomes credit that a stranger can check.

Everything goes through pages; what the pages leave to a worker is worked off by the code that a worker runs.
"""

from __future__ import annotations

import io
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from city.situations import a_registrar, an_organisation
from learning.recognition import situations as so
from learning.records.situations import card_of
from stories.town import Story
from xuecheng.city.ids import uuid7
from xuecheng.city.imports.models import ImportFile
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition.models import Posting, RuleVersion, Run
from xuecheng.learning.records.models import LearningRecord

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def story(db: None) -> Story:
    return Story()


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode())


def page(client: Client, name: str, *args: object) -> str:
    return text_of(client.get(reverse(name, args=args)))


def test_each_wrong_row_of_a_gb18030_file_is_explained_and_the_good_ones_are_written(story: Story) -> None:
    file = story.bring()
    assert (file.encoding, file.good_count, file.known_count, file.bad_count) == ("gb18030", 5, 0, 5)
    assert not LearningRecord.objects.exists(), "a dry run writes nothing"
    shown = page(story.registrar, "imports:show_import", file.public_id)
    told = {problem.row_no: problem for problem in file.problems.all()}
    assert sorted(told) == [7, 8, 9, 10, 11]
    assert [told[row].column for row in sorted(told)] == ["person_ref", "name", "end", "minutes", "record_key"]
    explained = {
        7: ("学习卡号", "4400 0000 0000 0000"),
        8: ("姓名", "何家麟"),
        9: ("结束日期", "2025-02-30"),
        10: ("分钟数", "很多"),
        11: ("记录编号", "H-01"),
    }
    for problem in story.registrar.get(reverse("imports:show_import", args=[file.public_id])).context["problems"]:
        column, value = explained.pop(problem["row_no"])
        assert (problem["column"], problem["value"]) == (column, value)
        for words in (column, value, str(problem["message"]), str(problem["remedy"])):
            assert words
            assert words in shown
        for words in (str(problem["message"]), str(problem["remedy"])):
            assert any("一" <= sign <= "鿿" for sign in words), f"not in Chinese: {words}"
    assert explained == {}

    story.write_good_rows(file)
    keys = list(LearningRecord.objects.order_by("record_key").values_list("record_key", flat=True))
    assert keys == ["H-01", "H-02", "H-03", "H-04", "H-05"]
    assert set(LearningRecord.objects.values_list("entered_by_id", flat=True)) == {story.city.registrar.person.pk}
    assert "二十四式太极拳" in page(story.registrar, "records:list_records")


def test_the_same_file_again_finds_every_row_there_and_writes_nothing(story: Story) -> None:
    story.write_good_rows(story.bring())
    again = story.bring()
    assert (again.good_count, again.known_count, again.bad_count) == (0, 5, 5)
    answer = story.registrar.post(reverse("imports:write_import", args=[again.public_id]), {"choice": "good"})
    assert answer.status_code == 422
    assert LearningRecord.objects.count() == 5


def test_a_rule_counts_only_after_another_officer_approved_it(story: Story) -> None:
    story.write_good_rows(story.bring())
    rule = story.drafted_rule()
    answer = story.decide(story.author, rule)
    assert answer.status_code == 422
    assert "起草规则的人不能自己批准" in unescape(answer.content.decode())
    rule.refresh_from_db()
    assert rule.state == RuleVersion.State.PROPOSED
    assert story.recognise().credited_count == 0, "what is only proposed credits nothing"
    assert story.decide(story.registrar, rule).status_code in (403, 404)

    assert story.decide(story.colleague, rule).status_code == 302
    rule.refresh_from_db()
    assert (rule.state, rule.drafted_by, rule.decided_by) == (
        RuleVersion.State.APPROVED,
        story.city.author.person,
        story.city.approver.person,
    )
    # What was looked at before the rule came is looked at again when somebody asks for it.
    story.registrar.post(reverse("recognition:start_recognition"), {"public_id": uuid7(), "again": "on"})
    story.work_off()
    assert Run.objects.order_by("-id")[0].credited_count == 4


def test_the_learner_sees_what_was_credited_from_where_and_under_which_version(story: Story) -> None:
    run = story.until_credited()
    assert (run.seen_count, run.credited_count, run.refused_count) == (5, 4, 1)
    shown = page(story.registrar, "recognition:show_run", run.public_id)
    assert reverse("recognition:list_refused") in shown

    rule = RuleVersion.objects.get()
    account = page(story.resident, "account:see_account")
    for words in ("2.5", "二十四式太极拳", "书法入门", story.college.name_zh, f"{rule.code}第1版"):
        assert words in account
    assert "社区讲座" not in account.split("<tbody")[-1]
    posting = Posting.objects.get(learner=story.learner, credits=150)
    line = page(story.resident, "account:see_line", posting.key)
    for words in ("书法入门", story.college.name_zh, rule.name_zh, f"{rule.code}第1版", "H-02", "1.5"):
        assert words in line
    assert page(story.stranger, "recognition:show_public_rule", rule.code, 1)
    assert so.balances(story.learner) == {"community/1": 250}
    assert so.balances(story.neighbour) == {"community/1": 150}


def test_nobody_else_sees_the_account_or_the_records(story: Story) -> None:
    story.until_credited()
    neighbour = story.at_browser(story.neighbour)
    posting = Posting.objects.filter(learner=story.learner)[0]
    for name, *args in (
        ("account:see_account_of", story.learner.public_id),
        ("account:see_line_of", story.learner.public_id, posting.key),
        ("account:see_line", posting.key),
        ("records:show_record", posting.record_id),
    ):
        assert neighbour.get(reverse(name, args=args)).status_code == 404, name
    elsewhere = an_organisation(story.city.places["从化区"], name_zh="从化社区学院")
    registrar = story.at_browser(a_registrar(elsewhere).person)
    assert "陈惠芬" not in page(registrar, "records:list_records")
    assert "陈惠芬" not in page(registrar, "recognition:list_credited")
    assert registrar.get(reverse("records:show_record", args=[posting.record_id])).status_code == 404
    file = ImportFile.objects.get()
    assert registrar.get(reverse("imports:show_import", args=[file.public_id])).status_code == 404
    assert story.stranger.get(reverse("account:see_account")).status_code == 302


def test_a_stranger_verifies_the_transcript_and_later_that_it_changed(story: Story) -> None:
    story.until_credited()
    issued = story.issued_transcript()
    paper = story.resident.get(reverse("credentials:download_transcript", args=[issued.code]))
    printed = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper.content)).pages)
    for words in ("陈惠芬", "2.5", "书法入门", issued.code):
        assert words in printed

    for typed in (issued.code, issued.code.lower(), issued.code.replace("-", " "), f" {issued.code.replace('-', '')} "):
        answer = story.stranger.get(reverse("credentials:verify"), {"code": typed}, follow=True)
        told = text_of(answer)
        assert "真实有效，至今没有变化" in told, typed
        assert "陈惠芬" in told
        assert card_of(story.learner) not in told

    record = Posting.objects.get(learner=story.learner, credits=150).record_id
    answer = story.colleague.post(
        reverse("recognition:correct_record", args=[record]), {"act": "back", "why": "考勤记录有误，学院来函更正"}
    )
    assert answer.status_code == 302
    assert so.balances(story.learner) == {"community/1": 100}
    told = page(story.stranger, "credentials:verify_code", issued.code)
    assert "真实，但开出之后有变化" in told
    assert "书法入门：学分已于" in told
    assert "考勤记录有误" in page(story.resident, "account:see_account")


def test_the_ledger_verifies_and_a_row_changed_by_a_superuser_is_named(story: Story) -> None:
    story.until_credited()
    ledger.seal_all()
    book = ledger.book_of(story.learner.pk)
    key = Posting.objects.get(learner=story.learner, credits=150).key
    assert ledger.verify(books=[book]).is_good
    assert ledger.reconcile(book=book) == []
    with transaction.atomic(), connection.cursor() as superuser:
        superuser.execute("reset role")
        superuser.execute("alter table ledger.transfer disable trigger append_only")
        superuser.execute(
            "update ledger.transfer set amount = amount + 1000 where book = %s and key = %s returning seq", [book, key]
        )
        [(seq,)] = superuser.fetchall()
        (fault,) = ledger.verify(books=[book]).faults
        assert (fault.book, fault.seq) == (book, seq)
        transaction.set_rollback(True)
