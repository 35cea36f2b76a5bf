"""Lists: what is refused, who is denied, what a killed job leaves, what goes after its days, whom it tells."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from openpyxl import Workbook

from learning.account import makers
from learning.breaking import Breaking, Killed
from learning.employers.situations import (
    HEAD,
    NAME,
    NOW,
    TITLE,
    UNKNOWN,
    World,
    a_file,
    a_row,
    agreed,
    answers,
    asked_of,
    brought,
    checked,
)
from xuecheng.city.access.services import Denied
from xuecheng.city.imports.files.refusals import ColumnMissing, FileEmpty, RowsMissing, TooLarge
from xuecheng.city.jobs.models import Job
from xuecheng.city.notices.models import Notice
from xuecheng.city.refusals import FormUsedBefore
from xuecheng.config.demo.load import Hand
from xuecheng.learning.badges.models import Look
from xuecheng.learning.credentials.models import TranscriptCheck
from xuecheng.learning.employers import queries, reading, services
from xuecheng.learning.employers.models import CheckedList, Inquiry, RowAnswer
from xuecheng.learning.employers.services import verifying

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def number(world: World) -> str:
    return str(world.badge.public_id)


def test_a_workbook_is_read_as_a_table_is(world: World) -> None:
    agreed(world)
    book = Workbook()
    assert book.active is not None
    book.active.append(["应聘人员核验表"])
    book.active.append(list(HEAD[:3]))
    book.active.append([world.transcript.code, NAME, TITLE])
    sink = io.BytesIO()
    book.save(sink)
    row = brought(world, chunks=[sink.getvalue()])
    assert answers(services.check_list(row, Hand(), now=lambda: NOW)) == ["confirmed"]
    assert list(row.answers.values_list("row_no", flat=True)) == [3], "as the spreadsheet numbers it"


def test_a_file_that_is_no_list_is_refused_whole(world: World) -> None:
    with pytest.raises(FileEmpty):
        brought(world, chunks=[b""])
    with pytest.raises(RowsMissing):
        brought(world)
    with pytest.raises(ColumnMissing) as missing:
        brought(world, chunks=[a_file([("x", "y")], head=("证书", "电话"))])
    assert "姓名" in str(missing.value)
    assert "模板" in str(missing.value), "says what to do"
    with pytest.raises(TooLarge):
        brought(world, chunks=[b"x" * 5_000_000] * 2)
    assert not CheckedList.objects.exists()


def test_a_thousand_rows_are_taken_and_one_more_is_not(world: World) -> None:
    rows = [a_row(UNKNOWN)] * 1_000
    assert len(reading.rows_of(a_file(rows))) == 1_000
    with pytest.raises(reading.TooManyInList) as many:
        brought(world, chunks=[a_file([*rows, a_row(UNKNOWN)])])
    assert "1000" in str(many.value).replace(",", "")
    with pytest.raises(reading.TooManyInList):
        reading.rows_of(a_file(rows * 2))


def test_only_who_verifies_for_the_organisation_brings_and_sees_its_lists(world: World) -> None:
    for actor in (world.stranger, world.holder, makers.officer(), makers.registrar(world.school)):
        with pytest.raises(Denied):
            brought(world, a_row(UNKNOWN), actor=actor)
    row = brought(world, a_row(UNKNOWN))
    for actor in (world.stranger, world.holder, makers.officer()):
        assert queries.checked_list(actor, row.public_id) is None
        with pytest.raises(Denied):
            services.carry_on(actor=actor, row=row, at=NOW)
    assert queries.checked_list(world.desk, row.public_id) == row
    world.company.is_active = False
    with pytest.raises(services.OrganisationRests):
        brought(world, a_row(UNKNOWN), organisation=world.company)


def test_the_same_file_again_is_the_same_list_and_another_is_not(world: World) -> None:
    key = uuid4()
    first = brought(world, a_row(UNKNOWN), public_id=key)
    assert brought(world, a_row(UNKNOWN), public_id=key) == first
    assert Job.objects.filter(kind=services.CHECKED).count() == 1
    with pytest.raises(FormUsedBefore):
        brought(world, a_row(number(world)), public_id=key)


def test_an_organisation_brings_so_many_a_day(world: World, settings: Any) -> None:
    settings.EMPLOYER_LISTS_A_DAY = 2
    brought(world, a_row(UNKNOWN), at=NOW - DAY)
    brought(world, a_row(UNKNOWN), at=NOW - DAY + timedelta(seconds=1))
    brought(world, a_row(UNKNOWN))
    with pytest.raises(services.TooManyToday):
        brought(world, a_row(UNKNOWN))
    brought(world, a_row(UNKNOWN), actor=world.stranger, organisation=world.other_company)


@pytest.mark.parametrize(("at", "after"), [(0, False), (0, True), (1, False), (2, True), (3, False)])
def test_killed_in_the_middle_it_goes_on_and_no_line_is_doubled(
    world: World, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool
) -> None:
    monkeypatch.setattr(verifying, "SLICE", 2)
    agreed(world)
    row = brought(world, *[a_row(number(world)), a_row(UNKNOWN)] * 3)
    hand = Breaking(at, after=after)
    with pytest.raises(Killed):
        services.check_list(row, hand, now=lambda: NOW)
    if at < 3:
        assert not queries.fits(CheckedList.objects.get(pk=row.pk)).exists(), "an unfinished list tells nothing"
    done = services.check_list(row, Hand(cursor=hand.cursor, done=hand.done), now=lambda: NOW)
    assert answers(done) == ["confirmed", "not_confirmed"] * 3
    assert [one.row_no for one in asked_of(world.learner)] == [2, 4, 6]
    assert (done.confirmed, done.not_confirmed) == (3, 3)


def test_stopped_it_goes_on_where_it_stood(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "SLICE", 2)
    row = brought(world, *[a_row(UNKNOWN)] * 4)
    with pytest.raises(services.ListWorkedOn):
        services.carry_on(actor=world.desk, row=row, at=NOW)
    hand = Breaking(0, after=True)
    with pytest.raises(Killed):
        services.check_list(row, hand, now=lambda: NOW)
    Job.objects.filter(pk=row.job_id).update(state="cancelled", ended_at=NOW, cursor=hand.cursor, done_count=hand.done)
    again = services.carry_on(actor=world.desk, row=row, at=NOW)
    assert again.job_id != row.job_id
    job = Job.objects.get(pk=again.job_id)
    assert (job.cursor, job.done_count, job.total_count) == ({"next": 2}, 2, 4)
    assert "应聘者" not in job.title_zh, "the file's name may name people, and jobs stay"
    services.check_list(again, Hand(cursor=job.cursor, done=2), now=lambda: NOW)
    with pytest.raises(services.ListWorkedOn):
        services.carry_on(actor=world.desk, row=again, at=NOW)


def test_rows_and_answers_go_after_thirty_days_and_counts_stay(world: World, settings: Any) -> None:
    settings.EMPLOYER_LIST_DAYS = 30
    agreed(world)
    row = checked(world, a_row(number(world)), a_row(UNKNOWN))
    left = brought(world, a_row(UNKNOWN))
    assert services.remove_old(at=NOW + 30 * DAY) == 0
    assert services.remove_old(at=NOW + 30 * DAY + timedelta(seconds=1)) == 2
    assert services.remove_old(at=NOW + 31 * DAY) == 0
    row.refresh_from_db()
    assert (bytes(row.sealed), row.file_name, row.confirmed, row.not_confirmed, row.row_count) == (b"", "", 1, 1, 2)
    assert not RowAnswer.objects.exists()
    assert queries.given_rows(row) == {}
    assert [one.answer for one in asked_of(world.learner)] == ["confirmed"], "the person's log stays"
    assert Job.objects.get(pk=left.job_id).cancel_asked
    assert services.check_list(left, Hand(), now=lambda: NOW).state == "checking"
    with pytest.raises(services.ListRemoved):
        services.carry_on(actor=world.desk, row=left, at=NOW)


def test_holders_are_told_once_and_who_looked_stands_beside_the_credential(world: World) -> None:
    checked(world, a_row(number(world)), a_row(number(world)), a_row(world.transcript.code))
    assert services.tell_holders(at=NOW) == 3
    assert not Look.objects.exists(), "nothing was told, so nothing was looked at"
    mine = Notice.objects.filter(person=world.learner)
    assert list(mine.filter(kind__startswith="employers.").values_list("kind", flat=True)) == ["employers.unanswered"]
    agreed(world)
    checked(world, a_row(number(world)), a_row(number(world)), a_row(world.transcript.code))
    assert services.tell_holders(at=NOW) == 3
    assert services.tell_holders(at=NOW) == 0
    assert list(Look.objects.values_list("badge", "by")) == [(world.badge.pk, "珠江电子厂")], "once a day"
    assert TranscriptCheck.objects.filter(transcript=world.transcript).count() == 1
    assert mine.filter(kind="employers.answered").count() == mine.filter(kind="badges.looked").count() == 1


def test_the_database_keeps_what_was_answered(world: World) -> None:
    checked(world, a_row(number(world)))
    answer, inquiry = RowAnswer.objects.get(), Inquiry.objects.get()
    for change in (
        lambda: RowAnswer.objects.filter(pk=answer.pk).update(answer="confirmed"),
        lambda: Inquiry.objects.filter(pk=inquiry.pk).update(was_agreed=True),
        lambda: Inquiry.objects.create(
            list_id=uuid4(), row_no=2, learner=world.learner, organisation=world.company, at=NOW, what="credential",
            code="x", was_agreed=False, answer="confirmed",
        ),
        lambda: CheckedList.objects.update(confirmed=2),
    ):  # fmt: skip
        with pytest.raises(Exception, match=r"employers_|Cannot update") as wrong, transaction.atomic():
            change()
        assert isinstance(wrong.value, IntegrityError) or "Cannot" in str(wrong.value)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from employers_checkedlistevent")
        assert cursor.fetchone()[0] >= 2, "who and when stands in the history"
