"""What is promised to everybody, and how far it was kept (OPS-06): counted, shown, and never better than it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from xuecheng.city import clock
from xuecheng.city.operations import jobs, marks, promises, services
from xuecheng.city.operations.points import Look, Point

HERE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 29, 12, 3, tzinfo=HERE)
FIRST = date(2026, 11, 25)


def test_before_the_first_look_nothing_is_claimed() -> None:
    nothing = promises.kept([], at=NOON)
    assert (nothing.share, nothing.is_promise_kept, nothing.disturbed) == (None, False, [])


def test_of_the_first_day_only_what_was_noted_is_due_and_a_day_without_looks_is_lost_whole() -> None:
    found = promises.kept([(FIRST, 100), (date(2026, 11, 26), 288), (date(2026, 11, 28), 280)], at=NOON)
    assert [(day.kept, day.due) for day in found.days] == [(100, 100), (288, 288), (0, 288), (280, 288), (0, 144)]
    assert [(day.on.day, day.minutes_lost) for day in found.disturbed] == [(29, 720), (28, 40), (27, 1440)]


@pytest.mark.parametrize(("lost", "is_kept"), [(8, True), (9, False)])
def test_the_promise_is_999_of_a_thousand_looks(lost: int, is_kept: bool) -> None:
    noted = [(date(2026, 11, 1) + timedelta(days=number), 288) for number in range(28)]
    noted[5] = (noted[5][0], 288 - lost)  # of 28 whole days, 8,064 looks, eight may be lost
    found = promises.kept(noted, at=datetime(2026, 11, 29, 0, 2, tzinfo=HERE))
    assert found.is_promise_kept is is_kept


def test_a_percentage_is_cut_and_never_rounded_up() -> None:
    noted = [(date(2026, 10, 31) + timedelta(days=number), 288) for number in range(30)]
    noted[3] = (noted[3][0], 287)
    assert promises.kept(noted, at=datetime(2026, 11, 29, 23, 59, tzinfo=HERE)).percent == "99.98"  # 8,629 of 8,630
    assert promises.kept([(FIRST, 288)], at=datetime(2026, 11, 25, 23, 59, tzinfo=HERE)).percent == "100.00"


def test_only_what_people_come_for_counts() -> None:
    assert promises.all_work({"database": "warn", "fonts": "fail", "backup": "fail"})
    assert not promises.all_work({"queue": "fail"})


@pytest.mark.django_db
def test_each_look_by_the_clock_is_counted_once_and_one_that_found_a_failure_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = "pass"
    monkeypatch.setattr(jobs, "looks", lambda: [Look("queue", lambda: Point("queue", state, "as found"))])
    jobs.look_around()
    jobs.look_at_all()  # the nightly one is one more, and not counted
    state = "fail"
    jobs.look_around()
    assert marks.looks_kept() == [(clock.today(), 1)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "state", "heading"),
    [
        (0, "pass", "一切正常"),
        (0, "warn", "一切正常"),
        (0, "fail", "有的功能现在用不了"),
        (16, "pass", "现在是否正常，还不知道"),
    ],
)
def test_everybody_reads_whether_everything_works_and_nothing_of_the_inside(
    client: Client, age: int, state: str, heading: str
) -> None:
    services.keep(
        [Point("queue", state, "The secret inside", "systemctl restart")], at=clock.now() - timedelta(minutes=age)
    )
    with override("zh-hans"):
        text = client.get(reverse("operations:show_standing")).content.decode()
    assert f"<h1>{heading}" in text or f">{heading}</h1>" in text
    assert "secret inside" not in text
    assert "systemctl" not in text
    assert "99.9" in text


@pytest.mark.django_db
def test_days_with_a_disturbance_are_listed(client: Client) -> None:
    for days, kept in ((2, 288), (1, 276)):
        for _time in range(kept):
            marks.note_kept(at=clock.now().astimezone(UTC) - timedelta(days=days), is_kept=True)
    text = client.get(reverse("operations:show_standing")).content.decode()
    assert "60 分钟" in text
    assert "还没有统计" not in text
