"""At once, on real connections: one decision holds, one draft is begun."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest

from city.test_races import at_once
from coordination.courses.situations import NOW
from coordination.courses.towns import a_town, approved, as_found, next_draft, sent
from xuecheng.coordination.courses import rules, services
from xuecheng.coordination.courses.models import CourseVersion


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_decide_once_and_a_course_has_one_draft() -> None:
    town = a_town()
    waiting = sent(town)
    decide = {"version": waiting, "at": NOW, "reason": "请改"}
    answers = at_once(
        *[partial(services.approve_version, actor=town.reviewer, **decide)] * 3,
        *[partial(services.return_version, actor=town.second, **decide)] * 3,
    )
    kinds = Counter(type(one) for one in answers)
    assert kinds == {CourseVersion: 3, rules.NotInReview: 3}
    found = as_found(waiting)
    first = found if found.state == "approved" else approved(town, found)
    answers = at_once(*[partial(next_draft, town, first)] * 6)
    assert Counter(type(one) for one in answers) == {CourseVersion: 1, services.VersionInWork: 5}
