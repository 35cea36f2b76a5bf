"""A city on its first day: lists say that nothing is there yet and what comes next, not that a filter hides it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person, small_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city() -> None:
    small_city()


def said(client: Client, name: str, query: str = "") -> str:
    answer = client.get(reverse(name) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("name", "nothing_yet", "nothing_like_that"),
    [
        ("classes:find_classes", "还没有开放报名的班", "没有这样的班"),
        ("courses:list_courses", "还没有公布的课程", "没有这样的课程"),
        ("facilities:list_venues", "还没有登记的场所", "没有这样的场所"),
        ("colleges:list_colleges", "办学网络还没有登记", "没有符合的单位"),
        ("volunteers:list_calls", "还没有志愿招募", "没有这样的招募"),
    ],
)
def test_a_list_that_nobody_filtered_says_that_nothing_is_there_yet(
    name: str, nothing_yet: str, nothing_like_that: str
) -> None:
    whole = said(Client(), name)
    assert nothing_yet in whole
    assert nothing_like_that not in whole
    filtered = said(Client(), name, "?text=" + uuid4().hex[:6])
    assert nothing_like_that in filtered
    assert nothing_yet not in filtered


def test_nobody_is_asked_to_choose_from_nothing() -> None:
    learner = Client()
    learner.force_login(a_person("陈惠芬"))
    assert "目前还不能申请" in said(learner, "priorlearning:begin")
    assert "还没有可以出证的学习成果" in said(learner, "badges:ask")
