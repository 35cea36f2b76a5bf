"""Rooms lent between units through the interface for programs: the owner lends, each unit ends it, others see nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from city.api.programs import Town, a_town, new_id
from city.situations import TODAY, an_organisation
from coordination.facilities.situations import open_always
from xuecheng.city import clock
from xuecheng.city.access.queries import standing_of
from xuecheng.coordination.facilities.models import RoomLoan

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def programs(around_the_module: None) -> Town:
    return a_town()


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def a_wish(programs: Town, **more: Any) -> dict[str, Any]:
    return {
        "id": new_id(), "borrower": an_organisation(programs.desk.college.territory).code, "begins_on": day(0),
        "ends_before": day(60), "weekdays": [3, 1], "begins_minute": 1140, "ends_minute": 1260, "purpose": "秋季书法班",
    } | more  # fmt: skip


def test_the_owner_lends_and_ends_with_notice(programs: Town, db: None) -> None:
    registrar, desk = programs["R"], programs.desk
    space = open_always(standing_of(programs.people["R"], today=TODAY), desk.college)
    door, wish = f"/venues/{space.venue.public_id}/room-loans", a_wish(programs, room=str(space.public_id))
    for _again in range(2):
        lent = registrar.post(door, wish)
        assert lent.status_code in (200, 201), lent.content
    row = RoomLoan.objects.get()
    shown = lent.json()
    assert (shown["lender"], shown["borrower"], shown["room"]) == (desk.college.code, wish["borrower"], wish["room"])
    assert (shown["ends_before"], shown["weekdays"], shown["ended_because"]) == (day(60), [1, 3], "")
    assert row.consented_by == programs.people["R"]
    other = registrar.post(door, wish | {"purpose": "别的"})
    assert (other.status_code, other.json()["code"]) == (409, "form_used_before")

    end = f"/room-loans/{wish['id']}/end"
    early = registrar.post(end, {"on": day(13), "reason": "装修"})
    assert (early.status_code, early.json()["code"]) == (409, "notice_too_short")
    ended = registrar.post(end, {"on": day(14), "reason": "装修"})
    assert (ended.status_code, ended.json()["ends_before"], ended.json()["ended_because"]) == (200, day(14), "装修")
    again = registrar.post(end, {"on": day(15), "reason": "装修"})
    assert (again.status_code, again.json()["code"]) == (409, "loan_ended")
    assert registrar.get(f"/room-loans/{wish['id']}").json() == ended.json()


def test_what_is_wrong_is_refused_and_what_is_not_theirs_hidden(programs: Town, db: None) -> None:
    registrar, keeper = programs["R"], standing_of(programs.people["R"], today=TODAY)
    space, elsewhere = (open_always(keeper, programs.desk.college) for _each in range(2))
    door = f"/venues/{space.venue.public_id}/room-loans"
    assert registrar.post(door, a_wish(programs, room=str(elsewhere.public_id))).status_code == 404
    assert registrar.post(door, a_wish(programs, borrower="nobody")).status_code == 404
    for wrong, code in (
        ({"borrower": programs.desk.college.code}, "lent_to_itself"), ({"ends_before": day(0)}, "loan_period_wrong"),
        ({"begins_minute": 1260}, "loan_hours_wrong"),
    ):  # fmt: skip
        answer = registrar.post(door, a_wish(programs, **wrong))
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    for wrong in ({"weekdays": []}, {"weekdays": [7]}, {"ends_minute": 1441}, {"lender": "x"}):
        assert registrar.post(door, a_wish(programs, **wrong)).status_code == 422
    assert not RoomLoan.objects.exists()
    made = registrar.post(door, a_wish(programs)).json()["id"]
    learner = programs["L"]
    assert learner.post(door, a_wish(programs)).status_code == 403
    assert learner.get(f"/room-loans/{made}").status_code == 404
    assert learner.post(f"/room-loans/{made}/end", {"on": day(20), "reason": "不要了"}).status_code == 404
