"""People are told in time until when credit may be put to new use (C-22, C-57)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learning.account import makers
from xuecheng.city.notices.models import Notice
from xuecheng.learning.account import news
from xuecheng.learning.account.queries.ending import endings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("days", "told"), [
    (181, []), (180, [180]), (174, [180]), (173, []), (61, []), (60, [60]), (54, [60]), (14, [14]), (8, [14]), (7, []),
])  # fmt: skip
def test_c57_three_warnings_each_within_a_week(days: int, told: list[int]) -> None:
    who = makers.learner()
    makers.credit(who, valid_until=makers.TODAY + timedelta(days=days))
    makers.credit(who)
    assert [(one.learner_id, one.warning, one.credits) for one in endings(today=makers.TODAY)] == [
        (who.pk, warning, 150) for warning in told
    ]


def test_each_is_told_once_and_what_was_taken_back_never() -> None:
    who, other = makers.learner(), makers.learner("别人")
    last_day = makers.TODAY + timedelta(days=60)
    makers.credit(who, valid_until=last_day)
    makers.credit(who, valid_until=last_day, title="书法入门")
    makers.take_back(makers.credit(other, valid_until=last_day))
    for day in range(3):
        news.tell_ending(endings(today=makers.TODAY + timedelta(days=day)), at=makers.NOW + timedelta(days=day))
    assert list(Notice.objects.values_list("person", "kind")) == [(who.pk, "account.ending")]
    news.tell_ending(endings(today=last_day - timedelta(days=14)), at=makers.NOW)
    assert Notice.objects.count() == 2
